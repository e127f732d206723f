"""The summaries of all stores in a fixed number of packs. No AWS in here.

The dashboard reads them (dashboard/src/data/storeList.ts).
"""

import zlib
from collections.abc import Iterable
from typing import NamedTuple

from stock.packs import Columns, in_packs

PARTS = 64
"""So many for any chain: an upload changes one of them, and one of 10,000 stores takes 4 KB, a read unit."""


class Summary(NamedTuple):
    """A store as the table Stores has it. `at`: event time of its last upload in epoch seconds; None: none yet."""

    store: str
    items: int
    units: int
    out: int
    low: int
    at: int | None


def in_parts(summaries: Iterable[Summary]) -> dict[int, bytes]:
    """Return the packs by their number, 0 to 63. A store is always in the same one; none is without stores.

    Raises ValueError if one does not fit an item of DynamoDB: there are some 400,000 stores then.
    """
    parts: dict[int, list[Summary]] = {}
    for summary in sorted(summaries):
        parts.setdefault(zlib.crc32(summary.store.encode()) % PARTS, []).append(summary)
    return {number: _only(in_packs(parts[number], _columns)) for number in sorted(parts)}


def _only(packs: list[bytes]) -> bytes:
    (pack,) = packs
    return pack


def _columns(summaries: list[Summary]) -> Columns:
    columns = zip(*summaries, strict=True)
    return dict(zip(("stores", "items", "units", "out", "low", "at"), columns, strict=True))
