"""Moments as people type them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from onhand import moments
from onhand.console import UserError

KARACHI = ZoneInfo("Asia/Karachi")  # five hours ahead of UTC
NOW = datetime(2026, 11, 28, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20", "20261120T185959.999Z"),  # its last moment there
        ("2026-11-28", "20261128T070000.000Z"),  # today: now
        ("2026-11-20 14:30", "20261120T093000.000Z"),
        ("2026-11-20T14:30Z", "20261120T143000.000Z"),
        (" 2026-11-20T14:30:05.25+01:00 ", "20261120T133005.250Z"),
    ],
)
def test_at_a_date(text: str, expected: str) -> None:
    assert moments.stamp(moments.at(text, KARACHI, NOW)) == expected


@pytest.mark.parametrize("text", ["", "since Monday", "0001-01-01T00:00:00+14:00", "3"])
def test_what_somebody_wrote_instead_of_a_time_is_shown_as_it_is(text: str) -> None:
    assert moments.minute(text) == text


@pytest.mark.parametrize("text", ["yesterday", "20.11.2026", "2026-02-30", "", "14:30", "0001-01-01", "9999-12-31"])
def test_what_is_no_date_says_how_one_looks(text: str) -> None:
    with pytest.raises(UserError, match=r"2026-11-20 14:30"):
        moments.at(text, KARACHI, NOW)


def test_days_are_no_moment() -> None:
    with pytest.raises(UserError, match="2026-11-20"):
        moments.at("7d", KARACHI, NOW)


@pytest.mark.parametrize("text", ["2026-11-29", "2026-11-28 12:01"])
def test_what_is_still_to_come_is_not_known(text: str) -> None:
    with pytest.raises(UserError, match="still to come"):
        moments.at(text, KARACHI, NOW)
