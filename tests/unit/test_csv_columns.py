"""Which column is what, what is assumed, and formats that contradict themselves."""

import io
from typing import Any

import pytest

from read_file.csv_rows import Refused, Row, read_rows
from read_file.csv_titles import KNOWN
from read_file.file_format import Format, FormatError, same_title


def notes(text: str, only_store: str | None = None, form: Format | None = None) -> dict[str, Any]:
    """Return what is said of a file, by key."""
    reading = read_rows(io.BytesIO(text.encode()), only_store, form=form or Format())
    assert [row for row in reading if isinstance(row, Row)]
    return {note["Key"]: note for note in reading.notes.facts()}


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
