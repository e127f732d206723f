"""The forecasts of a store."""

import itertools
import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from look_ahead import chances
from look_ahead.demand import day
from look_ahead.foresight import look_ahead
from look_ahead.priors import NO_PRIORS, Prior, Priors
from look_ahead.recount import IMPROBABLE
from stock.forecast import GAPS, LITTLE, OUT, Forecast
from stock.history import Past, Step

FIRST = date(2026, 8, 1)


def token(evening: int) -> str:
    return f"{FIRST + timedelta(evening):%Y%m%d}T200000.000Z-0065A1B2C3D4E5F607-1a2b3c4d"


CHAIN = Priors(Prior(1.0, 1.2), {})


def forecast(counts: list[int], every: int = 1, priors: Priors = CHAIN, days_later: float = 0.4) -> Forecast:
    """Return the forecast of an item that was counted so every evening, or every so many evenings."""
    looks = range(0, len(counts), every)
    steps = [Step(token(b), counts[b]) for a, b in itertools.pairwise(looks) if counts[a] != counts[b]]
    pasts = {"Echo Dot": Past(counts[0], steps)} if steps else {}
    days = [day(token(evening)) for evening in looks]
    return look_ahead(pasts, days, {"Echo Dot": counts[looks[-1]]}, priors, days[-1] + days_later)[0]


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


def test_much_of_what_sells_slowly_lasts_for_more_than_60_days() -> None:
    found = forecast([*shelf(0.2, 90), 30])
    assert (found.first, found.last, found.why) == (None, None, "")
    assert found.soon < 0.001


def test_what_is_out_is_out() -> None:
    found = forecast([*shelf(2.0, 90), 0])
    assert (found.why, found.soon, found.first, found.last, found.lost) == (OUT, 0, None, None, 0)
    assert found.rate > 1  # how much to order still can be said


def test_a_week_is_too_little() -> None:
    assert forecast(list(shelf(2.0, 8))).why == LITTLE
    assert forecast([*shelf(2.0, 8), 0]).why == LITTLE
    assert forecast([7]).why == LITTLE
    assert forecast(list(shelf(2.0, 21))).why == ""


def test_a_new_store_takes_over_what_other_stores_know_and_then_learns() -> None:
    known = Priors(Prior(1.0, 1.2), {"Echo Dot": Prior(4.0, 1.2)})
    at_first, later = (
        forecast(list(shelf(2.0, days)), priors=known).rate - forecast(list(shelf(2.0, days))).rate for days in (21, 90)
    )
    assert 0.2 > at_first > 2 * later > 0


@pytest.mark.parametrize(("every", "rate", "why"), [(3, 3.0, ""), (5, 3.0, GAPS), (5, 0.05, "")])
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
