"""When to order and how much, what to count first, and what stores learn from each other."""

import math
import random

import pytest

from look_ahead.chances import out_within
from look_ahead.priors import NO_PRIORS, Prior, Priors, gather, pack, unpack
from look_ahead.recount import to_recount
from look_ahead.suggest import Suggestion, suggest
from stock import forecast as forecasts
from stock.forecast import GAPS, LITTLE, OUT, Forecast


def sells(
    item: str, rate: float, count: int = 9, *, spread: float = 1.5, silent: float = 1.0, why: str = ""
) -> Forecast:
    return Forecast(item, count, rate, spread, (0.2 * rate) ** 2, 0.0, None, None, 0.0, silent, why)


def test_the_reorder_point_is_enough_until_an_order_arrives() -> None:
    item = sells("Echo Dot", 2.0)
    found = suggest(item, lead_days=2, review_days=7)
    assert found is not None
    assert found.reorder_point > 2 * 9
    just_enough, too_few = (out_within(item._replace(count=found.reorder_point + more), 9) for more in (1, 0))
    assert just_enough <= 0.05 < too_few
    assert found == Suggestion("Echo Dot", found.reorder_point, found.reorder_point + 2 * 7 - 9)


def test_who_may_wait_for_longer_needs_more_and_who_may_fail_needs_less() -> None:
    points = [
        found.reorder_point
        for days, service in ((3, 0.8), (3, 0.95), (9, 0.95), (9, 0.99))
        if (found := suggest(sells("Echo Dot", 2.0), days - 1, 1, service))
    ]
    assert points == sorted(set(points))
    assert len(points) == 4


def test_it_is_time_to_order_at_the_reorder_point_and_not_before() -> None:
    item = sells("Echo Dot", 2.0)
    at_first = suggest(item, 2, 7)
    assert at_first is not None
    point = at_first.reorder_point
    counts = (0, 5, point, point + 1)
    orders = [found.order for count in counts if (found := suggest(item._replace(count=count), 2, 7))]
    assert orders == [point + 14, point + 14 - 5, 14, 0]


def test_where_there_is_enough_nothing_is_to_be_ordered() -> None:
    found = suggest(sells("Echo Dot", 2.0, count=60), 2, 7)
    assert found is not None
    assert found.order == 0


@pytest.mark.parametrize(("why", "there_is_one"), [(OUT, True), (LITTLE, False), (GAPS, False)])
def test_without_a_forecast_there_is_no_suggestion_but_for_what_is_out(why: str, there_is_one: bool) -> None:
    assert (suggest(sells("Echo Dot", 2.0, why=why), 2, 7) is not None) == there_is_one


def test_the_most_improbable_silence_is_to_be_counted_first() -> None:
    store = [sells("a", 1, silent=0.04), sells("b", 1), sells("c", 1, silent=0.001), sells("d", 1, silent=0.2)]
    assert [found.item for found in to_recount(store, {})] == ["c", "a"]
    assert [found.item for found in to_recount(store, {}, limit=1)] == ["c"]


def test_what_was_counted_is_off_the_list_until_it_is_silent_again() -> None:
    store = [sells("c", 1, silent=0.001)]
    assert to_recount(store, {"c": 1}) == []
    assert to_recount(store, {"c": 60}) == to_recount(store, {"another": 1}) == store


def test_stores_learn_from_each_other_and_nothing_from_who_knows_little() -> None:
    stores = [[sells("a", 2.0), sells("b", 0.1)], [sells("a", 4.0, spread=2.5), sells("c", 9.0, why=LITTLE)]]
    priors = gather(stores)
    general = math.exp((math.log(2.0) + math.log(0.1) + math.log(4.0)) / 3)
    assert priors.general.rate == pytest.approx(general)
    assert priors.of("a").rate == pytest.approx((2.0 + 4.0 + general) / 3)
    assert 1.5 < priors.of("a").spread < 2.5
    assert priors.of("c") == priors.general
    assert gather([]) == gather([[sells("c", 9.0, why=LITTLE)]]) == NO_PRIORS


def test_the_mean_of_all_stores_counts_as_one_more_store() -> None:
    stores = [
        [sells("a", 4.0, spread=1.0), sells("b", 1 / 64, spread=3.5, why=OUT)],
        [sells("a", 4.0, spread=2.0)],
        [sells("a", 4.0, spread=2.5, why=GAPS)],
    ]
    priors = gather(stores)
    assert priors.general == pytest.approx(Prior(1.0, 9 / 4))
    assert priors.of("a") == pytest.approx(Prior((3 * 4 + 1) / (3 + 1), (5.5 + 9 / 4) / (3 + 1)))
    assert priors.of("b") == pytest.approx(Prior((1 / 64 + 1) / (1 + 1), (3.5 + 9 / 4) / (1 + 1)))


def test_on_the_first_day_an_item_is_taken_to_sell_once_in_ten_days() -> None:
    assert gather([]).of("a") == Prior(rate=0.1, spread=1.5)


def test_a_mistyped_count_is_not_what_all_items_are_taken_to_have() -> None:
    mistyped = sells("a", 2000.0, spread=120_000.0)
    store = [mistyped, *(sells(f"item {number}", 0.2, spread=1.5) for number in range(99))]
    assert gather([[mistyped]]).general.spread == 10
    assert gather([store]).general.spread < 2
    assert gather([store, store]).of("item 1").spread < 2


def test_priors_are_kept_packed() -> None:
    priors = Priors(Prior(0.25, 1.5), {f"item {number}": Prior(0.123456, 1.0) for number in range(9000)})
    packs = pack(priors)
    assert len(packs) == 3
    assert unpack(packs) == Priors(priors.general, dict.fromkeys(priors.items, Prior(0.123, 1.0)))
    assert unpack([]) == NO_PRIORS


def test_forecasts_are_kept_packed() -> None:
    chance = random.Random(11)
    store = [sells(f"item {number:05}", chance.random(), count=number) for number in range(9000)]
    packs = forecasts.pack(reversed(store))
    again = [forecast for packed in packs for forecast in forecasts.unpack(packed)]
    assert [(found.item, found.count) for found in again] == [(kept.item, kept.count) for kept in store]
    assert [found.rate for found in again] == pytest.approx([kept.rate for kept in store], rel=0.005)
    assert len(packs) > 1
    assert max(len(packed) for packed in packs) < 100_000
    assert again[0].first is None
    assert forecasts.pack([]) == []
