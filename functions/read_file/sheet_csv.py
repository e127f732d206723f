"""A sheet of an Excel workbook as the bytes of a CSV, so that one reader reads both. No AWS in here.

Line 12 of the CSV is row 12 of the sheet. Cells are separated by commas, and hold no line breaks.
"""

import io
import re
from collections.abc import Iterator
from itertools import repeat

from read_file.file_format import Format
from read_file.opened import Opened
from read_file.refused import Refused
from read_file.sheet_numbers import PLAIN, number_text
from read_file.workbook import Workbook, open_workbook
from read_file.workbook_entries import LARGE, unescaped

DELIMITER = ","
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384  # Excel's own
_LONGEST_CELL = 40_000  # characters: more than Excel's own 32,767
_LINE_BREAKS = re.compile("[\r\n]+")
_WRITTEN = ("v", "t", "f")  # value, text that stands in the sheet, formula


def open_sheet(stream: io.BufferedIOBase, form: Format) -> Opened:
    """Return a sheet of a workbook as a CSV: the one of the format, else the first visible one.

    Raises Refused; whoever reads the bytes may also get that, after some of them.
    """
    book = open_workbook(stream, form.sheet)
    # As the format has it: with a point for thousands, 1234.5 would become 12345.
    decimal = form.decimal or ("," if form.thousands == "." else ".")
    return Opened(io.BufferedReader(_Lines(_Sheet(book, decimal).lines())), sheets=book.sheets, delimiter=DELIMITER)


class _Lines(io.RawIOBase):
    """A stream of the bytes of some lines."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        given = self._rest[: len(buffer)]
        self._rest = self._rest[len(given) :]
        buffer[: len(given)] = given
        return len(given)


class _Sheet:
    """The cells of a sheet as they stream by."""

    def __init__(self, book: Workbook, decimal: str) -> None:
        self._book, self._decimal = book, decimal
        self._done: list[str] = []  # lines that are complete
        self._row = 0
        self._cells: list[str] = []
        self._column = 0  # of the next cell, from 0
        self._attributes: dict[str, str] = {}
        self._value: list[str] = []
        self._formula: list[str] = []
        self._into: list[str] | None = None  # where text goes that is read now
        self._size = 0
        self._reading = False  # how a text is spoken, which is no part of it

    def lines(self) -> Iterator[bytes]:
        """Yield the rows of the sheet as lines, some at a time."""
        for _ in self._book.entries.read(self._book.path, self._start, self._end, self._text, LARGE):
            if self._done:
                yield "".join(self._done).encode("utf-8", "replace")
                self._done.clear()
        if self._done:
            yield "".join(self._done).encode("utf-8", "replace")

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        if element == "c":
            if place := attributes.get("r"):
                self._column = _column(place)
            self._attributes, self._size = attributes, 0
            self._value.clear()
            self._formula.clear()
        elif element in _WRITTEN and not self._reading:
            self._into = self._formula if element == "f" else self._value
        elif element == "row":
            row = int(attributes.get("r", self._row + 1))
            if not self._row < row <= _MOST_ROWS:
                raise Refused.of("workbook-damaged")
            self._done.extend(repeat("\n", row - self._row - 1))
            self._row, self._column = row, 0
            self._cells.clear()
        elif element == "rPh":
            self._reading = True

    def _text(self, text: str) -> None:
        if self._into is not None and self._size < _LONGEST_CELL:
            self._into.append(text)
            self._size += len(text)

    def _end(self, element: str) -> None:
        if element == "c":
            self._add(self._cell())
        elif element in _WRITTEN:
            self._into = None
        elif element == "row":
            self._done.append(DELIMITER.join(self._cells) + "\n")
        elif element == "rPh":
            self._reading = False

    def _add(self, cell: str) -> None:
        at, self._column = self._column, self._column + 1
        if not cell:
            return
        if not len(self._cells) <= at < _MOST_COLUMNS:
            raise Refused.of("workbook-damaged")
        self._cells.extend(repeat("", at - len(self._cells)))
        self._cells.append(_quoted(cell))

    def _cell(self) -> str:
        book, kind = self._book, self._attributes.get("t", "n")
        written = "".join(self._value)
        if not written:
            # A formula whose value a program did not work out: better shown, and rejected, than a blank.
            return "=" + "".join(self._formula) if self._formula else ""
        if kind == "s":
            return book.texts[int(written)]
        if kind == "n":
            style = int(self._attributes.get("s", "0"))
            shown = book.formats[style] if style < len(book.formats) else PLAIN
            return number_text(written, shown, self._decimal, book.since_1904)
        if kind == "b":
            return "TRUE" if written == "1" else "FALSE"
        return unescaped(written)


def _column(place: str) -> int:
    """Return the number, from 0, of the column of a cell such as `AB12`. Raises ValueError if it has none."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    if not 0 < number <= _MOST_COLUMNS:
        raise ValueError(place)
    return number - 1


def _quoted(cell: str) -> str:
    if "\n" in cell or "\r" in cell:
        cell = _LINE_BREAKS.sub(" ", cell)
    if '"' in cell or DELIMITER in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell
