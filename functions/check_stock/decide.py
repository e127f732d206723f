"""Whether an alert is said now, held back, or has been said. No AWS in here.

Bad news is never held back: what is worse than the last that was said goes out at once. Good news and repetitions
that come within FLAP_MINUTES after the last message about the item are held back; when that time is over, the alert is
looked at again, and said if it is still true and not what people were told last.
"""

from dataclasses import dataclass, field
from enum import Enum

from check_stock.changes import Event, Level

_BADNESS = {Level.GONE: 0, Level.OK: 0, Level.LOW: 1, Level.OUT: 2}


@dataclass(frozen=True)
class Standing:
    """What is known of an item, and what people were told of it last (`said`, at epoch second `said_at`).

    `known`: it is in the table.
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
    if standing.newest.get(event) != alert or not _still_true(event, standing.level):
        return Verdict.HOLD  # overtaken: a newer alert of the item says what is true now
    recent = standing.said is not None and now < standing.said_at + window
    if not recent:
        return Verdict.SAY if not held or _news(event, standing.said) else Verdict.HOLD
    if not held and _BADNESS[standing.level] > _BADNESS[standing.said or Level.OK]:
        return Verdict.SAY
    return Verdict.LOOK_AGAIN


def _still_true(event: Event, level: Level) -> bool:
    if event == Event.BACK_IN_STOCK:
        return level in (Level.OK, Level.LOW)
    return level == (Level.OUT if event == Event.OUT_OF_STOCK else Level.LOW)


def _news(event: Event, said: Level | None) -> bool:
    """Whether the event tells people something else than they were told last."""
    if event == Event.BACK_IN_STOCK:
        return said in (Level.OUT, None)
    return said != (Level.OUT if event == Event.OUT_OF_STOCK else Level.LOW)
