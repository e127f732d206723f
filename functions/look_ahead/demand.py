"""What was sold of an item, as its counts tell it. No AWS in here."""

from collections.abc import Sequence
from typing import NamedTuple

from stock.history import Past

NEVER = float("-inf")


class Sums(NamedTuple):
    """What was seen of the sales of an item, what is 42 days old counting half.

    `sold`: units (A); `days`: in which sales would have been seen (B); `squares`: of the units of an interval, by its
    days (Q); `intervals` (N); `last_change`: day of the last change of its count, NEVER: not since the first look.
    """

    sold: float
    days: float
    squares: float
    intervals: float
    last_change: float


def day(token: str) -> float:
    """Return the event time of an upload, or of a change by hand, in days since 1970 UTC, from its order token."""
    raise NotImplementedError


def sales(past: Past | None, looks: "Looks", count: int) -> Sums:
    """Return the sums of an item.

    `past` None: it had its present `count` all the time.
    """
    raise NotImplementedError


class Looks:
    """When a store was looked at: each of its uploads shows all its items, those too that did not change."""

    def __init__(self, days: Sequence[float], now: float) -> None:
        """Take the days of the uploads, in order. Before the first one nothing is known."""
        raise NotImplementedError
