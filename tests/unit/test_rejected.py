"""Cells of the CSV of rejected rows, which people open in a spreadsheet."""

import csv
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from load_inventory.rejected import RejectedRows, harmless
from read_file.csv_cells import clean, visible
from read_file.csv_rows import Refused, Rejected, Row, read_rows
from read_file.file_format import FOUND_OUT, Format
from tests.corpus import HOSTILE, Hostile

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
    "cell",
    ["Echo Dot", "12", "0", "", "a=b", "A-4", "x@example.com", "'=1", "Café", "🍕", "a;b", "May", "Mayonnaise 5"],
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


class Bucket:
    """Takes what is put."""

    def put_object(self, Body: bytes, **_: object) -> None:  # noqa: N803
        self.body = Body


def download(content: bytes, folder: str | None = None, form: Format = FOUND_OUT) -> bytes:
    """Return the rejected rows of a file; nothing, if it has none."""
    bucket = Bucket()
    rejected = RejectedRows(bucket, "bucket", "rejected/x.csv")
    try:
        for row in read_rows(io.BytesIO(content), folder, form=form):
            if isinstance(row, Rejected):
                rejected.add(row)
    except Refused:
        return b""
    return bucket.body if rejected.finish() else b""


def loaded(content: bytes, folder: str | None = None, form: Format = FOUND_OUT) -> list[tuple[str, int]]:
    """Return what a file loads; nothing, if it is refused."""
    rows = read_rows(io.BytesIO(content), folder, form=form)
    try:
        return [(row.item, row.count) for row in rows if isinstance(row, Row)]
    except Refused:
        return []


WITH_REJECTED = [
    hostile for hostile in HOSTILE if hostile.rejected and len(hostile.body) < 20_000 and hostile.pack(b"") == b""
]


@pytest.mark.parametrize("hostile", WITH_REJECTED, ids=lambda hostile: hostile.name)
def test_what_was_downloaded_does_not_load_unmended(hostile: Hostile) -> None:
    first = download(hostile.body, hostile.folder, hostile.form)
    assert loaded(first, hostile.folder, hostile.form) == []
    assert len(first.splitlines()) == 1 + len(hostile.rejected)
    again = download(first, hostile.folder, hostile.form)
    assert len(again.splitlines()) == len(first.splitlines())
    assert loaded(again, hostile.folder, hostile.form) == []


SHAPES = """store,item,count,reorder_point,price
South Gate,Roof Nails,1,250,5,9
South Gate,Reading Lamp, 2nd Gen,12,7,1.50
South Gate,Nails,1,250,,
South Gate,Bolts,1,250,,
South Gate,00123,many,3,1.20
South Gate,1-2,"1,250",3,1.20
South Gate,8.71826E+12,4,3,1.20
South Gate,"Screws,4
South Gate,Hinges,+5,007,2026-11-22
South Gate,Fine,3,1,1
"""


def test_the_download_holds_every_cell_under_the_columns_of_the_file() -> None:
    found = download(SHAPES.encode()).decode("utf-8-sig")

    header, *rows = csv.reader(found.splitlines())
    assert header == ["line", "reason", "store", "item", "count", "reorder_point", "price"]
    assert [[row[0], *row[2:]] for row in rows] == [
        ["2", "South Gate", "Roof Nails", "1", "250", "5", "9"],
        ["3", "South Gate", "Reading Lamp", "2nd Gen", "12", "7", "'1.50"],
        ["4", "South Gate", "Nails", "1", "250", "", "(empty)"],
        ["5", "South Gate", "Bolts", "1", "250", "", "(empty)"],
        ["6", "South Gate", "'00123", "many", "3", "'1.20"],
        ["7", "South Gate", "'1-2", "'1,250", "3", "'1.20"],
        ["8", "South Gate", "'8.71826E+12", "4", "3", "'1.20"],
        ["9", 'South Gate,"Screws,4'],
        ["10", "South Gate", "Hinges", "'+5", "'007", "'2026-11-22"],
    ]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_nor_after_a_spreadsheet_has_saved_it_and_mended_it_loads(tmp_path: Path) -> None:
    (tmp_path / "shapes.csv").write_bytes(download(SHAPES.encode()))
    for number, hostile in enumerate(WITH_REJECTED):
        (tmp_path / f"{number}.csv").write_bytes(download(hostile.body, hostile.folder, hostile.form))

    saved = save_in_a_spreadsheet(tmp_path)

    assert loaded(saved["shapes"]) == []
    loads = {h.name: found for n, h in enumerate(WITH_REJECTED) if (found := loaded(saved[str(n)], h.folder, h.form))}
    assert loads == {}
    rows = list(csv.reader(saved["shapes"].decode("utf-8-sig").splitlines()))
    rows[1][3:] = ["Roof Nails, 1", "250", "5", "9", ""]
    rows[5][4] = "4"
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows[:2] + rows[5:6])
    assert loaded(text.getvalue().encode()) == [("Roof Nails, 1", 250), ("00123", 4)]


def save_in_a_spreadsheet(folder: Path) -> dict[str, bytes]:
    """Open the CSV files of a folder in LibreOffice and save them as CSV; return these by name."""
    command = [
        "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
        "--infilter=CSV:44/59/9/124,34,76,1",
        "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", str(folder / "saved"),
    ]  # fmt: skip
    files = sorted(map(str, folder.glob("*.csv")))
    subprocess.run([*command, *files], capture_output=True, check=True, timeout=240)
    return {path.stem: path.read_bytes() for path in (folder / "saved").iterdir()}
