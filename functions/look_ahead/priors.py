"""What is known of items before a store has seen much of them: how they sell in all stores. No AWS in here."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from stock.forecast import Forecast


class Prior(NamedTuple):
    """How an item sells in the mean of the stores: units a day, and their spread (φ)."""

    rate: float
    spread: float


class Priors(NamedTuple):
    """The priors of items; `general`: of those that no store knows yet."""

    general: Prior
    items: Mapping[str, Prior]


NO_PRIORS = Priors(Prior(0.1, 1.5), {})
"""For the first day, when no store has a forecast."""


def gather(stores: Iterable[Iterable[Forecast]]) -> Priors:
    """Return the priors that the forecasts of some stores make. Without any: NO_PRIORS."""
    raise NotImplementedError


def pack(priors: Priors) -> list[bytes]:
    """Return priors as texts for the table Forecasts, compressed: each of at most 300 KB before that."""
    raise NotImplementedError


def unpack(packs: Iterable[bytes]) -> Priors:
    """Return the priors of all packs that `pack` made. Of none: NO_PRIORS."""
    raise NotImplementedError
