"""The rows of a file that sets reorder points: bytes in, points and mistakes out. No AWS in here.

It goes the way of a stock list (csv_rows), with other columns: item and reorder point, and the store, unless the file
is of one store only. A blank reorder point takes away the one that is set.
"""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from read_file.csv_cells import Numbers, clean, name_reason, number_reason, spelled_out
from read_file.csv_columns import Columns, shown_titles
from read_file.csv_header import Header, csv_reader
from read_file.csv_records import Unreadable, read_records
from read_file.csv_rows import check_folder
from read_file.csv_titles import ITEM, KNOWN, REORDER_POINT, STORE
from read_file.file_format import same_title
from read_file.file_text import Text
from read_file.reasons import Reason
from read_file.refused import Refused
from stock.reorder_points import ALL_STORES

MOST_ROWS = 100_000
_DELIMITERS = ",;\t|"
_NUMBERS = Numbers("", "")


class Point(NamedTuple):
    """What a line says: the reorder point of an item (None: none any more) in a store, or in ALL_STORES."""

    line: int
    store: str
    item: str
    point: int | None


class Mistake(NamedTuple):
    """Why a line cannot be set."""

    line: int
    reason: Reason


def read_points(content: io.IOBase, only_store: str | None) -> tuple[list[Point], list[Mistake]]:
    """Return what a file sets, and what is wrong in it, both in the order of its lines.

    `only_store`: of which it may speak; None: of any, and of all together. Raises Refused if it cannot be read.
    """
    store = None if only_store is None else clean(only_store)
    check_folder(store)
    text = Text(content, lambda _line: None)
    header = _header(text, store)
    points: dict[tuple[str, str], Point] = {}
    mistakes: list[Mistake] = []
    for found in _lines(text, header, store):
        if isinstance(found, Point):
            earlier = points.setdefault((found.store, found.item), found)
            if earlier.point != found.point:
                mistakes.append(Mistake(found.line, Reason.of("point-twice", line=earlier.line)))
        else:
            mistakes.append(found)
        if len(points) + len(mistakes) > MOST_ROWS:
            raise Refused.of("too-many-points", most=MOST_ROWS)
    if not points and not mistakes:
        raise Refused.of("no-points")
    return list(points.values()), mistakes


def _header(text: Text, store: str | None) -> Header:
    """Return the columns that the first line names. Raises Refused if it does not name those that are needed."""
    line = text.line()
    best: list[str] = []
    for delimiter in _DELIMITERS:
        try:
            cells = [clean(cell) for cell in next(csv_reader([line], delimiter), [])]
        except csv.Error:
            continue
        at = {column: _column(cells, column) for column in (STORE, ITEM, REORDER_POINT)}
        item, point = at[ITEM], at[REORDER_POINT]
        if item is not None and point is not None and (at[STORE] is not None or store):
            return Header(delimiter, Columns(tuple(cells), item, None, point, at[STORE], store, (), {}), 1)
        best = max(best, cells, key=len)
    needed = [ITEM, REORDER_POINT] if store else [STORE, ITEM, REORDER_POINT]
    missing = [column for column in needed if _column(best, column) is None]
    raise Refused.of("columns-of-points", needed=", ".join(needed), columns=missing, titles=shown_titles(best))


def _column(titles: list[str], column: str) -> int | None:
    """Return at which column (from 0) the one is: of its own name, else of a title that is known; None: at none."""
    plain = [same_title(title) for title in titles]
    for names in ({same_title(column)}, KNOWN[column]):
        if places := [at for at, title in enumerate(plain) if title in names]:
            if len(places) > 1:
                raise Refused.of("column-twice", title=titles[places[0]])
            return places[0]
    return None


def _lines(text: Text, header: Header, store: str | None) -> Iterator[Point | Mistake]:
    for line, found in read_records(text, header):
        if isinstance(found, Unreadable):
            yield Mistake(line, found.reason)
            continue
        for number, cells in enumerate(found, line):
            if any(map(clean, cells)):
                yield _line(number, cells, header.columns, store)


def _line(line: int, cells: list[str], columns: Columns, only_store: str | None) -> Point | Mistake:
    width = columns.width
    if any(map(clean, cells[width:])):
        return Mistake(line, Reason.of("too-many-cells", cells=len(cells), width=width))
    full = [clean(cell) for cell in cells] + [""] * width
    item, written = full[columns.item], _NUMBERS.plain(full[columns.reorder_point or 0])
    store = (full[columns.store] if columns.store is not None else "") or only_store or ALL_STORES
    reason = (
        (Reason.of("other-store", store=spelled_out(only_store)) if only_store and store != only_store else None)
        or name_reason("store", store)
        or name_reason("item", item)
        or (number_reason("reorder_point", written) if written else None)
    )
    return Mistake(line, reason) if reason else Point(line, store, item, int(written) if written else None)
