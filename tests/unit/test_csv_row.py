"""The rules for a row, one example for each. Hostile files are in test_csv_rows.py."""

import io
from dataclasses import replace
from typing import Any

import pytest

from read_file.csv_row import Rejected, Row, contradicts, repeated, store_reason, summed
from read_file.csv_rows import Refused, read_rows
from read_file.file_format import FOUND_OUT, Format
from stock.rows import LARGEST_COUNT

HEADER = "store,item,count,reorder_point"
TWO_STORES = Format(store_columns=("Berlin", "Lima"))


def read(*lines: str, folder: str | None = None, form: Format = FOUND_OUT, end: str = "\n") -> list[Row | Rejected]:
    return list(read_rows(io.BytesIO(("\n".join(lines) + end).encode()), folder, form=form))


def notes(*lines: str, form: Format = FOUND_OUT) -> dict[str, dict[str, Any]]:
    """Return what is said of a file, by key."""
    reading = read_rows(io.BytesIO(("\n".join(lines) + "\n").encode()), form=form)
    list(reading)
    return {note["Key"]: note for note in reading.notes.facts()}


def in_short(found: list[Row | Rejected]) -> list[tuple[Any, ...]]:
    """Return line, store, item and count of rows, and line and reason of those that are rejected."""
    return [
        (row.line, row.store, row.item, row.count) if isinstance(row, Row) else (row.line, row.reason.key)
        for row in found
    ]


def rejected(*lines: str, folder: str | None = None, form: Format = FOUND_OUT) -> Rejected:
    """Return the only row of a file that is rejected."""
    (found,) = (row for row in read(*lines, folder=folder, form=form) if isinstance(row, Rejected))
    return found


# ---- A row that is plain, as nearly all are, is read the quick way: the same comes of it ----------------------------

ITEMS = [
    "tea", "Earl Grey", "é", "日本", "007", "1 kg", "/1", "<1", ">1", "@1", "-1", "(1)", "/", "5", "9E5", "1E+05",
    "1.5E-10", "", " tea", "tea ", "'=tea", "'007", "'", '"=""007"""', "te\u200ba", "tea\u200b", "\u200btea",
    "tea\x07", "␉tea", "e\u0301clair", "x" * 225, "x" * 226, "x" * 900, "x" * 901, "é" * 226, "é" * 451,
    "🧊" * 225, "🧊" * 226,
]  # fmt: skip
COUNTS = [
    "0", "007", " 7", "7 ", "", "-3", "7.0", "many", "٣", "²", "7٣", "9" * 15, "9" * 16, "0" * 16, "0" * 15 + "7",
    "9" * 14 + "²",
]  # fmt: skip
POINTS = ["0", "5", " 5", "5.0", "-5", "few", "²", "9" * 15, "9" * 16, "0" * 16]


@pytest.mark.parametrize(
    "row",
    [
        *(f"Berlin,{item},7,5" for item in ITEMS),
        *(f"Berlin,tea,{count},5" for count in COUNTS),
        *(f"Berlin,tea,7,{point}" for point in POINTS),
        "Berlin,tea,7",
        "Berlin,tea,7,5,",
        "Berlin,tea,7,5,6",
        "Lima,tea,7,5",
        " Berlin,tea,7,5",
        "*,tea,7,5",
        ",tea,7,5",
    ],
)
def test_a_row_is_read_the_same_when_its_store_is_known(row: str) -> None:
    first = read(HEADER, row)
    later = read(HEADER, "Berlin,Echo,1,", row)[1:]
    assert later == [replace(found, line=3) for found in first]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("item,store,count,reorder_point", "tea,Berlin,{count},5"),
        ("count,reorder_point,item,store", "{count},5,tea,Berlin"),
        ("reorder_point,item,count,store", "5,tea,{count},Berlin"),
    ],
)
def test_columns_may_have_any_order(header: str, row: str) -> None:
    rows = [row.format(count=count) for count in (7, 8)]
    assert read(header, *rows) == [Row(2, "Berlin", "tea", 7, 5), Row(3, "Berlin", "tea", 8, 5)]


