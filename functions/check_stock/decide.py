"""Whether an alert is said now, held back, or has been said. No AWS in here.

Bad news is never held back: what is worse than the last that was said goes out at once, even if it is over by now. Good
news and repetitions that come within FLAP_MINUTES after the last message about the item are held back; when that time
is over, the alert is looked at again, and said if it is still true and not what people were told last.
"""

from dataclasses import dataclass, field
from enum import Enum

from check_stock.changes import Event, Level

_MEANS = {Event.OUT_OF_STOCK: Level.OUT, Event.LOW_STOCK: Level.LOW, Event.BACK_IN_STOCK: Level.OK}
_BADNESS = {Level.GONE: 0, Level.OK: 0, Level.LOW: 1, Level.OUT: 2}


@dataclass(frozen=True)
class Standing:
    """What is known of an item, and what people were told of it last (`said`, at epoch second `said_at`).

    `known`: it is in the table. `assumed`: what people are from now on taken to know, since a replay tells nobody.
    """

    store: str
    item: str
    known: bool = False
    level: Level = Level.GONE
    order: str = ""
    open_alert: str | None = None
    newest: dict[Event, str] = field(default_factory=dict)
    said: Level | None = None
    said_at: float = 0
    said_alert: str | None = None
    said_message: str | None = None
    assumed: Level | None = None

    @property
    def thing(self) -> tuple[str, str]:
        """The store and the item."""
        return self.store, self.item


class Verdict(Enum):
    """What to do with an alert."""

    SAY = "say"
    HOLD = "hold"
    LOOK_AGAIN = "look again"
    SAID = "said"


def decide(event: Event, alert: str, held: bool, standing: Standing, now: float, window: float) -> Verdict:
    """Return what to do with an alert. `held`: it was held back before. `window`: FLAP_MINUTES in seconds.

    LOOK_AGAIN means: hold it, and decide again when the window that `said_at` opened is over.
    """
    if standing.said_alert == alert:
        return Verdict.SAID  # by an invocation that ended before it could note so on the alert
    if standing.newest.get(event) != alert or not _worth_saying(event, standing):
        return Verdict.HOLD  # overtaken: a newer alert of the item says what is true now
    recent = standing.said is not None and now < standing.said_at + window
    if not recent:
        return Verdict.SAY if _is_news(event, held, standing) else Verdict.HOLD
    if not held and _BADNESS[_MEANS[event]] > _BADNESS[standing.said or Level.OK]:
        return Verdict.SAY
    return Verdict.LOOK_AGAIN


def _worth_saying(event: Event, standing: Standing) -> bool:
    """Whether the event is still true; or else, whether nobody would ever hear that the item had run out."""
    if event == Event.BACK_IN_STOCK:
        return standing.level in (Level.OK, Level.LOW)
    if standing.level == _MEANS[event]:
        return True
    is_back = standing.level in (Level.OK, Level.LOW)
    unsaid = standing.said_alert is None or standing.said_alert != standing.newest.get(Event.BACK_IN_STOCK)
    return event == Event.OUT_OF_STOCK and is_back and unsaid


def _is_news(event: Event, held: bool, standing: Standing) -> bool:
    """Whether the event tells people something else than they were told last."""
    if event == Event.BACK_IN_STOCK:
        # Who never heard that it had run out will hear so by that alert, and that it is back.
        return standing.said == Level.OUT or (standing.said is None and Event.OUT_OF_STOCK not in standing.newest)
    return not held or (standing.said != _MEANS[event] and standing.level == _MEANS[event])
