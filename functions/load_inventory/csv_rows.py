"""The rows of a store's CSV: bytes in, rows and rejected rows out. Memory does not grow with the file. No AWS in here.

A file becomes rows in steps, each in a module of its own: its bytes (file_bytes), text in blocks of whole lines
(file_text), the columns (csv_header), the cells of each row (csv_records) and the rules for a cell (csv_cells). The
rules for a row are here.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from load_inventory.csv_cells import (
    LARGEST_COUNT,
    LONGEST_NAME,
    SURELY_SHORT,
    clean,
    is_composed,
    is_plain_number,
    name_reason,
    number_reason,
    visible,
)
from load_inventory.csv_header import Header, read_header
from load_inventory.csv_records import read_records
from load_inventory.file_bytes import Refused
from load_inventory.file_format import FOUND_OUT, Format
from load_inventory.file_text import Text

__all__ = ["Refused", "Rejected", "Row", "read_rows", "repeated", "summed"]

_KNOWN_STORES = 1000
_MORE_CELLS = "the row has {} columns, the first line has {}: put quotes around a name that holds the delimiter"


@dataclass(slots=True)
class Row:
    """A row as it is loaded."""

    line: int
    store: str
    item: str
    count: int
    reorder_point: int | None


def summed(earlier: Row, row: Row) -> Row:
    """Return the row that stands for two of one item whose counts are added up: bins or lots of it."""
    point = earlier.reorder_point if row.reorder_point is None else row.reorder_point
    return Row(row.line, row.store, row.item, min(earlier.count + row.count, LARGEST_COUNT), point)


def repeated(row: Row, last: Row) -> dict[str, Any]:
    """Return what an upload's record says of a row that a later line of the file repeats."""
    return {"Line": row.line, "LastLine": last.line, "Store": row.store, "Item": row.item}


@dataclass(slots=True)
class Rejected:
    """A row that is not loaded: the number of its first line, why, and its cells as found.

    `known`: store and item are what they should be, so the file does mention the item. `delimiter` is the file's.
    """

    line: int
    reason: str
    store: str
    item: str
    count: str
    known: bool = False
    delimiter: str = ","


def read_rows(
    content: io.IOBase,
    only_store: str | None = None,
    watch: Callable[[int], None] = lambda _line: None,
    form: Format = FOUND_OUT,
) -> Iterator[Row | Rejected]:
    """Yield every row of a CSV file, in order, as a Row or as Rejected.

    `content` gives the bytes of the file, plain or gzip; `only_store` is the store whose rows it may hold (None: any).
    Blank lines, and rows whose cells are all blank, are not rows. `watch` is called before each 64 KB (unpacked) are
    read, whether there are rows in them or not, with the number of lines read so far; what it raises ends the reading.
    Raises Refused, possibly after some rows.
    """
    text = Text(content, watch)
    header = read_header(text)
    rows = _Rows(header, None if only_store is None else clean(only_store))
    for line, records in read_records(text, header):
        if isinstance(records, str):
            yield Rejected(line, records, "", "", "", delimiter=header.delimiter)
        else:
            yield from rows.check(line, records)


class _Rows:
    """The rules for the rows of a file."""

    def __init__(self, header: Header, only_store: str | None) -> None:
        self._header = header
        self._only_store = only_store
        self._stores: dict[str, str] = {}  # cells as found → store, for some stores that were found to be right

    def check(self, line: int, records: list[list[str]]) -> Iterator[Row | Rejected]:
        """Yield the rows that records, one a line from `line` on, hold; none for blank ones."""
        header, stores = self._header, self._stores
        width, at_store, at_item, at_count = header.width, header.store, header.item, header.count
        at_point = header.reorder_point
        point = ""
        for number, cells in enumerate(records, line):
            if len(cells) == width:
                store, item, count = stores.get(cells[at_store]), cells[at_item], cells[at_count]
                if at_point is not None:
                    point = cells[at_point]
                # Nearly every row is plain, and to see that costs little. _row would return the same for it.
                if (
                    store is not None
                    and item
                    and item[0] > "'"  # not a blank, a quote or an apostrophe
                    and item[-1] > " "
                    and item.isprintable()
                    and len(item) <= SURELY_SHORT
                    and (item.isascii() or is_composed(item))
                    and is_plain_number(count)
                    and (not point or is_plain_number(point))
                ):
                    yield Row(number, store, item, int(count), int(point) if point else None)
                    continue
            row = self._row(number, cells) if cells else None
            if row is not None:
                yield row

    def _row(self, line: int, cells: list[str]) -> Row | Rejected | None:
        """Return a row, or None if its cells are blank."""
        header = self._header
        if len(cells) > header.width and any(map(clean, cells[header.width :])):
            return self._reject(line, _MORE_CELLS.format(len(cells), header.width), header.named(cells))
        cells = cells + [""] * (header.width - len(cells))
        found = header.named(cells)
        known = self._stores.get(found[0])
        store, item, count = known or clean(found[0]), clean(found[1]), clean(found[2])
        if not (store or item or count) and not any(map(clean, cells)):
            return None
        if reason := (None if known else self._store_reason(store)) or name_reason("item", item):
            return self._reject(line, reason, found)
        if not known and len(found[0]) <= LONGEST_NAME:
            if len(self._stores) >= _KNOWN_STORES:
                self._stores.clear()
            self._stores[found[0]] = store
        point = clean(cells[header.reorder_point]) if header.reorder_point is not None else ""
        if reason := number_reason("count", count) or (number_reason("reorder_point", point) if point else None):
            return self._reject(line, reason, [store, item, found[2]], known=True)
        return Row(line, store, item, int(count), int(point) if point else None)

    def _reject(self, line: int, reason: str, found: list[str], known: bool = False) -> Rejected:
        store, item, count = found
        return Rejected(line, reason, store, item, count, known, self._header.delimiter)

    def _store_reason(self, store: str) -> str | None:
        if reason := name_reason("store", store):
            return reason
        if self._only_store is not None and store != self._only_store:
            return f"this folder is for the store “{visible(self._only_store)}” only"
        return "“*” is not a store's name: it stands for all stores" if store == "*" else None
