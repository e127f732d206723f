"""Reading a store's CSV: bytes in, rows and rejected rows out. Nothing here grows with the file.

A file is read in blocks of whole lines. Where every line of a block is a row, as nearly always, the block goes through
`csv.reader` at once; where quotes hold line breaks, or do not match, its rows are read one by one.
"""

import codecs
import csv
import gzip
import io
import re
import unicodedata
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST_LINE = 65_536  # characters, with the line end
MOST_LINES_IN_A_ROW = 100
LONGEST_NAME = 900  # bytes of UTF-8: DynamoDB takes 1,024 in a sort key, and alerts add to it
LARGEST_COUNT = 999_999_999_999_999  # every program that reads it, JavaScript too, holds it exactly
_DIGITS = len(str(LARGEST_COUNT))

_COLUMNS = ("store", "item", "count")
_DELIMITERS = ",;\t|"
_MOST_BLANK_LINES = 1000  # before the header
_MOST_LINES_IN_HEADER = 10
_BOMB_RATIO = 200
_BOMB_BYTES = 20_000_000
_CHUNK = LONGEST_LINE  # bytes: not more, so that only the first line of a block can be too long
_KNOWN_STORES = 1000
_SURELY_SHORT = LONGEST_NAME // 4  # characters: UTF-8 has at most four bytes for one


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
    rows = _Rows(header, None if only_store is None else clean(only_store))
    while block := text.block():
        first = text.number + 1
        reader = _reader(io.StringIO(block, newline=""), header.delimiter)
        try:
            records = list(reader)
        except csv.Error:
            records = []
        if len(records) == reader.line_num and not _too_long(block):
            text.number += len(records)
            yield from rows.check(first, records)
        else:
            text.waiting.extend(io.StringIO(block, newline=""))
            yield from rows.check_each(text)


def _reader(lines: Any, delimiter: str) -> Any:
    # strict: an open quote, or one that is not written twice inside a name, is an error instead of another name.
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)


class _Text:
    """The text of a file in blocks of whole lines, or line by line, with the lines given last put back on demand.

    A line of LONGEST_LINE characters or more is cut somewhere after them, and heads its block.
    """

    def __init__(self, content: io.IOBase) -> None:
        self._stream = _open(content)
        if self._stream.peek(3).startswith(codecs.BOM_UTF8):
            self._stream.read(3)
        self._rest = b""  # the beginning of the next block
        self.waiting: deque[str] = deque()  # lines that come before it
        self.number = 0  # of the line given last; whoever takes a block adds the lines it found in it

    def block(self) -> str:
        """Return the next lines, or "" at the end of the file. Raises Refused if they are not UTF-8."""
        if self.waiting:
            lines = "".join(self.waiting)
            self.waiting.clear()
            return lines
        data = self._rest
        while chunk := self._stream.read(_CHUNK):
            data += chunk
            # A CR that ends the data may be half of a CRLF.
            end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
            if end:
                self._rest = data[end:]
                return self._decode(data[:end])
            if len(data) > 4 * LONGEST_LINE:  # UTF-8 has at most four bytes a character
                self._rest = self._after_line_end(data[-1:])
                return self._decode(data, "replace")
        self._rest = b""
        return self._decode(data)

    def line(self) -> str:
        """Return the next line with its end, or "" at the end of the file."""
        if not self.waiting:
            self.waiting.extend(io.StringIO(self.block(), newline=""))
        if not self.waiting:
            return ""
        self.number += 1
        return self.waiting.popleft()

    def put_back(self, lines: list[str]) -> None:
        """Take back the lines given last."""
        self.waiting.extendleft(reversed(lines))
        self.number -= len(lines)

    def _after_line_end(self, last: bytes) -> bytes:
        """Skip the rest of a line, of which `last` is the last byte read, and return what was read after it."""
        data = last
        while chunk := self._stream.read(_CHUNK):
            data += chunk
            ends = [at for at in (data.find(b"\n"), data.find(b"\r", 0, -1)) if at >= 0]
            if ends:
                at = min(ends)
                return data[at + (2 if data[at : at + 2] == b"\r\n" else 1) :]
            data = data[-1:]
        return b""

    def _decode(self, data: bytes, errors: str = "strict") -> str:
        try:
            return data.decode("utf-8", errors)
        except UnicodeDecodeError as error:
            line = self.number + len((data[: error.start] + b"?").splitlines())
            raise Refused(_NOT_UTF8.format(line=line)) from None


