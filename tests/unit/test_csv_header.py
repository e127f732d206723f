"""Which line names the columns, the sign between them, and what is said if no line does."""

import io

import pytest

from read_file.csv_header import Header, read_header
from read_file.csv_rows import read_rows
from read_file.file_format import FOUND_OUT, Format
from read_file.file_text import Text
from read_file.reasons import Reason
from read_file.refused import Refused

NAMED = "store,item,count"


def header(*lines: str, form: Format = FOUND_OUT, folder: str | None = None) -> Header:
    text = Text(io.BytesIO("".join(f"{line}\n" for line in lines).encode()), lambda _line: None, form)
    return read_header(text, form, folder)


def refusal(*lines: str, form: Format = FOUND_OUT, folder: str | None = None) -> tuple[Reason, tuple[str, ...]]:
    """Return why a file is refused, and the titles that were found."""
    with pytest.raises(Refused) as refused:
        header(*lines, form=form, folder=folder)
    assert isinstance(refused.value.reason, Reason)
    return refused.value.reason, refused.value.titles


def why_not(*lines: str, form: Format = FOUND_OUT, folder: str | None = None) -> str:
    """Return the key of the reason why a file is refused."""
    return refusal(*lines, form=form, folder=folder)[0].key


# ---- The cells of a row ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "named", "read"),
    [
        (["A1", "Berlin", "tea", "7", "x"], ["Berlin", "tea", "7"], ["Berlin", "tea", "7"]),
        (["A1", "Berlin", "tea"], ["Berlin", "tea", ""], ["Berlin", "tea"]),
        (["A1"], ["", "", ""], []),
    ],
)
def test_a_row_has_the_cells_that_it_has(cells: list[str], named: list[str], read: list[str]) -> None:
    found = header("shelf,store,item,count")
    assert (found.named(cells), found.read(cells)) == (named, read)


def test_where_no_column_is_of_stores_a_row_names_none() -> None:
    assert header("item,count", folder="Berlin").named(["tea", "7"]) == ["", "tea", "7"]


# ---- The sign between the columns -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", list(",;\t|^~，；"))
def test_the_sign_between_the_columns_is_found_out(sign: str) -> None:
    found = header(NAMED.replace(",", sign))
    assert (found.delimiter, found.line, found.has_title) == (sign, 1, False)


@pytest.mark.parametrize("line", ['store, "item", count', '"store";"item";"count"', '"store"|item|"count"'])
def test_titles_may_stand_in_quotes(line: str) -> None:
    assert header(line).columns.titles == ("store", "item", "count")


AMBIGUOUS = "store;item;count;x,item,count,store"


@pytest.mark.parametrize(
    ("first", "delimiter", "is_title"),
    [
        ("sep=;", ";", False),
        ("SEP=;", ";", False),
        ('"sep=;"', ";", False),
        ("sep=,", ",", False),
        ("sep=", ",", True),
        ("sep=x", ",", True),
        ("sep", ",", True),
        ("List", ",", True),
        ("List;", ",", True),
        ("Shop;", ",", True),
    ],
)
def test_a_line_for_excel_says_which_sign_comes_first(first: str, delimiter: str, is_title: bool) -> None:
    found = header(first, AMBIGUOUS)
    assert (found.delimiter, found.line, found.has_title) == (delimiter, 2, is_title)


def test_the_sign_of_a_format_is_the_one() -> None:
    assert header(AMBIGUOUS).delimiter == ","
    assert header(AMBIGUOUS, form=Format(delimiter=";")).delimiter == ";"
    assert header("sep=,", AMBIGUOUS, form=Format(delimiter=";")).delimiter == ";"
    assert why_not(NAMED, form=Format(delimiter=";")) == "columns-missing"


def test_a_line_for_excel_may_name_another_sign_than_there_is() -> None:
    assert header("sep=;", NAMED).delimiter == ","
    assert why_not("sep=;", "store=item=count") == "columns-missing"


