"""I4: a crash at any call, before or after it took effect, loses no alert and repeats at most one message."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from check_stock.alerts_table import claim
from check_stock.services import Services
from stock.messages import Recheck
from tests.alerts.conftest import NewWorld
from tests.alerts.world import Records, World


def first_batch(world: World) -> Records:
    """Four items become short in one upload, three of them are told of; one by hand."""
    token = world.token()
    before = world.token()
    for item in ("Dot", "Plus", "Show"):
        world.change(item, 20, before)
    return [
        world.change("Dot", 0, token, "out"),
        world.change("Plus", 3, token, "low"),
        world.change("Look", 0, token, "out"),
        world.change("Show", 0, before),  # written by somebody else: the same AsOf, no Short
    ]


def second_batch(world: World) -> Records:
    """One comes back, one runs out that was low."""
    token = world.token()
    return [world.change("Dot", 7, token), world.change("Plus", 0, token, "out")]


EXPECTED = {
    ("OUT_OF_STOCK", "Dot"), ("OUT_OF_STOCK", "Look"), ("OUT_OF_STOCK", "Show"), ("LOW_STOCK", "Plus"),
    ("BACK_IN_STOCK", "Dot"), ("OUT_OF_STOCK", "Plus"),
}  # fmt: skip


def play(world: World, retry: str) -> None:
    """Both batches, each followed by its messages; then what was crashed comes again."""
    world.stream(first_batch(world), retry)
    world.drain()
    world.stream(second_batch(world), retry)
    world.drain()


def calls_of(new_world: NewWorld) -> list[bool]:
    """The calls of AWS that the play makes if nothing goes wrong: which of them handle the stream."""
    world = new_world()
    play(world, "whole")
    assert world.told() == Counter(EXPECTED)
    return world.crasher.of_stream


@pytest.mark.parametrize("retry", ["whole", "bisected"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_every_alert_is_told_whatever_call_is_the_last_of_an_invocation(
    new_world: NewWorld, moment: str, retry: str
) -> None:
    calls = calls_of(new_world)
    for number, of_stream in enumerate(calls, 1):
        if retry == "bisected" and not of_stream:
            continue  # only the stream's batches are split
        world = new_world()
        world.crasher.at = (number, moment)
        play(world, retry)
        told = world.told()
        assert world.crasher.at is None, "it never came to this call"
        call = world.crasher.calls[number - 1]  # groups may come in another order than in the play without a crash
        assert set(told) == EXPECTED, f"crash {moment} call {number}, {call}"
        # Between the publication and its note in the table, a crash repeats that message.
        unsure = (call, moment) in (("PublishToTopic", "after"), ("UPDATE Published", "before"))
        repeated = {alert for alert, times in told.items() if times > 1}
        assert all(times <= 2 for times in told.values())
        assert bool(repeated) == unsure, f"crash {moment} call {number}, {call}: {repeated} repeated"
        states = {(alert["Event"], alert["Item"]): alert for alert in world.alerts()}
        assert {alert["State"] for alert in states.values()} == {"sent"}
        is_open = {alert for alert, row in states.items() if "Open" in row}
        assert is_open == {("OUT_OF_STOCK", "Look"), ("OUT_OF_STOCK", "Show"), ("OUT_OF_STOCK", "Plus")}


def test_delivering_everything_again_publishes_nothing_again(new_world: NewWorld) -> None:
    world = new_world()
    first = first_batch(world)
    world.deliver(first)
    world.drain()
    second = second_batch(world)
    world.deliver(second)
    world.drain()
    assert world.told() == Counter(EXPECTED)
    before = world.alerts()
    for batch in (first, second, first[1:], second[:1], first + second):
        world.deliver(batch)
        world.drain()
    assert world.told() == Counter()
    assert world.alerts() == before


def test_two_invocations_with_the_same_records_and_messages_at_the_same_time(new_world: NewWorld) -> None:
    for _ in range(10):
        world = new_world()
        batch = first_batch(world)
        at_the_same_time(world, partial(world.deliver, batch))
        at_the_same_time(world, partial(world.invoke, world.messages()))
        world.drain()
        world.deliver(second_batch(world))
        world.drain()
        assert world.told() == Counter(EXPECTED)


def test_a_group_is_asked_for_while_more_of_it_is_recorded(new_world: NewWorld) -> None:
    """Between any two calls that record the second half, another invocation is asked to publish the first."""
    number = 1
    while True:
        world = new_world()
        upload, earlier = world.token(), world.token()
        for item, count in (("Dot", 2), ("Dot", 5)):  # of Dot people were told the same, once
            world.deliver([world.change(item, count, earlier, "low" if count == 2 else None)])
            world.drain()
        world.told()
        world.ledger(upload, "loaded", LOW_STOCK=3)
        world.deliver([world.change("Plus", 2, upload, "low")])
        second = [world.change(item, 2, upload, "low") for item in ("Dot", "Show")]
        calls = len(world.crasher.calls)
        world.crasher.meanwhile = (calls + number, partial(publish_what_is_asked_for, world))
        world.deliver(second)
        if world.crasher.meanwhile:
            assert number > 3, "it must have been tried at several calls"
            return
        world.drain()
        world.pass_time(120)
        messages = world.received()
        assert len(messages) == 1, f"before call {number}: {[len(message['items']) for message in messages]}"
        assert {item["item"] for item in messages[0]["items"]} == {"Plus", "Dot", "Show"}
        assert {alert["State"] for alert in world.alerts()} == {"sent"}
        number += 1


def publish_what_is_asked_for(world: World) -> None:
    """Another instance is invoked with what is in the queue."""
    world.invoke(world.messages(), world.new_instance())


def at_the_same_time(world: World, work: Callable[[Services], object]) -> None:
    """Two instances of the function do the same work."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [world.new_instance(), world.new_instance()]))


