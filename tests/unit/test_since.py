"""What --since takes, and what it means."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from onhand.console import UserError
from onhand.since import from_when

NOW = datetime(2026, 11, 28, 14, 30, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20", "2026-11-20 00:00"),
        ("2026-11-20 14:30", "2026-11-20 14:30"),
        ("2026-11-20T14:30:00Z", "2026-11-20 14:30"),
        ("2026-11-20T14:30+02:00", "2026-11-20 12:30"),
        ("yesterday", "2026-11-27 00:00"),
        ("today", "2026-11-28 00:00"),
        ("2 days ago", "2026-11-26 00:00"),
        ("2.days.ago", "2026-11-26 00:00"),
        ("90d", "2026-08-30 00:00"),
        ("last monday", "2026-11-23 00:00"),
        ("monday", "2026-11-23 00:00"),
        ("last week", "2026-11-21 00:00"),
        ("2 weeks ago", "2026-11-14 00:00"),
        ("1 month ago", "2026-10-28 00:00"),
        ("3 hours ago", "2026-11-28 11:30"),
        ("90 minutes ago", "2026-11-28 13:00"),
        ("20 Nov 2026", "2026-11-20 00:00"),
        ("yesterday 9:00", "2026-11-27 09:00"),
        ("6pm yesterday", "2026-11-27 18:00"),
        ("yesterday noon", "2026-11-27 12:00"),
        ("noon", "2026-11-28 12:00"),
    ],
)
def test_what_git_log_takes_is_taken(text: str, moment: str) -> None:
    assert from_when(text, NOW, UTC).astimezone(UTC).strftime("%Y-%m-%d %H:%M") == moment


def test_a_day_begins_where_the_clock_stands() -> None:
    assert (
        from_when("yesterday", NOW, ZoneInfo("Asia/Karachi")).astimezone(UTC).isoformat() == "2026-11-26T19:00:00+00:00"
    )


def test_a_day_begins_at_midnight_before_clocks_were_changed_too() -> None:
    found = from_when("2026-10-20", NOW, ZoneInfo("Europe/Berlin"))
    assert found.astimezone(UTC).isoformat() == "2026-10-19T22:00:00+00:00"


@pytest.mark.parametrize("text", ["", "x", "the day the music died", "05/06/2026", "20.11.2026", "2026", "31 November"])
def test_what_is_not_understood_for_certain_is_answered_with_examples(text: str) -> None:
    with pytest.raises(UserError, match=r"2026-11-20.*yesterday.*2 days ago"):
        from_when(text, NOW, UTC)


@pytest.mark.parametrize("text", ["tomorrow", "2027-01-01", "in 2 hours"])
def test_what_is_yet_to_come_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="yet to come"):
        from_when(text, NOW, UTC)
