"""An Excel workbook is read as a CSV of one of its sheets, or refused; whatever it holds, memory stays bounded."""

import io
import tracemalloc
import zipfile

import pytest

from read_file.csv_rows import read_rows
from read_file.file_format import FOUND_OUT, Format
from read_file.refused import Refused
from read_file.sheet_csv import open_sheet
from tests.corpus.hostile import FILES

from .workbooks import number, row, workbook


def lines(content: bytes, sheet: str = "", thousands: str = "") -> list[str]:
    form = Format(sheet=sheet, thousands=thousands)
    return open_sheet(io.BytesIO(content), form).stream.read().decode().split("\n")[:-1]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ('<c t="s"><v>0</v></c>', "store"),
        ('<c t="s"><v>1</v></c>', '"Echo, 2nd"'),
        ('<c t="s"><v>2</v></c>', "東京"),
        ('<c t="s"><v>3</v></c>', "two lines"),
        ('<c t="inlineStr"><is><t>a "b"</t></is></c>', '"a ""b"""'),
        ('<c t="str"><f>A1</f><v>worked out</v></c>', "worked out"),
        ("<c><f>1+2</f><v>3</v></c>", "3"),
        ("<c><f>1+2</f></c>", "=1+2"),  # no program worked it out: rejected, and not taken for a blank
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        (number("12"), "12"),
        (number("12.0"), "12"),
        (number("1.2E1"), "12"),
        (number("11.999999999999998"), "12"),  # Excel shows 12, as it knows 15 digits
        (number("1234.5", style=3), "1234.5"),
        (number("-3"), "-3"),
        (number("123", style=2), "00123"),  # the number format 00000
        (number("4006381333931"), "4006381333931"),
        (number("4006381333931123456"), "4.00638133393112E+18"),  # Excel has shortened it
        (number("46354", style=1), "2026-11-28"),
        (number("46354.5", style=1), "2026-11-28 12:00:00"),
        ('<c t="d"><v>2026-11-28</v></c>', "2026-11-28"),
    ],
)
def test_a_cell_is_read_as_a_clerk_would_write_it(cell: str, read: str) -> None:
    assert lines(workbook(row(cell))) == [read]


def test_decimals_stand_behind_the_sign_that_the_format_has() -> None:
    """With a point for thousands, 1234.5 would become 12345."""
    assert lines(workbook(row(number("1234.5"))), thousands=".") == ['"1234,5"']


def test_a_line_has_the_number_of_its_row_and_blank_cells_their_places() -> None:
    rows = row('<c r="B2"><v>7</v></c>', '<c r="D2"><v>8</v></c>', '<c r="F2" s="1"/>', at=2) + row(number("1"), at=5)
    assert lines(workbook(rows)) == ["", ",7,,8", "", "", "1"]


def test_the_first_visible_sheet_is_read_or_the_named_one() -> None:
    sheets = '<sheet name="Old" state="hidden" r:id="r1"/><sheet name="Stock" r:id="r2"/>'
    content = workbook(row(number("1")), sheets)
    assert lines(content) == ["second"]
    assert lines(content, "old ") == ["1"]
    with pytest.raises(Refused, match=r"no sheet “Lager”\. It has: “Old”, “Stock”"):
        lines(content, "Lager")


MANY = "<row/>" * 5_000_000
BOMB = workbook(MANY)
SIZE = len(f"<x:worksheet><x:sheetData>{MANY}</x:sheetData></x:worksheet>").to_bytes(4, "little")
LIE = BOMB.replace(SIZE, b"\x10\0\0\0")  # it declares that it unpacks to 16 bytes


def test_texts_are_bounded_by_the_memory_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("read_file.workbook._MOST_TEXT", 1000)
    assert lines(workbook(row(number("1")), **{"xl/sharedStrings.xml": "<sst>" + "<si/>" * 20 + "</sst>"})) == ["1"]
    with pytest.raises(Refused, match="too much text"):
        lines(workbook("", **{"xl/sharedStrings.xml": "<sst>" + "<si/>" * 21 + "</sst>"}))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB, "more than 200 times its size"),
        (LIE, "damaged"),
        (b"PK\x03\x04 and no more", "damaged"),
        (workbook(row('<c t="s"><v>99</v></c>')), "damaged"),
        (workbook(row(number("12 pcs"))), "damaged"),
        (workbook(row(at=3) + row(at=2)), "damaged"),
        (workbook(row(at=1_048_577)), "damaged"),
        (workbook('<row r="1"><c r="XFE1"><v>1</v></c></row>'), "damaged"),
        (workbook("<row>"), "damaged"),
        (workbook(f'<row a="{"x" * 3_000_000}"/>'), "damaged"),
        (workbook("", **{"xl/workbook.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><workbook/>"}), "damaged"),
        (workbook("", **{"xl/workbook.xml": "<workbook/>"}), "no sheet"),
        (workbook("", **{"xl/workbook.xml": "<?xml version='1.0' encoding='UTF-0'?><workbook/>"}), "damaged"),
        (workbook("", **{"content.xml": ""}), "OpenDocument"),
        (workbook("", **{"xl/workbook.bin": ""}), "binary Excel workbook"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        lines(content)


def test_a_zip_file_of_other_files_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("stock.csv", "store,item,count")
    with pytest.raises(Refused, match="This is a zip file"):
        lines(content.getvalue())


def test_two_cells_far_apart_take_no_memory() -> None:
    """A table of all cells in between would take gigabytes."""
    content = workbook(row(number("1")) + '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>')
    tracemalloc.start()
    stream = open_sheet(io.BytesIO(content), FOUND_OUT).stream
    size = sum(len(block) for block in iter(lambda: stream.read(65_536), b""))
    assert size == 1_048_576 + 16_383 + 2
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_workbook_of_libreoffice_is_read_as_any_file() -> None:
    with (FILES / "libreoffice.xlsx").open("rb") as content:
        assert [(row.line, row.store, row.item, row.count) for row in read_rows(content)] == [
            (2, "Berlin", "00123", 1200),
            (3, "Berlin", 'Küchenwaage "Profi", weiß', 14),
            (4, "Berlin", "Größe XL", 0),
        ]


def test_which_sheet_was_read_is_said() -> None:
    sheets = '<sheet name="List" r:id="r1"/><sheet name="Old" r:id="r2"/>'
    header = row(*(f'<c t="inlineStr"><is><t>{title}</t></is></c>' for title in ("store", "item", "count")))
    reading = read_rows(io.BytesIO(workbook(header, sheets)))
    assert list(reading) == []
    assert "Read: the sheet “List” of the workbook. Not read: “Old”." in [
        note["Text"] for note in reading.notes.facts()
    ]
