"""On-shelf availability: of which time an item was in stock."""

import pytest

from onhand.availability import Availability, availability, seconds
from stock.history import Past, Step, by_hand

DAY = 86_400


def token(day: int) -> str:
    return f"202611{day:02}T000000.000Z-000000000000000001-0a0b0c0d"


def of(past: Past, first: int, last: int) -> Availability:
    return availability(past, seconds(token(first)), seconds(token(last)))


SOLD_OUT = Past(5, [Step(token(4), 0), Step(token(6), 9)])


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (1, 11, Availability(8, 10)),  # out for two days
        (5, 11, Availability(5, 6)),  # a step before it begins
        (1, 5, Availability(3, 4)),  # one after it ends
        (4, 6, Availability(0, 2)),
        (7, 9, Availability(2, 2)),
    ],
)
def test_the_days_in_stock_of_all_days(first: int, last: int, expected: Availability) -> None:
    assert of(SOLD_OUT, first, last) == expected


def test_what_is_not_known_or_delisted_counts_for_nothing() -> None:
    assert of(Past(None, [Step(token(4), 3), Step(token(6), None)]), 1, 11) == Availability(2, 2)
    assert of(Past(None, []), 1, 11) == Availability(0, 0)


def test_a_change_by_hand_has_a_time_too() -> None:
    assert seconds(by_hand("20261104T000000", "17")) == seconds(token(4))
