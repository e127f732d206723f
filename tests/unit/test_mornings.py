"""When a clock on the wall came to a time of the day last."""

from collections.abc import Container
from datetime import UTC, datetime, time

import pytest

from stock.mornings import EVERY_DAY, last_time

MON, SAT, SUN = {0}, {5}, {6}
SEVEN = time(7)


def moment(text: str) -> float:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("at", "since", "until", "days", "last"),
    [
        (SEVEN, "11-26T06:59", "11-26T07:00", EVERY_DAY, "11-26T07:00"),  # just now
        (SEVEN, "11-26T07:00", "11-26T07:15", EVERY_DAY, None),  # that was the last look
        (SEVEN, "11-26T06:00", "11-26T06:59", EVERY_DAY, None),
        (time(23, 55), "11-25T23:50", "11-26T00:05", EVERY_DAY, "11-25T23:55"),  # over midnight
        (SEVEN, "11-24T12:00", "11-26T12:00", EVERY_DAY, "11-26T07:00"),  # the last one of several
        (SEVEN, "11-26T06:55", "11-26T07:10", MON, None),  # a Thursday
        (SEVEN, "11-23T06:55", "11-23T07:10", MON, "11-23T07:00"),
        (SEVEN, "11-22T06:55", "11-22T07:10", SUN, "11-22T07:00"),
        (SEVEN, "11-22T06:55", "11-22T07:10", EVERY_DAY, "11-22T07:00"),
        (SEVEN, "11-21T06:55", "11-23T06:55", SAT, "11-21T07:00"),  # nobody looked for some days
        (SEVEN, "11-21T06:55", "11-26T07:10", SAT, "11-21T07:00"),
        (time(23, 55), "11-21T23:50", "11-26T00:05", SAT, "11-21T23:55"),
    ],
)
def test_it_is_after_the_last_look_and_on_a_day_of_the_week_that_counts(
    at: time, since: str, until: str, days: Container[int], last: str | None
) -> None:
    found = last_time(at, "", moment(since), moment(until), days)
    assert found == (moment(last) if last else None)


def test_every_day_is_a_week() -> None:
    assert len(EVERY_DAY) == 7


def test_it_is_by_the_clock_of_the_zone() -> None:
    since, until = moment("11-26T05:00"), moment("11-26T06:00")
    assert last_time(SEVEN, "Europe/Berlin", since, until) == until
    assert last_time(SEVEN, "", since, until) is None
    assert last_time(SEVEN, "America/Lima", since, until) is None
