"""The numbers of an Excel sheet, as a clerk would write them."""

import pytest

from read_file.sheet_numbers import PLAIN, NumberFormat, number_format, number_text

DATE = NumberFormat(is_date=True)


@pytest.mark.parametrize(("first", "last"), [(14, 22), (27, 36), (45, 47), (50, 58)])
def test_excel_knows_some_formats_of_dates_and_times_by_number(first: int, last: int) -> None:
    assert [number_format(number, "").is_date for number in range(first - 1, last + 2)] == [
        False, *[True] * (last - first + 1), False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", PLAIN),
        ("#,##0.00", PLAIN),
        ('0 "days"', PLAIN),
        (r"0\d", PLAIN),
        ("[Red]0", PLAIN),
        ("0_d", PLAIN),
        ("00000", NumberFormat(digits=5)),
        ("00000-0000", PLAIN),
        ("YYYY-MM-DD", DATE),
        ("hh:mm", DATE),
        ("ss", DATE),
    ],
)
def test_a_format_is_of_a_date_of_digits_or_plain(code: str, shown: NumberFormat) -> None:
    assert number_format(170, code) == shown
    assert number_format(14, code) == shown  # the workbook's own code counts


@pytest.mark.parametrize(
    ("written", "shown", "text"),
    [
        ("12", PLAIN, "12"),
        ("007", PLAIN, "007"),
        ("12.0", PLAIN, "12"),
        ("1234.5", PLAIN, "1234,5"),
        ("0.1", PLAIN, "0,1"),
        ("-3", PLAIN, "-3"),
        ("٣", PLAIN, "3"),
        ("12", NumberFormat(digits=5), "00012"),
        ("1.2E1", NumberFormat(digits=5), "00012"),
        ("123456", NumberFormat(digits=5), "123456"),
        ("123456789012345", PLAIN, "123456789012345"),
        ("1234567890123456", PLAIN, "1,23456789012346E+15"),  # Excel knows 15 digits
        ("0.1234567890123456", PLAIN, "0,123456789012346"),
    ],
)
def test_a_number_is_written_with_the_digits_that_excel_knows(written: str, shown: NumberFormat, text: str) -> None:
    assert number_text(written, shown, ",", since_1904=False) == text


@pytest.mark.parametrize(
    ("written", "since_1904", "text"),
    [
        ("1", False, "1899-12-31"),
        ("46354", False, "2026-11-28"),
        ("44892", True, "2026-11-28"),
        ("46354.5", False, "2026-11-28 12:00:00"),
        ("46354.99999", False, "2026-11-28 23:59:59"),
        ("-0.5", False, "1899-12-29 12:00:00"),
    ],
)
def test_a_day_is_written_with_its_time_if_it_has_one(written: str, since_1904: bool, text: str) -> None:
    assert number_text(written, DATE, ",", since_1904) == text


def test_what_is_no_number_is_none() -> None:
    with pytest.raises(ValueError, match="12 pcs"):
        number_text("12 pcs", PLAIN, ".", since_1904=False)
