"""The records of a CSV: which line each begins in, and what becomes of quotes and of lines that are too long."""

import io
from itertools import islice

import pytest

from read_file.csv_header import read_header
from read_file.csv_records import Unreadable, read_records
from read_file.file_format import FOUND_OUT
from read_file.file_text import Text

Found = list[tuple[int, list[str] | Unreadable]]


def records(rows: str, most: int = 1000) -> Found:
    """Return what follows the header, line by line."""
    text = Text(io.BytesIO(f"store,item,count,note\n{rows}".encode()), lambda _line: None)
    found: Found = []
    for line, some in islice(read_records(text, read_header(text, FOUND_OUT, None)), most):
        found += [(line, some)] if isinstance(some, Unreadable) else enumerate(some, line)
    return found


def lines_of(found: Found) -> list[int]:
    return [line for line, _ in found]


def unreadable(found: Found) -> dict[int, str]:
    return {line: cells.reason.key for line, cells in found if isinstance(cells, Unreadable)}


def test_every_line_of_a_long_file_has_its_number() -> None:
    found = records("".join(f"Berlin,tea {n},5\n" for n in range(2, 10_002)))
    assert found == [(n, ["Berlin", f"tea {n}", "5"]) for n in range(2, 10_002)]


def test_a_blank_line_is_a_row_without_cells() -> None:
    assert records("\nBerlin,tea,5\n\n") == [(2, []), (3, ["Berlin", "tea", "5"]), (4, [])]


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_a_note_may_hold_line_breaks_but_a_name_may_not(line_end: str) -> None:
    found = records('Berlin,tea,5,"two⏎lines"⏎Berlin,"green⏎tea",5⏎Berlin,salt,1⏎'.replace("⏎", line_end))
    assert found[0] == (2, ["Berlin", "tea", "5", f"two{line_end}lines"])
    assert unreadable(found) == {4: "quotes"}
    assert found[2:] == [(5, ['tea"', "5"]), (6, ["Berlin", "salt", "1"])]


def test_a_quote_that_is_left_open_takes_no_other_line_with_it() -> None:
    found = records('Berlin,tea,5\nBerlin,"salt,5\nBerlin,milk,5\nBerlin,jam,5\n')
    assert lines_of(found) == [2, 3, 4, 5]
    assert unreadable(found) == {3: "quotes"}
    assert [cells.line for _, cells in found if isinstance(cells, Unreadable)] == ['Berlin,"salt,5']
    assert found[2:] == [(4, ["Berlin", "milk", "5"]), (5, ["Berlin", "jam", "5"])]


def test_of_a_line_that_cannot_be_read_the_beginning_is_shown() -> None:
    name = "x" * 100
    ((_, cells),) = records(f' Berlin,"{name}\r\n')
    assert isinstance(cells, Unreadable)
    assert cells.line == f' Berlin,"{name}'
    assert cells.reason.values == {"line": f'Berlin,"{name[:72]}'}


@pytest.mark.parametrize(("breaks", "bad"), [(99, {}), (100, {2: "quotes"})])
def test_a_row_takes_at_most_100_lines(breaks: int, bad: dict[int, str]) -> None:
    found = records('Berlin,tea,5,"' + "note\n" * breaks + '"\nBerlin,milk,5\n')
    assert {line: key for line, key in unreadable(found).items() if line == 2} == bad
    assert found[-1] == (breaks + 3, ["Berlin", "milk", "5"])


@pytest.mark.parametrize(
    ("sizes", "bad"),
    [
        ([30_000, 35_535], {}),
        ([30_000, 35_536], {2: "quotes"}),
        ([30_000, 40_000], {2: "quotes"}),
        ([60_000, 60_000], {2: "quotes"}),
    ],
)
def test_a_row_goes_on_until_it_has_65536_characters(sizes: list[int], bad: dict[int, str]) -> None:
    first, second = sizes
    begin = 'Berlin,tea,5,"'
    found = records(f'{begin}{"x" * (first - len(begin) - 1)}\n{"y" * (second - 1)}\nthe end"\nBerlin,milk,5\n')
    assert unreadable(found) == bad
    assert found[-1] == (5, ["Berlin", "milk", "5"])


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_line_that_is_too_long_is_cut_and_the_others_are_read(quote: str) -> None:
    found = records(f"Berlin,tea,5\nBerlin,{quote}{'x' * 70_000}\nBerlin,milk,5\n")
    assert lines_of(found) == [2, 3, 4]
    assert unreadable(found) == {3: "too-long"}
    assert found[-1] == (4, ["Berlin", "milk", "5"])
    (cut,) = [cells for _, cells in found if isinstance(cells, Unreadable)]
    assert cut.line == f"Berlin,{quote}".ljust(1000, "x") + "…"
    assert cut.reason.values == {"most": 65_536}


def test_a_row_whose_second_line_is_too_long_is_unreadable_for_its_quote() -> None:
    found = records(f'Berlin,tea,5,"a note\n{"x" * 70_000}\nBerlin,milk,5\n')
    assert unreadable(found) == {2: "quotes", 3: "too-long"}
    assert found[-1] == (4, ["Berlin", "milk", "5"])
