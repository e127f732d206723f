"""At which count to order, and how much. No AWS in here."""

from typing import NamedTuple

from stock.forecast import Forecast


class Suggestion(NamedTuple):
    """For an item: order when its count is at or below `reorder_point`; `order`: how many units now, 0: none."""

    item: str
    reorder_point: int
    order: int


def suggest(forecast: Forecast, lead_days: float, review_days: float, service: float = 0.95) -> Suggestion | None:
    """Return what to do so that an item is not out, with a probability of `service`, until an order arrives.

    `lead_days`: from an order to its arrival; `review_days`: from one look at what to order to the next.
    None: there is no forecast, and so no suggestion (`why` is LITTLE or GAPS). An item that is out gets one.
    """
    raise NotImplementedError
