"""On-shelf availability of an item: of which time it was in stock."""

import pytest

from look_ahead.availability import Days, in_windows, spans_of
from look_ahead.demand import day
from stock.history import Past, Step, by_hand


def token(number: int) -> str:
    return f"202611{number:02}T000000.000Z-000000000000000001-0a0b0c0d"


def of(past: Past, first: int, last: int) -> Days:
    """How available it was in the last 90 days, known from the first on."""
    now = day(token(last))
    return in_windows(spans_of(past, day(token(first)), now), now)[90]


SOLD_OUT = Past(5, [Step(token(4), 0), Step(token(6), 9)])


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (1, 11, Days(8, 10)),  # out for two days
        (5, 11, Days(5, 6)),  # a step before it begins
        (4, 6, Days(0, 2)),
        (7, 9, Days(2, 2)),
    ],
)
def test_the_days_in_stock_of_all_days(first: int, last: int, expected: Days) -> None:
    assert of(SOLD_OUT, first, last) == expected


def test_each_window_has_its_own_days() -> None:
    now = day(token(28))
    assert in_windows(spans_of(SOLD_OUT, day(token(1)), now), now) == {7: (7, 7), 30: (25, 27), 90: (25, 27)}


def test_what_is_not_known_or_delisted_counts_for_nothing() -> None:
    assert of(Past(None, [Step(token(4), 3), Step(token(6), None)]), 1, 11) == Days(2, 2)
    assert of(Past(None, []), 1, 11) == Days(0, 0)


def test_a_change_by_hand_has_a_time_too() -> None:
    assert day(by_hand("20261104T000000", "17")) == day(token(4))