@pytest.mark.parametrize(
    ("item", "loaded"),
    [("tea", "tea"), (" tea\u200b", "tea"), ("'=tea", "=tea"), ("=tea", "=tea"), ("e\u0301clair", "éclair")],
)
def test_the_item_is_without_what_does_not_count(item: str, loaded: str) -> None:
    row = f"Berlin,{item},7,"
    assert read(HEADER, row, row) == [Row(line, "Berlin", loaded, 7, None) for line in (2, 3)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",tea,7", "missing"),
        ("*,tea,7", "star"),
        ("Berlin,,7", "missing"),
        ("Berlin,tea,", "missing"),
        ("Berlin,tea", "missing"),
        ("Berlin", "missing"),
        ("Berlin,tea,many", "not-a-number"),
        ("Berlin,1E+05,7", "shortened"),
        ("Berlin,te\x07a,7", "control-character"),
        (f"Berlin,tea,{LARGEST_COUNT + 1}", "too-large"),
        (f"Berlin,{'x' * 901},7", "name-too-long"),
    ],
)
def test_a_row_is_rejected_with_its_reason(row: str, reason: str) -> None:
    found = read("store,item,count", "Berlin,Echo,1", row, "Berlin,salt,2")
    assert in_short(found) == [(2, "Berlin", "Echo", 1), (3, reason), (4, "Berlin", "salt", 2)]


def test_a_rejected_row_says_what_was_found() -> None:
    header = "store,item,count,shelf"
    found = rejected(header, " Berlin , tea , many ,A1")
    assert (found.store, found.item, found.count, found.known) == ("Berlin", "tea", "many ", True)
    assert found.cells == ["Berlin ", "tea ", "many ", "A1"]
    found = rejected(header, "Berlin,,7,A1")
    assert (found.store, found.item, found.count, found.known) == ("Berlin", "", "7", False)
    found = rejected(header, "Berlin,tea")
    assert found.cells == ["Berlin", "tea", "", ""]
    found = rejected(header, 'Berlin,"tea,7')
    assert (found.cells, found.store, found.item, found.count, found.known) == (['Berlin,"tea,7'], "", "", "", False)


def test_the_largest_count_is_loaded() -> None:
    assert read(HEADER, f"Berlin,tea,{LARGEST_COUNT},{LARGEST_COUNT}") == [
        Row(2, "Berlin", "tea", LARGEST_COUNT, LARGEST_COUNT)
    ]


def test_a_star_is_no_store_and_other_names_are() -> None:
    assert [str(store_reason(store) or "") for store in ("Berlin", "**", "(", "+", ".")] == [""] * 5
    assert "stands for all stores" in (store_reason("*") or "")


# ---- Cells that are too many, or too few ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "reasons"),
    [
        ("Berlin,tea,7,,", "Berlin,milk,8,,", []),  # a program writes them so
        ("Berlin,tea,7,,", "Berlin,milk,8,,\nBerlin,rice,9,,", []),
        ("Berlin,tea,7,,", "", [2]),  # one row alone may be anything
        ("Berlin,tea,7,,", "Berlin,milk,8,", [2, 3]),
        ("Berlin,tea,7,,", "Berlin,milk,8", [2]),
        ("Berlin,tea,7,,", "Berlin,Milk, 1 l,8,", [2, 3]),
        ("Berlin,tea,7", "Berlin,milk,8,", [3]),
        ('Berlin,"tea,7,,', "Berlin,milk,8,,", [2, 3]),
        (",,,,", "Berlin,milk,8,,", [3]),
        ("Berlin,tea", "Berlin,milk", [2, 3]),
    ],
)
def test_more_cells_than_columns_must_be_blank_and_in_all_rows(first: str, second: str, reasons: list[int]) -> None:
    found = read("store,item,count", first, second)
    assert [row.line for row in found if isinstance(row, Rejected)] == reasons


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("Berlin,rice,9,,", (4, "Berlin", "rice", 9)),
        ("Berlin,rice,9,", (4, "Berlin", "rice", 9)),
        ("Berlin,rice,9", (4, "Berlin", "rice", 9)),
        ("Berlin,rice,9,,,", (4, "too-many-cells")),
        ("Berlin,rice,9,,x", (4, "too-many-cells")),
        ("Berlin,rice,9,x,", (4, "too-many-cells")),
        ("Berlin,rice,9,x", (4, "too-many-cells")),
        ("Berlin,rice,9, ,", (4, "Berlin", "rice", 9)),
    ],
)
def test_where_all_rows_end_in_blank_cells_no_others_may_stand_there(row: str, found: tuple[Any, ...]) -> None:
    # Without its end, the last line is read by itself, and is not among those by which it is found out.
    assert in_short(read("store,item,count", "Berlin,tea,7,,", "Berlin,milk,8,,", row, end=""))[2] == found


