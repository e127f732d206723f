"""Files that set reorder points: what their rows say, and what is wrong in them, in words."""

import io

import pytest

from read_file import points_file
from read_file.points_file import Mistake, Point, read_points
from read_file.refused import Refused


def read(text: str, store: str | None = "Berlin") -> list[Point | Mistake]:
    points, mistakes = read_points(io.BytesIO(text.encode()), store)
    return [*points, *mistakes]


def test_a_blank_point_takes_it_away_and_no_store_is_all_stores() -> None:
    assert read("item,reorder_point\ntea,5\n\ncoffee,\n") == [
        Point(2, "Berlin", "tea", 5), Point(4, "Berlin", "coffee", None),
    ]  # fmt: skip
    assert read("\ufeffFiliale;Artikel;Meldebestand\r\nBerlin;Tee;12,0\r\n*;Tee;3\r\n;Saft;\r\n", None) == [
        Point(2, "Berlin", "Tee", 12), Point(3, "*", "Tee", 3), Point(4, "*", "Saft", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("reorder_point,item\n5,tea\n,jam\n", {"tea": 5, "jam": None}),
        ('"item";"reorder_point"\n"tea";"5"\n', {"tea": 5}),
        ("item,reorder_point\ntea,1000\ntea,1000\n", {"tea": 1000}),
        ("item,price,shelf,unit,reorder_point\ntea,1,A\njam,1,A,jar,6,\nsalt\n", {"tea": None, "jam": 6, "salt": None}),
    ],
    ids=["columns in another order", "everything in quotes", "the same twice", "rows of another width"],
)
def test_a_list_may_look_otherwise(text: str, points: dict[str, int | None]) -> None:
    assert {point.item: point.point for point in read(text) if isinstance(point, Point)} == points
    assert not [found for found in read(text) if isinstance(found, Mistake)]


def test_the_rows_after_one_that_cannot_be_read_count() -> None:
    point, mistake = read('item,reorder_point\n"tea,5\nmilk,3\n')
    assert point == Point(3, "Berlin", "milk", 3)
    assert mistake.line == 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Paris,tea,5", "this folder is for the store “Berlin” only"),
        ("Aachen,tea,5", "this folder is for the store “Berlin” only"),
        ("Berlin,,5", "the item is missing"),
        ("Berlin,tea,some", "the reorder_point “some” is not a whole number: write digits 0 to 9 only, such as 1200"),
        ("Berlin,tea,-1", "the reorder_point “-1” is below 0"),
        ("Berlin,tea, green,5", "the row has 4 columns, the first line has 3: put quotes around"),
        ("Berlin,jam,6", "line 2 says another reorder point for the same item"),
        ('Berlin,"tea,5', "the quotes do not match"),
    ],
)
def test_what_is_wrong_in_a_row_is_said_in_words(row: str, why: str) -> None:
    *_, mistake = read(f"store,item,reorder_point\nBerlin,jam,5\n{row}\n")
    assert isinstance(mistake, Mistake)
    assert mistake.line == 3
    assert str(mistake.reason).startswith(why)


@pytest.mark.parametrize(
    ("text", "store", "why"),
    [
        ("", "Berlin", "The file is empty."),
        ("item,reorder_point\n", "Berlin", "The file has a first line, but no rows."),
        ("item,count\ntea,5\n", "Berlin", "Missing: reorder_point. Found: “item”, “count”."),
        ("item,reorder_point\ntea,5\n", None, "must name the columns store, item, reorder_point. Missing: store."),
        ("item,reorder_point\ntea,5\n", "*", "“*” is not a store's name"),
        ("item,reorder_point,min_stock,Reorder point\ntea,5,5,5\n", "Berlin", "names the column reorder_point more"),
        ("item,reorder_point\na,1\nb,1\nc,1\n", "Berlin", "The file has more than 2 rows."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    text: str, store: str | None, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points_file, "MOST_ROWS", 2)
    with pytest.raises(Refused) as refusal:
        read(text, store)
    assert why in str(refusal.value)


def test_rows_that_are_wrong_count_as_rows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points_file, "MOST_ROWS", 3)
    assert len(read("item,reorder_point\ntea,5\njam,some\nmilk,few\n")) == 3
    with pytest.raises(Refused, match="more than 3 rows"):
        read("item,reorder_point\ntea,5\njam,some\nmilk,5\nsalt,few\n")
