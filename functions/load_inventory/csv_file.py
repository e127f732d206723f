"""Reading a store's CSV: bytes in, rows and rejected rows out. Nothing here grows with the file."""

import csv
import gzip
import io
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST_LINE = 65_536  # characters
MOST_LINES_IN_A_ROW = 100
LONGEST_NAME = 900  # bytes of UTF-8: DynamoDB takes 1,024 in a sort key, and alerts add to it
LARGEST_COUNT = 999_999_999_999_999  # every program that reads it, JavaScript too, holds it exactly

_COLUMNS = ("store", "item", "count")
_DELIMITERS = ",;\t|"
_BOMB_RATIO = 200
_BOMB_BYTES = 50_000_000
_CHUNK = 1 << 16


class Refused(Exception):  # noqa: N818
    """The whole file cannot be loaded; the text says why and what to do, in words for a store clerk."""


@dataclass(slots=True)
class Row:
    """A row as it is loaded."""

    line: int
    store: str
    item: str
    count: int
    reorder_point: int | None


def repeated(row: Row, last: Row) -> dict[str, Any]:
    """Return what an upload's record says of a row that a later line of the file repeats."""
    return {"Line": row.line, "LastLine": last.line, "Store": row.store, "Item": row.item}


@dataclass(slots=True)
class Rejected:
    """A row that is not loaded: its line number, why, and its cells as found.

    `known`: store and item are what they should be, so the file does mention the item.
    """

    line: int
    reason: str
    store: str
    item: str
    count: str
    known: bool = False


@dataclass(frozen=True)
class _Header:
    delimiter: str
    width: int
    store: int
    item: int
    count: int
    reorder_point: int | None

    def named(self, cells: list[str]) -> list[str]:
        """Return the cells of store, item and count, as far as the row has them."""
        return [cells[at] for at in (self.store, self.item, self.count) if at < len(cells)]


def read_rows(content: io.IOBase, only_store: str | None = None) -> Iterator[Row | Rejected]:
    """Yield every row of a CSV file, in order, as a Row or as Rejected.

    `content` gives the bytes of the file, plain or gzip; `only_store` is the store whose rows it may hold (None: any).
    Blank lines, and rows whose cells are all blank, are not rows. Raises Refused, possibly after some rows.
    """
    text = _Text(content)
    header = _read_header(text)
    for line, cells in _records(text, header):
        if isinstance(cells, str):
            yield Rejected(line, cells, "", "", "")
        elif any(cell.strip() for cell in cells):
            yield _check(line, cells, header, only_store)


class _Text:
    """The lines of a file, each at most LONGEST_LINE characters, with the few it gave last put back on demand."""

    def __init__(self, content: io.IOBase) -> None:
        head = content.read(_CHUNK)
        rest = _Rest(head, content)
        raw: io.RawIOBase = rest
        if head.startswith(b"\x1f\x8b"):
            raw = unpacked = _Unpacked(rest)
            head = unpacked.head()
        _refuse_what_is_not_text(head)
        # Bytes that are not UTF-8 become lone surrogates, so that the line which holds them can be named.
        self._lines = io.TextIOWrapper(io.BufferedReader(raw, _CHUNK), "utf-8-sig", "surrogateescape", newline="")
        self._put_back: list[str] = []
        self.number = 0  # of the line given last

    def line(self) -> str:
        """Return the next line with its end, or "" at the end of the file; one that is too long is cut."""
        if self._put_back:
            self.number += 1
            return self._put_back.pop()
        try:
            line = self._lines.readline(LONGEST_LINE)
            if line:
                self.number += 1
                if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
                    self._skip_to_line_end()
                if not line.isascii() and _NOT_DECODED.search(line):
                    raise Refused(_NOT_UTF8.format(line=self.number))
            return line
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Refused("The gzip file is damaged or ends early. Compress it again and upload it again.") from error

    def put_back(self, lines: list[str]) -> None:
        self._put_back.extend(reversed(lines))
        self.number -= len(lines)

    def _skip_to_line_end(self) -> None:
        while rest := self._lines.readline(LONGEST_LINE):
            if rest[-1] in "\r\n":
                return


