"""Uploads that are split into parts: each is loaded, looked after and summed up by itself."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from load_inventory import upload_record
from load_inventory.upload import Upload
from tests.order.deliveries import Message
from tests.order.shop import Shop, again, announce

ITEMS = {f"item {number}": number % 3 for number in range(12)}
"""More than one part takes: the clients of these tests split files of more than four rows."""
SUMMARY = {"Items": 12, "Units": 12, "Out": 4, "Low": 0}


def split(shop: Shop, counts: dict[str, int], mode: str = "rows") -> list[Message]:
    """Upload and deliver a file; return the messages of its parts."""
    parts = shop.deliver(shop.upload(9, counts, mode))
    assert len(parts) > 2
    return parts


def test_the_last_line_of_every_item_wins(shop: Shop) -> None:
    shop.load(announce(shop.put(7, [(f"item {n % 6}", n) for n in range(30)])))
    assert shop.counts == {f"item {n}": 24 + n for n in range(6)}
    assert shop.summary == {"Items": 6, "Units": sum(range(24, 30)), "Out": 0, "Low": 0}


def test_parts_add_up_what_they_changed(shop: Shop) -> None:
    shop.load(shop.upload(8, {"item 1": 7, "item 2": 0, "other": 1}))
    shop.load(*split(shop, ITEMS))
    assert shop.counts == ITEMS | {"other": 1}
    assert shop.summary == SUMMARY | {"Items": 13, "Units": 13}


@pytest.mark.parametrize("call", ["BatchExecuteStatement", "TransactWriteItems"])
def test_a_part_that_dies_half_way_is_mended_by_its_next_delivery(shop: Shop, call: str) -> None:
    first, *rest = split(shop, ITEMS)
    shop.load_but_die_after(first, call)
    shop.load(*rest, first)
    assert shop.counts == ITEMS
    assert shop.summary == SUMMARY


def test_parts_that_come_again_when_all_is_done_change_nothing(shop: Shop) -> None:
    parts = split(shop, ITEMS)
    shop.load(*parts)
    before = shop.rows, shop.summary
    shop.load(*parts)
    assert (shop.rows, shop.summary) == before


def test_a_part_that_failed_for_good_and_is_redriven_ends_as_loaded(shop: Shop) -> None:
    event = shop.put(9, ITEMS.items())
    first, *rest = shop.deliver(announce(event))
    shop.load(*rest)
    upload_record.fail(shop.clients, Upload.of_event(event), "a table was not there")
    shop.load(first)
    record = shop.record(event)
    assert record["State"]["S"] == "loaded"
    assert "Reason" not in record


def test_a_store_that_is_recounted_meanwhile_is_counted_once(shop: Shop) -> None:
    first, *rest = split(shop, ITEMS)
    shop.load(first)
    shop.recount()
    shop.load(*rest)
    assert shop.summary == SUMMARY


def test_a_replay_of_a_run_that_died_looks_at_everything(shop: Shop) -> None:
    event = shop.put(9, ITEMS.items())
    first, *_ = shop.deliver(announce(event))
    shop.load_but_die_after(first, "BatchExecuteStatement")
    shop.load(again(event))
    assert shop.counts == ITEMS
    assert shop.summary == SUMMARY


def test_a_split_snapshot_that_would_remove_too_much_is_refused(shop: Shop) -> None:
    shop.load(shop.upload(7, {f"old {n:02}": 1 for n in range(40)}))
    event = shop.put(9, ITEMS.items(), mode="snapshot")
    shop.load(announce(event))
    record = shop.record(event)
    assert record["State"]["S"] == "refused"
    assert "40 of the 40 items" in record["Reason"]["S"]
    assert len(shop.counts) == 40


def test_two_attempts_at_a_snapshot_decide_it_once(shop: Shop) -> None:
    shop.load(shop.upload(7, {"tea": 1, "milk": 1, "salt": 1, "rice": 1}))
    event = shop.put(9, [("tea", 2)], mode="snapshot")  # it would remove three quarters
    refusing = shop.stop_before(announce(event), "put_object", 1)  # it has decided, and will keep that in the bucket
    shop.load(shop.upload(8, {"tea": 1}), again(event, quiet=False))
    shop.run(refusing)
    assert shop.record(event)["State"]["S"] == "refused"
    assert len(shop.counts) == 4


@pytest.fixture
def wide_shop(shop: Shop) -> Iterator[Shop]:
    """A shop whose uploads are split at 1,000 rows, the least that the template allows."""
    settings = shop.clients.settings
    shop.clients.settings = replace(settings, part_rows=1000)
    yield shop
    shop.clients.settings = settings


@pytest.mark.long
def test_a_split_snapshot_of_twenty_thousand_stores_is_loaded(wide_shop: Shop) -> None:
    """All their names at once would be in no item of a table."""
    if wide_shop.world.engine != "MiniStack":
        pytest.skip("one engine will do: it is about sizes")
    stores = [f"{wide_shop.name}, {n:05} Corporation Street, Springfield" for n in range(20_000)]
    content = "store,item,count\n" + "".join(f'"{store}",tea,{n % 7}\n' for n, store in enumerate(stores))
    event = wide_shop.put_file(f"uploads/{wide_shop.name} chain.csv", 9, content.encode(), "snapshot")
    wide_shop.load(announce(event))
    record = wide_shop.record(event)
    assert (record["State"]["S"], record["Changed"]["N"]) == ("loaded", "20000")
    assert wide_shop.longest_chain == 2


def test_a_split_snapshot_leaves_a_store_of_which_it_has_only_rejected_rows(shop: Shop) -> None:
    other = Shop(shop.world)
    shop.load(other.upload(7, {"tea": 1, "milk": 2}))
    lines = [f"{shop.name},item {n},1" for n in range(12)] + [f"{other.name},tea,4 pcs"]
    content = "\n".join(["store,item,count", *lines]).encode()
    shop.load(announce(shop.put_file(f"uploads/{shop.name} both.csv", 9, content, "snapshot")))
    assert other.counts == {"tea": 1, "milk": 2}
