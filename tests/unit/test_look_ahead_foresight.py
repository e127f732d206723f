"""The forecasts of a store."""

import itertools
import math
import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from look_ahead import chances
from look_ahead.chances import no_sale_within, out_within
from look_ahead.demand import Looks, Sums, day, sales
from look_ahead.foresight import look_ahead
from look_ahead.priors import NO_PRIORS, Prior, Priors
from look_ahead.recount import IMPROBABLE
from stock.forecast import GAPS, LITTLE, OUT, Forecast
from stock.history import Past, Step

FIRST = date(2026, 8, 1)


def token(evening: int) -> str:
    return f"{FIRST + timedelta(evening):%Y%m%d}T200000.000Z-0065A1B2C3D4E5F607-1a2b3c4d"


CHAIN = Priors(Prior(1.0, 1.2), {})


def past_of(counts: list[int], every: int = 1) -> dict[str, Past]:
    looks = range(0, len(counts), every)
    steps = [Step(token(b), counts[b]) for a, b in itertools.pairwise(looks) if counts[a] != counts[b]]
    return {"Echo Dot": Past(counts[0], steps)} if steps else {}


def forecast(counts: list[int], every: int = 1, priors: Priors = CHAIN, days_later: float = 0.4) -> Forecast:
    """Return the forecast of an item that was counted so every evening, or every so many evenings."""
    looks = range(0, len(counts), every)
    days = [day(token(evening)) for evening in looks]
    now = days[-1] + days_later
    return look_ahead(past_of(counts, every), days, {"Echo Dot": counts[looks[-1]]}, priors, now)[0]


def seen(counts: list[int]) -> Sums:
    """Return what such a forecast is made of."""
    days = [day(token(evening)) for evening in range(len(counts))]
    return sales(past_of(counts).get("Echo Dot"), Looks(days, days[-1] + 0.4), counts[-1])


def shelf(rate: float, evenings: int, full: int = 40, at: int = 8) -> Iterator[int]:
    """Yield counts of an item that sells by chance, and is filled up in the morning when it is at 8 or fewer."""
    chance = random.Random(11)
    count = full
    for _ in range(evenings):
        count = full if count <= at else count
        count -= min(count, sum(chance.random() < rate / 20 for _ in range(20)))
        yield count


def test_it_finds_the_rate_and_says_a_range() -> None:
    found = forecast([*shelf(2.0, 90), 12])
    assert found.rate == pytest.approx(2.0, rel=0.15)
    assert found.first is not None
    assert found.last is not None
    assert found.first < 12 / 2 < found.last
    assert 0.4 < found.soon < 0.9
    assert 5 < found.lost < 9  # of 14 days, it is there for about six


def test_who_takes_six_at_once_makes_a_wider_range() -> None:
    ones, sixes = list(shelf(1.2, 120)), [6 * count for count in shelf(0.2, 120)]
    one, six = forecast(ones), forecast(sixes)
    assert one.spread < 1.5
    assert six.spread > 3


def rate_of(sold: float, days: float, spread: float, others: float) -> tuple[float, float]:
    """Return rate and doubt: what other stores know counts as two units sold here, and rates change by 0.4."""
    rate = (sold + 2) / (days + 2 / others)
    return rate, spread * rate / (days + 2 / others) + (0.4 * rate) ** 2


def test_what_other_stores_know_counts_as_two_units_sold_here() -> None:
    counts = [*shelf(2.0, 90), 12]
    found, sums = forecast(counts, priors=Priors(Prior(0.5, 1.2), {})), seen(counts)
    assert (found.rate, found.doubt) == pytest.approx(rate_of(sums.sold, sums.days, found.spread, 0.5))


def test_the_spread_in_other_stores_counts_as_five_days_with_a_sale() -> None:
    counts = [6 * count for count in shelf(0.2, 120)]
    found, sums = forecast(counts), seen(counts)
    rate = sums.sold / sums.days
    more_than_chance = sums.squares - sums.sold * rate
    assert found.spread == pytest.approx((5 * 1.2 + more_than_chance) / (5 + rate * (sums.intervals - 1)))


def test_as_long_as_nothing_was_seen_an_item_is_as_in_other_stores() -> None:
    nothing, one_day = forecast([7]), forecast([9, 7])
    assert (nothing.rate, nothing.spread) == CHAIN.general
    assert one_day.spread == pytest.approx(CHAIN.general.spread)


def test_who_sells_one_every_day_differs_no_less_than_by_chance() -> None:
    assert forecast([*range(60, 5, -1)]).spread == 1


def test_the_range_is_from_a_tenth_to_nine_tenths() -> None:
    steady = [*range(120, 60, -1)]
    for count in range(1, 90):
        found = forecast([*steady, count])
        days = {day: out_within(found, day) for day in range(1, 61)}
        assert found.first == next((day for day, chance in days.items() if chance >= 0.1), None)
        assert found.last == next((day for day, chance in days.items() if chance >= 0.9), None)


@pytest.mark.parametrize("count", [1, 8, 16, 24, 40])
def test_days_lost_are_the_chances_to_be_out_added_up(count: int) -> None:
    found = forecast([*shelf(2.0, 90), count])
    assert found.soon == out_within(found, 7)
    assert found.lost == pytest.approx(sum(out_within(found, (part + 0.5) / 20) / 20 for part in range(14 * 20)), abs=1)
    first, middle, last = (out_within(found, days) for days in (3.5, 10.5, 14))
    assert found.lost == pytest.approx((4 * first + 2 * found.soon + 4 * middle + last) * 3.5 / 3), "Simpson's rule"


def test_much_of_what_sells_slowly_lasts_for_more_than_60_days() -> None:
    found = forecast([*shelf(0.2, 90), 30])
    assert (found.first, found.last, found.why) == (None, None, "")
    assert found.soon < 0.001