def test_what_sns_refuses_is_told_when_it_takes_it_again(new_world: NewWorld) -> None:
    world = new_world()
    world.deliver(first_batch(world))
    broken = world.new_instance(topic=world.topic + "-gone")
    for _ in range(3):
        assert world.invoke(world.messages(), broken).counts["failed"] > 0
        world.late += 120
    assert world.told() == Counter()
    world.drain()
    world.deliver(second_batch(world))
    world.drain()
    assert world.told() == Counter(EXPECTED)


def test_a_message_stays_in_the_queue_while_another_invocation_has_claimed_the_item(new_world: NewWorld) -> None:
    world = new_world()
    world.deliver([world.change("Dot", 0, short="out")])
    key = (world.store, "Dot")
    assert claim(world.services, [key], "another invocation", world.now() + 60) == ({key}, set())
    world.invoke(world.messages())
    assert world.told() == Counter()
    assert world.queued, "it must come again: the other invocation may crash"
    world.drain()
    assert world.told() == Counter({("OUT_OF_STOCK", "Dot"): 1})


def test_a_replay_is_recorded_and_tells_nobody(new_world: NewWorld) -> None:
    world = new_world()
    record = world.change("Dot", 0, short="out")
    record["dynamodb"]["NewImage"]["Quiet"] = {"BOOL": True}
    world.deliver([record])
    world.drain()
    assert world.told() == Counter()
    (alert,) = world.alerts()
    assert (alert["State"], alert["Open"]) == ("quiet", "out")
    world.deliver([world.change("Dot", 4)])
    world.drain()
    assert world.told() == Counter({("BACK_IN_STOCK", "Dot"): 1})
    assert not [alert for alert in world.alerts() if "Open" in alert]


def test_lost_records_are_found_again_by_comparing_rows_with_what_is_known(new_world: NewWorld) -> None:
    world = new_world()
    world.deliver([world.change("Dot", 0, short="out"), world.change("Plus", 0, short="out")])
    world.drain()
    world.told()
    lost = [world.change("Dot", 8), world.change("Show", 0, short="out"), world.change("Look", 9)]
    for _ in range(2):
        world.ask(Recheck(world.store, ["Dot", "Plus", "Show", "Look", "Tap"]).body())
        world.drain()
    world.deliver(lost)  # after all
    world.drain()
    assert world.told() == Counter({("BACK_IN_STOCK", "Dot"): 1, ("OUT_OF_STOCK", "Show"): 1})


def test_an_upload_of_500_empty_items_is_one_message_per_store(new_world: NewWorld) -> None:
    world = new_world()
    token = world.token()
    batch = [world.change(f"Item {number}", 0, token, "out") for number in range(500)]
    for begin in range(0, 500, 100):
        world.deliver(batch[begin : begin + 100])
    world.drain()
    (message,) = world.received()
    assert (message["total"], len(message["items"])) == (500, 500)
    assert "450 more" in message["texts"]["email"]
