"""Demand over some days as a negative binomial, and the chances that follow. No AWS in here.

Over h days its mean is λh, its variance φλh + vh²: chance and batches, and the doubt about the rate. λ, φ and v are a
forecast's `rate`, `spread` and `doubt`.
"""

import math

from stock.forecast import Forecast

PURE_CHANCE = 1e6
"""The size with which a negative binomial is as good as a Poisson distribution."""

_MANY = 10**9  # units; of more, logarithms are too large for floats to have their digits
_ENOUGH = 1e-9  # of the continued fraction: more digits than anybody sees
_TERMS = 1000
_TINY = 1e-300


def out_within(forecast: Forecast, days: float) -> float:
    """Return the probability that an item is out within so many days, if nothing is done; 1 if it is out already."""
    return at_least(forecast.count, *_demand(forecast, days))


def no_sale_within(forecast: Forecast, days: float) -> float:
    """Return the probability that nothing is sold in so many days, though there is some."""
    mean, size = _demand(forecast, days)
    return math.exp(-size * math.log1p(mean / size)) if mean > 0 else 1.0


def demand_quantile(forecast: Forecast, days: float, part: float) -> int:
    """Return the least number of units that is enough for so many days with a probability of at least `part`."""
    demand = _demand(forecast, days)
    low, high = -1, math.ceil(demand[0])  # `low` is not enough
    while at_least(high + 1, *demand) > 1 - part:
        low, high = high, 2 * high + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at_least(middle + 1, *demand) > 1 - part else (low, middle)
    return high


def _demand(forecast: Forecast, days: float) -> tuple[float, float]:
    return demand(forecast.rate, forecast.spread, forecast.doubt, days)


def demand(rate: float, spread: float, doubt: float, days: float) -> tuple[float, float]:
    """Return mean and size of the negative binomial: its variance is mean + mean² / size."""
    mean = rate * days
    more = (spread - 1) * mean + doubt * days * days
    return mean, mean * mean / more if more > 0 else PURE_CHANCE


def at_least(count: int, mean: float, size: float) -> float:
    """Return the probability that a negative binomial is at least `count`."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if count > _MANY:  # then only how many times the mean it is matters
        count, mean = _MANY, mean * (_MANY / count)
    share = mean / (size + mean)
    # The incomplete beta function, from the side on which its continued fraction is short.
    if share < (count + 1) / (count + size + 2):
        return _beta(share, count, size)
    return 1 - _beta(size / (size + mean), size, count)


def _beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz's way)."""
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if log < -700:
        return 0.0
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or _TINY)
    fraction = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / (1 + term * d or _TINY)
            c = 1 + term / c or _TINY
            fraction *= c * d
        if abs(c * d - 1) < _ENOUGH:
            break
    return math.exp(log) * fraction / a