def test_a_row_with_too_many_cells_says_how_many() -> None:
    found = rejected("store,item,count", "Berlin,tea,1,250")
    assert "the row has 4 columns, the first line has 3" in found.reason
    assert (found.store, found.item, found.count, found.known) == ("Berlin", "tea", "1", False)
    assert found.cells == ["Berlin", "tea", "1", "250"]


def test_columns_without_a_title_may_be_left_out_or_blank_at_the_end() -> None:
    rows = ["Berlin,tea,7,,", "Berlin,milk,8", "Berlin,rice,9,", "Berlin,salt,5,,,"]
    assert in_short(read("store,item,count,,", *rows)) == [
        (2, "Berlin", "tea", 7), (3, "Berlin", "milk", 8), (4, "Berlin", "rice", 9), (5, "too-many-cells"),
    ]  # fmt: skip


def test_blank_rows_are_none() -> None:
    rows = ["", ",,", " ,\u200b,", "Berlin,tea,7", ",,"]
    assert in_short(read("store,item,count", *rows)) == [(5, "Berlin", "tea", 7)]


# ---- Counts and reorder points --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "count"), [("-3", 0), ("\u22123", 0), ("-0", 0), ("-3.0", 0), ("7.0", 7), ("0,00", 0), ("'007", 7)]
)
def test_a_count_below_0_is_0(cell: str, count: int) -> None:
    assert read(HEADER, f'Berlin,tea,"{cell}",') == [Row(2, "Berlin", "tea", count, None)]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("-", "not-a-number"), ("--3", "not-a-number"), ("-x", "not-a-number"), ("-" + "9" * 16, "below-0")],
)
def test_what_only_begins_like_a_count_below_0_is_rejected(cell: str, reason: str) -> None:
    assert in_short(read(HEADER, f"Berlin,tea,{cell},")) == [(2, reason)]
    assert "negative" not in notes(HEADER, f"Berlin,tea,{cell},")


def test_counts_below_0_are_counted_or_rejected() -> None:
    rows = [HEADER, "Berlin,tea,7,", "Berlin,milk,-3 ,", "Berlin,rice,-4,"]
    negative = notes(*rows)["negative"]
    assert (negative["Rows"], negative["Line"], negative["Cell"]) == (2, 3, "-3")
    reject = Format(negative="reject")
    assert in_short(read(*rows, form=reject)) == [(2, "Berlin", "tea", 7), (3, "below-0"), (4, "below-0")]
    assert "negative" not in notes(*rows, form=reject)
    assert "negative" in notes(*rows, form=Format(negative="zero"))


def test_a_reorder_point_that_is_none_leaves_the_count() -> None:
    rows = [HEADER, "Berlin,tea,7,few", "Berlin,milk,8, 5 ", "Berlin,rice,9,", "Berlin,salt,9,-1"]
    assert [(row.count, row.reorder_point) for row in read(*rows) if isinstance(row, Row)] == [
        (7, None), (8, 5), (9, None), (9, None),
    ]  # fmt: skip
    unread = notes(*rows)["points-not-read"]
    assert (unread["Rows"], unread["Line"], unread["Cell"]) == (2, 2, "few")


# ---- Stores ---------------------------------------------------------------------------------------------------------


