"""Formats: what they may say, how they are written down, and which titles are the same."""

from typing import Any

import pytest

from read_file.file_format import FOUND_OUT, Format, FormatError, same_title


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ""),
        ({"item": "SKU", "thousands": " ", "delimiter": "\t"}, "delimiter=tab, item=SKU, thousands=blank"),
        ({"store": ["Shop", "Branch"], "add_up": True}, "store=Shop, store=Branch, add_up=true"),
        ({"lines_before": 1000, "decimal": ",", "thousands": "."}, "lines_before=1000, decimal=,, thousands=."),
        ({"decimal": ".", "thousands": ","}, "decimal=., thousands=,"),
        ({"decimal": ",", "negative": "zero"}, "decimal=,, negative=zero"),
        ({"thousands": "'", "negative": "reject"}, "thousands=', negative=reject"),
        ({"store_columns": ["Berlin", "Berlin"]}, "store_columns=Berlin, store_columns=Berlin"),
        ({"fixed_store": "Berlin", "count": ["Qty", "QTY"]}, "count=Qty, count=QTY, fixed_store=Berlin"),
        ({"encoding": "cp1252", "sheet": "List"}, "encoding=cp1252, sheet=List"),
        ({"leave_out": ["Total*", "*sum"]}, "leave_out=Total*, leave_out=*sum"),
    ],
)
def test_a_format_is_kept_and_shown_as_it_was_said(values: dict[str, Any], words: str) -> None:
    form = Format.of_json(values)
    assert form.in_words() == words
    assert Format.of_json(form.as_json()) == form


def test_what_is_not_said_is_found_out() -> None:
    assert Format() == FOUND_OUT
    assert Format().as_json() == {}
    assert Format(lines_before=0).lines_before == 0
    assert Format(item=("SKU",), leave_out=("x",)).as_json() == {"item": ["SKU"], "leave_out": ["x"]}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"lines_before": True}, "“lines_before” of a format is a number"),
        ({"lines_before": "3"}, "“lines_before” of a format is a number"),
        ({"lines_before": 1001}, "Between 0 and 1,000 lines"),
        ({"lines_before": -1}, "Between 0 and 1,000 lines"),
        ({"item": 3}, "“item” of a format is a text or a list of texts"),
        ({"item": ["SKU", 3]}, "“item” of a format is a text or a list of texts"),
        ({"item": {"SKU": 3}}, "“item” of a format is a text or a list of texts"),
        ({"sheet": 3}, "“sheet” of a format is a text"),
        ({"add_up": 1}, "“add_up” of a format is true or false"),
        ({"sku": "x", "ean": "x"}, "A format has no “sku”. It has: encoding, delimiter,"),
        ({"delimiter": "\t\t"}, "cannot stand between columns"),
        ({"delimiter": '"'}, "cannot stand between columns"),
        ({"delimiter": "x"}, "cannot stand between columns"),
        ({"decimal": ";"}, "The decimal sign “;” is not known"),
        ({"thousands": ";"}, "The thousands sign “;” is not known"),
        ({"decimal": ".", "thousands": "."}, "“.” cannot be both"),
        ({"negative": "none"}, "Counts below 0 are either"),
        ({"leave_out": ["Total", "* "]}, "every row would be left out"),
        ({"store": "Shop", "fixed_store": "Berlin"}, "either a column of stores or one fixed store"),
        ({"store_columns": "Berlin", "store": "Shop"}, "every store has a column of its own"),
        ({"store_columns": "Berlin", "fixed_store": "Bonn"}, "every store has a column of its own"),
        ({"store_columns": "Berlin", "count": "Qty"}, "every store has a column of its own"),
        ({"item": "--"}, "“--” cannot be the title of a column"),
        ({"store": "x", "item": "X"}, "The column “X” cannot be both store and item"),
        ({"count": "x", "reorder_point": "X"}, "The column “X” cannot be both count and reorder point"),
        ({"item": "x", "store_columns": "X"}, "The column “X” cannot be both item and count of X"),
    ],
)
def test_a_format_says_nothing_that_cannot_be(values: dict[str, Any], why: str) -> None:
    with pytest.raises(FormatError) as found:
        Format.of_json(values)
    assert why in str(found.value)
    assert found.value.reason == str(found.value)


def test_a_format_has_at_most_4000_characters() -> None:
    assert len(Format(item=("x" * 3995,)).in_words()) == 4000
    with pytest.raises(FormatError, match=r"at most 4,000 characters long, and this one has 4,001\."):
        Format(item=("x" * 3996,))


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("Count", "count"),
        ("ÉTÉ", "ete"),
        ("Straße", "strasse"),
        ("²", "2"),
        ("Item #", "item#"),
        ("How many?", "howmany?"),
        ("Stock (pcs)", "stock"),
        ("Stock [pcs] ", "stock"),
        ("S(pcs)", "s"),
        ("(pcs)", "pcs"),
        ("[pcs]", "pcs"),
        ("Stock (new) count", "stocknewcount"),
        ("Stock (a) (b)", "stocka"),
        ("pcs)", "pcs"),
        ("--", ""),
    ],
)
def test_of_a_title_letters_and_digits_count(title: str, same: str) -> None:
    assert same_title(title) == same