# ---- Lines above ----------------------------------------------------------------------------------------------------


def test_blank_lines_are_no_title() -> None:
    found = header("", " ,;\u200b,", NAMED)
    assert (found.line, found.has_title) == (3, False)
    assert header("", "List", "", NAMED).has_title


@pytest.mark.parametrize("lines", [(), ("",), ("", ",,;")])
def test_a_file_of_blank_lines_is_empty(lines: tuple[str, ...]) -> None:
    assert why_not(*lines) == "empty"


@pytest.mark.parametrize("lines", [("List",), ("sep=;",), ("List", "", "")])
def test_a_file_with_a_line_is_not_empty(lines: tuple[str, ...]) -> None:
    assert why_not(*lines) == "columns-missing"


def test_thirty_lines_of_text_may_stand_above() -> None:
    assert header(*["List", ""] * 30, NAMED).line == 61
    assert why_not(*["List", ""] * 31, NAMED) == "columns-missing"


def test_a_thousand_lines_may_stand_above() -> None:
    assert header(*[""] * 1000, NAMED).line == 1001
    assert why_not(*[""] * 1001, NAMED) == "blank-lines"
    assert header(*[""] * 999, "List", NAMED).line == 1001
    assert why_not(*[""] * 1000, "List", NAMED) == "columns-missing"
    assert why_not(*[""] * 999, "List", "", NAMED) == "columns-missing"


def test_what_is_found_out_of_a_header_far_down_is_a_format() -> None:
    reading = read_rows(io.BytesIO(("\n" * 990 + "List\n" * 10 + f"{NAMED}\nBerlin,tea,7\n").encode()))
    assert (len(list(reading)), reading.found.lines_before) == (1, 1000)


def test_a_line_that_is_too_long_is_no_title() -> None:
    longest = "x" * 65_535
    assert header(longest, NAMED).line == 2
    assert why_not(longest + "x", NAMED) == "first-line-too-long"
    reason, titles = refusal("List", longest + "x", NAMED)
    assert (reason.key, titles) == ("columns-missing", ("List",))


@pytest.mark.parametrize(
    "above",
    [
        ["Berlin,tea,7"],
        ["Berlin,tea, 7 ,x"],
        ["Stock list", "Berlin,tea,7"],
        [",,12", "Berlin,tea,7"],
        ['"Stock', "Berlin,tea,7"],
        ["Berlin,tea,7", "Stock list"],
    ],
)
def test_no_row_may_stand_above(above: list[str]) -> None:
    reason, _ = refusal(*above, NAMED)
    assert (reason.key, reason.values["line"]) == ("row-above", len(above) + 1)
    assert reason.values["row"].startswith("Berlin,tea,")


@pytest.mark.parametrize(
    "above", ["Stock list", "Stock,list", "Stock,list,2026-07-01", ",,7", ", ,7", "7,8", "", "Total,12,"]
)
def test_what_is_no_row_may_stand_above(above: str) -> None:
    assert header(above, NAMED).line == 2


def test_no_row_of_columns_of_stores_may_stand_above() -> None:
    two_stores = Format(store_columns=("Berlin", "Lima"))
    assert why_not("tea,,8", "item,Berlin,Lima", form=two_stores) == "row-above"
    assert why_not("tea,7,", "item,Berlin,Lima", form=two_stores) == "row-above"
    assert header("tea,,", "item,Berlin,Lima", form=two_stores).line == 2


def test_a_format_says_how_many_lines_stand_above_whatever_they_are() -> None:
    assert header("Berlin,tea,7", "store,item,count", NAMED, form=Format(lines_before=2)).line == 3
    assert header("Berlin,tea,7", NAMED, form=Format(lines_before=1)).has_title is False


def test_no_row_may_stand_below_the_lines_that_a_format_skips() -> None:
    assert why_not("Berlin,tea,7", NAMED, form=Format(lines_before=0)) == "row-above"
    assert why_not("List", "Berlin,tea,7", NAMED, form=Format(lines_before=1)) == "row-above"


