"""The numbers of an Excel sheet as texts: as a clerk would write what the cell holds. No AWS in here."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

_DATES = (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))
"""Number formats that Excel does not write down, as it knows them: those of dates and times."""
_IN_QUOTES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DIGITS = 15  # Excel knows no more of a number


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of a cell are shown, as far as it matters: as dates, or with zeros before up to `digits`."""

    is_date: bool = False
    digits: int = 0


@lru_cache(1000)
def number_format(number: int, code: str) -> NumberFormat:
    """Return what matters of a number format, given its number and, if the workbook has it, its code."""
    if not code:
        return NumberFormat(is_date=number in _DATES)
    if code.strip("0") == "":
        return NumberFormat(digits=len(code))
    plain = _IN_QUOTES.sub("", code).lower()
    return NumberFormat(is_date="general" not in plain and any(letter in plain for letter in "ymdhs"))


PLAIN = NumberFormat()


def number_text(written: str, shown: NumberFormat, decimal: str, since_1904: bool) -> str:
    """Return a number as a text, given how the workbook writes it; what stands before decimals is `decimal`.

    A whole number has no decimals, of others there are as many as Excel knows; one with more than 15 digits, which
    Excel has shortened, looks so: `8.71826E+12`. Raises ValueError if it is no number.
    """
    if not shown.is_date and len(written) <= _DIGITS and written.isascii() and written.isdigit():
        return written.zfill(shown.digits)
    value = float(written)
    if shown.is_date:
        return _date(value, since_1904)
    text = format(value, f".{_DIGITS}G")
    if text.isdigit():
        return text.zfill(shown.digits)
    return text.replace(".", decimal)


def _date(days: float, since_1904: bool) -> str:
    first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    moment = first + timedelta(seconds=round(days * 86_400))
    return moment.date().isoformat() if days == int(days) else moment.isoformat(" ")
