"""What people say of an alert: they take care of it, or its item is ordered or left alone for now. No AWS in here."""

from enum import StrEnum
from typing import NamedTuple

from stock.alert_log import LONGEST_SORT_KEY, fit_key
from stock.attributes import Item, text
from stock.levels import Event

_SAME_GOODS = (
    (Event.RUNS_OUT_SOON, Event.RUNS_OUT_SOON),
    (Event.RUNS_OUT_SOON, Event.LOW_STOCK),
    (Event.LOW_STOCK, Event.RUNS_OUT_SOON),
)
"""(what an item was ordered for, what follows): nothing needs to have arrived in between. Else there were goods."""


class Kind(StrEnum):
    """What is said. `ack`: I take care of this alert; `undone`: nothing any more."""

    ACK = "ack"
    SNOOZE = "snooze"
    ORDERED = "ordered"
    UNDONE = "undone"


class Acknowledgement(NamedTuple):
    """What was said last of an item of a store, when `alert` (a sort key of the table Alerts) was to be seen.

    `until`: the day (`2026-12-03`) from which on the item is to be looked at again; with `ack` it means nothing.
    """

    kind: Kind
    alert: str
    until: str

    def covers(self, alert: str, event: str, today: str) -> bool:
        """Return whether an alert of the item is taken care of. `today`: by the store's clock, such as `2026-12-01`.

        Until its day, what is ordered or snoozed is also quiet about being low, or out soon. That it ran out is worse
        than what people knew. And what was ordered may be low again when the goods have been there.
        """
        if self.kind == Kind.UNDONE or (self.kind != Kind.ACK and today >= self.until):
            return False
        if alert == self.alert:
            return True
        if self.kind == Kind.SNOOZE:
            return event in (Event.LOW_STOCK, Event.RUNS_OUT_SOON)
        return self.kind == Kind.ORDERED and (self.alert.split("#")[1], event) in _SAME_GOODS


def key_of(item: str) -> str:
    """Return the sort key, in the table Acknowledgements, of what is said of an item."""
    return fit_key(f"item#{item}", LONGEST_SORT_KEY)


def acknowledgement(found: Item | None) -> Acknowledgement | None:
    """Return what an item of the table says; None: nothing. Who signed in may have written anything there."""
    kind, alert = (text(found or {}, name) for name in ("Kind", "Of"))
    if kind not in tuple(Kind) or alert.count("#") < 2:  # <token>#<event>#<item>
        return None
    return Acknowledgement(Kind(kind), alert, text(found or {}, "Until"))
