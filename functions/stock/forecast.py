"""Forecasts: how fast an item of a store sells, and when it will be out. No AWS in here.

Look-Ahead writes them, the dashboard and the command line read them; docs/foresight.md tells how they are made.
"""

import json
import zlib
from collections.abc import Iterable
from typing import Any, NamedTuple

_PACK_BYTES = 300_000  # before they are compressed; DynamoDB takes 400 KB

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


def pack(forecasts: Iterable[Forecast]) -> list[bytes]:
    """Return forecasts as texts for the table Forecasts, by item, compressed: each of at most 300 KB before that.

    Floats keep three significant digits.
    """
    packs: list[bytes] = []
    some: list[list[Any]] = []
    size = 0
    for forecast in sorted(forecasts):
        rounded = [float(f"{value:.3g}") if isinstance(value, float) else value for value in forecast]
        length = len(json.dumps(rounded))  # is never less than its part of the columns
        if size + length > _PACK_BYTES:
            packs.append(_packed(some))
            some, size = [], 0
        some.append(rounded)
        size += length
    return [*packs, _packed(some)] if some else packs


def _packed(forecasts: list[list[Any]]) -> bytes:
    names = ("items", *Forecast._fields[1:])
    columns = dict(zip(names, zip(*forecasts, strict=True), strict=True))
    return zlib.compress(json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def unpack(packed: bytes) -> list[Forecast]:
    """Return the forecasts of a pack."""
    columns: dict[str, list[Any]] = json.loads(zlib.decompress(packed))
    return [Forecast(*values) for values in zip(*columns.values(), strict=True)]
