"""A crash at any call, before or after it took effect, loses no digest and sends it once."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from stock.messages import SendDigest
from telling.digest import How
from tests.morning_world import DAY
from tests.send_digest.conftest import NewWorld
from tests.send_digest.world import World


def fill(world: World) -> None:
    """A store in which something is out, low and will be."""
    world.store("Berlin")
    world.short("Berlin", "tea", hours_ago=2)
    world.short("Berlin", "salt", hours_ago=2, count=3)
    world.soon("Berlin", "jam", 0.9)


def test_a_digest_is_sent_once_whatever_call_is_the_last_of_an_invocation(new_world: NewWorld) -> None:
    def morning(crash_at: int | None = None) -> tuple[World, int, str | None]:
        world, to = new_world(), f"{uuid.uuid4().hex}@example.com"
        how = How.EMAIL if world.engine.is_local else How.SNS  # they differ in one call
        fill(world)
        digest = world.digest(how, to)
        if crash_at is not None:
            world.crasher.at = (crash_at, "after")  # which is before the next one, as one follows the other
        world.morning()
        assert world.crasher.at is None, "it never came to this call"
        return world, len(world.mails(to) or world.received()), world.last_sent(digest)

    world, times, last_sent = morning()
    calls = list(world.crasher.calls)
    assert times == 1
    assert last_sent == "2026-11-26T06:30:00.000Z"
    assert {"Scan", "SendMessageBatch", "PutItem", "UpdateItem", "GetItem", "Query", "BatchGetItem"} <= {
        *calls,
        "SendMessageBatch",
    }
    assert Counter(calls)["PublishToTopic"] == 1
    for number, call in enumerate(calls, 1):
        _, times, last_sent = morning(number)
        # Between its acceptance and the note in the table, a crash repeats a digest.
        assert times == (2 if call == "PublishToTopic" else 1), f"crash after call {number}, {call}"
        assert last_sent, f"crash after call {number}, {call}"


def test_a_message_that_comes_again_sends_nothing_again(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    world.digest()
    world.scheduled()
    (body,) = world.asked()
    for _ in range(2):
        world.deliver_until_done(body)
        world.late += DAY / 2
    assert len(world.received()) == 1


def test_two_invocations_for_a_digest_at_the_same_time(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    body = SendDigest(world.digest().id, world.now()).body()
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda services: world.deliver(body, 1, services), [world.new_instance() for _ in "ab"]))
    assert any(done)
    if not all(done):
        assert world.pauses == [60]
        world.deliver_until_done(body)
    assert len(world.received()) == 1


def test_who_comes_to_a_digest_that_another_one_is_at_waits(new_world: NewWorld) -> None:
    world = new_world()
    fill(world)
    body = SendDigest(world.digest().id, world.now()).body()
    other: list[bool] = []
    world.crasher.meanwhile = (3, lambda: other.append(world.deliver(body, 1, world.new_instance())))
    assert world.deliver(body)
    assert other == [False]
    assert len(world.received()) == 1