_NOT_DECODED = re.compile("[\udc80-\udcff]")
_NOT_UTF8 = (
    "Line {line} is not UTF-8 text. In Excel, save as “CSV UTF-8 (Comma delimited)”; "
    "elsewhere, choose UTF-8 as the encoding; then upload the file again."
)
_KINDS = (
    (b"PK\x03\x04", "an Excel workbook or a zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
)


def _refuse_what_is_not_text(head: bytes) -> None:
    if not head:
        raise Refused("The file is empty. It needs a first line with store, item and count, and a row for every item.")
    for magic, kind in _KINDS:
        if head.startswith(magic):
            raise Refused(f"This is {kind}, not a CSV file. Save the sheet as “CSV UTF-8” and upload that.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("The file is UTF-16 text. Save it as “CSV UTF-8” and upload it again.")
    if b"\0" in head:
        raise Refused("The file is not text: it holds NUL bytes. Save the sheet as “CSV UTF-8” and upload that.")


class _Rest(io.RawIOBase):
    """What was read of a stream already, and then the rest of it."""

    def __init__(self, head: bytes, rest: io.IOBase) -> None:
        self._head = head
        self._rest = rest
        self.given = 0  # bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        self.given += len(data)
        buffer[: len(data)] = data
        return len(data)


class _Unpacked(io.RawIOBase):
    """An unpacked gzip stream that refuses to become absurdly larger than it was."""

    def __init__(self, packed: _Rest) -> None:
        self._packed = packed
        self._gzip = gzip.GzipFile(fileobj=io.BufferedReader(packed, _CHUNK))
        self._size = 0
        self._head = b""

    def readable(self) -> bool:
        return True

    def head(self) -> bytes:
        try:
            self._head = self._gzip.read(_CHUNK)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Refused("The gzip file is damaged or ends early. Compress it again and upload it again.") from error
        return self._head

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._head[: len(buffer)] or self._gzip.read(len(buffer))
        self._head = self._head[len(buffer) :]
        self._size += len(data)
        if self._size > _BOMB_BYTES and self._size > _BOMB_RATIO * self._packed.given:
            raise Refused(f"The gzip file unpacks to more than {_BOMB_RATIO} times its size, as no stock list does.")
        buffer[: len(data)] = data
        return len(data)


def _read_header(text: _Text) -> _Header:
    line = text.line()
    while line and not line.strip("\r\n\t ,;|"):
        line = text.line()
    delimiters = _DELIMITERS
    if line[:4].lower() == "sep=" and len(line.strip()) == 5:  # Excel's own hint
        delimiters, line = line[4], text.line()
    if len(line) >= LONGEST_LINE:
        raise Refused("The first line is longer than any header. It must name the columns: store,item,count")
    names: list[str] = []
    for delimiter in delimiters:
        found = [cell.strip().lower() for cell in next(csv.reader([line], delimiter=delimiter), [])]
        if set(_COLUMNS) <= set(found):
            return _header(delimiter, found)
        names = max(names, found, key=len)
    missing = [name for name in _COLUMNS if name not in names]
    seen = ", ".join(f"“{name[:40]}”" for name in names[:8] if name) or "nothing"
    raise Refused(
        f"The first line must name the columns store, item and count. Missing: {', '.join(missing)}. Found: {seen}."
    )


def _header(delimiter: str, names: list[str]) -> _Header:
    for name in (*_COLUMNS, "reorder_point"):
        if names.count(name) > 1:
            raise Refused(f"The first line names the column {name} more than once. Keep one of them.")
    point = names.index("reorder_point") if "reorder_point" in names else None
    store, item, count = (names.index(name) for name in _COLUMNS)
    return _Header(delimiter, len(names), store, item, count, point)


def _records(text: _Text, header: _Header) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the number of each row's first line with its cells, or with the reason why it cannot be read.

    A quote that is opened and not closed would swallow the lines after it as one cell. So a row may span
    MOST_LINES_IN_A_ROW lines and LONGEST_LINE characters, and no name may hold a line break; where that fails,
    only the row's first line is given up and the others are read again.
    """
    taken: list[str] = []  # lines of the row being read

    def lines() -> Iterator[str]:
        while line := text.line():
            taken.append(line)
            if len(line) >= LONGEST_LINE or (len(taken) > 1 and _too_much(taken)):
                raise _CannotRead
            yield line
        if taken:
            raise _CannotRead

    while True:
        try:
            for cells in csv.reader(lines(), delimiter=header.delimiter):
                if len(taken) > 1 and any("\n" in cell or "\r" in cell for cell in header.named(cells)):
                    break
                yield text.number - len(taken) + 1, cells
                taken.clear()
            else:
                return
        except (_CannotRead, csv.Error):
            pass
        text.put_back(taken[1:])
        if len(taken[0]) >= LONGEST_LINE:
            yield text.number, f"the line is longer than {LONGEST_LINE:,} characters"
        else:
            yield text.number, _OPEN_QUOTE + taken[0].strip()[:80]
        taken.clear()


_OPEN_QUOTE = "a quote is opened and not closed (a quote inside a name is written twice): "


class _CannotRead(Exception):  # noqa: N818
    """A row does not end within its bounds."""


def _too_much(lines: list[str]) -> bool:
    return len(lines) > MOST_LINES_IN_A_ROW or sum(map(len, lines)) >= LONGEST_LINE


def _check(line: int, cells: list[str], header: _Header, only_store: str | None) -> Row | Rejected:
    if len(cells) != header.width:
        if len(cells) > header.width and any(cell.strip() for cell in cells[header.width :]):
            return _rejected(line, _MORE_CELLS.format(len(cells), header.width), cells, header)
        cells = cells + [""] * (header.width - len(cells))
    store, item, count = cells[header.store].strip(), cells[header.item].strip(), cells[header.count].strip()
    if not (store.isascii() and item.isascii()):
        store, item = unicodedata.normalize("NFC", store), unicodedata.normalize("NFC", item)
    reason = _name_reason("store", store) or _name_reason("item", item)
    if not reason and only_store is not None and store != only_store:
        reason = f"this folder is for the store “{only_store}” only"
    if not reason and store == "*":
        reason = "“*” is not a store's name: it stands for all stores"
    if reason:
        return _rejected(line, reason, cells, header)
    reason = _number_reason("count", count)
    point = cells[header.reorder_point].strip() if header.reorder_point is not None else ""
    if not reason and point:
        reason = _number_reason("reorder_point", point)
    if reason:
        return Rejected(line, reason, store, item, cells[header.count], known=True)
    return Row(line, store, item, int(count), int(point) if point else None)


_MORE_CELLS = "the row has {} columns, the first line has {}: put quotes around a name that holds the delimiter"


def _rejected(line: int, reason: str, cells: list[str], header: _Header) -> Rejected:
    store, item, count = header.named(cells)
    return Rejected(line, reason, store, item, count)


def _name_reason(column: str, name: str) -> str | None:
    if not name:
        return f"the {column} is missing"
    if not name.isprintable() and any(unicodedata.category(c) == "Cc" for c in name):
        return f"the {column} holds a control character, such as a tab"
    if len(name) * 4 > LONGEST_NAME and len(name.encode()) > LONGEST_NAME:
        return f"the {column} is longer than {LONGEST_NAME} bytes"
    return None


def _number_reason(column: str, text: str) -> str | None:
    if text.isascii() and text.isdigit():
        return None if len(text.lstrip("0")) <= len(str(LARGEST_COUNT)) else f"the {column} is too large"
    if not text:
        return f"the {column} is missing"
    shown = text if len(text) <= 40 else text[:40] + "…"
    if text[0] == "-" and text[1:].isascii() and text[1:].isdigit():
        return f"the {column} “{shown}” is below 0"
    return f"the {column} “{shown}” is not a whole number: write digits only, such as 1200"