def test_in_the_folder_of_a_store_no_other_one_is_loaded() -> None:
    rows = ["Berlin,tea,7", "Lima,tea,7", "Aachen,tea,7", ",tea,7", " Berlin ,milk,8"]
    assert in_short(read("store,item,count", *rows, folder="Berlin")) == [
        (2, "Berlin", "tea", 7), (3, "other-store"), (4, "other-store"), (5, "missing"), (6, "Berlin", "milk", 8),
    ]  # fmt: skip
    assert "for the store “Berlin” only" in rejected("store,item,count", "Lima,tea,7", folder="Berlin").reason


@pytest.mark.parametrize(("folder", "form"), [("Berlin", FOUND_OUT), (None, Format(fixed_store=" Berlin"))])
def test_without_a_column_of_stores_all_rows_are_of_one(folder: str | None, form: Format) -> None:
    rows = ["item,count", "tea,7", "'=milk,8", "milk,many"]
    assert in_short(read(*rows, folder=folder, form=form)) == [
        (2, "Berlin", "tea", 7), (3, "Berlin", "=milk", 8), (4, "not-a-number"),
    ]  # fmt: skip
    found = rejected(*rows, folder=folder, form=form)
    assert (found.store, found.item, found.count, found.known) == ("Berlin", "milk", "many", True)


def test_a_store_is_spelled_as_it_is_cleaned_every_time() -> None:
    rows = [f"Berlin\u200b,tea,{count}" for count in (7, 8, 9)]
    assert in_short(read("store,item,count", *rows)) == [
        (line, "Berlin", "tea", count) for line, count in ((2, 7), (3, 8), (4, 9))
    ]


@pytest.mark.parametrize(("header", "store_at"), [("store,item,count", 0), ("item,store,count", 1)])
def test_a_store_may_be_called_as_an_item_or_a_count(header: str, store_at: int) -> None:
    rows = [["tea", "7"], ["tea", "7"], ["milk", "8"], ["Lima", "7"]]
    stores = ["Lima", "7", "tea", "Berlin"]
    lines = [",".join([*row[:store_at], store, *row[store_at:]]) for row, store in zip(rows, stores, strict=True)]
    assert [row.store for row in read(header, *lines)] == stores


def test_the_name_of_a_store_that_is_none_is_rejected_every_time() -> None:
    assert in_short(read("store,item,count", "*,tea,7", "*,tea,8")) == [(2, "star"), (3, "star")]


# ---- A column for each store ----------------------------------------------------------------------------------------


def test_a_line_with_a_column_for_each_store_is_a_row_for_each_that_has_a_count() -> None:
    rows = ["Item,Berlin,Lima,reorder_point", "tea,7,8,5", "milk,,9,", "salt,0", ",,,", "rice,-1,2,"]
    assert read(*rows, form=TWO_STORES) == [
        Row(2, "Berlin", "tea", 7, 5), Row(2, "Lima", "tea", 8, 5),
        Row(3, "Lima", "milk", 9, None),
        Row(4, "Berlin", "salt", 0, None),
        Row(6, "Berlin", "rice", 0, None), Row(6, "Lima", "rice", 2, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "reason", "known", "cells"),
    [
        ("tea,many,8,A1", "not-a-number", ("Berlin", "tea", "many", True), ["tea", "many", "", "A1"]),
        ("tea,7,some,A1", "not-a-number", ("Lima", "tea", "some", True), ["tea", "", "some", "A1"]),
        (",7,8,A1", "missing", ("", "", "", False), ["", "7", "8", "A1"]),
        ("tea, ,,A1", "no-counts", ("", "tea", "", False), ["tea", "", "", "A1"]),
        ("1E+05,,,A1", "shortened", ("", "1E+05", "", False), ["1E+05", "", "", "A1"]),
    ],
)
def test_a_rejected_row_of_a_store_has_no_count_of_another_one(
    row: str, reason: str, known: tuple[Any, ...], cells: list[str]
) -> None:
    found = rejected("item,Berlin,Lima,shelf", row, form=TWO_STORES)
    assert found.reason.key == reason
    assert (found.store, found.item, found.count, found.known) == known
    assert found.cells == cells


