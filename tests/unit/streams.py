"""Streams too long to be held in memory, and how they are read."""

import io
import zlib
from collections.abc import Iterator

from read_file.csv_rows import Refused, Row, read_rows

HEADER = b"store,item,count\n"
_PIECE = 1_000_000


class Stream(io.RawIOBase):
    """A stream of pieces that are made when they are read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while not self._rest and (piece := next(self._pieces, None)) is not None:
            self._rest = piece
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def rows(size: int) -> Iterator[bytes]:
    """Yield plain rows of about `size` bytes."""
    yield HEADER
    for number in range(size // 25_000):
        yield b"".join(b"Berlin,Item %012d,5\n" % (number * 1000 + n) for n in range(1000))


def one_line(size: int, begin: bytes = b"") -> Iterator[bytes]:
    """Yield a row that is one line (after `begin`), and a good row."""
    yield HEADER + b"Berlin," + begin
    for _ in range(size // _PIECE):
        yield b"x" * _PIECE
    yield b"\nBerlin,Echo Dot,12\n"


def padded(number: int) -> Iterator[bytes]:
    """Yield rows of which each has the store's name behind another number of very many blanks."""
    yield HEADER
    for n in range(number):
        yield b" " * (60_000 - n) + b"Berlin,Item %d,5\n" % n


def packed(pieces: Iterator[bytes], level: int = 9) -> Iterator[bytes]:
    """Yield pieces in gzip."""
    packer = zlib.compressobj(level, wbits=31)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def bomb(size: int) -> Iterator[bytes]:
    """Yield a small gzip that unpacks to `size` bytes of one line."""
    return packed(one_line(size))


def read_all(pieces: Iterator[bytes]) -> str:
    """Return what becomes of a file."""
    loaded = rejected = 0
    try:
        for row in read_rows(Stream(pieces)):
            loaded += isinstance(row, Row)
            rejected += not isinstance(row, Row)
    except Refused as refusal:
        return f"refused: {refusal}"
    return f"{loaded} loaded, {rejected} rejected"
