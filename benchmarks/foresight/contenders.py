"""What onhand's forecasts are compared with. All see the same counts.

Each returns the chances that an item is out within 1, 2, … HORIZON days.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from benchmarks.foresight.households import Ints
from benchmarks.foresight.scores import HORIZON, Floats
from look_ahead.chances import PURE_CHANCE, at_least, out_within
from stock.forecast import Forecast

_WINDOW = 56  # days
_PATHS = 200  # of the bootstrap
_DAYS = range(1, HORIZON + 1)


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


def one_day(count: int, daily: Sequence[float]) -> Floats:
    """Count ÷ mean rate: it will be out on that day, as most tools show it."""
    rate = float(np.mean(daily or [0]))
    return np.array([float(rate * days >= count) for days in _DAYS])


def poisson(count: int, daily: Sequence[float]) -> Floats:
    """The mean rate, and pure chance."""
    rate = float(np.mean(daily or [0]))
    return np.array([at_least(count, rate * days, PURE_CHANCE) for days in _DAYS])


def bootstrap(count: int, daily: Sequence[float], rng: np.random.Generator) -> Floats:
    """Days as they were, drawn again and again."""
    drawn = rng.choice(np.array(daily or [0]), (_PATHS, HORIZON))
    return np.asarray((drawn.cumsum(axis=1) >= count).mean(axis=0))


def onhand(forecast: Forecast) -> Floats:
    """What onhand says."""
    return np.array([out_within(forecast, days) for days in _DAYS])