_NOT_UTF8 = (
    "Line {line} is not UTF-8 text. In Excel, save as “CSV UTF-8 (Comma delimited)”; "
    "elsewhere, choose UTF-8 as the encoding; then upload the file again."
)


def _too_long(text: str) -> bool:
    """Return whether the first line of a text is too long."""
    if len(text) < LONGEST_LINE:
        return False
    return text.find("\n", 0, LONGEST_LINE) < 0 and text.find("\r", 0, LONGEST_LINE) < 0


def _open(content: io.IOBase) -> io.BufferedReader:
    """Return a file's bytes, unpacked if they are gzip. Raises Refused if they are certainly not text."""
    packed = _Source(content)
    stream: io.BufferedReader = io.BufferedReader(packed, _CHUNK)
    if stream.peek(2).startswith(_GZIP):
        stream = io.BufferedReader(_Unpacked(stream, packed), _CHUNK)
        if stream.peek(2).startswith(_GZIP):
            raise Refused("This is a gzip file inside a gzip file. Compress it once only and upload it again.")
    _refuse_what_is_not_text(stream.peek(_CHUNK))
    return stream


_GZIP = b"\x1f\x8b"
_EMPTY = "The file is empty. It needs a first line with store, item and count, and a row for every item."
_KINDS = (
    (b"PK\x03\x04", "an Excel workbook or a zip file"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a text document with formatting"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"7z\xbc\xaf", "a 7-Zip file"),
    (b"Rar!", "a RAR file"),
    (b"<", "a web page or XML"),
)


def _refuse_what_is_not_text(head: bytes) -> None:
    if not head:
        raise Refused(_EMPTY)
    for magic, kind in _KINDS:
        if head.removeprefix(codecs.BOM_UTF8).startswith(magic):
            raise Refused(f"This is {kind}, not a CSV file. Save the sheet as “CSV UTF-8” and upload that.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        raise Refused("The file is “Unicode text” (UTF-16 or UTF-32). Save it as “CSV UTF-8” and upload it again.")
    if b"\0" in head:
        raise Refused(
            "The file is not UTF-8 text: it holds zero bytes, as workbooks, pictures and UTF-16 text do. "
            "Save the sheet as “CSV UTF-8” and upload that."
        )


class _Source(io.RawIOBase):
    """A stream of bytes, counted, that gives as many as are asked for unless it ends."""

    def __init__(self, content: io.IOBase) -> None:
        self._content = content
        self.given = 0  # bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        at = 0
        while at < len(buffer) and (data := self._content.read(len(buffer) - at)):
            buffer[at : at + len(data)] = data
            at += len(data)
        self.given += at
        return at


class _Unpacked(io.RawIOBase):
    """An unpacked gzip stream that refuses to become absurdly larger than it was."""

    def __init__(self, stream: io.BufferedReader, packed: _Source) -> None:
        self._gzip = gzip.GzipFile(fileobj=stream)
        self._packed = packed
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._gzip.read(len(buffer))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Refused("The gzip file is damaged or ends early. Compress it again and upload it again.") from error
        self._size += len(data)
        if self._size > _BOMB_BYTES and self._size > _BOMB_RATIO * self._packed.given:
            raise Refused(
                f"The gzip file unpacks to more than {_BOMB_RATIO} times its size, as no stock list does. "
                "Upload the CSV file itself."
            )
        buffer[: len(data)] = data
        return len(data)


def _read_header(text: _Text) -> _Header:
    """Read the line, or lines if a title holds line breaks, that names the columns, and find the delimiter by it."""
    line = text.line()
    while line and not line.strip(_BLANKS + _DELIMITERS):
        if text.number == _MOST_BLANK_LINES:
            raise Refused(f"The file begins with {_MOST_BLANK_LINES:,} blank lines. {_FIRST_LINE}")
        line = text.line()
    if not line:
        raise Refused(_EMPTY)
    delimiters = _DELIMITERS
    hint = line.rstrip("\r\n").strip('"')
    if hint[:4].lower() == "sep=" and hint[4:] in (*_DELIMITERS,):  # for Excel
        delimiters, line = hint[4:] + delimiters, text.line()
    lines: list[str] = []
    names: list[str] = []
    unfinished = True
    while unfinished and line and len(lines) < _MOST_LINES_IN_HEADER:
        if _too_long(line):
            raise Refused(f"The first line is longer than any header. {_FIRST_LINE}")
        lines.append(line)
        unfinished = False
        for delimiter in delimiters:
            try:
                found = [clean(cell).lower() for cell in next(_reader(lines, delimiter), [])]
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


_FIRST_LINE = "The first line must name the columns store, item and count."


def _header(delimiter: str, names: list[str]) -> _Header:
    for name in (*_COLUMNS, "reorder_point"):
        if names.count(name) > 1:
            raise Refused(f"The first line names the column {name} more than once. Keep one of them.")
    point = names.index("reorder_point") if "reorder_point" in names else None
    store, item, count = (names.index(name) for name in _COLUMNS)
    return _Header(delimiter, len(names), store, item, count, point)


def _read_record(text: _Text, header: _Header) -> list[str] | str:
    """Return the cells of the next row, or the reason why it cannot be read.

    A quote that is opened and not closed would swallow the lines after it as one cell. So a row may span
    MOST_LINES_IN_A_ROW lines and about LONGEST_LINE characters, and no name may hold a line break; where that fails,
    only the row's first line is given up and the others are read again.
    """
    taken: list[str] = []

    def lines() -> Iterator[str]:
        size = 0
        while len(taken) < MOST_LINES_IN_A_ROW and size < LONGEST_LINE and (line := text.line()):
            taken.append(line)
            size += len(line)
            if _too_long(line):
                return
            yield line

    try:
        cells: list[str] | None = next(_reader(lines(), header.delimiter), None)
    except csv.Error:
        cells = None
    if cells is not None and (len(taken) == 1 or not any("\n" in cell or "\r" in cell for cell in header.named(cells))):
        return cells
    text.put_back(taken[1:])
    if _too_long(taken[0]):
        return f"the line is longer than {LONGEST_LINE:,} characters"
    return _QUOTES + visible(taken[0].strip()[:80])


_QUOTES = "the quotes do not match (a quote inside a name is written twice, and a name holds no line break): "


class _Rows:
    """Checks the rows of a file."""

    def __init__(self, header: _Header, only_store: str | None) -> None:
        self._header = header
        self._only_store = only_store
        self._stores: dict[str, str] = {}  # cells as found → store, for some stores that were found to be right

    def check(self, line: int, records: list[list[str]]) -> Iterator[Row | Rejected]:
        """Yield the rows that records, one a line from `line` on, hold."""
        header, stores = self._header, self._stores
        width, at_store, at_item, at_count = header.width, header.store, header.item, header.count
        at_point = header.reorder_point
        point = ""
        for number, cells in enumerate(records, line):
            if len(cells) == width:
                store, item, count = stores.get(cells[at_store]), cells[at_item], cells[at_count]
                if at_point is not None:
                    point = cells[at_point]
                # Nearly every row is plain, which is told at little cost: _row would say the same of it.
                if (
                    store is not None
                    and item
                    and item[0] > "'"  # not a blank, a quote or an apostrophe
                    and item[-1] > " "
                    and item.isprintable()
                    and len(item) <= _SURELY_SHORT
                    and (item.isascii() or _is_composed(item))
                    and _is_number(count)
                    and (not point or _is_number(point))
                ):
                    yield Row(number, store, item, int(count), int(point) if point else None)
                    continue
            row = self._row(number, cells) if cells else None
            if row is not None:
                yield row

    def check_each(self, text: _Text) -> Iterator[Row | Rejected]:
        """Read rows one by one, at least those of the lines that wait in `text`, and yield them."""
        while text.waiting:
            line = text.number + 1
            cells = _read_record(text, self._header)
            if isinstance(cells, str):
                yield Rejected(line, cells, "", "", "", delimiter=self._header.delimiter)
            else:
                yield from self.check(line, [cells])

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
        if reason := (None if known else self._store_reason(store)) or _name_reason("item", item):
            return self._reject(line, reason, found)
        if not known and len(found[0]) <= LONGEST_NAME:
            if len(self._stores) >= _KNOWN_STORES:
                self._stores.clear()
            self._stores[found[0]] = store
        point = clean(cells[header.reorder_point]) if header.reorder_point is not None else ""
        if reason := _number_reason("count", count) or (_number_reason("reorder_point", point) if point else None):
            return self._reject(line, reason, [store, item, found[2]], known=True)
        return Row(line, store, item, int(count), int(point) if point else None)

    def _reject(self, line: int, reason: str, found: list[str], known: bool = False) -> Rejected:
        store, item, count = found
        return Rejected(line, reason, store, item, count, known, self._header.delimiter)

    def _store_reason(self, store: str) -> str | None:
        if reason := _name_reason("store", store):
            return reason
        if self._only_store is not None and store != self._only_store:
            return f"this folder is for the store “{visible(self._only_store)}” only"
        return "“*” is not a store's name: it stands for all stores" if store == "*" else None


_MORE_CELLS = "the row has {} columns, the first line has {}: put quotes around a name that holds the delimiter"


def clean(cell: str) -> str:
    """Return a cell without what does not count: blanks and invisible characters around it, and how it is composed.

    Nor does an apostrophe that keeps a spreadsheet from taking it for a formula, such as `'=A1`: rejected rows have it.
    """
    text = cell.strip()
    if text.isascii() and text[:1] > "'" and text[-1] > " ":
        return text
    text = text.strip(_BLANKS)
    if text.startswith("'") and text[1:].lstrip(_BLANKS).startswith(FORMULA_SIGNS):
        text = text[1:].lstrip(_BLANKS)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# White space, the end-of-file mark of DOS (1A), zero-width space (200B), word joiner (2060) and byte order mark (FEFF).
_BLANKS = "".join(
    map(chr, (*range(9, 14), 0x1A, *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C)))
) + "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"  # fmt: skip


def visible(text: str) -> str:
    """Return a text with pictures in place of control characters, which could drive a terminal or break a line."""
    return text if text.isprintable() else text.translate(_PICTURES)


# Control characters, and the pictures that `visible` shows them as.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2400-\u2426]")
_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


def _name_reason(column: str, name: str) -> str | None:
    if not name:
        return f"the {column} is missing"
    if len(name) * 4 > LONGEST_NAME and len(name.encode()) > LONGEST_NAME:
        return f"the {column} is longer than {LONGEST_NAME} bytes"
    if _CONTROL.search(name):
        return f"the {column} holds a control character, such as a tab"
    return None


def _is_composed(name: str) -> bool:
    """Return whether a printable name is as `clean` would return it, and holds none of _CONTROL."""
    return unicodedata.is_normalized("NFC", name) and not _CONTROL.search(name)


def _is_number(text: str) -> bool:
    """Return whether a text is plainly a whole number that is not too large."""
    return text.isdigit() and len(text) <= _DIGITS and text.isascii()


def _number_reason(column: str, text: str) -> str | None:
    if text.isascii() and text.isdigit():
        return None if len(text.lstrip("0")) <= _DIGITS else f"the {column} is too large"
    if not text:
        return f"the {column} is missing"
    shown = visible(text if len(text) <= 40 else text[:40] + "…")
    if text[0] == "-" and text.isascii() and text[1:].isdigit():
        return f"the {column} “{shown}” is below 0"
    return f"the {column} “{shown}” is not a whole number: write digits 0 to 9 only, such as 1200"
