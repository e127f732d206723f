"""Files that are no text, compressed files, and files with very long lines."""

import bz2
import gzip
import io
import lzma
import random
import sqlite3
import zipfile
from collections.abc import Callable

from tests.corpus.hostile import HEADER, Hostile, loads, refused
from tests.corpus.shapes import DOT, DOT_SHOW, END, START, numbered, numbered_items

BOMB = "more than 200 times"
DAMAGED = "damaged or ends early"
TOO_LONG = "longer than 65,536 characters"
MEGABYTE = 1_000_000


def zipped(**files: str) -> bytes:
    """Return a zip file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name.replace("_", "/")), text)
    return packed.getvalue()


def database() -> bytes:
    """Return an SQLite database."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE stock (store, item, count)")
        return connection.serialize()


def gzipped(body: bytes) -> bytes:
    """Return it compressed, the same every time."""
    return gzip.compress(body, mtime=0)


def then(*steps: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return what does several things one after the other."""

    def pack(body: bytes) -> bytes:
        for step in steps:
            body = step(body)
        return body

    return pack


def of_members(body: bytes) -> bytes:
    """Return a gzip file of several members, with an empty one, as `cat a.gz b.gz` makes it."""
    half = len(body) // 2
    return gzipped(body[:half]) + gzipped(b"") + gzipped(body[half:])


def named(body: bytes) -> bytes:
    """Return a gzip file that holds the file's name, as `gzip` makes it."""
    packed = io.BytesIO()
    with gzip.GzipFile("stock.csv", "wb", fileobj=packed, mtime=0) as file:
        file.write(body)
    return packed.getvalue()


def times(number: int) -> Callable[[bytes], bytes]:
    """Return what compresses a text, repeated so many times."""
    return lambda body: gzipped(body * number)


def with_wrong_checksum(packed: bytes) -> bytes:
    """Return a gzip file whose checksum is wrong."""
    return packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]


def with_damage(packed: bytes) -> bytes:
    """Return a gzip file with damage in the middle."""
    half = len(packed) // 2
    return packed[:half] + b"\xff" * 20 + packed[half + 20 :]