def test_a_line_of_an_item_alone_has_no_counts_and_a_blank_one_is_none() -> None:
    assert in_short(read("item,Berlin,Lima", "tea", "", "milk,7,8", form=TWO_STORES)) == [
        (2, "no-counts"), (4, "Berlin", "milk", 7), (4, "Lima", "milk", 8),
    ]  # fmt: skip


def test_columns_of_stores_may_be_named_again_in_another_order() -> None:
    rows = ["item,Berlin,Lima", "tea,7,8", "item,Lima,Berlin", "milk,5,6", "rice,1,2"]
    assert in_short(read(*rows, form=TWO_STORES)) == [
        (2, "Berlin", "tea", 7), (2, "Lima", "tea", 8),
        (4, "Lima", "milk", 5), (4, "Berlin", "milk", 6),
        (5, "Lima", "rice", 1), (5, "Berlin", "rice", 2),
    ]  # fmt: skip


# ---- Files that were joined, and rows that are left out -------------------------------------------------------------


def test_rows_go_by_the_line_that_named_the_columns_last() -> None:
    rows = [
        "store,item,count", "Berlin,tea,7", "item,count,store", "milk,8,Berlin", "rice,9,Lima", "store,item,count",
        "Lima,salt,5", "Lima,oil,6",
    ]  # fmt: skip
    assert in_short(read(*rows)) == [
        (2, "Berlin", "tea", 7), (4, "Berlin", "milk", 8), (5, "Lima", "rice", 9), (7, "Lima", "salt", 5),
        (8, "Lima", "oil", 6),
    ]  # fmt: skip
    again = notes(*rows)["header-again"]
    assert (again["Rows"], again["Line"]) == (2, 3)


def test_a_joined_file_may_have_more_columns_or_fewer() -> None:
    rows = ["store,item,count", "Berlin,tea,7", "item,store,count,shelf", "rice,Berlin,9", "salt,Lima,5,A1"]
    assert in_short(read(*rows, "store,item,count", "Lima,oil,6")) == [
        (2, "Berlin", "tea", 7), (4, "Berlin", "rice", 9), (5, "Lima", "salt", 5), (7, "Lima", "oil", 6),
    ]  # fmt: skip


def test_an_item_that_is_called_as_a_store_is_an_item_where_items_come_first() -> None:
    rows = ["store,item,count", "Berlin,tea,7", "item,store,count", "Berlin,Lima,9"]
    assert in_short(read(*rows))[1:] == [(4, "Lima", "Berlin", 9)]


def test_a_rejected_row_is_shown_under_the_columns_that_it_goes_by() -> None:
    found = rejected("store,item,count", "Berlin,tea,7", "item,count,store", "milk,many,Berlin")
    assert (found.header.line, found.header.columns.titles) == (3, ("item", "count", "store"))
    found = rejected("store,item,count", "store,item,count", "Berlin,tea,many")
    assert found.header.line == 1


@pytest.mark.parametrize(
    ("again", "row", "found"),
    [
        ("item,store,count,,", "rice,Berlin,9,,", (5, "Berlin", "rice", 9)),
        ("item,store,count,,", "rice,Berlin,9,,,", (5, "too-many-cells")),
        ("item,store,count", "rice,Berlin,9,,", (5, "too-many-cells")),
    ],
)
def test_how_many_cells_a_row_may_have_goes_by_the_columns_too(again: str, row: str, found: tuple[Any, ...]) -> None:
    rows = ["Berlin,tea,7", "Berlin,milk,8", again, row]
    assert in_short(read("store,item,count,,,", *rows))[2:] == [found]


