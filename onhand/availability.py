"""On-shelf availability: for how much of the time an item was in stock. No AWS in here."""

from datetime import datetime
from typing import NamedTuple

from stock.history import Past
from stock.order_token import event_time

_DAY = 86_400.0


class Availability(NamedTuple):
    """Item-days in stock, and all in which the store is known to have carried the item."""

    in_stock: float
    days: float


def availability(past: Past, since: float, until: float) -> Availability:
    """Return how available an item was between two moments, in epoch seconds.

    Before `since` its past need not be known. While it was delisted, or its count is not known, no days go by.
    """
    in_stock = days = 0.0
    begin, count = since, past.first
    for step in (*past.steps, None):
        end = max(since, min(until, seconds(step.token))) if step else until
        if count is not None:
            days += (end - begin) / _DAY
            in_stock += (end - begin) / _DAY if count > 0 else 0
        begin, count = end, step.after if step else None
    return Availability(in_stock, days)


def seconds(token: str) -> float:
    """Return the event time of an upload, or of a change by hand, in epoch seconds, from its order token."""
    return datetime.fromisoformat(event_time(token)).timestamp()
