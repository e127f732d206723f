"""A file as it is read: what is said of it, the format that was found out, and files that are refused as a whole."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from read_file.csv_records import Records, Unreadable
from read_file.csv_rows import Reading, Refused, Row, _first, check_folder, read_rows
from read_file.file_format import FOUND_OUT, Format
from read_file.reasons import Reason

from .workbooks import row, workbook

SHEET = row(*(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("store", "item", "count"))) + row(
    *(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("A", "tea; green", "5")), at=2
)
TWO_SHEETS = '<sheet name="List" r:id="r1"/><sheet name="Old" r:id="r2"/>'


def read(content: str | bytes, folder: str | None = None, form: Format = FOUND_OUT) -> tuple[list[str], Reading]:
    """Return the rows as `line store item count`, or `line: key` of the reason, and how they were read."""
    reading = read_rows(io.BytesIO(content.encode() if isinstance(content, str) else content), folder, form=form)
    return [
        f"{row.line} {row.store} {row.item} {row.count}" if isinstance(row, Row) else f"{row.line}: {row.reason.key}"
        for row in reading
    ], reading


def refusal(read_it: Callable[[], Any]) -> str | None:
    """Return the key of the reason why a file is refused."""
    with pytest.raises(Refused) as found:
        read_it()
    assert isinstance(found.value.reason, Reason)
    return found.value.reason.key


@pytest.mark.parametrize(
    ("content", "folder", "form", "keys"),
    [
        ("store,item,count\nA,tea,5\n", None, Format(), []),
        ("store,item,count\nA,tea,5\n", "A", Format(), []),
        ("item,count\ntea,5\n", "A", Format(), ["store-of-folder"]),
        ("item,count\ntea,5\n", None, Format(fixed_store="A"), ["format"]),
        ("store,item,count\nA,tea,5\n".encode("utf-16"), None, Format(), ["encoding"]),
        ("store,item,count\nA,tea,5\n".encode("utf-16"), None, Format(encoding="utf-16"), ["format"]),
        ("store,item,count\nA,tea,5\n", None, Format(encoding="utf-8"), ["format"]),
        ("store,item,count\nA,tea,5\n", None, Format(add_up=True), ["format", "added-up"]),
        ("Stock of today\nstore,item,count\nA,tea,5\n", None, Format(), ["lines-before"]),
        ("store,item,Qty,price\nA,tea,5,1\n", None, Format(), ["columns-assumed", "columns-not-read"]),
        (workbook(SHEET), None, Format(), []),
        (workbook(SHEET, TWO_SHEETS), None, Format(), ["sheet"]),
        (workbook(SHEET, TWO_SHEETS), None, Format(sheet="List"), ["format"]),
    ],
)
def test_only_what_is_not_a_matter_of_course_is_said(
    content: str | bytes, folder: str | None, form: Format, keys: list[str]
) -> None:
    rows, reading = read(content, folder, form)
    assert len(rows) == 1
    assert [note["Key"] for note in reading.notes.facts()] == keys


@pytest.mark.parametrize(
    ("content", "form", "found"),
    [
        ("store;item;count\n", Format(), {"delimiter": ";", "store": ["store"], "count": ["count"]}),
        ("Stock\nstore,item,count\n", Format(), {"lines_before": 1, "store": ["store"], "count": ["count"]}),
        ("Stock\n\nstore,item,count\n", Format(), {"lines_before": 2, "store": ["store"], "count": ["count"]}),
        ("item,A,B\n", Format(store_columns=("A", "B")), {"store_columns": ["A", "B"]}),
        ("item,count\n", Format(fixed_store="A"), {"fixed_store": "A", "count": ["count"]}),
    ],
)
def test_what_was_found_out_is_kept_as_a_format(content: str, form: Format, found: dict[str, Any]) -> None:
    _, reading = read(content, None, form)
    everywhere = {"encoding": "utf-8", "delimiter": ",", "item": ["item"], "lines_before": 0}
    kept = reading.found.as_json()
    assert reading.found.lines_before == found.get("lines_before", 0)
    assert {"lines_before": 0} | kept == everywhere | found


def test_all_titles_are_known_when_a_file_was_read() -> None:
    _, reading = read("store,item,count,price\n")
    assert reading.titles == ("store", "item", "count", "price")


def test_the_delimiter_of_a_format_counts_but_not_in_a_workbook() -> None:
    semicolons = Format(delimiter=";")
    assert read("store;item;count\nA;tea, green;5\n", None, semicolons)[0] == ["2 A tea, green 5"]
    assert read(workbook(SHEET), None, semicolons)[0] == ["2 A tea; green 5"]
    assert refusal(lambda: read("store,item,count\nA,tea,5\n", None, semicolons)) == "columns-missing"


def test_rows_have_the_numbers_of_their_lines_whatever_stands_between_them() -> None:
    text = 'store,item,count\nA,tea,5\n\n,,\nA,"jam,1\nA,milk,6\nitem,count,store\nsalt,7,A\n\nrice,8,A\n'
    assert read(text)[0] == ["2 A tea 5", "5: quotes", "6 A milk 6", "8 A salt 7", "10 A rice 8"]


def test_rows_below_columns_that_are_named_again_have_the_numbers_of_their_lines() -> None:
    text = "store,item,count\nA,tea,5\nitem,count,store\nsalt,7,A\n\nrice,8,A\nstore,item,count\nA,jam,9\n"
    assert read(text)[0] == ["2 A tea 5", "4 A salt 7", "6 A rice 8", "8 A jam 9"]


def test_rows_that_all_end_in_more_delimiters_are_read() -> None:
    assert read("store,item,count\nA,tea,5,,\nA,milk,6,,\n")[0] == ["2 A tea 5", "3 A milk 6"]


@pytest.mark.parametrize(
    ("store", "key"), [(None, None), ("Berlin", None), ("", "folder-without-name"), ("*", "folder"), ("a\tb", "folder")]
)
def test_a_folder_is_called_as_a_store_may_be(store: str | None, key: str | None) -> None:
    if key:
        assert refusal(lambda: check_folder(store)) == key
    else:
        check_folder(store)


@pytest.mark.parametrize(
    ("folder", "fixed", "key"),
    [
        ("Berlin", "Berlin", None),
        (" Berlin\u200b", "Berlin ", None),
        ("Berlin", "Aachen", "store-of-format"),
        ("Berlin", "Celle", "store-of-format"),
        (None, "Berlin", None),
        (None, "a\tb", "folder"),
    ],
)
def test_the_folder_is_that_of_the_store_of_the_format(folder: str | None, fixed: str, key: str | None) -> None:
    def rows() -> list[str]:
        return read("item,count\ntea,5\n", folder, Format(fixed_store=fixed))[0]

    if key:
        assert refusal(rows) == key
    else:
        assert rows() == ["2 Berlin tea 5"]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("store,item,count\nA;tea;5\nA;milk;6\n", ("commas", "semicolons")),
        ("store;item;count\nA,tea,5,,\n", ("semicolons", "commas")),
        ("store,item,count,note\n\nA\ttea\t5\t\n", ("commas", "tabs")),
        ("store^item^count\nA|tea|5\n", ("^", "|")),
        ("store,item,count\nA;tea;5\nA\n", None),
        ("store,item,count\nA;tea\nA;milk\n", None),
        ("store,item,count\nA;tea;5,50\n", None),
        ("store,item,count\n", None),
        ("store,item,count\n\n,\n", None),
    ],
)
def test_rows_with_another_sign_between_the_columns_are_refused(text: str, signs: tuple[str, str] | None) -> None:
    if signs:
        with pytest.raises(Refused, match="between the columns") as found:
            read(text)
        assert isinstance(found.value.reason, Reason)
        assert found.value.reason.values == {"sign": signs[0], "sign_of_rows": signs[1]}
    else:
        assert not [row for row in read(text)[0] if ":" not in row]


def test_two_rows_tell_what_the_rows_of_a_file_are_like() -> None:
    bad = Unreadable(Reason.of("quotes", line="x"), "x")
    records: Iterator[tuple[int, Records | Unreadable]] = iter(
        [(2, [[]]), (3, bad), (4, bad), (5, [["tea"]]), (6, [["", " "]]), (7, [["milk"]]), (8, [["salt"]])]
    )
    assert [line for line, _ in _first(records)] == [2, 3, 4, 5, 6, 7]
    assert [line for line, _ in records] == [8]


def test_nobody_looks_for_them_further_than_1000_lines() -> None:
    blank: Iterator[tuple[int, Records | Unreadable]] = ((line, [[""]]) for line in range(1, 5000))
    assert [line for line, _ in _first(blank)] == [*range(1, 1002)]
