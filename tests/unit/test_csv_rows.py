"""Reading a CSV: the hostile files, properties of any file, memory, and time."""

import csv
import gzip
import io
import re
import string
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from onhand.target import ROOT
from read_file.csv_cells import LONGEST_NAME, clean, name_reason, visible
from read_file.csv_rows import Refused, Rejected, Row, read_rows
from read_file.file_format import FOUND_OUT, Format
from stock.rows import LARGEST_COUNT
from tests.corpus import HOSTILE, NO_ROWS, Hostile, exports
from tests.corpus.texts import POINTS

few_hundred = settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
MACHINE_WORDS = re.compile(r"\b(None|Error|[Ee]xception|codec|byte 0x|Traceback|surrogate|NUL|int|str|EOF)\b|\\")


class Pieces(io.RawIOBase):
    """A stream that gives few bytes at a time, whatever is asked for."""

    def __init__(self, content: bytes, size: int) -> None:
        self._content = io.BytesIO(content)
        self._size = size

    def read(self, size: int = -1) -> bytes:
        return self._content.read(min(size, self._size) if size >= 0 else self._size)


def read(content: bytes, only_store: str | None = None, form: Format = FOUND_OUT) -> list[Row | Rejected]:
    return list(read_rows(io.BytesIO(content), only_store, form=form))


def rows_of(found: Iterable[Row | Rejected]) -> list[Row]:
    return [row for row in found if isinstance(row, Row)]


def rejected_of(found: Iterable[Row | Rejected]) -> list[Rejected]:
    return [row for row in found if isinstance(row, Rejected)]


def count_rows(content: bytes) -> int:
    """Count the rows of a file in another way: the lines after the header that are not blank."""
    text = re.sub('(?m)(^|,)""(?=,|$)', r"\1", content.decode("utf-8-sig", "replace"))
    return len([line for line in re.split("\r\n|\n|\r", text) if line.strip(string.whitespace + ",;|\xa0\x1a")]) - 1


@pytest.mark.parametrize("hostile", [h for h in HOSTILE if h.refused], ids=lambda hostile: hostile.name)
def test_is_refused_in_words_for_a_clerk(hostile: Hostile) -> None:
    content = hostile.content()
    if hostile.refused == NO_ROWS:
        assert read(content) == []
        return
    with pytest.raises(Refused) as refusal:
        read(content, hostile.folder, hostile.form)
    assert hostile.refused in str(refusal.value)
    assert is_for_a_clerk(str(refusal.value))


@pytest.mark.parametrize("hostile", [h for h in HOSTILE if not h.refused], ids=lambda hostile: hostile.name)
def test_every_row_is_accounted_for(hostile: Hostile) -> None:
    content = hostile.content()
    reading = read_rows(io.BytesIO(content), hostile.folder, form=hostile.form)
    found = list(reading)

    loaded: dict[str, dict[str, int]] = {}
    for row in rows_of(found):
        loaded.setdefault(row.store, {})[row.item] = row.count
    rejected = rejected_of(found)
    assert loaded == hostile.loaded
    assert [row.line for row in rejected] == list(hostile.rejected)
    assert [why for row in rejected if (why := hostile.rejected[row.line]) not in row.reason] == []
    assert len(found) == hostile.rows
    if hostile.lines and len(content) < 1_000_000 and hostile.pack(b"") == b"":
        assert len(found) == count_rows(content)
    assert [row.reason for row in rejected if not is_for_a_clerk(row.reason)] == []
    assert [row.line for row in found] == sorted(row.line for row in found)
    if not hostile.form.store_columns:
        assert len({row.line for row in found}) == len(found)
    notes = reading.notes.facts()
    assert hostile.notes in (None, tuple(note["Key"] for note in notes))
    assert [note for note in notes if not is_for_a_clerk(note["Text"])] == []


def test_shapes_are_from_public_sources_and_say_why() -> None:
    assert len(exports.ALL) >= 60
    assert [shape.name for shape in exports.ALL if not (shape.source.startswith("http") and shape.why)] == []


@pytest.mark.parametrize("hostile", [h for h in HOSTILE if len(h.body) < 200_000], ids=lambda hostile: hostile.name)
def test_is_the_same_however_it_arrives(hostile: Hostile) -> None:
    content = hostile.content()
    for size in (1, 4093):
        assert outcome(Pieces(content, size), hostile) == outcome(io.BytesIO(content), hostile)


