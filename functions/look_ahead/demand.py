"""What was sold of an item, as its counts tell it. No AWS in here.

A count that falls tells of sales; one that rises of a receipt, and then nobody knows what was sold meanwhile. Where
there is nothing, nothing can be sold. A row that stays as it is tells that nothing was sold, up to the last upload.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from stock.history import Past, Step

_HALF_LIFE = 42  # days
_TAU = _HALF_LIFE / math.log(2)
_SAME_DAY = 0.9  # looks that are closer are taken as one: what is wanted is how sales differ by day
_BLIP = 1.25  # a miscount is put right by the next day's count, which may be some hours late
_EPOCH = date(1970, 1, 1).toordinal()


class Sums(NamedTuple):
    """What was seen of the sales of an item, what is 42 days old counting half.

    `sold`: units (A); `days`: in which sales would have been seen (B); `squares`: of the units of an interval, by its
    days (Q); `intervals` (N). `quiet`: for how many days its count was the same at the last look; `sold_before` and
    `days_before`: A and B as they were before that.
    """

    sold: float
    days: float
    squares: float
    intervals: float
    quiet: float
    sold_before: float
    days_before: float


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
        self.times = _one_a_day(days) or [now]
        ends = list(pairwise(self.times))
        self.lengths = [0.0, *(end - start for start, end in ends)]
        self.weights = [0.0, *(math.exp(((start + end) / 2 - now) / _TAU) for start, end in ends)]
        self.days = list(accumulate(weight * days for weight, days in zip(self.weights, self.lengths, strict=True)))
        self.intervals = list(accumulate(self.weights))
        self._intervals: dict[str, int] = {}  # by token: many items change by the same upload

    def interval(self, token: str) -> int:
        """Return in which interval a token is; 0: before the first one. By hand and later: in the last one."""
        if token not in self._intervals:
            self._intervals[token] = min(bisect_left(self.times, day(token)), len(self.times) - 1)
        return self._intervals[token]

    def gap(self) -> float:
        """Return how many days there are between looks, in the mean; infinite, if there is one at most."""
        return self.days[-1] / self.intervals[-1] if len(self.times) > 1 else math.inf


def _one_a_day(days: Sequence[float]) -> list[float]:
    """Return the last look, and back from there those that are about a day from the next one."""
    kept: list[float] = []
    for moment in reversed(days):
        if not kept or kept[-1] - moment >= _SAME_DAY:
            kept.append(moment)
    return kept[::-1]


def sales(past: Past | None, looks: Looks, count: int) -> Sums:
    """Return the sums of an item. It takes time for the steps of its past, not for the looks.

    `past` None: it had its present `count` all the time.
    """
    level, steps = (past.first, _without_blips(past)) if past else (count, [])
    seen: list[tuple[int, int]] = []  # intervals, and the units sold in them
    days = intervals = 0.0
    at, units = 0, None  # the interval of the last step; the units sold in it, None: that cannot be seen
    for token, after in steps:
        if (k := looks.interval(token)) > at:
            if units is not None:
                seen.append((at, units))
            if level:
                days += looks.days[k - 1] - looks.days[at]
                intervals += looks.intervals[k - 1] - looks.intervals[at]
            at, units = k, 0
        units = None if units is None or level is None or after is None or after > level else units + level - after
        level = after
    if units is not None:
        seen.append((at, units))
    sold = sum(units * looks.weights[k] for k, units in seen)
    days += sum(looks.lengths[k] * looks.weights[k] for k, _ in seen)
    squares = sum(units * units / looks.lengths[k] * looks.weights[k] for k, units in seen)
    intervals += sum(looks.weights[k] for k, _ in seen)
    quiet = looks.times[-1] - looks.times[at]
    younger = math.exp(quiet / _TAU)
    before = sold * younger, days * younger
    if level:
        days += looks.days[-1] - looks.days[at]
        intervals += looks.intervals[-1] - looks.intervals[at]
    return Sums(sold, days, squares, intervals, quiet, *before)


def _without_blips(past: Past) -> list[Step]:
    """Return the steps of a past without those of 1 that go back within a day: miscounts, no sales."""
    kept: list[Step] = []
    counts = [past.first]
    for step in past.steps:
        if kept and step.after == counts[-2] and _is_blip(kept[-1], step):
            kept.pop()
            counts.pop()
        else:
            kept.append(step)
            counts.append(step.after)
    return kept


def _is_blip(there: Step, back: Step) -> bool:
    if there.after is None or back.after is None or abs(there.after - back.after) != 1:
        return False
    return day(back.token) - day(there.token) <= _BLIP
