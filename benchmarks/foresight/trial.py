"""A trial: stores are counted for some time; what was forecast then, and what came."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from benchmarks.foresight.households import Demand, Ints
from benchmarks.foresight.scores import HORIZON
from look_ahead.demand import day
from look_ahead.foresight import look_ahead
from look_ahead.priors import NO_PRIORS, Priors, gather
from stock.forecast import GAPS, LITTLE, Forecast
from stock.history import Past, Step

_FIRST = date(2017, 1, 1)
_MORNING = 0.4  # days after the evening's count
LooksOf = Callable[[int], Sequence[int]]
"""At which evenings a store was counted, the last one being that of the forecasts; by the number of the store."""
Found = list[tuple[int, Sequence[int], Forecast]]
"""Row of the demand, looks at its store, forecast."""


@dataclass(frozen=True)
class Case:
    """A forecast, and what came. `row`: of the demand; `looks`: the evenings at which its store was counted.

    `out`: after how many days it was out, as no more came; HORIZON + 1: later.
    """

    row: int
    looks: Sequence[int]
    forecast: Forecast
    out: int


def trial(demand: Demand, counts: Ints, looks_of: LooksOf) -> Iterator[Case]:
    """Yield a case for every item that was there at the last look and that has a forecast."""
    for row, looks, forecast in forecasts(demand, counts, looks_of):
        if forecast.count > 0 and forecast.why not in (LITTLE, GAPS):
            ahead = demand.units[row, looks[-1] + 1 : looks[-1] + 1 + HORIZON].cumsum()
            yield Case(row, looks, forecast, 1 + int(np.searchsorted(ahead, forecast.count)))


def forecasts(demand: Demand, counts: Ints, looks_of: LooksOf) -> Found:
    """Return row, looks and forecast of every row.

    All stores make forecasts twice: knowing nothing of each other, as on the first day, and then with what they know.
    """
    priors = NO_PRIORS
    for _ in range(2):
        stores = [_of_store(demand, counts, store, looks_of(store), priors) for store in range(max(demand.stores) + 1)]
        priors = gather([[forecast for _, _, forecast in store] for store in stores])
    return [found for store in stores for found in store]


def _of_store(demand: Demand, counts: Ints, store: int, looks: Sequence[int], priors: Priors) -> Found:
    rows = np.flatnonzero(demand.stores == store)
    pasts = {demand.items[row]: _past(counts[row], looks) for row in rows}
    last = {demand.items[row]: int(counts[row, looks[-1]]) for row in rows}
    moments = [day(_token(evening)) for evening in looks]
    found = look_ahead(pasts, moments, last, priors, moments[-1] + _MORNING)
    return [(row, looks, forecast) for row, forecast in zip(rows, found, strict=True)]


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
