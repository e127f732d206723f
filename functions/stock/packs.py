"""Packs: many small rows as columns, compressed, so that they fit into few items of DynamoDB. No AWS in here.

Columns next to each other take less than rows. The dashboard reads them, too (dashboard/src/data/packed.ts).
"""

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

_PACK_BYTES = 300_000  # before they are compressed; DynamoDB takes 400 KB

_Row = TypeVar("_Row", bound=Sequence[Any])
Columns = dict[str, Sequence[Any]]


def in_packs(rows: Iterable[_Row], columns: Callable[[list[_Row]], Columns]) -> list[bytes]:
    """Return rows as packs, in their order, each of at most 300 KB before it is compressed; without any: none.

    `columns` returns what is written of some rows: never more than the rows themselves as JSON.
    """
    packs: list[bytes] = []
    some: list[_Row] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row))
        if size + length > _PACK_BYTES:
            packs.append(_packed(columns(some)))
            some, size = [], 0
        some.append(row)
        size += length
    return [*packs, _packed(columns(some))] if some else packs


def _packed(columns: Columns) -> bytes:
    return zlib.compress(json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def unpacked(packed: bytes) -> dict[str, list[Any]]:
    """Return the columns of a pack, by name."""
    columns: dict[str, list[Any]] = json.loads(zlib.decompress(packed))
    return columns
