"""What was sold of an item, as its counts tell it. No AWS in here.

A count that falls tells of sales; one that rises of a receipt, and then nobody knows what was sold meanwhile. Where
there is nothing, nothing can be sold. A row that stays as it is tells that nothing was sold, up to the last upload.
"""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from stock.history import Past, Step

_HALF_LIFE = 42  # days
_TAU = _HALF_LIFE / math.log(2)
_SAME_DAY = 0.75  # looks that are closer are taken as one: what is wanted is how sales differ by day
_BLIP = 1.25  # a miscount is put right by the next day's count, which may be some hours late
_EPOCH = date(1970, 1, 1).toordinal()


class Sums(NamedTuple):
    """What was seen of the sales of an item, what is 42 days old counting half.

    `sold`: units (A); `days`: in which sales would have been seen (B); `squares`: of the units of an interval, by its
    days (Q); `intervals` (N). `quiet`: for how many days its count was the same at the last look.
    """

    sold: float
    days: float
    squares: float
    intervals: float
    quiet: float


@lru_cache(4096)
def day(token: str) -> float:
    """Return the event time of an upload, or of a change by hand, in days since 1970 UTC, from its order token."""
    whole = date(int(token[:4]), int(token[4:6]), int(token[6:8])).toordinal() - _EPOCH
    return whole + (int(token[9:11]) * 3600 + int(token[11:13]) * 60 + float(token[13:19])) / 86_400


class Looks:
    """When a store was looked at: each of its uploads shows all its items, those too that did not change.

    `times`: in days, about one a day; interval k ends at `times[k]` and has `lengths[k]` days and the weight
    `weights[k]`, as it is some time ago. `days` and `intervals` are the weighted sums up to there.
    """

    def __init__(self, days: Sequence[float], now: float) -> None:
        """Take the days of the uploads, in order. Before the first one nothing is known."""
        self.last = days[-1] if days else now
        self.times = list(_one_a_day(days)) or [now]
        ends = list(pairwise(self.times))
        self.lengths = [0.0, *(end - start for start, end in ends)]
        self.weights = [0.0, *(math.exp(((start + end) / 2 - now) / _TAU) for start, end in ends)]
        self.days = list(accumulate(weight * days for weight, days in zip(self.weights, self.lengths, strict=True)))
        self.intervals = list(accumulate(self.weights))

    def gap(self) -> float:
        """Return how many days there are between looks, in the mean; infinite, if there is one at most."""
        return self.days[-1] / self.intervals[-1] if len(self.times) > 1 else math.inf


def _one_a_day(days: Sequence[float]) -> Iterator[float]:
    last = -math.inf
    for moment in days:
        if moment - last >= _SAME_DAY:
            yield moment
            last = moment


def sales(past: Past | None, looks: Looks, count: int) -> Sums:
    """Return the sums of an item. It takes time for the steps of its past, not for the looks.

    `past` None: it had its present `count` all the time.
    """
    level, steps = (past.first, _without_blips(past)) if past else (count, [])
    sold = days = squares = intervals = 0.0
    at = 0
    ends = len(looks.times)
    for k, group in groupby(steps, lambda step: bisect_left(looks.times, day(step.token))):
        if k == ends:  # since the last look
            break
        counts = [level, *(step.after for step in group)]
        if level and k:
            days += looks.days[k - 1] - looks.days[at]
            intervals += looks.intervals[k - 1] - looks.intervals[at]
            units = _sold(counts)
            if units is not None:
                weight, length = looks.weights[k], looks.lengths[k]
                sold += weight * units
                days += weight * length
                squares += weight * units * units / length
                intervals += weight
        level, at = counts[-1], k
    if level:
        days += looks.days[-1] - looks.days[at]
        intervals += looks.intervals[-1] - looks.intervals[at]
    since = day(past.steps[-1].token) if past and past.steps else looks.times[0]
    return Sums(sold, days, squares, intervals, max(0.0, looks.last - since))


def _sold(counts: Sequence[int | None]) -> int | None:
    """Return how many units were sold while there were these counts; None: that cannot be seen."""
    units = 0
    for before, after in pairwise(counts):
        if not before or after is None or after > before:
            return None
        units += before - after
    return units


def _without_blips(past: Past) -> list[Step]:
    """Return the steps of a past without those of 1 that go back within a day: miscounts, no sales."""
    kept: list[Step] = []
    for step in past.steps:
        before = kept[-2].after if len(kept) > 1 else past.first
        if kept and step.after == before and _is_blip(kept[-1], step):
            kept.pop()
        else:
            kept.append(step)
    return kept


def _is_blip(there: Step, back: Step) -> bool:
    if there.after is None or back.after is None or abs(there.after - back.after) != 1:
        return False
    return day(back.token) - day(there.token) <= _BLIP
