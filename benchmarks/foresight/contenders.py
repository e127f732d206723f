"""What onhand's forecasts are compared with. All see the same counts.

Each returns the chances that an item is out within 1, 2, … HORIZON days; two of them, of many items at once.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from benchmarks.foresight.households import Ints
from benchmarks.foresight.scores import HORIZON, Floats
from look_ahead.chances import out_within
from stock.forecast import Forecast

_WINDOW = 56  # days
_PATHS = 100  # of the bootstrap
_LEAST = 1e-9  # units a day, of what was not sold
_DAYS = np.arange(1, HORIZON + 1)


def seen_sales(counts: Ints, looks: Sequence[int]) -> list[float]:
    """Return what was sold on each of the last 56 days on which that could be seen, as onhand sees it."""
    daily: list[float] = []
    recent = [look for look in looks if look >= looks[-1] - _WINDOW]
    for start, end in pairwise(recent):
        before, after = int(counts[start]), int(counts[end])
        if 0 < before >= after:
            daily += [(before - after) / (end - start)] * (end - start)
    return daily


def nothing_known(out: Ints) -> Floats:
    """How often items were out within so many days, of all that are asked for."""
    return np.array([(out <= days).mean() for days in _DAYS])


def one_day(counts: Ints, rates: Floats) -> Floats:
    """Count ÷ mean rate: it will be out on that day, as most tools show it."""
    return np.asarray(rates[:, None] * _DAYS >= counts[:, None], float)


def poisson(counts: Ints, rates: Floats) -> Floats:
    """The mean rate, and pure chance."""
    means = np.maximum(rates, _LEAST)[:, None] * _DAYS
    below = np.zeros_like(means)
    for units in range(int(counts.max())):
        more = counts > units
        below[more] += np.exp(units * np.log(means[more]) - means[more] - math.lgamma(units + 1))
    return 1 - below


def bootstrap(count: int, daily: Sequence[float], rng: np.random.Generator) -> Floats:
    """Days as they were, drawn again and again."""
    drawn = rng.choice(np.array(daily or [0]), (_PATHS, HORIZON))
    return np.asarray((drawn.cumsum(axis=1) >= count).mean(axis=0))


def onhand(forecast: Forecast) -> Floats:
    """What onhand says."""
    return np.array([out_within(forecast, days) for days in range(1, HORIZON + 1)])
