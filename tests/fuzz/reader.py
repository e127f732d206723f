"""`make fuzz`: the reader against bytes that a coverage-guided fuzzer makes up, beginning with the corpus.

What must hold for any bytes: they are read or refused in words, in bounded time (libFuzzer's -timeout); every line is a
row, rejected, told of in a note, or blank; a row says the same where the file is joined to another one; a line that a
format skips is as if it was not there; what is downloaded of rejected rows, uploaded as it is, loads nothing.
"""

import csv
import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import atheris  # only in the environment that `make fuzz` makes

with atheris.instrument_imports(include=["load_inventory", "read_file"]):
    from load_inventory.rejected import RejectedRows
    from read_file import sheet_csv, workbook  # noqa: F401 - imported late otherwise, and not seen then
    from read_file.csv_cells import clean
    from read_file.csv_rows import Reading, Refused, Rejected, Row, read_rows
    from read_file.file_format import MOST_LINES_BEFORE, Format

from tests.corpus import HOSTILE

STORES = (None, "Berlin")
FORMATS = (
    Format(),
    Format(store=("a",), item=("b",), count=("c",), thousands=".", decimal=","),
    Format(add_up=True),
    Format(store_columns=("Berlin", "Rom"), leave_out=("Total*",)),
    Format(encoding="cp1252", lines_before=1, negative="reject"),
)


_NOT_PLAIN = (b'"', b"\r", b"\x00", b"\x1f\x8b", b"PK")
"""In bytes whose lines are not told by line feeds alone."""


class Shelf:
    """Stands for S3: keeps the one object that is put."""

    body = b""

    def put_object(self, Body: bytes, **_: Any) -> None:  # noqa: N803 - as S3 names it
        self.body = Body


def check(data: bytes) -> None:
    """Read bytes, of which the first chooses folder and format. Raises AssertionError if they are not read right."""
    if not data:
        return
    store, form = STORES[data[0] % 2], FORMATS[data[0] // 2 % len(FORMATS)]
    if form == FORMATS[0]:
        _check_skipped(data[1:], store)
    reading = read_rows(io.BytesIO(data[1:]), store, form=form)
    rows: list[Row | Rejected] = []
    try:
        rows.extend(reading)
    except Refused:
        return
    for row in rows:
        _check_row(row, store)
    if form == FORMATS[0]:
        _check_lines(data[1:], rows, reading)
        _check_joined(data[1:], rows, reading, store)
    _check_download([row for row in rows if isinstance(row, Rejected)], store, form)


def _check_skipped(data: bytes, store: str | None) -> None:
    if not data.isascii() or any(sign in data for sign in _NOT_PLAIN) or data.count(b"\n") > MOST_LINES_BEFORE // 2:
        return
    alone, below = _read(data, store, Format()), _read(b"List\n" + data, store, Format(lines_before=1))
    assert below == alone, (alone, below)


def _read(data: bytes, store: str | None, form: Format) -> list[tuple[Any, ...]] | None:
    """Return what rows say and where, the lines that are skipped not counted; None: the file is refused."""
    skipped = form.lines_before or 0
    try:
        reading = read_rows(io.BytesIO(data), store, form=form)
        return [(type(row), row.line - skipped, row.store, row.item, row.count) for row in reading]
    except Refused:
        return None


def _check_row(row: Row | Rejected, store: str | None) -> None:
    assert row.line > 0
    if isinstance(row, Rejected):
        assert str(row.reason), "a rejected row says why"
        return
    assert row.count >= 0
    for name in (row.store, row.item):
        assert name
        assert name == clean(name)
    assert store in (None, row.store)


def _check_lines(data: bytes, rows: list[Row | Rejected], reading: Reading) -> None:
    """Every line of a plain file from the first row on is accounted for."""
    headers = sum(note["Rows"] for note in reading.notes.facts() if note["Key"] == "header-again")
    if not rows or any(sign in data for sign in _NOT_PLAIN):
        return
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        return
    told, delimiter = [row.line for row in rows], reading.found.delimiter
    wanted = [at for at, line in enumerate(lines, 1) if at >= told[0] and any(map(clean, line.split(delimiter)))]
    assert told == sorted(set(told) & set(wanted)), (told, wanted)
    assert len(wanted) <= len(told) + headers, (told, wanted)  # a header may stand above the first row


def _check_joined(data: bytes, rows: list[Row | Rejected], reading: Reading, store: str | None) -> None:
    """Below another file with the same delimiter, whatever row is loaded still says the same."""
    if reading.found.delimiter != "," or any(sign in data for sign in _NOT_PLAIN):
        return
    alone = {row.line + 2: row for row in rows if isinstance(row, Row)}
    try:
        joined = list(read_rows(io.BytesIO(b"store,item,count\nBerlin,tea,7\n" + data), store))
    except Refused:  # it may be in another encoding
        return
    for row in joined:
        if isinstance(row, Row) and (same := alone.get(row.line)):
            assert row == replace(same, line=row.line), (row, same)


def _check_download(rejected: list[Rejected], store: str | None, form: Format) -> None:
    """What was rejected does not load unmended: the download of it, uploaded as it is, holds no row."""
    if not rejected:
        return
    shelf = Shelf()
    download = RejectedRows(shelf, "", "")
    for row in rejected:
        download.add(row)
    download.finish()
    csv.field_size_limit(1 << 30)
    try:
        again = list(read_rows(io.BytesIO(shelf.body), store, form=form))
    except Refused:
        return
    loaded = [row for row in again if isinstance(row, Row)]
    assert not loaded, (loaded, shelf.body)


def main() -> None:
    """Fuzz as libFuzzer's arguments say; the folder that is named first keeps what reaches new code."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, shape in enumerate(HOSTILE):
        (folder / f"corpus-{number}").write_bytes(bytes([int(shape.folder is not None)]) + shape.content())
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
