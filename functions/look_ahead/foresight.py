"""The forecasts of a store: from the past of its items to what will run out. No AWS in here.

docs/foresight.md tells the method, and what it is worth on demand that we did not make.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from look_ahead.chances import no_sale_within, out_within
from look_ahead.demand import Looks, Sums, sales
from look_ahead.priors import Prior, Priors
from stock.forecast import GAPS, LITTLE, OUT, Forecast
from stock.history import Past

_PRIOR_SALES = 2  # what other stores know counts as much as so many units sold here
_PRIOR_INTERVALS = 5
_DRIFT = 0.4  # rates change: by so much of themselves, as a standard deviation
_LEAST_DAYS = 10  # in which sales would have been seen
_LONGEST_GAP = 3.5  # days between looks: every third day, and some hours late
_HIDDEN = 0.5  # units sold in a longer gap: then receipts hide too many of them, and forecasts come out late
_LONGEST_SILENCE = 56  # days
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
    gap = max(seen.gap(), now - seen.times[-1])
    return [_forecast(item, count, sales(pasts.get(item), seen, count), priors, gap) for item, count in counts.items()]


def _forecast(item: str, count: int, sums: Sums, priors: Priors, gap: float) -> Forecast:
    prior = priors.of(item)
    spread = _spread(sums, prior)
    rate, doubt = _rate(sums.sold, sums.days, spread, prior)
    why = _why_not(count, rate, sums, gap)
    bare = Forecast(item, count, rate, spread, doubt, 0.0, None, None, 0.0, 1.0, why)
    if why:
        return bare
    first, last = _range(bare)
    soon = out_within(bare, _SOON)
    return bare._replace(soon=soon, first=first, last=last, lost=_lost(bare, soon), silent=_silent(bare, sums, priors))


def _rate(sold: float, days: float, spread: float, prior: Prior) -> tuple[float, float]:
    """Return units a day, and the variance of that: what was seen, and what other stores know as if it was seen too."""
    seen = days + _PRIOR_SALES / prior.rate
    rate = (sold + _PRIOR_SALES) / seen
    return rate, spread * rate / seen + (_DRIFT * rate) ** 2


def _spread(sums: Sums, prior: Prior) -> float:
    """Return by how much days differ more than by chance; as far as that was not seen, as in all stores."""
    if not sums.days:
        return prior.spread
    rate = sums.sold / sums.days
    seen = sums.squares - sums.sold * rate
    chance = rate * max(0.0, sums.intervals - 1)
    return max(1.0, (_PRIOR_INTERVALS * prior.spread + seen) / (_PRIOR_INTERVALS + chance))


def _why_not(count: int, rate: float, sums: Sums, gap: float) -> str:
    if sums.days < _LEAST_DAYS:
        return LITTLE
    if count <= 0:
        return OUT
    return GAPS if gap > _LONGEST_GAP and rate * gap > _HIDDEN else ""


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


def _silent(forecast: Forecast, sums: Sums, priors: Priors) -> float:
    """Return how probable it is that nothing was sold since the last change.

    The rate is that of before the silence; if it sells more slowly in other stores that know it, it is between the two:
    what nobody buys any more is silent everywhere, and no row is wrong. A silence of more than eight weeks tells no
    more than that.
    """
    rate, doubt = _rate(sums.sold_before, sums.days_before, forecast.spread, priors.of(forecast.item))
    others = priors.items.get(forecast.item)
    slower = min(1.0, others.rate / rate) if others else 1.0
    between = forecast._replace(rate=rate * math.sqrt(slower), doubt=doubt * slower)
    return no_sale_within(between, min(sums.quiet, _LONGEST_SILENCE))
