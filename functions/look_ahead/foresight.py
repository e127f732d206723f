"""The forecasts of a store: from the past of its items to what will run out. No AWS in here.

docs/foresight.md tells the method, and what it is worth on demand that we did not make.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from look_ahead.chances import no_sale_within, out_within
from look_ahead.demand import Looks, Sums, sales
from look_ahead.priors import Prior, Priors
from stock.forecast import GAPS, LITTLE, OUT, Forecast
from stock.history import Past

_PRIOR_SALES = 2  # what other stores know counts as much as so many units sold here
_PRIOR_INTERVALS = 5
_DRIFT = 0.15  # rates change: by so much of themselves, as a standard deviation
_LEAST_DAYS = 7  # in which sales would have been seen
_LONGEST_GAP, _FAST = 3, 0.5  # days between looks; units a day
_SOON, _LOST, _FAR = 7, 14, 60  # days
_FIRST, _LAST = 0.1, 0.9


def look_ahead(
    pasts: Mapping[str, Past], looks: Sequence[float], counts: Mapping[str, int], priors: Priors, now: float
) -> list[Forecast]:
    """Return a forecast of every item of a store, in the order of `counts`.

    `pasts`: of the items that changed, from the first look on; an item without one had its present count all the time.
    `looks`: when the store was looked at, in days since 1970 UTC (`demand.day`) and in order: the uploads about it that
    were loaded and not withdrawn, since its history is complete; without any, nothing is known. `counts`: the counts of
    the rows that there are, the last word. `now`: in days since 1970 UTC.
    """
    seen = Looks(looks, now)
    gap = max(seen.gap(), now - seen.last)
    return [
        _forecast(item, count, sales(pasts.get(item), seen, count), priors.of(item), gap)
        for item, count in counts.items()
    ]


def _forecast(item: str, count: int, sums: Sums, prior: Prior, gap: float) -> Forecast:
    seen = sums.days + _PRIOR_SALES / prior.rate
    rate = (sums.sold + _PRIOR_SALES) / seen
    spread = _spread(sums, prior)
    doubt = spread * rate / seen + (_DRIFT * rate) ** 2
    why = _why_not(count, rate, sums, gap)
    bare = Forecast(item, count, rate, spread, doubt, 0.0, None, None, 0.0, 1.0, why)
    if why:
        return bare
    first, last = _range(bare)
    soon = out_within(bare, _SOON)
    return bare._replace(
        soon=soon, first=first, last=last, lost=_lost(bare, soon), silent=no_sale_within(bare, sums.quiet)
    )


def _spread(sums: Sums, prior: Prior) -> float:
    """Return by how much days differ more than by chance; as far as that was not seen, as in all stores."""
    if not sums.days:
        return prior.spread
    rate = sums.sold / sums.days
    seen = sums.squares - sums.sold * rate
    chance = rate * max(0.0, sums.intervals - 1)
    return max(1.0, (_PRIOR_INTERVALS * prior.spread + seen) / (_PRIOR_INTERVALS + chance))


def _why_not(count: int, rate: float, sums: Sums, gap: float) -> str:
    if count <= 0:
        return OUT
    if sums.days < _LEAST_DAYS:
        return LITTLE
    return GAPS if gap > _LONGEST_GAP and rate > _FAST else ""


def _range(forecast: Forecast) -> tuple[int | None, int | None]:
    """Return the first days by which it is out with a probability of 0.1 and of 0.9; None: beyond 60 days."""
    days = range(1, _FAR + 1)
    first = bisect_left(days, _FIRST, key=lambda day: out_within(forecast, day))
    last = bisect_left(days, _LAST, first, key=lambda day: out_within(forecast, day))
    return (days[first] if first < _FAR else None), (days[last] if last < _FAR else None)


def _lost(forecast: Forecast, soon: float) -> float:
    """Return the expected days out within 14 days: the probability to be out, over these days (Simpson's rule)."""
    step = _LOST / 4
    early, late, end = (out_within(forecast, step * times) for times in (1, 3, 4))
    return (4 * early + 2 * soon + 4 * late + end) * step / 3
