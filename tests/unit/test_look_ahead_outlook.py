"""What the forecasts of a store come to: what is likely, and how much of the time it had what it carries."""

from look_ahead.availability import Days, availability
from look_ahead.outlook import likely_out, outlook
from look_ahead.store_past import StorePast
from stock.forecast import LIKELY, Forecast
from stock.history import Past, Step
from stock.times import compact

TODAY = 20_000.0
SURE = Forecast("tea", 6, 2, 1.5, 0.1, 0.97, 1, 5, 9.0, 1, "")


def token(day: float) -> str:
    """An order token of a day."""
    return f"{compact(day * 86_400)}-000000000000000001-ab"


def past(counts: dict[str, int], looks: list[float], **pasts: Past) -> StorePast:
    return StorePast(counts, set(), {}, pasts, looks)


def test_what_has_no_forecast_or_is_unlikely_is_left_out() -> None:
    later = SURE._replace(item="milk", rate=0.1, doubt=0.001)
    unknown = [SURE._replace(item=why, why=why) for why in ("little", "gaps", "out")]
    (found,) = likely_out([later, SURE, *unknown], 7)
    assert found.forecast == SURE
    assert found.chance > 0.9
    assert [one.forecast.item for one in likely_out([later, SURE], 28)] == ["tea"]
    assert all(one.chance >= LIKELY for one in likely_out([later, SURE], 90))


def test_the_most_likely_comes_first() -> None:
    more = SURE._replace(item="coffee", count=12)
    assert [one.forecast.item for one in likely_out([more, SURE], 14)] == ["tea", "coffee"]


def test_the_outlook_of_a_store() -> None:
    milk, unknown = (
        SURE._replace(item="milk", soon=0.12345, lost=0.5),
        SURE._replace(item="x", why="little", soon=0, lost=0),
    )
    far = SURE._replace(item="salt", soon=0.0, first=None, last=None, lost=0.0)
    found = outlook([unknown, milk, far, SURE], likely_out([SURE], 7), {7: Days(3, 4), 30: Days(0, 0)})
    assert found == {
        "Soon": 1, "Lost": 9.5, "Likely": 0.97, "Known": 3,
        "Top": [
            {"Item": "tea", "Count": 6, "Soon": 0.97, "First": 1, "Last": 5, "Lost": 9.0},
            {"Item": "milk", "Count": 6, "Soon": 0.123, "First": 1, "Last": 5, "Lost": 0.5},
        ],
        "Availability": {"7": {"In": 3, "Days": 4}},
    }  # fmt: skip
    assert outlook([unknown], [], {})["Likely"] == 0


def test_a_store_has_a_top_ten() -> None:
    items = [SURE._replace(item=f"item {number:02}") for number in range(12)]
    found = outlook(items, [], {})
    top = found["Top"]
    assert isinstance(top, list)
    assert [one["Item"] for one in top] == [f"item {number:02}" for number in range(10)]
    assert found["Known"] == 12


def test_availability_counts_item_days() -> None:
    tea = Past(5, [Step(token(TODAY - 4), 0), Step(token(TODAY - 1), 3)])
    found = availability(past({"tea": 3, "milk": 0}, [TODAY - 10, TODAY - 6, TODAY - 1], tea=tea), TODAY)
    # tea: out for 3 days; milk: all the time, in 7 days, and in the 10 that the history has.
    assert found == {7: Days(4, 14), 30: Days(7, 20), 90: Days(7, 20)}


def test_availability_leaves_out_what_a_store_did_not_carry() -> None:
    new = Past(None, [Step(token(TODAY - 2), 4)])
    delisted = Past(4, [Step(token(TODAY - 6.5), 3), Step(token(TODAY - 6), 2), Step(token(TODAY - 5), None)])
    by_hand = Past(4, [Step(token(TODAY - 6), None), Step(token(TODAY - 5), 3)])  # no row: nobody knows since when
    found = availability(past({"new": 4}, [TODAY - 7], new=new, delisted=delisted, by_hand=by_hand), TODAY)
    assert found[7] == Days(2 + 2, 2 + 2)


def test_without_a_history_nothing_is_said_of_availability() -> None:
    assert availability(past({"tea": 1}, []), TODAY)[90] == Days(0, 0)
