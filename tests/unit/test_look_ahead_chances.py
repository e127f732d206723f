"""Chances of a demand that is a negative binomial."""

import itertools
import math

import pytest

from look_ahead.chances import PURE_CHANCE, at_least, demand, demand_quantile, no_sale_within, out_within
from stock.forecast import Forecast


def sells(count: int, rate: float, spread: float = 1.0, doubt: float = 0.0) -> Forecast:
    return Forecast("Echo Dot", count, rate, spread, doubt, 0.0, None, None, 0.0, 1.0, "")


def added_up(count: int, mean: float, size: float) -> float:
    """Return the same as `at_least`, by adding up what is below."""
    chance = below = math.exp(-size * math.log1p(mean / size))
    for units in range(1, count):
        chance *= mean / (size + mean) * (size + units - 1) / units
        below += chance
    return 1 - below


@pytest.mark.parametrize("size", [0.05, 1.0, 44.0])
@pytest.mark.parametrize("mean", [0.01, 1.0, 20.0, 300.0])
@pytest.mark.parametrize("count", [1, 2, 19, 300])
def test_it_is_what_adding_up_gives(count: int, mean: float, size: float) -> None:
    assert at_least(count, mean, size) == pytest.approx(added_up(count, mean, size), abs=1e-9)


def test_great_counts_take_no_longer() -> None:
    assert at_least(100_000, 100_000, PURE_CHANCE) == pytest.approx(0.5, abs=0.001)


@pytest.mark.parametrize("count", [10**15, 10**18, 10**125])
def test_counts_that_somebody_mistyped_do_no_harm(count: int) -> None:
    """A row of which nobody can forecast anything must not keep the other items of its store from their forecasts."""
    usual = sells(10**6, rate=10**5, doubt=0.16 * 10**10)
    great = sells(count, rate=count / 10, doubt=0.16 * (count / 10) ** 2)
    assert out_within(great, 12) == pytest.approx(out_within(usual, 12), abs=1e-4)
    assert demand_quantile(great, 12, 0.95) / count == pytest.approx(demand_quantile(usual, 12, 0.95) / 10**6, rel=1e-4)
    put_right = sells(12, rate=count / 100, spread=float(count), doubt=0.16 * (count / 100) ** 2)
    assert 0 <= out_within(put_right, 7) <= 1


def test_nothing_is_out_at_once_and_everything_at_last() -> None:
    few = sells(3, rate=0.5)
    assert out_within(few, 0) == 0
    assert out_within(few, 100) > 0.99
    assert out_within(few._replace(count=0), 0) == 1


def test_pure_chance_sells_nothing_in_a_day_as_poisson_says() -> None:
    assert no_sale_within(sells(3, rate=2.0), 1) == pytest.approx(math.exp(-2), abs=1e-5)


def test_batches_and_doubt_make_both_ends_more_probable() -> None:
    sure, batches = sells(30, rate=1.0), sells(30, rate=1.0, spread=4.0)
    doubtful = sells(30, rate=1.0, doubt=0.25)
    for uncertain in (batches, doubtful):
        assert out_within(uncertain, 20) > out_within(sure, 20)
        assert out_within(uncertain, 45) < out_within(sure, 45)
        assert no_sale_within(uncertain, 5) > no_sale_within(sure, 5)


@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
def test_a_quantile_is_just_enough(part: float) -> None:
    item = sells(1, rate=1.7, spread=2.0, doubt=0.1)
    enough = demand_quantile(item, 9, part)
    assert out_within(item._replace(count=enough + 1), 9) <= 1 - part
    assert enough == 0 or out_within(item._replace(count=enough), 9) > 1 - part


@pytest.mark.parametrize("days", [0.1, 1, 7, 60])
def test_a_quantile_is_the_first_that_is_enough(days: float) -> None:
    item = sells(1, rate=1.7, spread=1.3, doubt=0.05)
    for part in (0.01, 0.05, *(tenth / 20 for tenth in range(2, 20)), 0.99, 0.999):
        enough = next(
            units for units in itertools.count() if out_within(item._replace(count=units + 1), days) <= 1 - part
        )
        assert demand_quantile(item, days, part) == enough


def test_nothing_is_enough_for_no_time() -> None:
    assert demand_quantile(sells(1, rate=1.7), 0, 0.95) == 0


@pytest.mark.parametrize("doubt", [0.0, 0.1])
def test_who_sells_nothing_sells_nothing(doubt: float) -> None:
    item = sells(3, rate=0.0, doubt=doubt)
    assert (out_within(item, 9), no_sale_within(item, 9)) == (0, 1)


@pytest.mark.parametrize(
    ("rate", "spread", "doubt", "days"), [(2.0, 1.5, 0.3, 4), (0.5, 4.0, 0.0, 3), (3.0, 1.0, 0.7, 5)]
)
def test_variance_is_of_chance_and_batches_and_the_doubt_about_the_rate(
    rate: float, spread: float, doubt: float, days: float
) -> None:
    mean, size = demand(rate, spread, doubt, days)
    assert mean == rate * days
    assert mean + mean * mean / size == pytest.approx(spread * rate * days + doubt * days * days)


def test_without_batches_and_doubt_it_is_pure_chance() -> None:
    assert demand(2.0, 1.0, 0.0, 4) == (8.0, PURE_CHANCE)
    assert at_least(3, 8.0, PURE_CHANCE) == pytest.approx(1 - math.exp(-8) * (1 + 8 + 8 * 8 / 2), abs=1e-5)
