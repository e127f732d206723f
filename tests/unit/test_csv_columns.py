"""Which column is what, what is assumed, and formats that contradict themselves."""

import io
from typing import Any

import pytest

from read_file.csv_columns import Columns, find_columns, is_download, missing, shown_titles
from read_file.csv_rows import Refused, Row, read_rows
from read_file.csv_titles import KNOWN
from read_file.file_format import FOUND_OUT, Format, FormatError, same_title


def notes(text: str, only_store: str | None = None, form: Format | None = None) -> dict[str, Any]:
    """Return what is said of a file, by key."""
    reading = read_rows(io.BytesIO(text.encode()), only_store, form=form or Format())
    assert [row for row in reading if isinstance(row, Row)]
    return {note["Key"]: note for note in reading.notes.facts()}


def columns_of(titles: str, only_store: str | None = None, form: Format = FOUND_OUT) -> Columns:
    columns = find_columns(titles.split(","), form, only_store)
    assert columns
    return columns


@pytest.mark.parametrize(
    "title",
    ["qtyonhand", "Qty On Hand", "qty_on_hand*", " QTY-ON-HAND (pcs) ", "Qty.On\xa0Hand [Stk]", "ｑｔｙ on hand"],
)
def test_blanks_capitals_signs_and_units_do_not_matter(title: str) -> None:
    assert same_title(title) == "qtyonhand"


def test_known_titles_are_as_titles_are_compared_and_mean_one_thing() -> None:
    titles = [title for titles in KNOWN.values() for title in titles] + list(map(same_title, KNOWN))
    assert [title for title in titles if same_title(title) != title] == []
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Branch,SKU,Qty On Hand", "Berlin,tea,12"),
        ("Filiale;Artikelnummer;Bestand", "Berlin;tea;12"),
        ("Tienda;Artículo;Existencias", "Berlin;tea;12"),
        ("Magasin;Référence;Quantité", "Berlin;tea;12"),
    ],
)
def test_titles_of_four_languages_are_known_and_what_was_assumed_is_said(header: str, row: str) -> None:
    found = notes(f"{header}\n{row}\n")
    assert list(found) == ["columns-assumed"]
    assert all(f"“{title}”" in found["columns-assumed"]["Text"] for title in header.replace(";", ",").split(","))


def test_a_file_as_it_should_be_needs_no_word() -> None:
    assert notes("store,item,count,Reorder Point\nBerlin,tea,12,5\n") == {}


def test_whatever_is_not_read_is_said_once() -> None:
    found = notes("store,item,count,On hand,price\nBerlin,tea,12,9,1\nBerlin,milk,1,1,1\n")
    assert found["columns-not-read"]["Titles"] == ["On hand", "price"]
    assert "columns-not-read" not in notes("line,reason,store,item,count\n7,why,Berlin,tea,12\n")


def test_columns_are_found_wherever_they_stand() -> None:
    columns = columns_of("shelf,Count,reorder point,ITEM,Store,price,,")
    assert (columns.store, columns.item, columns.count, columns.reorder_point) == (4, 3, 1, 2)
    assert (columns.read, columns.width, columns.unread()) == ([4, 3, 1, 2], 6, ["shelf", "price"])
    assert (columns.fixed_store, columns.stores, columns.assumed) == (None, (), {})


@pytest.mark.parametrize(
    ("titles", "columns"),
    [
        ("Branch,SKU,Qty", {"store": "Branch", "item": "SKU", "count": "Qty"}),
        ("store,Article,Available,Min stock", {"item": "Article", "count": "Available", "reorder_point": "Min stock"}),
        ("Warehouse,item,count", {"store": "Warehouse"}),
        ("Branch,store,Article,item,Available,count,Min level,reorder_point", {}),
    ],
)
def test_a_title_of_its_own_comes_before_one_that_is_known(titles: str, columns: dict[str, str]) -> None:
    assert columns_of(titles).assumed == columns


@pytest.mark.parametrize(
    ("titles", "unread"),
    [
        ("note,store,item,count", ["note"]),
        ("line,reason,shelf,store,item,count", ["shelf"]),
        ("Line,Reason,store,item,count,", []),
        ("line,store,item,count", ["line"]),
    ],
)
def test_the_line_and_the_reason_of_rejected_rows_are_not_missed(titles: str, unread: list[str]) -> None:
    assert columns_of(titles).unread() == unread


