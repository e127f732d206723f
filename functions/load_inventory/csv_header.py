"""The first line of a CSV: which columns it has, and the delimiter. No AWS in here."""

import csv
from dataclasses import dataclass
from typing import Any

from load_inventory.csv_cells import BLANKS, clean, visible
from load_inventory.file_bytes import EMPTY, Refused
from load_inventory.file_text import Text, too_long

_COLUMNS = ("store", "item", "count")
_OPTIONAL = ("reorder_point",)
_DELIMITERS = ",;\t|"
_MOST_BLANK_LINES = 1000  # before the header
_MOST_LINES_IN_HEADER = 10
_FIRST_LINE = "The first line must name the columns store, item and count."


@dataclass(frozen=True)
class Header:
    """Delimiter, number of columns, and at which of them (from 0) are store, item, count and reorder point."""

    delimiter: str
    width: int
    store: int
    item: int
    count: int
    reorder_point: int | None

    def named(self, cells: list[str]) -> list[str]:
        """Return the cells of store, item and count, as far as the row has them."""
        return [cells[at] for at in (self.store, self.item, self.count) if at < len(cells)]

    def read(self, cells: list[str]) -> list[str]:
        """Return the cells of all columns that are read, as far as the row has them."""
        optional = [at for at in (self.reorder_point,) if at is not None and at < len(cells)]
        return self.named(cells) + [cells[at] for at in optional]


def csv_reader(lines: Any, delimiter: str) -> Any:
    """Return a reader of lines as stores write them."""
    # strict: an open quote, or one that is not written twice inside a name, is an error instead of another name.
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)


def read_header(text: Text) -> Header:
    """Read the line, or lines if a title holds line breaks, that names the columns, and find the delimiter by it.

    Raises Refused if there is none.
    """
    line = text.line()
    while line and not line.strip(BLANKS + _DELIMITERS):
        if text.number == _MOST_BLANK_LINES:
            raise Refused(f"The file begins with {_MOST_BLANK_LINES:,} blank lines. {_FIRST_LINE}")
        line = text.line()
    if not line:
        raise Refused(EMPTY)
    delimiters = _DELIMITERS
    hint = line.rstrip("\r\n").strip('"')
    if hint[:4].lower() == "sep=" and hint[4:] in (*_DELIMITERS,):  # for Excel
        delimiters, line = hint[4:] + delimiters, text.line()
    lines: list[str] = []
    names: list[str] = []
    unfinished = True
    while unfinished and line and len(lines) < _MOST_LINES_IN_HEADER:
        if too_long(line):
            raise Refused(f"The first line is longer than any header. {_FIRST_LINE}")
        lines.append(line)
        unfinished = False
        for delimiter in delimiters:
            try:
                found = [clean(cell).lower() for cell in next(csv_reader(lines, delimiter), [])]
            except csv.Error:
                unfinished = True
                continue
            if set(_COLUMNS) <= set(found):
                return _header(delimiter, found)
            names = max(names, found, key=len)
        line = text.line() if unfinished else ""
    raise Refused(_no_header(names))


def _no_header(names: list[str]) -> str:
    missing = [name for name in _COLUMNS if name not in names]
    seen = ", ".join(f"“{visible(name[:40])}”" for name in names[:8] if name) or "nothing"
    return f"{_FIRST_LINE} Missing: {', '.join(missing)}. Found: {seen}."


def _header(delimiter: str, names: list[str]) -> Header:
    for name in (*_COLUMNS, *_OPTIONAL):
        if names.count(name) > 1:
            raise Refused(f"The first line names the column {name} more than once. Keep one of them.")
    store, item, count = (names.index(name) for name in _COLUMNS)
    optional = (names.index(name) if name in names else None for name in _OPTIONAL)
    return Header(delimiter, len(names), store, item, count, *optional)
