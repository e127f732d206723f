"""At which count to order, and how much. No AWS in here."""

import math
from typing import NamedTuple

from look_ahead.chances import demand_quantile
from stock.forecast import GAPS, LITTLE, Forecast


class Suggestion(NamedTuple):
    """For an item: order when its count is at or below `reorder_point`; `order`: how many units now, 0: none."""

    item: str
    reorder_point: int
    order: int


def suggest(forecast: Forecast, lead_days: float, review_days: float, service: float = 0.95) -> Suggestion | None:
    """Return what to do so that an item is not out, with a probability of `service`, until an order arrives.

    `lead_days`: from an order to its arrival; `review_days`: from one look at what to order to the next. An order that
    is not placed now arrives after both, so the reorder point is what is enough for so long; and an order brings
    that up to what is sold until the next review besides. What is on its way already, the counts do not tell.
    None: there is no forecast, and so no suggestion (`why` is LITTLE or GAPS). An item that is out gets one.
    """
    if forecast.why in (LITTLE, GAPS):
        return None
    point = demand_quantile(forecast, lead_days + review_days, service)
    full = point + math.ceil(forecast.rate * review_days)
    return Suggestion(forecast.item, point, full - forecast.count if forecast.count <= point else 0)
