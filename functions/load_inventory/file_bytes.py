"""The bytes of an uploaded file: unpacked if they are gzip, refused if they are certainly no text. No AWS in here."""

import codecs
import gzip
import io
import zlib

_BUFFER = 65_536  # bytes
_BOMB_RATIO = 200
_BOMB_BYTES = 20_000_000

EMPTY = "The file is empty. It needs a first line with store, item and count, and a row for every item."
_GZIP = b"\x1f\x8b"
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


class Refused(Exception):  # noqa: N818
    """The whole file cannot be loaded; the text says why and what to do, in words for a store clerk.

    `may_insist`: it is loaded nevertheless if its sender insists (the metadata `force`).
    """

    def __init__(self, reason: str, may_insist: bool = False) -> None:
        super().__init__(reason)
        self.may_insist = may_insist


def open_file(content: io.IOBase) -> io.BufferedReader:
    """Return a file's bytes, unpacked if they are gzip. Raises Refused if they are certainly no text."""
    packed = _Source(content)
    stream: io.BufferedReader = io.BufferedReader(packed, _BUFFER)
    if stream.peek(2).startswith(_GZIP):
        stream = io.BufferedReader(_Unpacked(stream, packed), _BUFFER)
        if stream.peek(2).startswith(_GZIP):
            raise Refused("This is a gzip file inside a gzip file. Compress it once only and upload it again.")
    _refuse_what_is_not_text(stream.peek(_BUFFER))
    return stream


def _refuse_what_is_not_text(head: bytes) -> None:
    if not head:
        raise Refused(EMPTY)
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
