"""When a digest is due, and what it may be set up with."""

from datetime import UTC, datetime, time

import pytest

from telling.digest import Digest, How, days_of, time_of

DAILY = Digest("a1", How.SNS, "ann@example.com", "07:30", "mon-sun", "Europe/Berlin", "en", stores=("Lima", "Ulm"))


def moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def test_it_is_kept_as_it_is() -> None:
    of_a_group = Digest("b2", How.CHANNEL, "3f9c0a1b", "17:00", "fri", "", "de", group="north")
    assert Digest.of(DAILY.item()) == DAILY
    assert Digest.of(of_a_group.item()) == of_a_group
    assert Digest.of(DAILY.item() | {"LastSent": {"S": "2026-11-26T06:30:00.000Z"}}).last_sent


def test_it_is_kept_without_what_is_empty() -> None:
    about_all = Digest("c3", How.EMAIL, "ann@example.com", "7:30", "mon-fri", "", "en")
    assert about_all.item() == {
        "Digest": {"S": "c3"},
        "How": {"S": "email"},
        "To": {"S": "ann@example.com"},
        "At": {"S": "7:30"},
        "Days": {"S": "mon-fri"},
        "Language": {"S": "en"},
    }
    assert (about_all.group, about_all.stores, about_all.last_sent) == ("", (), "")


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ("mon-fri", "01234"),
        ("Sat, sun", "56"),
        ("fri-mon", "0456"),
        ("wed", "2"),
        ("wed-wed", "2"),
        ("tue-mon", "0123456"),
        ("sun-sat", "0123456"),
        ("mon,wed,fri-sun", "02456"),
    ],
)
def test_days_of_the_week(days: str, found: str) -> None:
    assert days_of(days) == {int(day) for day in found}


@pytest.mark.parametrize(
    ("at", "hour", "minute"),
    [("7:30", 7, 30), ("07:05", 7, 5), ("00:00", 0, 0), ("19:59", 19, 59), ("23:59", 23, 59)],
)
def test_times_of_the_day(at: str, hour: int, minute: int) -> None:
    assert time_of(at) == time(hour, minute)


@pytest.mark.parametrize("days", ["", "mo-fr", "mon-", "mon-fri-sun", "weekdays", "mon;tue", "mon,,tue", "-mon"])
def test_what_are_no_days(days: str) -> None:
    with pytest.raises(ValueError, match="no days of the week, such as mon-fri"):
        days_of(days)


@pytest.mark.parametrize("at", ["24:00", "7", "7:3", "07:60", "7.30", "7:30 am", ""])
def test_what_is_no_time(at: str) -> None:
    with pytest.raises(ValueError, match="no time of the day, such as 7:30"):
        time_of(at)


@pytest.mark.parametrize(
    ("since", "until", "due"),
    [
        ("2026-11-26T06:15", "2026-11-26T06:30", "2026-11-26T06:30"),
        ("2026-11-26T06:30", "2026-11-26T06:45", None),
        ("2026-11-25T23:00", "2026-11-26T06:29", None),
        ("2026-03-28T06:45", "2026-03-29T05:30", "2026-03-29T05:30"),  # summer time began that night
        ("2026-11-24T12:00", "2026-11-26T12:00", "2026-11-26T06:30"),  # of two that were missed the last one
    ],
)
def test_it_is_due_once_at_its_time_by_its_clock(since: str, until: str, due: str | None) -> None:
    assert DAILY.due(moment(since), moment(until)) == (moment(due) if due else None)
