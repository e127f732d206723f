"""The text of an uploaded file, in blocks of whole lines or line by line. Only a block is in memory. No AWS in here."""

import codecs
import io
from collections import deque
from collections.abc import Callable

from read_file.file_bytes import open_file
from read_file.file_format import FOUND_OUT, Format
from read_file.refused import Refused

LONGEST_LINE = 65_536  # characters, with the line end
_CHUNK = LONGEST_LINE  # bytes: not more, so that only the first line of a block can be too long


class Text:
    """The text of a file in blocks of whole lines, or line by line, with the lines given last put back on demand.

    A line of LONGEST_LINE characters or more is cut somewhere after them, and heads its block. `watch` is called before
    each 64 KB (unpacked) are read, with the number of lines given so far; what it raises ends the reading. `encoding`
    is taken where the file does not mark its own.
    """

    def __init__(self, content: io.IOBase, watch: Callable[[int], None], form: Format = FOUND_OUT) -> None:
        self.file = open_file(content, form)
        self._stream = self.file.stream
        self._watch = watch
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
        while chunk := self._read():
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

    def _read(self) -> bytes:
        self._watch(self.number)
        return self._stream.read(_CHUNK)

    def _after_line_end(self, last: bytes) -> bytes:
        """Skip the rest of a line, of which `last` is the last byte read, and return what was read after it."""
        data = last
        while chunk := self._read():
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
            raise Refused.of("not-utf8", line=line) from None


def too_long(text: str) -> bool:
    """Return whether the first line of a text is too long."""
    if len(text) < LONGEST_LINE:
        return False
    return text.find("\n", 0, LONGEST_LINE) < 0 and text.find("\r", 0, LONGEST_LINE) < 0
