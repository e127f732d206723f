"""A simulated stocking policy over real demand: what stores would have counted every evening."""

from dataclasses import dataclass

import numpy as np

from benchmarks.foresight.households import Bools, Ints

_LEADS, _REVIEWS, _PACKS = (1, 2, 3), (1, 3, 7), (1, 4, 6, 12)  # days, days, units
_LONGEST_PACK = 21  # days: nobody buys packs of what sells so slowly that they last longer
_SAFETY, _COVER = (0.6, 1.8), (5, 25)  # of the mean demand until an order arrives; days that an order lasts
_MISCOUNTED = 0.002  # of the counts, by one; the next one is right again


@dataclass(frozen=True)
class Shelves:
    """`counts[i, day]`: what was counted of an item in the evening; `phantoms[i]`: units that are only on paper.

    Both as they are; the demand that found an empty shelf went elsewhere.
    """

    counts: Ints
    phantoms: Ints


def stock(units: Ints, rng: np.random.Generator, vanish: Ints | None = None) -> Shelves:
    """Let stores stock items for the demand `units[i, day]`, each by a policy of its own, some of them badly.

    `vanish[i]`: the day at whose begin all of an item vanishes from the shelf, unnoticed; -1: never.
    """
    items, days = units.shape
    mean = units.mean(axis=1)
    lead, review, pack = (rng.choice(values, items) for values in (_LEADS, _REVIEWS, _PACKS))
    pack = np.where(pack > mean * _LONGEST_PACK, 1, pack)
    point = np.maximum(1, np.rint(mean * (lead + review) * rng.uniform(*_SAFETY, items)))
    full = point + np.maximum(1, mean * rng.uniform(*_COVER, items))
    shelf = np.rint(rng.uniform(point, full)).astype(np.int64)
    ordered = np.zeros(items, np.int64)
    phantoms = np.zeros(items, np.int64)
    arriving = np.zeros((items, days + max(_LEADS) + 1), np.int64)
    counts = np.empty_like(units)
    for day in range(days):
        shelf += arriving[:, day]
        ordered -= arriving[:, day]
        if vanish is not None:
            gone = vanish == day
            phantoms[gone], shelf[gone] = shelf[gone], 0
        shelf -= np.minimum(shelf, units[:, day])
        counts[:, day] = shelf + phantoms
        expected = counts[:, day] + ordered
        orders = ((day % review) == 0) & (expected <= point)
        packs = np.ceil((full - expected) / pack).astype(np.int64) * pack
        arriving[np.flatnonzero(orders), day + lead[orders]] += packs[orders]
        ordered += packs * orders
    return Shelves(_miscounted(counts, rng), phantoms)


def _miscounted(counts: Ints, rng: np.random.Generator) -> Ints:
    wrong: Bools = rng.random(counts.shape) < _MISCOUNTED
    wrong &= counts > 1
    return counts + wrong * rng.choice((-1, 1), counts.shape)
