"""The entries of an Excel workbook, which is a zip file of XML, read as they stream by, with limits. No AWS in here."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from read_file.refused import Refused

MOST_BYTES = 50_000_000  # of a workbook, as it is uploaded: so many are held in memory
LARGE, _SMALL = 2_000_000_000, 20_000_000
"""Bytes that an entry may unpack to: a sheet or all texts, of which little or nothing is kept; and any other."""
_BOMB_RATIO = 200
_BOMB_BYTES = 20_000_000
_CHUNK = 65_536
_LONGEST_TAG = 1_000_000  # bytes
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_FAULTS = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, LookupError, ValueError, OverflowError,
    NotImplementedError, RuntimeError,  # zipfile's: a way of packing, or a password, that it does not know
)  # fmt: skip

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class Entries:
    """The entries of a workbook by their paths. Raises Refused if it is none, or too large."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Refused.of("workbook-too-large", megabytes=MOST_BYTES // 1_000_000)
        self._limit = max(_BOMB_BYTES, _BOMB_RATIO * len(content))
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _FAULTS as error:
            raise Refused.of("workbook-damaged") from error
        self.paths = {info.filename for info in self._zip.infolist()}

    def read(
        self, path: str, start: Start, end: End, text: Callable[[str], None], most: int = _SMALL
    ) -> Iterator[None]:
        """Parse an entry of at most so many bytes; yield after every 64 KB, unpacked.

        `start` and `end` are told of elements by their names without a prefix, `text` of what stands in between, maybe
        in pieces. Raises Refused if the entry is not there, is no XML or is too large, and if these raise a LookupError
        or ValueError.
        """
        try:
            info = self._zip.getinfo(path)
            if info.file_size > min(self._limit, most):
                raise Refused.of("workbook-bomb", ratio=_BOMB_RATIO)
            parser = _parser(start, end, text)
            with self._zip.open(info) as entry:
                given = 0
                while chunk := entry.read(_CHUNK):
                    given += len(chunk)
                    parser.Parse(chunk, False)
                    if given - parser.CurrentByteIndex > _LONGEST_TAG:
                        raise Refused.of("workbook-damaged")
                    yield
            parser.Parse(b"", True)
        except _FAULTS as error:
            raise Refused.of("workbook-damaged") from error


def unescaped(text: str) -> str:
    """Return a text as Excel shows it: it writes control characters as `_x000D_`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _parser(start: Start, end: End, text: Callable[[str], None]) -> Any:
    names: dict[str, str] = {}

    def plain(name: str) -> str:
        return names.get(name) or names.setdefault(name, name.rpartition(":")[2])

    def no_doctype(*_declared: Any) -> None:  # where entities are declared that unpack to gigabytes
        raise Refused.of("workbook-damaged")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(plain(name), attributes)
    parser.EndElementHandler = lambda name: end(plain(name))
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = no_doctype
    return parser