KINDS: list[Hostile] = [
    refused("zip of half a workbook", zipped(xl_workbook="<workbook/>", Content="<Types/>"), "a zip file"),
    refused("LibreOffice sheet", zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "a zip file"),
    refused("zip of a CSV", zipped(stock=START), "a zip file"),
    refused("empty zip", zipped(), "an empty zip file"),
    refused("old Excel workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "an old Excel workbook"),
    refused("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
    refused("PNG", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
    refused("JPEG", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a picture"),
    refused("GIF", b"GIF89a\x01\0\x01\0", "a picture"),
    refused("bzip2", bz2.compress(START.encode()), "a bzip2 file"),
    refused("xz", lzma.compress(START.encode()), "an xz file"),
    refused("zstd", b"\x28\xb5\x2f\xfd\x04\x58", "a zstd file"),
    refused("7-Zip", b"7z\xbc\xaf\x27\x1c\0\4", "a 7-Zip file"),
    refused("RAR", b"Rar!\x1a\x07\x01\0", "a RAR file"),
    refused("RTF", r"{\rtf1\ansi store,item,count}", "formatting"),
    refused("web page", "<!DOCTYPE html><title>Sign in</title>\n", "a web page"),
    refused("XML with a byte order mark", '\ufeff<?xml version="1.0"?><stock/>\n', "XML"),
    refused("SQLite", database(), "zero bytes"),
    refused("program", b"\x7fELF\x02\x01\x01" + bytes(57), "zero bytes"),
    refused("random bytes", random.Random(1).randbytes(5000), "zero bytes"),
    refused("random bytes without a zero", random.Random(1).randbytes(5000).replace(b"\0", b""), "not UTF-8"),
]

COMPRESSED: list[Hostile] = [
    loads("gzip", START + END, DOT_SHOW, pack=gzipped),
    loads("gzip with its name", START + END, DOT_SHOW, pack=named),
    loads("gzip of several members", START + END, DOT_SHOW, pack=of_members),
    loads("gzip of 20,000 rows", HEADER + numbered(20_000), numbered_items(20_000), pack=gzipped),
    loads("gzip with a byte order mark in it", "\ufeff" + START, DOT, pack=gzipped),
    loads("gzip and then zero bytes", START, DOT, pack=then(gzipped, lambda packed: packed + bytes(512))),
    refused("gzip and then something else", START, DAMAGED, pack=then(gzipped, lambda packed: packed + b"trailer")),
    refused("gzip cut short", HEADER + numbered(20_000), DAMAGED, pack=then(gzipped, lambda packed: packed[:-2000])),
    refused("gzip without its last bytes", START, DAMAGED, pack=then(gzipped, lambda packed: packed[:-4])),
    refused("only the head of a gzip", START, DAMAGED, pack=then(gzipped, lambda packed: packed[:10])),
    refused("only the mark of a gzip", b"\x1f\x8b", DAMAGED),
    refused("gzip with a wrong checksum", START, DAMAGED, pack=then(gzipped, with_wrong_checksum)),
    refused("gzip with damage", HEADER + numbered(20_000), DAMAGED, pack=then(gzipped, with_damage)),
    refused("gzip in a gzip", START, "inside a gzip file", pack=then(gzipped, gzipped)),
    refused("gzip of nothing", b"", "The file is empty", pack=gzipped),
    refused("gzip of a zip file", zipped(xl_workbook="<workbook/>"), "a zip file", pack=gzipped),
    refused("gzip of cp1252", (HEADER + "Berlin,Kühlschrank,5\n").encode("cp1252"), "Line 2", pack=gzipped),
    refused("bomb of zero bytes", b"\0", "zero bytes", pack=times(10 * MEGABYTE)),
    refused("bomb of one line", b"x", BOMB, pack=times(30_000_000)),
]  # fmt: skip

LONG_LINES: list[Hostile] = [
    loads("line of 10 MB", f"{START}Berlin,{'x' * (10 * MEGABYTE)},5\n{END}", DOT_SHOW, rejected={3: TOO_LONG}),
    loads("line of 1 MB, CRLF", f"{START}Berlin,{'x' * MEGABYTE},5\n{END}".replace("\n", "\r\n"), DOT_SHOW,
          rejected={3: TOO_LONG}),
    loads("line of 1 MB, CR", f"{START}Berlin,{'x' * MEGABYTE},5\n{END}".replace("\n", "\r"), DOT_SHOW,
          rejected={3: TOO_LONG}),
    loads("line of 1 MB of emoji", f"{START}Berlin,{'🧊' * (MEGABYTE // 4)},5\n{END}", DOT_SHOW,
          rejected={3: TOO_LONG}),
    loads("line of 1 MB of delimiters", f"{START}{',' * MEGABYTE}\n{END}", DOT_SHOW, rejected={3: TOO_LONG}),
    loads("line of 1 MB of quotes", START + '"' * MEGABYTE + "\n" + END, DOT_SHOW, rejected={3: TOO_LONG}),
    loads("line of 1 MB at the end", f"{START}Berlin,{'x' * MEGABYTE},5", DOT, rejected={3: TOO_LONG}),
    loads("line of 1 MB that is not UTF-8", START.encode() + b"\xff" * 1_000_000 + b"\n" + END.encode(), DOT_SHOW,
          rejected={3: TOO_LONG}),
    loads("two lines of 1 MB", f"{START}{'x' * 1_000_000}\n{'y' * 1_000_000}\n{END}", DOT_SHOW,
          rejected={3: TOO_LONG, 4: TOO_LONG}),
    loads("name of 1 MB in quotes, with line ends",
          START + 'Berlin,"' + ("x" * 99 + "\n") * 3 + "x" * MEGABYTE + '",5\n' + END, DOT_SHOW,
          rejected={3: "quotes", 4: "item is missing", 5: "item is missing", 6: TOO_LONG}),
    *(
        loads(f"line of {length:,} characters with its end", f"{START}Berlin,Echo Plus,5{' ' * (length - 19)}\n{END}",
              DOT_SHOW | {"Echo Plus": 5})
        for length in (65_535, 65_536)
    ),
    loads("line of 65,537 characters with its end", f"{START}Berlin,Echo Plus,5{' ' * 65_518}\n{END}", DOT_SHOW,
          rejected={3: TOO_LONG}),
    refused("10 MB without a line end", "x" * 10 * MEGABYTE, "longer than any header"),
    refused("header of 1 MB", HEADER.strip() + ",x" * (MEGABYTE // 2) + "\nBerlin,Echo Dot,12\n", "longer than any"),
    refused("1 MB on the first line, in quotes", '"' + "x\n" * (MEGABYTE // 2), "must name the columns"),
]  # fmt: skip

ALL = [*KINDS, *COMPRESSED, *LONG_LINES]
