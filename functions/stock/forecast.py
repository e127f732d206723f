"""Forecasts: how fast an item of a store sells, and when it will be out. No AWS in here.

Look-Ahead writes them, the dashboard and the command line read them; docs/foresight.md tells how they are made.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from stock.packs import Columns, in_packs, unpacked

LIKELY = 0.3
"""From this probability on, something is said to be likely: precision matters more than completeness."""

LITTLE, GAPS, OUT = "little", "gaps", "out"
"""Why there is no forecast: too little was seen of the item, whether it is out or not; the store is counted too rarely
for how fast it sells; it is out already."""


class Forecast(NamedTuple):
    """What is to be expected of an item of a store, from `count` on.

    `rate`: units sold a day; `spread` (φ, at least 1): variance of a day's sales by their mean, 1 is pure chance;
    `doubt`: variance of the rate, as it is not known exactly. Demand over some days is a negative binomial of these
    three (look_ahead/chances.py).
    `soon`: probability that it is out within 7 days; `first`, `last`: it will be out in so many days, the first days by
    which that has a probability of 0.1 and of 0.9; None: beyond 60 days. `lost`: expected days out within 14 days, if
    nothing is done. `silent`: probability of so long a time without any change, given the rate; 1: it is not silent.
    `why`: why there is no forecast, one of LITTLE, GAPS, OUT: then `soon` and `lost` are 0, `first` and `last` None.
    "": there is one.
    """

    item: str
    count: int  # type: ignore[assignment]  # a tuple has a method of that name; nobody needs it here
    rate: float
    spread: float
    doubt: float
    soon: float
    first: int | None
    last: int | None
    lost: float
    silent: float
    why: str


def last_day(first: int, last: int | None) -> int | None:
    """Return the last day that people are told of when an item will be out: always a range, as nobody knows the day.

    None: nobody knows the last one, either.
    """
    return None if last is None else max(last, first + 1)


def pack(forecasts: Iterable[Forecast]) -> list[bytes]:
    """Return forecasts as packs for the table Forecasts, by item. Floats keep three significant digits."""
    return in_packs(map(_rounded, sorted(forecasts)), _columns)


def _rounded(forecast: Forecast) -> list[Any]:
    return [float(f"{value:.3g}") if isinstance(value, float) else value for value in forecast]


def _columns(forecasts: list[list[Any]]) -> Columns:
    return dict(zip(("items", *Forecast._fields[1:]), zip(*forecasts, strict=True), strict=True))


def unpack(packed: bytes) -> list[Forecast]:
    """Return the forecasts of a pack."""
    return [Forecast(*values) for values in zip(*unpacked(packed).values(), strict=True)]
