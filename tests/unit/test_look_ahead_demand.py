"""What counts tell of sales."""

import math
from datetime import date, timedelta

import pytest

from look_ahead.demand import Looks, Sums, day, sales
from stock.history import Past, Step

MONDAY = date(2026, 11, 2)


def token(days: float) -> str:
    """Return the order token of an upload so many days after Monday's midnight."""
    whole, hours = divmod(round(days * 24), 24)
    return f"{MONDAY + timedelta(whole):%Y%m%d}T{hours:02}0000.000Z-0065A1B2C3D4E5F607-1a2b3c4d"


def seen(counts: list[int | None], every: float = 1.0) -> Sums:
    """Return the sums of an item that was counted so, every so many days, without weights: it was just now."""
    steps = [Step(token(k * every), count) for k, count in enumerate(counts) if k and count != counts[k - 1]]
    looks = Looks([day(token(k * every)) for k in range(len(counts))], day(token(0)))
    looks.weights = [0.0] + [1.0] * (len(looks.times) - 1)
    looks.days = [moment - looks.times[0] for moment in looks.times]
    looks.intervals = [float(k) for k in range(len(looks.times))]
    return sales(Past(counts[0], steps) if steps else None, looks, counts[-1] or 0)


def test_the_day_of_a_token() -> None:
    assert day("19700102T120000.000Z-0-0") == 1.5
    assert day("20261122T083652.123Z-hand-1") - day(token(20)) == pytest.approx(
        (8 * 3600 + 36 * 60 + 52.123) / 86_400, rel=1e-9
    )


def test_what_is_missing_was_sold() -> None:
    assert seen([9, 7, 7, 7, 4])[:5] == (5, 4, 2 * 2 + 3 * 3, 4, 0)


def test_a_row_that_stays_tells_that_nothing_was_sold() -> None:
    assert seen([9, 9, 9, 9])[:5] == (0, 3, 0, 3, 3)


def test_nobody_knows_what_was_sold_while_a_receipt_came() -> None:
    assert seen([4, 3, 20, 18])[:4] == (3, 2, 1 + 4, 2)


def test_nothing_is_sold_from_an_empty_shelf() -> None:
    assert seen([2, 0, 0, 0, 5, 4])[:4] == (3, 2, 4 + 1, 2)


def test_a_delisted_item_tells_nothing_until_it_is_back() -> None:
    assert seen([5, None, None, 5, 4])[:4] == (1, 1, 1, 1)


@pytest.mark.parametrize("counts", [[5, 4, 5, 5], [5, 6, 5, 5], [1, 0, 1, 1]])
def test_a_count_that_is_wrong_by_one_and_goes_back_the_next_day_is_no_sale(counts: list[int | None]) -> None:
    assert seen(counts)[:4] == (0, 3, 0, 3)


def test_it_is_one_if_it_takes_longer_or_is_more() -> None:
    assert seen([5, 4, 4, 5]).sold == 1
    assert seen([5, 3, 5]).sold == 2


@pytest.mark.parametrize(("back", "sold"), [(6.0, 1), (6.25, 1), (6.5, 2)])
def test_a_count_may_be_put_right_some_hours_late(back: float, sold: int) -> None:
    looks = Looks([day(token(days)) for days in (0, 1, 5, 6, 7)], now=day(token(7)))
    looks.weights = [1.0] * 5
    assert sales(Past(9, [Step(token(1), 8), Step(token(5), 7), Step(token(back), 8)]), looks, 8).sold == sold


def test_two_changes_between_looks_are_one_however_long_the_history_is() -> None:
    looks = Looks([day(token(days)) for days in range(300)], now=day(token(299)))
    steps = [Step(token(298.25), 8), Step(token(298.5), 7)]
    assert sales(Past(9, steps), looks, 7) == sales(Past(9, [Step(token(298.5), 7)]), looks, 7)


