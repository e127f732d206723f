"""Demand over some days as a negative binomial, and the chances that follow. No AWS in here.

Its mean is λh, its variance φλh + vh²: chance, batches, and the doubt about the rate. All functions take a forecast's
`rate` (λ), `spread` (φ) and `doubt` (v), so they hold for any number of days.
"""

from stock.forecast import Forecast


def out_within(forecast: Forecast, days: float) -> float:
    """Return the probability that an item is out within so many days, if nothing is done; 1 if it is out."""
    raise NotImplementedError


def no_sale_within(forecast: Forecast, days: float) -> float:
    """Return the probability that nothing is sold in so many days, though there is some."""
    raise NotImplementedError


def demand_quantile(forecast: Forecast, days: float, part: float) -> int:
    """Return the least number of units that is enough for so many days with a probability of at least `part`."""
    raise NotImplementedError