def test_rejected_rows_hold_all_that_the_file_holds() -> None:
    found = rejected_of(
        read('item;store;count;shelf\nEcho\tDot ;Berlin;5;A1\n\u200bCafe\u0301;Berlin;many;B7\n"x;\n'.encode())
    )

    assert [(row.line, row.reason.key, row.known) for row in found] == [
        (2, "control-character", False), (3, "not-a-number", True), (4, "quotes", False)
    ]  # fmt: skip
    assert [row.cells for row in found] == [
        ["Echo\tDot ", "Berlin", "5", "A1"], ["\u200bCafe\u0301", "Berlin", "many", "B7"], ['"x;']
    ]  # fmt: skip
    assert {(row.header.delimiter, row.header.columns.titles) for row in found} == {
        (";", ("item", "store", "count", "shelf"))
    }


def test_reorder_points_are_read() -> None:
    found = read(
        b"reorder_point,store,item,count\n4,Berlin,Echo Dot,12\n,Berlin,Echo Plus,5\n 007 ,Berlin,Echo Show,3\n"
    )

    assert [row.reorder_point for row in rows_of(found)] == [4, None, 7]


def test_a_quote_that_is_left_open_in_any_column_swallows_no_row() -> None:
    found = read(b'store,item,count,reorder_point\nA,tea,1,"5\nA,milk,2,6\nA,salt,3,"\nA,rice,4,7\n')
    assert [row.item for row in rows_of(found)] == ["milk", "rice"]
    assert [row.line for row in rejected_of(found)] == [2, 4]


def test_many_stores_in_turn_are_each_checked() -> None:
    lines = "".join(f"Store {n % 1500},Item,{n}\n{'x' * 901},Item,1\n" for n in range(4000))

    found = read(f"store,item,count\n{lines}".encode())

    assert len(rows_of(found)) == len(rejected_of(found)) == 4000


@few_hundred
@given(st.binary(max_size=300))
@example(b"\x1f\x8b\x08\x00")
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    outcome(io.BytesIO(content))
    outcome(io.BytesIO(b"store,item,count\n" + content))


@few_hundred
@given(st.text(alphabet="abB,;\t|\"'=\r\n \ufeff\u200b\0\x1a-1٣é", max_size=200))
def test_any_text_is_read_with_rising_lines(text: str) -> None:
    found = outcome(io.BytesIO(("store,item,count\n" + text).encode()))
    if isinstance(found, list):
        lines = [row.line for row in found]
        assert lines == sorted(set(lines))
        assert all(2 <= line <= len(re.split("\r\n|\n|\r", text)) + 1 for line in lines)


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda name: clean(name) == name != "*" and name_reason("item", name) is None
)
counts = st.integers(0, LARGEST_COUNT)
points = st.none() | counts


@few_hundred
@given(
    rows=st.lists(st.tuples(names, names, counts, points), max_size=20),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_what_a_csv_writer_writes_is_read_back(
    rows: list[tuple[str, str, int, int | None]], delimiter: str, line_end: str, quoting: int, mark: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["store", "item", "count", "reorder_point"])
    writer.writerows(rows)

    found = read((mark + text.getvalue()).encode())

    assert found == [Row(number, *row) for number, row in enumerate(rows, 2)]


cells = st.text(st.sampled_from("aZ9 0'=\t\u200b٣²ée\u0301␉\x7f\x85🧊"), max_size=6) | st.sampled_from(
    ["x" * 225, "x" * 226, "é" * 225, "é" * 450, "é" * 451, "9" * 15, "9" * 16, "0" * 20]
)


@few_hundred
@given(item=cells, count=cells, point=cells)
@example(item="x" * 901, count="1", point="")
def test_a_row_is_read_the_same_quickly_and_carefully(item: str, count: str, point: str) -> None:
    # The reader knows a store, and so takes the quick way, from its second row on.
    row = f"Berlin,{item},{count},{point}\n"
    careful = read(f"{POINTS}{row}".encode())
    quick = read(f"{POINTS}Berlin,Echo,1,\n{row}".encode())[1:]

    assert quick == [replace(found, line=3) for found in careful]


def mutations(content: bytes) -> st.SearchStrategy[bytes]:
    """Files that differ from `content` in a few bytes that stand together."""
    junk = st.sampled_from(
        [b'"', b",", b"\n", b"\r", b'"\n', b"", b"=", b"\x07", b'""', b",,,,", b"\xc3\xa9"]
    ) | st.text(max_size=5).map(str.encode)
    at = st.integers(len("store,item,count\n"), len(content))
    return st.builds(
        lambda at, length, junk: content[:at] + junk + content[at + length :], at, st.integers(0, 12), junk
    )


GOOD = [f"Berlin,Item {n},{n}" for n in range(60)]
GOOD_FILE = ("store,item,count\n" + "\n".join(GOOD) + "\n").encode()


@few_hundred
@given(mutations(GOOD_FILE))
def test_a_mutation_touches_no_other_row(content: bytes) -> None:
    found = outcome(io.BytesIO(content))

    if isinstance(found, str):
        assert "not UTF-8" in found or "zero bytes" in found
        return
    loaded = {(row.store, row.item, row.count) for row in rows_of(found)}
    lines = re.split("\r\n|\n|\r", content.decode())
    untouched = [(n, line) for n, line in enumerate(GOOD) if line in lines]
    assert len(untouched) >= len(GOOD) - 4
    assert [line for n, line in untouched if ("Berlin", f"Item {n}", n) not in loaded] == []
    assert len(found) == count_rows(content)


@few_hundred
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400))
def test_names_that_are_loaded_fit_a_key(name: str) -> None:
    cell = '"' + name.replace('"', '""') + '"'
    found = outcome(io.BytesIO(f"store,item,count\nBerlin,{cell},1\n".encode()))

    assert not isinstance(found, str) or "\0" in name
    for row in rows_of(found) if isinstance(found, list) else []:
        assert 0 < len(row.item.encode()) <= LONGEST_NAME
        assert row.item == clean(row.item) == unicodedata.normalize("NFC", row.item)
        assert not any(unicodedata.category(character) == "Cc" for character in row.item)


