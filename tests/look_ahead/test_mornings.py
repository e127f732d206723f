"""What Look-Ahead makes of a store's past, and when."""

import json

import pytest

from stock.messages import Gather, LookAhead
from tests.look_ahead.conftest import NewWorld
from tests.look_ahead.world import World
from tests.morning_world import DAY

QUARTER = 15 * 60


def sold_daily(world: World, days: int, a_day: int = 2, left: int = 6) -> list[str]:
    """Have the store sell some tea a day, and look at it each day; return the tokens."""
    return [world.upload(ago, {"tea": a_day * ago + left, "salt": 9}) for ago in range(days, 0, -1)]


def test_the_first_part_tells_of_the_whole_store(new_world: NewWorld) -> None:
    world = new_world()
    sold_daily(world, 40)
    world.set_store(TimeZone="Asia/Kolkata", Groups={"north"})
    world.deliver_until_done(LookAhead(world.store).body())
    (first,) = world.parts().values()
    assert first["At"]["S"] == "2026-11-28T06:03:00.000Z"
    assert first["Day"]["S"] == "2026-11-28"
    assert (first["Parts"]["N"], first["Known"]["N"], first["Soon"]["N"]) == ("1", "2", "1")
    (tea, _) = first["Top"]["L"]
    assert (tea["M"]["Item"]["S"], tea["M"]["Count"]["N"]) == ("tea", "8")
    days = first["Availability"]["M"]["30"]["M"]
    assert float(days["In"]["N"]) == float(days["Days"]["N"]) == pytest.approx(60)
    assert 1 < world.forecasts()["tea"].rate < 2
    (message,) = world.received()
    assert message["at"] == "2026-11-28T06:03:00.000Z"
    assert message["groups"] == ["north"]
    assert "2026-11-28 11:33 IST" in message["texts"]["email"]
    (alert,) = world.alerts().values()
    assert alert["First"] == str(message["items"][0]["first"])
    assert alert["At"] == message["at"]
    assert alert["Alert"].startswith("20261128T060300.000Z-morning#RUNS_OUT_SOON#tea")
    assert message["items"][0]["alert"] == alert["Alert"]


def test_what_an_upload_said_that_was_withdrawn_counts_for_nothing(new_world: NewWorld) -> None:
    world = new_world()
    tokens = sold_daily(world, 40)
    world.deliver_until_done(LookAhead(world.store).body())
    before = world.forecasts()["tea"]
    wrong = world.upload(20.5, {"tea": 0}, late=True)  # a count of 0, and the next day 46 again: a receipt
    world.withdraw(wrong)
    world.deliver_until_done(LookAhead(world.store).body())
    assert world.forecasts()["tea"] == before
    for token in tokens:
        world.withdraw(token)
    world.deliver_until_done(LookAhead(world.store).body())
    assert world.forecasts()["tea"].why == "little"


def test_what_many_other_stores_sent_is_no_look_at_a_store_that_is_silent(new_world: NewWorld) -> None:
    """Else what sells fast there would seem to stand still, and be on the list of what to count first."""
    world = new_world()
    for ago in range(40, 0, -1):
        world.upload(ago, {"tea": 2 * ago + 6}, of_many=True)
    world.deliver_until_done(LookAhead(world.store).body())
    assert world.forecasts()["tea"].why == "", "the store was among them, as its counts changed"
    world.late += 10 * DAY
    for ago in range(9, 0, -1):
        world.upload(ago, {}, of_many=True)
    world.deliver_until_done(LookAhead(world.store).body())
    assert world.forecasts()["tea"].why == "gaps"


def test_uploads_before_the_history_begins_are_no_looks(new_world: NewWorld) -> None:
    """Else an item that sold would seem to have sold nothing all the time."""
    world = new_world()
    sold_daily(world, 40)
    world.forget_history()
    world.upload(0.5, {"tea": 7})
    world.deliver_until_done(LookAhead(world.store).body())
    assert {each.why for each in world.forecasts().values()} == {"little"}
    assert world.told() == {}


def test_a_store_that_was_removed_has_no_forecast_any_more(new_world: NewWorld) -> None:
    world = new_world()
    sold_daily(world, 20)
    world.morning()
    assert world.parts()
    world.upload(0, {"tea": None, "salt": None})
    world.late += DAY
    world.morning()
    assert not world.parts()


def test_every_store_is_asked_for_at_its_own_morning_once(new_world: NewWorld) -> None:
    world = new_world()
    world.upload(1, {"tea": 1})
    world.scheduled()
    assert [json.loads(body) for body in world.asked()] == [
        {"gather": {}},
        {"look_ahead": {"store": world.store}},
    ]  # the first time, mornings of the last day are made up for
    world.set_store(TimeZone="America/New_York")  # where it is 01:03
    found = []
    for _ in range(2 * DAY // QUARTER):
        world.late += QUARTER
        if world.scheduled():
            found.append(world.late)
        world.asked()
    assert found == [5 * 3600, 29 * 3600]


def test_what_was_missed_is_made_up_for_once(new_world: NewWorld) -> None:
    world = new_world()
    world.upload(1, {"tea": 1})
    world.scheduled()
    world.late += 5 * DAY
    assert world.scheduled() == 1
    assert world.scheduled() == 0
    assert sorted(world.asked()) == [Gather().body(), Gather().body(), *[LookAhead(world.store).body()] * 2]


def test_what_people_said_to_be_ordered_is_not_told_before_its_day(new_world: NewWorld) -> None:
    world = new_world()
    sold_daily(world, 40)
    world.say_ordered("tea", until="2026-11-29")
    world.deliver_until_done(LookAhead(world.store).body())
    assert world.told() == {}
    assert world.alerts() == {}
    assert world.parts()["0"]["Top"]["L"][0]["M"]["Item"]["S"] == "tea"  # the forecast is there for who looks
    world.late += DAY
    world.deliver_until_done(LookAhead(world.store).body())
    assert world.told() == {"tea": 1}


def test_what_all_stores_know_of_an_item_is_gathered_and_used(new_world: NewWorld) -> None:
    world = new_world()
    sold_daily(world, 40, a_day=20, left=60)
    world.deliver_until_done(LookAhead(world.store).body())
    world.deliver_until_done(Gather().body())
    parts = world.parts("*")
    assert set(parts) == {"0", "availability"}
    assert parts["availability"]["Availability"] == world.parts(world.store)["0"]["Availability"]
    assert parts["availability"]["Stores"] == {"N": "1"}
    world.store = f"{world.store} 2"
    world.counts = {}
    for ago in range(9, 0, -1):
        world.upload(ago, {"tea": 5000, "soap": 5000})  # nothing sold in either
    fresh = world.new_instance()
    world.deliver(LookAhead(world.store).body(), 1, fresh)
    found = world.forecasts()
    assert found["tea"].rate > found["soap"].rate


def test_what_cannot_be_read_comes_again_at_once_until_it_is_a_dead_letter(new_world: NewWorld) -> None:
    world = new_world()
    assert not world.deliver("nonsense")
    assert world.pauses == [0]
