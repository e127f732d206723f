"""The catalogue is a plain count of the rows, whatever is repeated, cut in two or cut short."""

import random
from contextlib import suppress

import pytest

from keep_catalogue.fold import fold
from tests.alerts.world import Crash
from tests.catalogue.world import World, lose_answer

STORES_OF_TWO_WRITES = 100


@pytest.mark.parametrize("retry", ["whole", "bisected"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_batch_counts_once_whatever_call_is_the_last_of_an_invocation(world: World, moment: str, retry: str) -> None:
    number = 0
    while True:
        number += 1
        records = [*world.morning(), *(world.put(f"{n:03}", "Item 0", number) for n in range(STORES_OF_TWO_WRITES))]
        world.crasher.at = len(world.crasher.calls) + number, moment
        world.deliver(records, retry)
        assert world.read() == world.counted()
        if world.crasher.at:  # it did not come to so many calls
            break
    assert number > 2  # two transactions
    world.crasher.at = None


def test_what_a_batch_begins_with_may_be_known_or_not(world: World) -> None:
    records = world.morning(items=4)
    for begin, end in ((0, 4), (2, 7), (3, 10), (0, 12), (0, 4), (6, 12), (11, 12)):
        world.deliver(records[begin:end])
    assert world.read() == world.counted()


def test_a_change_and_its_reverse_count_once_though_only_the_reverse_comes_again(world: World) -> None:
    world.deliver([world.put("Berlin", "Item 0", 5)])
    records = [world.put("Berlin", "Item 0", 0, "out"), world.put("Berlin", "Item 0", 5)]
    world.deliver(records)
    world.deliver(records[1:])
    assert world.read() == world.counted()


def test_a_store_whose_name_is_as_long_as_a_partition_key(world: World) -> None:
    records = [world.put("ł" * 1024, "Item 0", 5), world.put("ł" * 1023 + "o", "Item 0", 0, "out")]
    for _ in range(2):
        world.deliver(records)
    assert world.read() == world.counted()


def test_two_invocations_with_the_same_batch_at_once(world: World) -> None:
    records = world.morning()
    world.crasher.meanwhile = 1, lambda: world.deliver(records)
    world.deliver(records)
    assert world.read() == world.counted()


@pytest.mark.parametrize("moment", ["before", "after", "unanswered"])
def test_to_fold_changes_nothing_whatever_call_is_the_last(world: World, moment: str) -> None:
    number = 0
    while True:
        number += 1
        for _ in range(16):
            world.deliver(world.morning())
        if moment == "unanswered":
            with lose_answer(number):
                world.fold()
        else:
            world.crasher.at = len(world.crasher.calls) + number, moment
            with suppress(Crash):
                world.fold()
        assert world.read() == world.counted()
        last = number > 12 if moment == "unanswered" else world.crasher.at is not None
        if last:
            break
    world.crasher.at = None
    world.fold()
    assert world.read() == world.counted()
    assert number > 8
    # Of the versions, there is the one that is read, and maybe the one before it, for those who read it just now.
    assert len({name for name in world.partitions() if name.startswith("items#")}) <= 2


def test_two_invocations_fold_at_once(world: World) -> None:
    """The other one folds more, as more has come."""

    def other() -> None:
        world.deliver(world.morning())
        world.fold()

    for number in range(1, 10):
        for _ in range(16):
            world.deliver(world.morning())
        world.crasher.meanwhile = len(world.crasher.calls) + number, other
        world.fold()
        world.crasher.meanwhile = None
        assert world.read() == world.counted()


def test_who_reads_while_it_is_folded(world: World) -> None:
    for number in range(1, 6):
        for _ in range(16):
            world.deliver(world.morning())
        world.crasher.meanwhile = len(world.crasher.calls) + number, world.fold
        with world.crasher.invocation(of_stream=False):
            found = world.read()
        assert found == world.counted()
        assert world.crasher.meanwhile is None or number == 5


def test_what_is_young_is_not_folded(world: World) -> None:
    for _ in range(20):
        world.deliver(world.morning())
    fold(world.dynamodb, "Catalogue")
    assert not [name for name in world.partitions() if name.startswith("items#")]


def test_a_random_day(world: World) -> None:
    choose = random.Random(12)
    records = []
    for _ in range(300):
        count = choose.choice([None, 0, 1, 9])
        mark = {0: "out", 1: "low"}.get(9 if count is None else count, "")
        row = choose.choice(["A", "B", "C"]), choose.choice(["p", "q", "r"])
        if count is not None or row in world.rows:
            records.append(world.put(*row, count, mark))
    at = 0
    while at < len(records):
        end = at + choose.randrange(1, 20)
        world.deliver(records[max(0, at - choose.randrange(15)) : end])
        at = end
        if choose.random() < 0.2:
            world.fold()
    assert world.read() == world.counted()
