"""A crash at any call, before or after it took effect, loses no forecast and tells of each item once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from stock import packs
from stock.messages import LookAhead
from tests.look_ahead.conftest import NewWorld
from tests.look_ahead.world import World

SOON = {"tea": 1, "milk": 1}


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the forecasts of a store be in several parts."""
    monkeypatch.setattr(packs, "_PACK_BYTES", 200)


def fill(world: World) -> None:
    """A store that sold two tea and three milk a day for a month, and hardly any salt and soap."""
    for ago in range(30, 0, -1):
        counts = {"tea": 2 * ago + 4, "milk": 3 * ago + 2, "salt": 40 + ago // 10, "soap": 30}
        world.upload(ago, counts)


def outcome(world: World) -> dict[str, Any]:
    """What is in the tables, without the times."""
    known = ("Event", "State", "Count", "Open", "Log")
    forecasts = world.forecasts()
    return {
        "parts": {name: set(row) for name, row in world.parts().items()},
        "forecasts": {name: (each.count, each.why) for name, each in forecasts.items()},
        "rates": [each.rate for each in forecasts.values()],
        "alerts": {name: {key: row.get(key) for key in known} for name, row in world.alerts().items()},
        "others": sorted(world.parts("*")),
    }


def assert_same(found: dict[str, Any], expected: dict[str, Any], when: str) -> None:
    """What is in the tables is the same, but for what a few minutes more change in rates."""
    assert found == expected | {"rates": pytest.approx(expected["rates"], rel=0.01)}, when


def test_every_item_is_told_once_whatever_call_is_the_last_of_an_invocation(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    world.morning()
    assert world.told() == SOON
    assert len(world.parts()) > 1
    expected, calls = outcome(world), list(world.crasher.calls)
    assert {"PutItem", "DeleteItem", "INSERT Alerts", "PublishToTopic", "UPDATE Alerts"} <= set(calls)
    for number, call in enumerate(calls, 1):
        world = new_world()
        fill(world)
        world.crasher.at = (number, "after")  # which is before the next one, as one follows the other
        world.morning()
        assert world.crasher.at is None, "it never came to this call"
        assert_same(outcome(world), expected, f"crash after call {number}, {call}")
        # Between the publication and its note in the table, a crash repeats that message.
        times = 2 if call == "PublishToTopic" else 1
        assert world.told() == Counter(dict.fromkeys(SOON, times)), f"crash after call {number}, {call}"


def test_of_a_store_that_shrank_nothing_is_left_whatever_call_is_the_last(new_world: NewWorld) -> None:
    def shrunk() -> World:
        world = new_world()
        others = [f"item {number}" for number in range(6)]
        world.upload(31, dict.fromkeys(others, 9))
        fill(world)
        world.deliver(LookAhead(world.store).body())
        assert len(world.parts()) > 3
        world.upload(0, {"tea": 2} | dict.fromkeys(["milk", "salt", "soap", *others]))
        world.crasher.calls.clear()
        return world

    world = shrunk()
    world.deliver(LookAhead(world.store).body())
    calls = list(world.crasher.calls)
    for number, call in enumerate(calls, 1):
        if call == "DeleteItem":
            world = shrunk()
            world.crasher.at = (number, "after")
            world.deliver_until_done(LookAhead(world.store).body())
            assert world.crasher.at is None, "it never came to this call"
            assert set(world.parts()) == {"0"}, f"crash after call {number}"


def test_another_morning_message_of_the_same_days_tells_nothing_again(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    world.morning()
    assert world.told() == SOON
    expected = outcome(world)
    world.deliver_until_done(LookAhead(world.store).body())
    assert_same(outcome(world), expected, "a repeated message")
    world.late += 86_400
    world.morning()
    assert world.told() == Counter()
    world.late += 7 * 86_400
    for ago in range(7, 0, -1):
        world.upload(ago, {"soap": 30})
    world.morning()
    assert world.told() == SOON, "nobody did anything about it: people hear of it again"


def test_two_invocations_for_a_store_at_the_same_time(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    body = LookAhead(world.store).body()
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda services: world.deliver(body, 1, services), [world.new_instance() for _ in "ab"]))
    assert any(done)
    if not all(done):
        assert world.pauses == [60]
        world.deliver_until_done(body)
    assert world.told() == SOON


def test_a_store_that_got_smaller_leaves_no_parts_behind(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    body = LookAhead(world.store).body()
    world.deliver_until_done(body)
    assert len(world.parts()) > 1
    world.upload(0, {"tea": None, "milk": None, "salt": None})
    world.deliver_until_done(body)
    assert set(world.forecasts()) == {"soap"}
    assert set(world.parts()) == {"0"}
