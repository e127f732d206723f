"""What Keep-History keeps is the plain list of what happened, however a batch is cut, repeated or cut short."""

import random
import string

import pytest

from tests.history.world import Records, World


def happen(world: World) -> Records:
    """Two stores are uploaded, corrected by hand, delisted and listed again; return the records of that."""
    for store in (0, 1):
        for item, count in (("Dot", 20), ("Plus", 3)):
            world.upload(store, item, count)
    world.by_hand(0, "Dot", 19)
    world.by_hand(0, "Dot", 20)
    world.by_hand(0, "Dot", 19)
    world.delist(1, "Plus")
    world.upload(1, "Plus", 0)
    world.upload(0, "Dot", 0)
    return world.records()


@pytest.mark.parametrize("retry", ["whole", "bisected"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_everything_is_kept_whatever_call_is_the_last_of_an_invocation(world: World, moment: str, retry: str) -> None:
    calls = len(world.stores)  # one for each
    for number in range(1, calls + 1):
        records = happen(world)
        world.crasher.at = (len(world.crasher.calls) + number, moment)
        world.deliver(records, retry)
        assert world.crasher.at is None, "it never came to this call"
        assert world.kept() == world.told


def test_a_store_is_one_write_however_many_rows_changed(world: World) -> None:
    world.deliver(happen(world))
    assert world.crasher.calls == ["PutItem"] * len(world.stores)


def test_nothing_doubles_whatever_a_batch_begins_with(world: World) -> None:
    records = happen(world)
    for begin, end in ((0, 4), (2, 7), (3, 10), (0, 10), (0, 4), (6, 10), (9, 10)):
        world.deliver(records[begin:end])
    assert world.kept() == world.told


def test_what_was_kept_stays_though_only_half_of_it_comes_again(world: World) -> None:
    """The other half was given up: it failed too often."""
    records = happen(world)
    for again in (records[:5], records[5:]):
        world.deliver(records)
        world.deliver(again)
        assert world.kept() == world.told


def test_names_of_900_bytes_in_which_nothing_repeats_are_kept(world: World) -> None:
    chance = random.Random(1)
    for _ in range(400):
        world.upload(0, "".join(chance.choices(string.ascii_letters, k=900)), 5)
    world.deliver(world.records())
    assert world.crasher.calls == ["PutItem"] * 2  # each well below the 400 KB that an item takes
    assert world.kept() == world.told
