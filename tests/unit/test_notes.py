"""What is said of an upload besides its rows."""

from collections.abc import Callable

import pytest

from read_file.notes import Notes


def said(*tell: Callable[[Notes], None]) -> list[str]:
    notes = Notes()
    for each in tell:
        each(notes)
    return [note["Text"] for note in notes.facts()]


@pytest.mark.parametrize(
    ("tell", "text"),
    [
        (
            lambda notes: notes.add("columns-assumed", Columns={"item": "SKU", "count": "Qty"}),
            "Taken for the item: “SKU”, the count: “Qty”.",
        ),
        (lambda notes: notes.add("lines-before", Line=3), "The columns are named in line 3. What stands above was not"),
        (lambda notes: notes.titles(["price", "shelf"]), "Not read: “price”, “shelf”."),
        (lambda notes: notes.format("item=SKU"), "Read with the format “item=SKU”."),
        (
            lambda notes: notes.sheets(("List", "Old", "Older")),
            "Read: the sheet “List” of the workbook. Not read: “Old”, “Older”.",
        ),
        (
            lambda notes: notes.count("negative", 7, "-3"),
            "Counts below 0, taken as 0: 1, the first in line 7 (“-3”).",
        ),
    ],
)
def test_a_note_is_a_sentence(tell: Callable[[Notes], None], text: str) -> None:
    (found,) = said(tell)
    assert found.startswith(text)


def test_where_all_columns_are_read_nothing_is_said() -> None:
    assert said(lambda notes: notes.titles([])) == []


def test_of_many_rows_their_number_and_the_first_are_said() -> None:
    notes = Notes()
    notes.count("header-again", 5)
    for line, cell in [(2, "-3"), (4, "-1"), (9, "-8")]:
        notes.count("negative", line, cell)
    again, negative = notes.facts()
    assert (again["Key"], again["Rows"], again["Line"], again["Cell"]) == ("header-again", 1, 5, "")
    assert (negative["Key"], negative["Rows"], negative["Line"], negative["Cell"]) == ("negative", 3, 2, "-3")


def test_long_texts_are_shortened() -> None:
    notes = Notes()
    notes.titles(["x" * 41, "y" * 40] * 20)
    notes.sheets(("n" * 41, *(f"{n}" for n in range(40))))
    notes.count("negative", 2, "9" * 41)
    titles, sheets, negative = notes.facts()
    assert titles["Titles"] == ["x" * 40, "y" * 40] * 10
    assert (sheets["Sheet"], sheets["Sheets"]) == ("n" * 40, [f"{n}" for n in range(20)])
    assert negative["Cell"] == "9" * 40


@pytest.mark.parametrize(
    ("form", "shown"), [("x" * 200, "x" * 200), ("x" * 201, "x" * 200 + "…"), ("y" * 900, "y" * 200 + "…")]
)
def test_of_a_long_format_the_beginning_is_said(form: str, shown: str) -> None:
    assert said(lambda notes: notes.format(form)) == [f"Read with the format “{shown}”."]
