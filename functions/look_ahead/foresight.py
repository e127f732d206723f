"""The forecasts of a store: from the past of its items to what will run out. No AWS in here.

docs/foresight.md tells the method, and what it is worth on demand that we did not make.
"""

from collections.abc import Mapping, Sequence

from look_ahead.priors import Priors
from stock.forecast import Forecast
from stock.history import Past


def look_ahead(
    pasts: Mapping[str, Past], looks: Sequence[float], counts: Mapping[str, int], priors: Priors, now: float
) -> list[Forecast]:
    """Return a forecast of every item of a store, in the order of `counts`.

    `pasts`: of the items that changed, from the first look on; an item without one had its present count all the time.
    `looks`: when the store was looked at, in days since 1970 UTC (`demand.day`) and in order: the uploads about it that
    were loaded and not withdrawn, since its history is complete; without any, nothing is known. `counts`: the counts of
    the rows that there are, the last word. `now`: in days since 1970 UTC.
    """
    raise NotImplementedError
