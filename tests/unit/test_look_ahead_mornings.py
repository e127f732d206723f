"""Whose morning it is: each store's, once, by its own clock."""

from datetime import UTC, datetime

import pytest

from look_ahead.whose_morning import whose_morning

QUARTER = 15 * 60
ZONES = {
    "Berlin": "Europe/Berlin", "Lima": "America/Lima", "Kathmandu": "Asia/Kathmandu", "Apia": "Pacific/Apia",
    "Nowhere": "", "Mars": "Mars/Olympus",
}  # fmt: skip


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("until", "stores"),
    [
        ("2026-11-28T05:00", ["Berlin"]),
        ("2026-11-28T05:15", []),
        ("2026-11-28T11:00", ["Lima"]),
        ("2026-11-28T00:15", ["Kathmandu"]),
        ("2026-11-27T17:00", ["Apia"]),
        ("2026-11-28T06:00", ["Mars", "Nowhere"]),  # UTC, without a zone that is known
    ],
)
def test_a_store_has_its_morning_when_its_own_clock_comes_to_the_hour(until: str, stores: list[str]) -> None:
    assert whose_morning(ZONES, 6, at(until) - QUARTER, at(until)) == stores


@pytest.mark.parametrize("hour", [0, 2, 6, 23])
def test_every_store_has_one_morning_a_day_whenever_it_is_looked_at(hour: int) -> None:
    begin = now = at("2026-03-20T12:20")
    mornings: list[str] = []
    while now < begin + 30 * 86_400:  # clocks are changed in these days, and 2 o'clock is left out in Berlin
        step = QUARTER + 7 * (int(now) % 11)
        mornings += whose_morning(ZONES, hour, now, now + step)
        now += step
    assert {store: mornings.count(store) for store in ZONES} == dict.fromkeys(ZONES, 30)


def test_after_a_day_without_a_look_every_store_has_one() -> None:
    now = at("2026-11-28T12:34")
    assert whose_morning(ZONES, 6, now - 86_400, now) == sorted(ZONES)
