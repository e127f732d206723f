"""How often the rows that are to be counted first are wrong, where some are."""

import numpy as np

from benchmarks.foresight.households import Demand, Ints
from benchmarks.foresight.stocking import stock
from benchmarks.foresight.trial import Looks, forecasts
from look_ahead.recount import to_recount

_PART = 0.05  # of the rows: all that was on the shelf vanished, unnoticed, on some day of the last 60
_DAYS = 60
FIRST = 10


def right(demand: Demand, looks: Looks, rng: np.random.Generator) -> float:
    """Return the part of the first 10 rows of each store's list that are wrong indeed."""
    origin = max(evenings[-1] for evenings in looks.values())
    items = len(demand.items)
    vanish = np.where(rng.random(items) < _PART, rng.integers(origin - _DAYS, origin + 1, items), -1)
    shelves = stock(demand.units[:, : origin + 1], rng, vanish)
    wrong = {(demand.stores[row], demand.items[row]) for row in np.flatnonzero(shelves.phantoms)}
    found = forecasts(demand, shelves.counts, looks)
    hits = []
    for store in looks:
        of_store = [forecast for row, forecast in found if demand.stores[row] == store]
        hits += [(store, forecast.item) in wrong for forecast in to_recount(of_store, {}, FIRST)]
    return float(np.mean(hits))


def shuffled(demand: Demand, rng: np.random.Generator) -> Demand:
    """Return the same days in another order, for each item: so it sells as fast all the year."""
    units: Ints = rng.permuted(demand.units, axis=1)
    return Demand(demand.stores, demand.items, units, demand.held_out)
