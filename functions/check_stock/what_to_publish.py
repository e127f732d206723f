"""Whether an alert is published now, held back, or has been published. No AWS in here.

Bad news is never held back: what is worse than what people were told last is published at once, even if it is over by
now. Good news and repetitions within FLAP_MINUTES after the last message about the item are held back; when that time
is over, the alert is decided upon again, and published if it is still true and not what people were told last.

What people said to be ordered, or to be left alone for now, waits for good when it is low: it is on their list again
when the day has come that they named.
"""

from enum import Enum

from check_stock.alert import Alert
from check_stock.alert_state import AlertState
from stock.alert_log import State
from stock.levels import Event, Level

_MEANS = {Event.OUT_OF_STOCK: Level.OUT, Event.LOW_STOCK: Level.LOW, Event.BACK_IN_STOCK: Level.OK}
_BADNESS = {Level.GONE: 0, Level.OK: 0, Level.LOW: 1, Level.OUT: 2}
_IN_STOCK = (Level.OK, Level.LOW)


class Verdict(Enum):
    """What to do with an alert."""

    PUBLISH = "publish"
    HOLD = "hold"
    LOOK_AGAIN = "look again"
    PUBLISHED = "published"
    WAIT = "wait"


def what_to_publish(
    alert: Alert, state: AlertState, level: Level, now: float, window: float, waits: bool = False
) -> Verdict:
    """Return what to do with an alert of an item that is at a level now. `window`: FLAP_MINUTES in seconds.

    `waits`: what people said of the item covers such an alert. HOLD and WAIT are for good. LOOK_AGAIN means: hold it,
    and decide again when the window that `published_at` opened is over.
    """
    if state.published_alert == alert.key:
        return Verdict.PUBLISHED  # by an invocation that ended before it could note so on the alert
    if state.newest.get(alert.event) != alert.key or not _is_worth_it(alert.event, state, level):
        return Verdict.HOLD  # a newer alert of the item tells what is true now, or it is over
    if waits:
        return Verdict.WAIT
    is_held = alert.state == State.HELD
    if state.published is None or now >= state.published_at + window:
        return Verdict.PUBLISH if _is_news(alert.event, is_held, state, level) else Verdict.HOLD
    if not is_held and _BADNESS[_MEANS[alert.event]] > _BADNESS[state.published]:
        return Verdict.PUBLISH
    return Verdict.LOOK_AGAIN


def _is_worth_it(event: Event, state: AlertState, level: Level) -> bool:
    """Return whether the event is still true; or else, whether nobody would ever hear that the item had run out."""
    if event == Event.BACK_IN_STOCK:
        return level in _IN_STOCK
    if level == _MEANS[event]:
        return True
    last_told_is_newer = (
        state.level in _IN_STOCK
        and state.published_alert is not None
        and state.published_alert == state.newest.get(Event.BACK_IN_STOCK)
    )
    return event == Event.OUT_OF_STOCK and level in _IN_STOCK and not last_told_is_newer


def _is_news(event: Event, is_held: bool, state: AlertState, level: Level) -> bool:
    """Return whether the event tells people something else than they were told last."""
    if event == Event.BACK_IN_STOCK:
        # If people were never told that it had run out, the alert that it had will do so, and add that it is back.
        never_out = state.published is None and Event.OUT_OF_STOCK not in state.newest
        return state.published == Level.OUT or state.claimed or never_out
    return not is_held or (state.published != _MEANS[event] and level == _MEANS[event])
