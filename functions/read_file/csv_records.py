"""The records of a CSV, which are the cells of its rows. No AWS in here.

Where every line of a block is a record, as nearly always, the block goes through `csv.reader` at once; where quotes
hold line breaks, or do not match, its records are read one by one.
"""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from read_file.csv_cells import spelled_out
from read_file.csv_header import Header, csv_reader
from read_file.file_text import LONGEST_LINE, Text, too_long
from read_file.reasons import Reason

MOST_LINES_IN_A_ROW = 100
_SHOWN = 1000  # characters of a line that is too long


class Unreadable(NamedTuple):
    """A line that has no cells, and why."""

    reason: Reason
    line: str


Records = list[list[str]]


def read_records(text: Text, header: Header) -> Iterator[tuple[int, Records | Unreadable]]:
    """Yield what follows the header: the number of a line, and the cells of successive rows, one a line from it on.

    A blank line is a row without cells.
    """
    while block := text.block():
        line = text.number + 1
        reader = csv_reader(io.StringIO(block, newline=""), header.delimiter)
        try:
            records = list(reader)
        except csv.Error:
            records = []
        if len(records) == reader.line_num and not too_long(block):
            text.number += len(records)
            yield line, records
        else:
            text.waiting.extend(io.StringIO(block, newline=""))
            while text.waiting:
                line = text.number + 1
                cells = _read_record(text, header)
                yield line, cells if isinstance(cells, Unreadable) else [cells]


def _read_record(text: Text, header: Header) -> list[str] | Unreadable:
    """Return the cells of the next row, or the reason why it cannot be read.

    A quote that is opened and not closed would swallow the lines after it as one cell. So a row may take
    MOST_LINES_IN_A_ROW lines and about LONGEST_LINE characters, and no cell of a column that is loaded may hold a line
    break; where that fails, only the row's first line is unreadable, and the others are read again.
    """
    taken: list[str] = []

    def lines() -> Iterator[str]:
        size = 0
        while len(taken) < MOST_LINES_IN_A_ROW and size < LONGEST_LINE and (line := text.line()):
            taken.append(line)
            size += len(line)
            if too_long(line):
                return
            yield line

    try:
        cells: list[str] | None = next(csv_reader(lines(), header.delimiter), None)
    except csv.Error:
        cells = None
    if cells is not None and (len(taken) == 1 or not any("\n" in cell or "\r" in cell for cell in header.read(cells))):
        return cells
    text.put_back(taken[1:])
    if too_long(taken[0]):
        return Unreadable(Reason.of("too-long", most=LONGEST_LINE), taken[0][:_SHOWN] + "…")
    line = taken[0].strip("\r\n")
    return Unreadable(Reason.of("quotes", line=spelled_out(line.strip()[:80])), line)