@pytest.mark.parametrize(
    ("titles", "so_it_is"),
    [
        (["line", "reason", "store"], True),
        (["Line", " REASON "], True),
        (["line", "store", "item"], False),
        (["item", "reason"], False),
        (["line"], False),
        ([], False),
    ],
)
def test_rejected_rows_begin_with_the_line_and_the_reason(titles: list[str], so_it_is: bool) -> None:
    assert is_download(titles) is so_it_is


@pytest.mark.parametrize(
    ("titles", "only_store", "form", "fixed_store"),
    [
        ("item,count", "Berlin", FOUND_OUT, "Berlin"),
        ("item,count", None, Format(fixed_store="Lima"), "Lima"),
        ("store,item,count", None, Format(fixed_store="Lima"), "Lima"),
        ("store,item,count", "Berlin", FOUND_OUT, None),
        ("item,Berlin,Lima", "Berlin", Format(store_columns=("Berlin",)), None),
    ],
)
def test_without_a_column_of_stores_the_rows_are_of_one(
    titles: str, only_store: str | None, form: Format, fixed_store: str | None
) -> None:
    assert columns_of(titles, only_store, form).fixed_store == fixed_store


@pytest.mark.parametrize(
    ("titles", "only_store", "form"),
    [
        ("item,count", None, FOUND_OUT),
        ("store,count", None, FOUND_OUT),
        ("store,item", None, FOUND_OUT),
        ("item,count", "Berlin", Format(store=("Shop",))),
        ("store,item,count", None, Format(item=("Article",))),
        ("store,item,count", None, Format(store_columns=("Berlin",))),
        ("store,Berlin,Lima", None, Format(store_columns=("Berlin",))),
    ],
)
def test_a_line_that_lacks_a_column_is_no_header(titles: str, only_store: str | None, form: Format) -> None:
    assert find_columns(titles.split(","), form, only_store) is None


@pytest.mark.parametrize(
    ("titles", "only_store", "form", "lost"),
    [
        ("a,b", None, FOUND_OUT, ["store", "item", "count"]),
        ("Branch,Qty", None, FOUND_OUT, ["item"]),
        ("a,b", "Berlin", FOUND_OUT, ["item", "count"]),
        ("a,b", None, Format(fixed_store="Berlin"), ["item", "count"]),
        ("a,b", None, Format(store_columns=("Berlin",)), ["item"]),
        ("store,item,count", None, Format(count=("Pieces",)), ["count"]),
    ],
)
def test_what_a_line_lacks_is_said(titles: str, only_store: str | None, form: Format, lost: list[str]) -> None:
    assert missing(titles.split(","), form, only_store) == lost


def test_a_format_names_a_column_as_it_is_spelled_or_else_the_same() -> None:
    on_hand = "store,item,On hand (a),On hand (b),on hand (C)"
    for at, title in enumerate(["On hand (a)", "on hand (B)", "ON HAND (c)"], 2):
        assert columns_of(on_hand, form=Format(count=(title,))).count == at
    assert columns_of("store,item,On_Hand,count", form=Format(count=("Pieces", "on hand (pcs)"))).count == 2


def test_columns_of_stores_are_those_that_the_file_has() -> None:
    form = Format(store_columns=("lima", "Berlin", "Rome"))
    columns = columns_of("item,Berlin,shelf,Lima,count,min stock", form=form)
    assert (columns.stores, columns.count, columns.store) == (((1, "Berlin"), (3, "Lima")), None, None)
    assert columns.read == [0, 5, 1, 3]


