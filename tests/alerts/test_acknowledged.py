"""What is published of items that people have ordered, or want to be left alone for a while."""

from collections import Counter

import pytest

from stock.acknowledgements import Kind
from tests.alerts.conftest import NewWorld
from tests.alerts.world import World

DAY = 86_400
OUT, LOW, BACK = "OUT_OF_STOCK", "LOW_STOCK", "BACK_IN_STOCK"
LEVELS = {"out": (0, "out"), "low": (2, "low"), "ok": (9, None)}


def become(world: World, level: str) -> None:
    """The tea of the store gets to a level by an upload, and Check-Stock does what it does."""
    count, short = LEVELS[level]
    world.late += 1
    world.deliver([world.change("tea", count, short=short)])
    world.drain()


def soon(world: World) -> dict[str, str]:
    """An alert of Look-Ahead's that people have seen."""
    return {"Item": "tea", "Alert": f"{world.token()}#RUNS_OUT_SOON#tea"}


def test_what_is_ordered_is_not_told_to_be_low_but_that_it_ran_out(new_world: NewWorld) -> None:
    world = new_world()
    become(world, "ok")
    world.say(soon(world), Kind.ORDERED, days=3)
    become(world, "low")
    assert world.told() == Counter()
    assert [(alert["Event"], alert["State"], alert["Open"]) for alert in world.alerts()] == [(LOW, "waits", "low")]
    become(world, "out")
    become(world, "ok")
    assert world.told() == Counter({(OUT, "tea"): 1, (BACK, "tea"): 1})


def test_when_the_day_is_past_it_is_told_again(new_world: NewWorld) -> None:
    world = new_world()
    become(world, "ok")
    world.say(soon(world), Kind.ORDERED, days=1)
    world.late += DAY
    become(world, "low")
    assert world.told() == Counter({(LOW, "tea"): 1})


def test_what_comes_and_goes_is_left_alone_as_long_as_it_is_snoozed(new_world: NewWorld) -> None:
    world = new_world()
    become(world, "low")
    assert world.told() == Counter({(LOW, "tea"): 1})
    (alert,) = world.alerts()
    world.say(alert, Kind.SNOOZE, days=3)
    become(world, "ok")
    become(world, "low")
    assert world.told() == Counter()
    world.say(alert, Kind.UNDONE)
    become(world, "ok")
    become(world, "low")
    assert world.told() == Counter({(LOW, "tea"): 1})


@pytest.mark.parametrize("moment", ["before", "after"])
def test_whatever_call_is_the_last_of_an_invocation_it_waits(new_world: NewWorld, moment: str) -> None:
    number = 0
    while True:
        number += 1
        world = new_world()
        become(world, "ok")
        world.say(soon(world), Kind.ORDERED, days=3)
        record = world.change("tea", 2, short="low")
        world.crasher.calls.clear()
        world.crasher.at = (number, moment)
        world.stream([record])
        world.drain()
        if world.crasher.at:
            return  # there were not so many calls
        assert world.told() == Counter(), f"crash {moment} call {number}"
        assert [alert["State"] for alert in world.alerts()] == ["waits"]
