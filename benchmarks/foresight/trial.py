"""A trial: stores are counted for some time; what was forecast then, and what came."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from benchmarks.foresight.households import Demand, Ints
from benchmarks.foresight.scores import HORIZON
from look_ahead.demand import day
from look_ahead.foresight import look_ahead
from look_ahead.priors import NO_PRIORS, Priors, gather
from stock.forecast import Forecast
from stock.history import Past, Step

_FIRST = date(2017, 1, 1)
_MORNING = 0.4  # days after the evening's count
_MORNINGS = 5  # on which stores told each other what they know
Looks = Mapping[int, Sequence[int]]
"""The evenings at which a store was counted; the last one is that of the forecasts."""


@dataclass(frozen=True)
class Case:
    """A forecast, and what came. `row`: of the demand; `looks`: at its store.

    `out`: after how many days it was out, as no more came; HORIZON + 1: later.
    """

    row: int
    looks: Sequence[int]
    forecast: Forecast
    out: int


@dataclass(frozen=True)
class _Store:
    rows: list[int]
    pasts: dict[str, Past]
    looks: list[float]
    counts: dict[str, int]

    def forecasts(self, priors: Priors) -> list[Forecast]:
        return look_ahead(self.pasts, self.looks, self.counts, priors, self.looks[-1] + _MORNING)


def trial(demand: Demand, counts: Ints, looks: Looks) -> Iterator[Case]:
    """Yield a case for every row; those that get no forecast, too."""
    for row, forecast in forecasts(demand, counts, looks):
        evenings = looks[int(demand.stores[row])]
        ahead = demand.units[row, evenings[-1] + 1 : evenings[-1] + 1 + HORIZON].cumsum()
        yield Case(row, evenings, forecast, 1 + int(np.searchsorted(ahead, forecast.count)))


def forecasts(demand: Demand, counts: Ints, looks: Looks) -> list[tuple[int, Forecast]]:
    """Return every row with its forecast.

    On the first of some mornings no store knows of the others; then each takes over what they knew on the one before.
    All mornings are made of the same counts.
    """
    stores = [_store(demand, counts, store, evenings) for store, evenings in looks.items()]
    found: list[list[Forecast]] = []
    for _ in range(_MORNINGS):
        priors = gather(found) if found else NO_PRIORS
        found = [store.forecasts(priors) for store in stores]
    return [pair for store, some in zip(stores, found, strict=True) for pair in zip(store.rows, some, strict=True)]


def microseconds(demand: Demand, counts: Ints, looks: Looks) -> float:
    """Return how long a forecast takes: of all the rules, for the largest store, the best of three times."""
    store = max((_store(demand, counts, *store) for store in looks.items()), key=lambda store: len(store.rows))
    took = []
    for _ in range(3):
        begin = time.process_time()
        store.forecasts(NO_PRIORS)
        took.append(time.process_time() - begin)
    return min(took) / len(store.rows) * 1e6


def _store(demand: Demand, counts: Ints, store: int, looks: Sequence[int]) -> _Store:
    rows = [int(row) for row in np.flatnonzero(demand.stores == store)]
    return _Store(
        rows=rows,
        pasts={demand.items[row]: _past(counts[row], looks) for row in rows},
        looks=[day(_token(evening)) for evening in looks],
        counts={demand.items[row]: int(counts[row, looks[-1]]) for row in rows},
    )


def _token(evening: int) -> str:
    return f"{_FIRST + timedelta(evening):%Y%m%d}T200000.000Z-0-0"


def _past(counts: Ints, looks: Sequence[int]) -> Past:
    """Return the past that uploads at these looks leave of an item."""
    first = level = int(counts[looks[0]])
    steps = []
    for evening in looks[1:]:
        if (count := int(counts[evening])) != level:
            level = count
            steps.append(Step(_token(evening), level))
    return Past(first, steps)