@pytest.mark.parametrize(
    ("titles", "form", "key", "values"),
    [
        ("store,Count,item,COUNT", FOUND_OUT, "column-twice", {"title": "Count"}),
        ("store,item,Qty,count,QTY", Format(count=("qty",)), "column-twice", {"title": "Qty"}),
        ("store,SKU,Barcode,EAN,count", FOUND_OUT, "column-ambiguous", {"titles": ["SKU", "Barcode", "EAN"]}),
        ("Shop,Site,item,count", FOUND_OUT, "column-ambiguous", {"titles": ["Shop", "Site"]}),
        ("store,item,Qty,Stock", FOUND_OUT, "column-ambiguous", {"titles": ["Qty", "Stock"]}),
        ("store,item,count,reorder point,Reorder Point", FOUND_OUT, "column-twice", {"title": "reorder point"}),
        ("item,Berlin,BERLIN", Format(store_columns=("Berlin",)), "store-twice", {"titles": ["Berlin", "BERLIN"]}),
    ],
)
def test_columns_that_may_be_the_same_are_refused(titles: str, form: Format, key: str, values: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        find_columns(titles.split(","), form, None)
    facts = refused.value.answer()["ReasonOf"]
    assert (facts["Key"], {name: facts["Values"][name] for name in values}) == (key, values)


def test_reorder_points_that_may_be_the_same_are_left_out() -> None:
    columns = columns_of("store,item,count,Min stock,Reorder level")
    assert (columns.reorder_point, columns.unread()) == (None, ["Min stock", "Reorder level"])


def test_titles_are_shown_on_one_line_and_not_too_many_of_them() -> None:
    assert shown_titles(["On\nhand", "", "a\u200bb"]) == ["On hand", "a‹U+200B›b"]
    assert shown_titles(["x" * 41] * 9) == ["x" * 40] * 8


def test_what_was_taken_otherwise_than_it_stands_is_counted() -> None:
    found = notes(
        "store,item,count,reorder_point\nA,tea,-3,n/a\nA,milk,4,few\nA,salt,-1,\nitem,store,count\nrice,A,1\n"
    )
    counted = {key: (note["Rows"], note["Line"]) for key, note in found.items() if "Rows" in note}
    assert counted == {"negative": (2, 2), "points-not-read": (2, 2), "header-again": (1, 5)}


@pytest.mark.parametrize(
    ("text", "only_store", "why"),
    [
        (
            "store,item,Available,On hand\n",
            None,
            "may be the count: “Available”, “On hand”. Call the right one “count”",
        ),
        ("Location,Warehouse,item,count\n", None, "may be the store: “Location”, “Warehouse”"),
        ("item,count\ntea,1\n", "", "The folder in uploads/ has no name"),
        ("item,count\ntea,1\n", "*", "stands for all stores"),
        ("item,count\ntea,1\n", "x" * 901, "longer than 900 bytes"),
    ],
)
def test_it_is_refused_in_words(text: str, only_store: str | None, why: str) -> None:
    with pytest.raises(Refused, match=why.replace("(", r"\(")):
        list(read_rows(io.BytesIO(text.encode()), only_store))


def test_what_was_found_out_is_a_format_that_reads_the_file_the_same_way() -> None:
    text = "List\n\nArtikel;Bestand;Meldebestand\ntea;12,0;5\n;;\nmilk;-3;\n".encode("utf-16")
    reading = read_rows(io.BytesIO(text), "Berlin")
    rows = list(reading)

    assert reading.found.as_json() == {
        "encoding": "utf-16", "delimiter": ";", "lines_before": 2, "item": ["Artikel"], "count": ["Bestand"],
        "reorder_point": ["Meldebestand"], "fixed_store": "Berlin",
    }  # fmt: skip
    assert list(read_rows(io.BytesIO(text), "Berlin", form=Format.of_json(reading.found.as_json()))) == rows


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"decimal": ",", "thousands": ","}, "both the decimal sign and the thousands sign"),
        ({"store": "Shop", "fixed_store": "Berlin"}, "either a column of stores or one fixed store"),
        ({"store_columns": ["Berlin", "Bonn"], "count": "Qty"}, "every store has a column of its own"),
        ({"item": "SKU", "count": "sku"}, "cannot be both item and count"),
        ({"delimiter": ";;"}, "cannot stand between columns"),
        ({"encoding": "klingon"}, "is not known. Choose one of: utf-8"),
        ({"fixed_store": "*"}, "stands for all stores"),
        ({"leave_out": ["*"]}, "every row would be left out"),
        ({"lines_before": -1}, "Between 0 and"),
        ({"negative": "maybe"}, "rejected"),
        ({"add_up": "yes"}, "true or false"),
        ({"column": "x"}, "has no “column”"),
    ],
)
def test_a_format_that_no_file_can_be_read_by_says_so(values: dict[str, Any], why: str) -> None:
    with pytest.raises(FormatError, match=why):
        Format.of_json(values)
