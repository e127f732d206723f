"""The bytes of an uploaded file: unpacked if they are gzip, refused if they are certainly no text. No AWS in here."""

import codecs
import gzip
import io
import zlib

from read_file.file_format import FOUND_OUT, Format
from read_file.opened import UTF_8, Opened
from read_file.refused import Refused

_BUFFER = 65_536  # bytes
_BOMB_RATIO = 200
_BOMB_BYTES = 20_000_000

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
KINDS = (
    (b"PK\x05\x06", "an empty zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook, or one with a password"),
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


def open_file(content: io.IOBase, form: Format = FOUND_OUT) -> Opened:
    """Return a file's bytes. Raises Refused if they are certainly no text.

    Their encoding is what the mark at their beginning says, else the format, else UTF-8; of a file in UTF-8 they
    may be no UTF-8 nevertheless.
    """
    packed = _Source(content)
    stream: io.BufferedReader = io.BufferedReader(packed, _BUFFER)
    if stream.peek(2).startswith(_GZIP):
        stream = io.BufferedReader(_Unpacked(stream, packed), _BUFFER)
        if stream.peek(2).startswith(_GZIP):
            raise Refused.of("gzip-twice")
    if stream.peek(4).startswith(_ZIP):
        from read_file.sheet_csv import open_sheet  # only then: most uploads are no workbooks

        return open_sheet(stream, form)
    encoding = _encoding(stream.peek(4), form.encoding)
    if encoding != UTF_8:
        _refuse_other_kinds(stream.peek(_BUFFER))
        stream = io.BufferedReader(_Recoded(stream, encoding), _BUFFER)
    head = stream.peek(_BUFFER)
    if not head:
        raise Refused.of("empty")
    _refuse_other_kinds(head)
    if b"\0" in head:
        raise Refused.of("zero-bytes")
    return Opened(stream, encoding)


def _encoding(head: bytes, encoding: str) -> str:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Refused.of("utf-32")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return UTF_8 if head.startswith(codecs.BOM_UTF8) else encoding or UTF_8


def _refuse_other_kinds(head: bytes) -> None:
    for magic, kind in KINDS:
        if head.removeprefix(codecs.BOM_UTF8).startswith(magic):
            raise Refused.of("other-kind", kind=kind)


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
            raise Refused.of("gzip-damaged") from error
        self._size += len(data)
        if self._size > _BOMB_BYTES and self._size > _BOMB_RATIO * self._packed.given:
            raise Refused.of("gzip-bomb", ratio=_BOMB_RATIO)
        buffer[: len(data)] = data
        return len(data)


class _Recoded(io.RawIOBase):
    """A stream of text in another encoding, as UTF-8."""

    def __init__(self, stream: io.BufferedReader, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._waiting = b""
        self._lines = 1
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._waiting and not self._ended:
            self._decode(self._stream.read(_BUFFER))
        given, self._waiting = self._waiting[: len(buffer)], self._waiting[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)

    def _decode(self, data: bytes) -> None:
        self._ended = not data
        try:
            text = self._decoder.decode(data, self._ended)
        except UnicodeError as error:  # Python has no UnicodeDecodeError for UTF-16 without its mark
            raise Refused.of("encoding-ends", line=self._lines, encoding=self._encoding) from error
        self._lines += text.count("\n")
        self._waiting = text.encode("utf-8", "replace")
