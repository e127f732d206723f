"""What people said of an item, and which of its alerts need no attention because of it."""

import pytest

from stock.acknowledgements import Acknowledgement, Kind, acknowledgement, key_of
from stock.levels import Event

OUT, LOW, BACK, SOON = Event.OUT_OF_STOCK, Event.LOW_STOCK, Event.BACK_IN_STOCK, Event.RUNS_OUT_SOON
ACK, SNOOZE, ORDERED, UNDONE = Kind.ACK, Kind.SNOOZE, Kind.ORDERED, Kind.UNDONE


def key(event: Event, day: int = 1) -> str:
    return f"2026120{day}T080000.000Z-0#{event}#tea"


@pytest.mark.parametrize(
    ("kind", "today", "covered"),
    [
        (ACK, "2027-12-01", True),
        (UNDONE, "2026-12-01", False),
        (SNOOZE, "2026-12-02", True),
        (SNOOZE, "2026-12-03", False),  # its day is there
        (ORDERED, "2026-12-02", True),
        (ORDERED, "2026-12-03", False),
    ],
)
def test_the_alert_that_it_was_said_of_is_covered_until_the_day(kind: Kind, today: str, covered: bool) -> None:
    assert Acknowledgement(kind, key(OUT), "2026-12-03").covers(key(OUT), OUT, today) == covered


@pytest.mark.parametrize(
    ("kind", "said_of", "comes", "covered"),
    [
        (ACK, LOW, LOW, False),  # who takes care of one alert has not seen the next one
        (SNOOZE, OUT, LOW, True),
        (SNOOZE, LOW, SOON, True),
        (SNOOZE, LOW, OUT, False),  # worse than what was known
        (SNOOZE, OUT, OUT, False),  # it was back in between
        (ORDERED, SOON, LOW, True),
        (ORDERED, SOON, SOON, True),
        (ORDERED, LOW, SOON, True),
        (ORDERED, LOW, OUT, False),
        (ORDERED, LOW, LOW, False),  # there was enough in between: the goods have been there
        (ORDERED, OUT, LOW, False),
        (ORDERED, OUT, SOON, False),
        (UNDONE, SOON, LOW, False),
    ],
)
def test_what_comes_later_waits_if_it_is_not_worse_and_no_goods_came(
    kind: Kind, said_of: Event, comes: Event, covered: bool
) -> None:
    said = Acknowledgement(kind, key(said_of), "2026-12-30")
    assert said.covers(key(comes, day=2), comes, "2026-12-02") == covered


def test_whatever_somebody_wrote_there_says_something_or_nothing() -> None:
    assert acknowledgement(None) is None
    assert acknowledgement({"Kind": {"N": "1"}, "Of": {"S": key(LOW)}}) is None
    assert acknowledgement({"Kind": {"S": "ordered"}, "Of": {"S": "no key"}, "Until": {"S": "2026-12-30"}}) is None
    said = acknowledgement({"Kind": {"S": "snooze"}, "Of": {"S": key(LOW)}, "Until": {"M": {}}})
    assert said
    assert not said.covers(key(LOW), LOW, "2026-12-01")


def test_the_key_of_the_longest_name_fits() -> None:
    assert key_of("tea") == "item#tea"
    assert len(key_of("ü" * 512).encode()) <= 1024