@pytest.mark.parametrize(
    "again", ["store,item,count", "item,store,count", "item,store,count,shelf", "count,item,store"]
)
@pytest.mark.parametrize("form", [Format(add_up=True), Format(leave_out=("item", "Total*"))])
def test_a_joined_file_may_be_added_up_or_have_rows_left_out(again: str, form: Format) -> None:
    cells = {"store": "Lima", "item": "rice", "count": "9", "shelf": ""}
    row = ",".join(cells[title] for title in again.split(","))
    rows = ["store,item,count", "Berlin,tea,7", again, row]
    assert in_short(read(*rows, form=form)) == [(2, "Berlin", "tea", 7), (4, "Lima", "rice", 9)]
    assert "left-out" not in notes(*rows, form=form)


@pytest.mark.parametrize("again", ["store,item,count,count", "item,store,available,on hand"])
def test_a_file_is_refused_whose_columns_are_not_clear_from_a_line_on(again: str) -> None:
    with pytest.raises(Refused, match=r"Line 3 names the columns again, .* Upload the two files one by one\."):
        read("store,item,count,note", "Berlin,tea,7,", again, "milk,Berlin,9")


def test_counts_may_be_what_columns_of_stores_are_called() -> None:
    form = Format(store_columns=("1", "2"))
    assert in_short(read("item,1,2", "item,1,1", form=form)) == [(2, "1", "item", 1), (2, "2", "item", 1)]


@pytest.mark.parametrize(
    ("row", "is_left_out"),
    [
        ("Berlin,tea,7", False),
        ("Berlin,TOTAL of tea,7", True),
        ("Berlin,total,7", True),
        ("Berlin,sub total,7", False),
        ("Berlin, summe ,7", True),
        ("Berlin,Summen,7", False),
        ("Summe,tea,7", True),
        ("Berlin,tea,7,Summe", True),
    ],
)
def test_rows_are_left_out_by_a_text_or_its_beginning(row: str, is_left_out: bool) -> None:
    form = Format(leave_out=("Total*", "Summe"))
    found = read("store,item,count,note", "Berlin,Echo,1,", row, form=form)
    assert len(found) == (1 if is_left_out else 2)


def test_rows_that_are_left_out_are_counted() -> None:
    rows = ["store,item,count", "Berlin,tea,7", "Berlin,total,7", "Berlin,milk,8", "Lima,Total,8"]
    left_out = notes(*rows, form=Format(leave_out=("total",)))["left-out"]
    assert (left_out["Rows"], left_out["Line"]) == (2, 3)
    assert in_short(read(*rows, form=Format(leave_out=("total",)))) == [
        (2, "Berlin", "tea", 7), (4, "Berlin", "milk", 8),
    ]  # fmt: skip


# ---- Several rows of an item ----------------------------------------------------------------------------------------


def test_where_counts_are_added_up_no_row_may_be_missing() -> None:
    with pytest.raises(Refused, match="Line 3 cannot be loaded: the count “many” is not a whole number"):
        read("store,item,count", "Berlin,tea,7", "Berlin,tea,many", form=Format(add_up=True))


@pytest.mark.parametrize(
    ("earlier", "later", "point"), [(None, None, None), (5, None, 5), (None, 6, 6), (5, 6, 6), (5, 0, 0)]
)
def test_two_rows_are_added_up(earlier: int | None, later: int | None, point: int | None) -> None:
    row = summed(Row(2, "Berlin", "tea", 7, earlier), Row(9, "Berlin", "tea", 4, later))
    assert row == Row(9, "Berlin", "tea", 11, point)


def test_a_sum_is_not_larger_than_a_count_may_be() -> None:
    most = Row(2, "Berlin", "tea", LARGEST_COUNT, None)
    assert summed(most, replace(most, line=3)).count == LARGEST_COUNT


def test_a_row_that_is_repeated_contradicts_if_its_count_is_another() -> None:
    row = Row(2, "Berlin", "tea", 700, 5)
    assert [contradicts(row, replace(row, count=count)) for count in (699, 701)] == [True, True]
    assert not contradicts(row, Row(9, "Berlin", "tea", int("700"), 5))  # another number object, as of another line
    assert repeated(row, Row(9, "Berlin", "tea", 4, 5)) == {
        "Line": 2, "LastLine": 9, "Store": "Berlin", "Item": "tea", "Count": 700, "LastCount": 4,
    }  # fmt: skip