@pytest.mark.parametrize("first", ["line,reason,store,item,count", '\ufeff"line";"reason";"store";"item";"count"'])
def test_rejected_rows_are_downloaded_without_the_lines_above(first: str) -> None:
    assert header(first, "7,why,Berlin,tea,x", form=Format(lines_before=2)).line == 1
    assert header(first, form=Format(lines_before=2)).line == 1
    assert header("List", first, NAMED, form=Format(lines_before=2)).line == 3


# ---- Titles with line breaks ----------------------------------------------------------------------------------------


def test_titles_may_hold_line_breaks() -> None:
    text = Text(io.BytesIO(b'List\nstore,item,"count\n(pieces)"\nBerlin,tea,7\n'), lambda _line: None)
    found = read_header(text, FOUND_OUT, None)
    assert (found.line, found.columns.titles[2], text.line()) == (2, "count\n(pieces)", "Berlin,tea,7\n")


def test_a_header_has_at_most_ten_lines() -> None:
    assert header('store,item,"count', *[""] * 8, '"').line == 1
    assert why_not('store,item,"count', *[""] * 9, '"') == "columns-missing"


def test_a_quote_that_is_left_open_above_swallows_no_header() -> None:
    assert header('"List', NAMED).line == 2
    assert header('"List', "of", NAMED, "Berlin,tea,7").line == 3


# ---- What is said if no line names the columns ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "titles"),
    [
        (["Shop;Things;Number"], ("Shop", "Things", "Number")),
        (["My list", "a,b,c"], ("My list",)),
        (["My,list", "store,item,x", "store,sku,y,z", "count"], ("store", "item", "x")),
        (["store,x", "a,b,c,d"], ("store", "x")),
    ],
)
def test_the_first_line_that_names_most_is_shown(lines: list[str], titles: tuple[str, ...]) -> None:
    reason, found = refusal(*lines)
    assert (reason.key, found, reason.values["titles"]) == ("columns-missing", titles, list(titles))


@pytest.mark.parametrize(
    ("lines", "folder", "key", "lost"),
    [
        (["item,Berlin,Lima"], None, "columns-missing-of-stores", ["store", "count"]),
        (["item"], None, "columns-missing", ["store", "count"]),
        (["item,Berlin"], None, "columns-missing", ["store", "count"]),
        (["count,Berlin,Lima"], None, "columns-missing", ["store", "item"]),
        (["store,count,shelf"], None, "columns-missing", ["item"]),
        (["Berlin,Lima,Rome"], None, "columns-missing", ["store", "item", "count"]),
        (["item,Berlin,Lima"], "Berlin", "columns-missing", ["count"]),
    ],
)
def test_what_is_missing_is_said(lines: list[str], folder: str | None, key: str, lost: list[str]) -> None:
    reason, _ = refusal(*lines, folder=folder)
    assert (reason.key, reason.values["columns"]) == (key, lost)


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (['"store,item,count"', '"Berlin,tea,7"'], "lines-in-quotes"),
        (['"store;item;count"', "Berlin;tea;7"], "lines-in-quotes"),
        (['"List, of tea"'], "columns-missing"),
        (["store,item;count"], "signs-differ"),
        (["store,item,x;y"], "columns-missing"),
        (['"store,item,count",shelf'], "signs-differ"),
    ],
)
def test_signs_that_are_wrong_are_told_apart(lines: list[str], key: str) -> None:
    assert why_not(*lines) == key


@pytest.mark.parametrize(
    "form",
    [
        Format(item=("Article",)),
        Format(count=("Pieces",)),
        Format(store=("Shop",)),
        Format(store_columns=("Berlin",)),
    ],
)
def test_what_a_format_names_must_be_there(form: Format) -> None:
    assert why_not("a,b,c", form=form) == "columns-of-format"
