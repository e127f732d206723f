"""Which stores are silent."""

from datetime import UTC, datetime, timedelta

from stock.silent_stores import CLOSED_AFTER, silent_stores
from stock.times import iso

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def ago(**time: float) -> str:
    return iso((NOW - timedelta(**time)).timestamp())


def test_longest_first_and_only_those_that_are_silent_for_so_long() -> None:
    last = [("Berlin", ago(hours=25)), ("Lima", ago(hours=23)), ("Oslo", ago(days=3))]
    assert silent_stores(last, 24, NOW) == [("Oslo", ago(days=3)), ("Berlin", ago(hours=25))]
    assert silent_stores(last, 2, NOW)[-1] == ("Lima", ago(hours=23))


def test_silence_is_more_than_those_hours_and_less_than_thirty_days_more() -> None:
    last = [
        ("not yet", ago(hours=24)), ("silent", ago(hours=24, seconds=1)),
        ("still silent", ago(days=31, seconds=-1)), ("closed", ago(days=31)),
    ]  # fmt: skip
    assert [store for store, _ in silent_stores(last, 24, NOW)] == ["still silent", "silent"]


def test_a_store_that_never_sent_or_that_is_closed_is_not() -> None:
    closed = ago(hours=25 + CLOSED_AFTER.days * 24)
    assert silent_stores([("new", ""), ("closed", closed)], 24, NOW) == []
