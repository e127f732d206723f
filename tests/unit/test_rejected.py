"""Cells of the CSV of rejected rows, which people open in a spreadsheet."""

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from load_inventory.csv_cells import clean, visible
from load_inventory.rejected import harmless

SIGNS = "=+-@＝＋－＠"
# What a spreadsheet may skip before it looks for a sign.
SKIPPED = ' \t\r\n\v\f\0"\xa0\u200b\u2060\ufeff\u3000'


@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", '"', " \t\r\n", "\ufeff", "\u200b", "\xa0", '""', "\0"])
@pytest.mark.parametrize("sign", SIGNS)
def test_a_formula_is_no_formula_any_more(before: str, sign: str) -> None:
    assert harmless(f"{before}{sign}1+1").startswith("'")


@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_nor_if_the_spreadsheet_splits_at_another_delimiter(delimiter: str) -> None:
    assert harmless(f'Echo{delimiter} "=1+1{delimiter}+2') == f"Echo{delimiter}' \"=1+1{delimiter}'+2"


@pytest.mark.parametrize(
    "cell", ["Echo Dot", "12", "", "a=b", "3-4", "x@example.com", "'=1", "Café", "🍕", "1,5", "a;b"]
)
def test_other_cells_stay(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize("name", ["=1+1", "+1 week", "-18 °C freezer", "@SUM(A1)", "＝1", "Echo Dot", "'Echo'"])
def test_a_rejected_row_that_is_mended_and_uploaded_is_the_same_item(name: str) -> None:
    assert clean(harmless(name)) == name


cells = st.text(st.sampled_from(SIGNS + SKIPPED + "a1,;|'é"), max_size=12)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(cells, min_size=1, max_size=5), st.sampled_from(",;\t|"), st.sampled_from(",;\t|"))
def test_no_reader_finds_a_formula(row: list[str], written: str, read: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=written, quoting=csv.QUOTE_NONNUMERIC).writerow(map(harmless, row))

    # As a program reads it that knows the quotes, and as one that only splits at its own delimiter.
    (known,) = csv.reader([text.getvalue()], delimiter=written)
    assert known == [harmless(cell) for cell in row]
    split = text.getvalue().split(read)
    assert [cell for cell in (*known, *split) if re.match(f"[{re.escape(SKIPPED)}]*[{re.escape(SIGNS)}]", cell)] == []


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text())
def test_a_cell_is_one_line_of_visible_characters(cell: str) -> None:
    assert not re.search("[\x00-\x1f\x7f-\x9f]", harmless(cell))
    assert visible(visible(cell)) == visible(cell)