def test_sales_of_some_days_are_spread_over_them() -> None:
    assert seen([9, 9, 3], every=3.0)[:4] == (6, 6, 6 * 6 / 3, 2)


def test_several_uploads_a_day_are_taken_as_one() -> None:
    hourly: list[int | None] = [9, 9, 8, 8, 7, 7, 7, 7, 7, 6, 6, 6, 5]
    assert seen(hourly, every=0.25)[:4] == seen([9, 7, 7, 5])[:4] == (4, 3, 8, 3)


def test_what_is_six_weeks_old_counts_half() -> None:
    looks = Looks([day(token(0)), day(token(1)), day(token(42)), day(token(43))], now=day(token(42.5)))
    past = Past(9, [Step(token(1), 8), Step(token(43), 4)])
    assert sales(past, looks, 4).sold == pytest.approx(1 * 0.5 + 4 * 1)


def test_all_sums_weigh_what_was_seen_by_its_age() -> None:
    looks = Looks([day(token(0)), day(token(1)), day(token(42)), day(token(43))], now=day(token(42.5)))
    found = sales(Past(20, [Step(token(1), 19), Step(token(42), 9), Step(token(43), 5)]), looks, 5)
    old, between = 0.5, 0.5 ** (21 / 42)  # the middle of the second interval was 21 days ago
    assert found.sold == pytest.approx(1 * old + 10 * between + 4)
    assert found.days == pytest.approx(1 * old + 41 * between + 1)
    assert found.squares == pytest.approx(1 * old + 10 * 10 / 41 * between + 4 * 4)
    assert found.intervals == pytest.approx(old + between + 1)
    unchanged = sales(None, looks, 5)
    assert (unchanged.days, unchanged.intervals) == pytest.approx((found.days, found.intervals))


@pytest.mark.parametrize("every", [1, 3, 7])
def test_the_gap_between_looks(every: int) -> None:
    looks = [day(token(days)) for days in range(0, 50, every)]
    assert Looks(looks, now=looks[-1]).gap() == pytest.approx(every)


def test_a_gap_of_long_ago_counts_less() -> None:
    looks = Looks([day(token(0)), day(token(10)), day(token(52))], now=day(token(47)))
    assert looks.gap() == pytest.approx((0.5 * 10 + 0.5 ** (16 / 42) * 42) / (0.5 + 0.5 ** (16 / 42)))


def test_a_gap_needs_two_looks() -> None:
    assert Looks([day(token(0))], now=day(token(1))).gap() == math.inf
    assert Looks([day(token(0)), day(token(2))], now=day(token(2))).gap() == pytest.approx(2)


def test_it_knows_what_it_knew_before_a_silence() -> None:
    before = Looks([day(token(k)) for k in range(6)], now=day(token(5)))
    later = Looks([day(token(k)) for k in range(26)], now=day(token(25)))
    past = Past(9, [Step(token(2), 7), Step(token(5), 6)])
    then, now = sales(past, before, 6), sales(past, later, 6)
    assert (now.quiet, now.sold_before, now.days_before) == pytest.approx((20, then.sold, then.days))
    assert now.days > now.days_before


def test_what_was_before_the_first_look_nobody_knows() -> None:
    looks = Looks([day(token(10)), day(token(11))], now=day(token(11)))
    assert sales(Past(50, [Step(token(4), 9), Step(token(11), 8)]), looks, 8).sold == pytest.approx(1, rel=0.01)


def test_a_change_by_hand_since_the_last_look_is_taken_with_it() -> None:
    looks = Looks([day(token(0)), day(token(1))], now=day(token(1.5)))
    by_hand = Step(f"{token(1.25)[:15]}.000Z-hand-{7:040}", 5)
    assert sales(Past(9, [by_hand]), looks, 5) == sales(Past(9, [Step(token(1), 5)]), looks, 5)


def test_without_looks_nothing_is_known() -> None:
    assert sales(None, Looks([], now=day(token(0))), 7) == Sums(0, 0, 0, 0, 0, 0, 0)
