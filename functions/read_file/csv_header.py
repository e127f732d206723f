"""The header of a CSV: in which line the columns are named, and the delimiter. No AWS in here."""

import csv
import re
from dataclasses import dataclass
from typing import Any

from read_file.csv_cells import BLANKS, clean, is_plain_number
from read_file.csv_columns import Columns, find_columns, is_download, missing, shown_titles
from read_file.file_format import MOST_LINES_BEFORE, Format
from read_file.file_text import Text, too_long
from read_file.reasons import Reason
from read_file.refused import Refused

_DELIMITERS = ",;\t|^~，；"
_SIGNS = re.compile(f"[{re.escape(_DELIMITERS)}]")
_MOST_TITLE_LINES = 30  # before the header, blank ones aside
_MOST_LINES_IN_HEADER = 10


@dataclass(frozen=True)
class Header:
    """Delimiter and columns of a file, and the line that names them; `has_title`: there are lines above that one."""

    delimiter: str
    columns: Columns
    line: int
    has_title: bool = False

    def named(self, cells: list[str]) -> list[str]:
        """Return the cells of store, item and count, as far as the row has them; "" where there is no such column."""
        at = (self.columns.store, self.columns.item, self.columns.count)
        return [cells[each] if each is not None and each < len(cells) else "" for each in at]

    def read(self, cells: list[str]) -> list[str]:
        """Return the cells of all columns that are read, as far as the row has them."""
        return [cells[at] for at in self.columns.read if at < len(cells)]


def csv_reader(lines: Any, delimiter: str) -> Any:
    """Return a reader of lines as stores write them."""
    # strict: an open quote, or one that is not written twice inside a name, is an error instead of another name.
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)


def read_header(text: Text, form: Format, only_store: str | None) -> Header:
    """Read up to the line, or lines if a title holds line breaks, that names the columns; find the delimiter by it.

    Lines that stand above it are not read, if they cannot be rows. Raises Refused if no line names the columns.
    """
    return _Search(text, form, only_store).run()


class _Search:
    """The search for the header of a file."""

    def __init__(self, text: Text, form: Format, only_store: str | None) -> None:
        self._text, self._form, self._only_store = text, form, only_store
        self._delimiters = form.delimiter or _DELIMITERS
        self._above: list[str] = []  # lines that are not blank
        self._is_begun = False
        self._best: list[str] = []  # cells of the line that names most of the columns, the first one if there is a draw
        self._best_rank: tuple[int, ...] = ()

    def run(self) -> Header:
        self._skip()
        while len(self._above) <= _MOST_TITLE_LINES and (line := self._next_line()):
            number, self._is_begun = self._text.number, True
            if too_long(line):
                if self._above:
                    break
                raise Refused.of("first-line-too-long")
            hint = line.rstrip("\r\n").strip('"')
            if hint[:4].lower() == "sep=" and hint[4:] and hint[4:] in _DELIMITERS:  # for Excel
                self._delimiters = self._form.delimiter or hint[4:] + _DELIMITERS
                continue
            if found := self._header(line):
                delimiter, columns = found
                self._refuse_rows_above(delimiter, columns)
                return Header(delimiter, columns, number, bool(self._above))
            self._above.append(line)
        raise Refused(self._no_header(), titles=tuple(map(clean, self._best)))

    def _skip(self) -> None:
        lines = [self._text.line() for _ in range(self._form.lines_before or 0)]
        if lines and is_download(lines[0].lstrip(BLANKS).replace('"', "").replace(";", ",").split(",")):
            self._text.put_back([line for line in lines if line])

    def _next_line(self) -> str:
        """Return the next line that is not blank; "" if there is none, or if a format could not say where it is."""
        while (line := self._text.line()) and self._text.number <= MOST_LINES_BEFORE + 1:
            if line.strip(BLANKS + _DELIMITERS):
                return line
        if not self._is_begun:
            raise Refused.of("blank-lines", lines=MOST_LINES_BEFORE) if line else Refused.of("empty")
        return ""

    def _header(self, first: str) -> tuple[str, Columns] | None:
        """Return delimiter and columns, if the line names them, with those after it where a title has several lines."""
        lines, line, unfinished = [first], first, True
        while unfinished and line and not too_long(line):
            unfinished = False
            for delimiter in self._delimiters:
                try:
                    cells: list[str] = next(csv_reader(lines, delimiter), [])
                except csv.Error:
                    unfinished = True
                    continue
                if columns := find_columns(cells, self._form, self._only_store):
                    return delimiter, columns
                self._note(cells)
            line = self._text.line() if unfinished and len(lines) < _MOST_LINES_IN_HEADER else ""
            if line:
                lines.append(line)
        self._text.put_back(lines[1:])
        return None

    def _note(self, cells: list[str]) -> None:
        rank = (-len(self._missing(cells)), 0 if self._above else len(cells))
        if rank > self._best_rank:
            self._best, self._best_rank = cells, rank

    def _missing(self, cells: list[str]) -> list[str]:
        return missing(cells, self._form, self._only_store)

    def _refuse_rows_above(self, delimiter: str, columns: Columns) -> None:
        """Raise Refused if a line above the header may be a row: it would be lost."""
        counts = [columns.count] if columns.count is not None else [at for at, _ in columns.stores]
        for line in self._above:
            try:
                cells: list[str] = next(csv_reader([line], delimiter), [])
            except csv.Error:
                continue
            if len(cells) < columns.width or not clean(cells[columns.item]):
                continue
            if any(is_plain_number(clean(cells[at])) for at in counts):
                row = "".join(shown_titles([line.strip()]))
                raise Refused.of("row-above", line=self._text.number, row=row)

    def _no_header(self) -> Reason:
        lost = self._missing(self._best)
        titles = shown_titles([clean(cell) for cell in self._best])
        if self._form.item or self._form.count or self._form.store or self._form.store_columns:
            return Reason.of("columns-of-format", columns=lost, titles=titles)
        whole = self._best[0] if len(self._best) == 1 and self._above[0].startswith('"') else ""
        if any(sign in whole and not self._missing(whole.split(sign)) for sign in _DELIMITERS):
            return Reason.of("lines-in-quotes")
        if len(self._best) > 1 and not self._missing(_SIGNS.split(",".join(self._best))):
            return Reason.of("signs-differ")
        has_more = lost == ["store", "count"] and len(self._best) > 2
        key = "columns-missing-of-stores" if has_more else "columns-missing"
        return Reason.of(key, columns=lost, titles=titles)
