"""On-shelf availability of a store: for how many of the days on which it carried items it had them. No AWS in here."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from look_ahead.demand import day
from look_ahead.store_past import StorePast
from stock.history import Past

WINDOWS = (7, 30, 90)
"""Days."""

Span = tuple[float, float, int]
"""From when to when, in days since 1970 UTC, an item had a count."""


class Days(NamedTuple):
    """Item-days in stock, and in all. An item that is delisted, or of which no count is known, is not carried."""

    stocked: float
    carried: float


def availability(past: StorePast, now: float) -> dict[int, Days]:
    """Return the availability of a store in each window up to now, as far as its history goes back.

    `now`: in days since 1970 UTC.
    """
    known_since = past.looks[0] if past.looks else now
    return in_windows(_spans(past, known_since, now), now)


def in_windows(spans: Iterable[Span], now: float) -> dict[int, Days]:
    """Return the item-days of some spans in each window up to now."""
    sums = {days: [0.0, 0.0] for days in WINDOWS}
    for start, end, count in spans:
        for days, (stocked, carried) in sums.items():
            length = max(0.0, end - max(start, now - days))
            sums[days] = [stocked + (length if count else 0), carried + length]
    return {days: Days(*found) for days, found in sums.items()}


def _spans(past: StorePast, known_since: float, now: float) -> Iterator[Span]:
    """Yield from when to when which item had which count, for all items of a store."""
    for item, count in past.counts.items():
        if item not in past.pasts:
            yield max(known_since, past.changed.get(item, known_since)), now, count
    for item, of_item in past.pasts.items():
        # A row that nobody delisted and that is gone was removed by hand, nobody knows when.
        if item in past.counts or not of_item.steps or of_item.steps[-1].after is None:
            yield from spans_of(of_item, known_since, now)


def spans_of(past: Past, known_since: float, now: float) -> Iterator[Span]:
    """Yield from when to when an item had which count, but for when it was delisted, or its count is not known."""
    start, count = known_since, past.first
    for step in past.steps:
        if count is not None:
            yield start, day(step.token), count
        start, count = max(known_since, day(step.token)), step.after
    if count is not None:
        yield start, now, count
