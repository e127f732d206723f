"""What is known of an item before a store has seen much of it: how it sells in all stores. No AWS in here."""

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from stock.forecast import LITTLE, Forecast
from stock.packs import Columns, in_packs, unpacked

_GENERAL = ""
_PACK_ITEMS = 4000
_MOST_SPREAD = 10
"""One mistyped count makes a spread of a million, and must not be what all items are taken to have."""


class Prior(NamedTuple):
    """How an item sells in the mean of the stores: units a day, and their spread (φ)."""

    rate: float
    spread: float


class Priors(NamedTuple):
    """The priors of items; `general`: of those that no store knows yet."""

    general: Prior
    items: Mapping[str, Prior]

    def of(self, item: str) -> Prior:
        """Return the prior of an item."""
        return self.items.get(item, self.general)


NO_PRIORS = Priors(Prior(0.1, 1.5), {})
"""For the first day, when no store has a forecast."""


def gather(stores: Iterable[Iterable[Forecast]]) -> Priors:
    """Return the priors that the forecasts of some stores make. Without any: NO_PRIORS.

    The general prior counts as one more store, so that an item that few stores know is not its own proof.
    """
    sums: dict[str, tuple[int, float, float]] = {}
    logs = 0.0
    for forecasts in stores:
        for forecast in forecasts:
            if forecast.why != LITTLE:
                number, rate, spread = sums.get(forecast.item, (0, 0.0, 0.0))
                sums[forecast.item] = (number + 1, rate + forecast.rate, spread + min(forecast.spread, _MOST_SPREAD))
                logs += math.log(forecast.rate)
    if not sums:
        return NO_PRIORS
    number = sum(number for number, _, _ in sums.values())
    general = Prior(math.exp(logs / number), sum(spread for _, _, spread in sums.values()) / number)
    items = {
        item: Prior((rate + general.rate) / (number + 1), (spread + general.spread) / (number + 1))
        for item, (number, rate, spread) in sums.items()
    }
    return Priors(general, items)


def pack(priors: Priors) -> list[bytes]:
    """Return priors as packs for the table Forecasts, to three digits: each of 4,000 items, or less if names are long.

    The general one goes first, under a name that no item has.
    """
    rows = [(_GENERAL, *priors.general), *((item, *prior) for item, prior in priors.items.items())]
    some = (rows[at : at + _PACK_ITEMS] for at in range(0, len(rows), _PACK_ITEMS))
    return [packed for each in some for packed in in_packs(each, _columns)]


def _columns(rows: list[tuple[str, float, float]]) -> Columns:
    return {
        "items": [item for item, _, _ in rows],
        "rate": [float(f"{rate:.3g}") for _, rate, _ in rows],
        "spread": [float(f"{spread:.3g}") for _, _, spread in rows],
    }


def unpack(packs: Iterable[bytes]) -> Priors:
    """Return the priors of all packs that `pack` made. Of none: NO_PRIORS."""
    items: dict[str, Prior] = {}
    for packed in packs:
        columns = unpacked(packed)
        rows = zip(columns["items"], columns["rate"], columns["spread"], strict=True)
        items.update({item: Prior(rate, spread) for item, rate, spread in rows})
    return Priors(items.pop(_GENERAL, NO_PRIORS.general), items)