def test_what_is_out_is_out() -> None:
    found = forecast([*shelf(2.0, 90), 0])
    assert (found.why, found.soon, found.first, found.last, found.lost) == (OUT, 0, None, None, 0)
    assert found.silent == 1
    assert found.rate > 1  # how much to order still can be said


def test_a_week_is_too_little() -> None:
    assert forecast(list(shelf(2.0, 8))).why == LITTLE
    assert forecast([*shelf(2.0, 8), 0]).why == LITTLE
    assert forecast([7]).why == LITTLE
    assert forecast(list(shelf(2.0, 21))).why == ""


def test_ten_days_are_enough() -> None:
    """They are a few more by the calendar: what is some days old counts a little less."""
    firsts = [list(shelf(2.0, evenings)) for evenings in range(8, 16)]
    assert [forecast(counts).why == LITTLE for counts in firsts] == [seen(counts).days < 10 for counts in firsts]
    assert {forecast(counts).why for counts in firsts} == {LITTLE, ""}


def test_a_new_store_takes_over_what_other_stores_know_and_then_learns() -> None:
    known = Priors(Prior(1.0, 1.2), {"Echo Dot": Prior(4.0, 1.2)})
    at_first, later = (
        forecast(list(shelf(2.0, days)), priors=known).rate - forecast(list(shelf(2.0, days))).rate for days in (21, 90)
    )
    assert 0.2 > at_first > 2 * later > 0


@pytest.mark.parametrize(
    ("every", "rate", "why"), [(3, 3.0, ""), (4, 3.0, GAPS), (5, 3.0, GAPS), (5, 0.25, GAPS), (5, 0.05, "")]
)
def test_what_sells_fast_needs_counts_every_three_days(every: int, rate: float, why: str) -> None:
    assert forecast(list(shelf(rate, 91)), every).why == why


def test_a_store_that_sent_nothing_for_days_gets_no_forecast_of_what_sells_fast() -> None:
    assert forecast(list(shelf(3.0, 90)), days_later=5).why == GAPS


def test_a_long_silence_is_improbable_where_much_was_sold() -> None:
    usual, slow = list(shelf(1.0, 80)), list(shelf(0.05, 80))
    assert forecast(usual).silent == 1
    assert forecast([*usual, *[usual[-1]] * 3]).silent > 0.05
    assert forecast([*usual, *[usual[-1]] * 20]).silent < 0.01
    assert forecast([*slow, *[slow[-1]] * 20]).silent > 0.1


def test_what_nobody_buys_any_more_in_any_store_is_no_wrong_row() -> None:
    usual = list(shelf(1.0, 80))
    nobody = Priors(Prior(1.0, 1.2), {"Echo Dot": Prior(0.02, 1.2)})
    assert forecast([*usual, *[usual[-1]] * 20], priors=nobody).silent > IMPROBABLE
    assert forecast([*usual, *[usual[-1]] * 20], priors=NO_PRIORS).silent < 0.01, "of no other store it is known"


def before_the_silence(found: Forecast, sums: Sums, others: float) -> Forecast:
    rate, doubt = rate_of(sums.sold_before, sums.days_before, found.spread, others)
    return found._replace(rate=rate, doubt=doubt)


@pytest.mark.parametrize(("evenings", "days"), [(9, 9), (56, 56), (70, 56)])
def test_a_silence_is_judged_by_the_rate_of_before(evenings: int, days: int) -> None:
    usual = list(shelf(1.0, 80))
    silent = [*usual, *[usual[-1]] * evenings]
    found, sums = forecast(silent), seen(silent)
    before = before_the_silence(found, sums, CHAIN.general.rate)
    assert sums.quiet == pytest.approx(evenings)
    assert found.silent == pytest.approx(no_sale_within(before, days))


def test_where_others_sell_more_slowly_the_rate_is_between_the_two() -> None:
    usual = list(shelf(1.0, 80))
    silent = [*usual, *[usual[-1]] * 9]
    sums = seen(silent)
    for others in (0.25, 0.6):
        found = forecast(silent, priors=Priors(CHAIN.general, {"Echo Dot": Prior(others, 1.2)}))
        before = before_the_silence(found, sums, others)
        slower = others / before.rate
        between = before._replace(rate=math.sqrt(before.rate * others), doubt=before.doubt * slower)
        assert slower < 1
        assert found.silent == pytest.approx(no_sale_within(between, 9))
    found = forecast(silent, priors=Priors(CHAIN.general, {"Echo Dot": Prior(7.0, 1.2)}))
    before = before_the_silence(found, sums, 7.0)
    assert found.silent == pytest.approx(no_sale_within(before, 9)), "they sell faster: that tells nothing of this row"


def test_a_silence_of_years_tells_no_more_than_one_of_eight_weeks() -> None:
    usual = list(shelf(0.2, 300))
    weeks, years = (forecast([*usual, *[usual[-1]] * days]).silent for days in (60, 160))
    assert weeks == pytest.approx(years, rel=0.2)


def test_an_item_that_never_changed_has_a_forecast() -> None:
    found = forecast([5] * 60)
    assert (found.item, found.count, found.why) == ("Echo Dot", 5, "")
    assert found.rate < CHAIN.general.rate / 10


def test_a_forecast_takes_few_chances(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make foresight` measures the time; here it is what takes it."""
    asked: list[int] = []
    at_least = chances.at_least

    def counted(count: int, mean: float, size: float) -> float:
        asked.append(count)
        return at_least(count, mean, size)

    monkeypatch.setattr(chances, "at_least", counted)
    forecast([*shelf(2.0, 90), 12])
    assert len(asked) <= 20