@pytest.mark.parametrize(
    ("stream", "rows"),
    [
        ("one_line(1_000_000_000)", "rejected"),
        ("one_line(100_000_000, b'\"x\\n')", "rejected"),
        ("padded(1500)", "loaded"),
        ("bomb(300_000_000)", "refused"),
        ("packed(rows(50_000_000), level=1)", "loaded"),
    ],
)
def test_memory_does_not_grow_with_the_file(stream: str, rows: str) -> None:
    program = f"""
import resource
from tests.unit.streams import *
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(read_all({stream}), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    result, kilobytes = done.stdout.rsplit(maxsplit=1)
    assert rows in result
    assert int(kilobytes) < 30_000


NO_ROWS_FOR_LONG = {
    "blank lines": b"\n" * 500_000,
    "rows of blank cells": b",,\n" * 100_000,
    "rows of blank cells that hold line breaks": b',,,"\n"\n' * 50_000,
    "one line": b"x" * 3_000_000,
}


@pytest.mark.parametrize("rest", NO_ROWS_FOR_LONG.values(), ids=NO_ROWS_FOR_LONG.keys())
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_whoever_reads_may_look_at_the_clock_where_there_are_no_rows(
    rest: bytes, pack: Callable[[bytes], bytes]
) -> None:
    lines: list[int] = []

    found = list(read_rows(io.BytesIO(pack(b"store,item,count,note\n" + rest)), watch=lines.append))

    assert len(found) <= 1
    assert len(lines) > len(rest) / 65_536
    assert lines == sorted(lines)
    assert lines[0] == 0
    assert lines[-1] == len((b"header\n" + rest).splitlines())


def test_reading_may_be_ended_where_there_are_no_rows() -> None:
    def end(line: int) -> None:
        assert line < 80_000
        if line > 50_000:
            raise Refused(f"after {line} lines")

    content = io.BytesIO(b"store,item,count\n" + b",,\n" * 200_000)
    with pytest.raises(Refused, match=r"after \d+ lines"):
        list(read_rows(content, watch=end))


def is_for_a_clerk(text: str) -> bool:
    """Return whether a reason is free of control characters, and of words that only programmers know."""
    words = re.sub("“.*”|twice, and a name holds no line break\\): .*", "", text)
    return visible(text) == text and not MACHINE_WORDS.search(words)


def outcome(content: io.IOBase, hostile: Hostile | None = None) -> list[Row | Rejected] | str:
    """Return the rows of a file, or the reason why it is refused."""
    try:
        return list(read_rows(content, hostile.folder, form=hostile.form) if hostile else read_rows(content))
    except Refused as refusal:
        return str(refusal)


def test_a_file_that_is_not_in_the_encoding_of_its_format_is_refused() -> None:
    with pytest.raises(Refused, match="utf-16"):
        read("item,count\ntea,5\nmüsli,1\n".encode(), "Berlin", Format(encoding="utf-16"))
