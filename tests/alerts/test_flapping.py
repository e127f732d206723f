"""What people are told when an item comes and goes."""

from collections import Counter

import pytest

from tests.alerts.conftest import NewWorld
from tests.alerts.world import World

WINDOW = 600


@pytest.fixture
def world(new_world: NewWorld) -> World:
    """A world with the flap time of the template, in which Dot has just run out."""
    world = new_world(WINDOW)
    world.change("Dot", 5, short=None)
    happen(world, "Dot", 0)
    assert world.told() == Counter({("OUT_OF_STOCK", "Dot"): 1})
    return world


def happen(world: World, item: str, count: int, short: str | None = None) -> None:
    """An upload changes an item, and Check-Stock does what it does at once. (A second later: `late` is in seconds.)"""
    world.late += 1
    world.deliver([world.change(item, count, short="out" if count == 0 else short)])
    world.invoke(world.messages())


def test_out_back_out_is_published_once(world: World) -> None:
    happen(world, "Dot", 5)
    happen(world, "Dot", 0)
    world.pass_time(WINDOW + 5)
    assert world.told() == Counter()
    assert not world.queued
    assert [alert["State"] for alert in world.alerts()] == ["sent", "held", "held"]
    assert [alert["Event"] for alert in world.alerts() if "Open" in alert] == ["OUT_OF_STOCK"]


def test_what_came_back_and_stayed_is_published_when_the_time_is_over(world: World) -> None:
    happen(world, "Dot", 5)
    assert world.told() == Counter()
    world.pass_time(WINDOW / 2)
    assert world.told() == Counter()
    world.pass_time(WINDOW / 2 + 5)
    assert world.told() == Counter({("BACK_IN_STOCK", "Dot"): 1})


def test_whatever_happens_in_between_the_last_word_is_true(world: World) -> None:
    for count in (5, 0, 7, 0, 9):
        happen(world, "Dot", count)
    world.pass_time(WINDOW + 5)
    (message,) = world.received()
    assert message["event"] == "BACK_IN_STOCK"
    assert [item["count"] for item in message["items"]] == [9]


def test_bad_news_does_not_wait(world: World) -> None:
    world.pass_time(2 * WINDOW)
    happen(world, "Dot", 5)
    assert world.told() == Counter({("BACK_IN_STOCK", "Dot"): 1})
    happen(world, "Dot", 0)
    assert world.told() == Counter({("OUT_OF_STOCK", "Dot"): 1})


def test_what_runs_low_and_then_out_is_published_both_times(new_world: NewWorld) -> None:
    world = new_world(WINDOW)
    world.change("Dot", 9)
    happen(world, "Dot", 3, "low")
    happen(world, "Dot", 0)
    assert world.told() == Counter({("LOW_STOCK", "Dot"): 1, ("OUT_OF_STOCK", "Dot"): 1})


def test_an_item_that_flaps_around_its_reorder_point_is_published_once(new_world: NewWorld) -> None:
    world = new_world(WINDOW)
    world.change("Dot", 9)
    for count in (3, 9, 3, 9, 3):
        happen(world, "Dot", count, "low" if count == 3 else None)
    world.pass_time(WINDOW + 5)
    assert world.told() == Counter({("LOW_STOCK", "Dot"): 1})
    happen(world, "Dot", 9)
    world.pass_time(WINDOW + 5)
    happen(world, "Dot", 3, "low")
    assert world.told() == Counter({("LOW_STOCK", "Dot"): 1})


def test_back_but_low_is_published_when_the_time_is_over(world: World) -> None:
    happen(world, "Dot", 5)
    happen(world, "Dot", 2, "low")
    world.pass_time(WINDOW + 5)
    world.pass_time(WINDOW + 5)
    messages = world.received()
    assert [item["level"] for message in messages for item in message["items"]] == ["low"]
    assert len(world.alerts()) == 3
    assert [(alert["Event"], alert["Open"]) for alert in world.alerts() if "Open" in alert] == [("LOW_STOCK", "low")]


def test_without_flap_time_everything_is_published(new_world: NewWorld) -> None:
    world = new_world(0)
    world.change("Dot", 9)
    for count in (0, 5, 0):
        happen(world, "Dot", count)
    assert world.told() == Counter({("OUT_OF_STOCK", "Dot"): 2, ("BACK_IN_STOCK", "Dot"): 1})
