"""Days to come, as people name them."""

from datetime import date

import pytest

from onhand.console import UserError
from onhand.until import day_to_come

SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-03", "2026-12-03"),
        ("tomorrow", "2026-11-29"),
        ("friday", "2026-12-04"),
        ("in 3 days", "2026-12-01"),
        ("3 December", "2026-12-03"),
    ],
)
def test_a_day_is_understood(text: str, day: str) -> None:
    assert day_to_come("--until", text, SATURDAY) == day


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("soon-ish", "is not understood. Such are: 2026-12-03"),
        ("05/06/2027", "is not understood"),
        ("2026-11-28", "A day after today"),
        ("yesterday", "is 2026-11-27. A day after today"),
        ("2028-01-01", "within a year"),
    ],
)
def test_what_is_no_day_to_come_is_refused_in_words(text: str, complaint: str) -> None:
    with pytest.raises(UserError, match=complaint):
        day_to_come("--until", text, SATURDAY)
