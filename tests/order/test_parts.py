"""Uploads that are split into parts: what parts hand in, and when a store is counted anew instead."""

import json
from typing import Any

from load_inventory import stores
from tests.order.deliveries import Message
from tests.order.shop import Shop

ITEMS = {f"item {number}": number % 3 for number in range(12)}
"""More than one part takes: the services of these tests split files of more than four rows."""
SUMMARY = {"Items": 12, "Units": 12, "Out": 4}


def split(shop: Shop, counts: dict[str, int]) -> list[Message]:
    """Upload and deliver a file; return the messages of its parts."""
    parts = shop.deliver(shop.upload(9, counts))
    assert len(parts) > 2
    return parts


def deliver_all(shop: Shop, messages: list[Message]) -> list[dict[str, Any]]:
    """Deliver messages one after the other; return the bodies of what they send."""
    return [body for message in messages for _, body in shop.deliver(message)]


def test_the_last_line_of_every_item_wins(shop: Shop) -> None:
    shop.load(shop.upload_lines(7, [(f"item {n % 6}", n) for n in range(30)]))
    assert shop.counts == {f"item {n}": 24 + n for n in range(6)}
    assert shop.summary == {"Items": 6, "Units": sum(range(24, 30)), "Out": 0}


def test_the_last_part_adds_up_what_all_of_them_changed(shop: Shop) -> None:
    shop.load(shop.upload(8, {"item 1": 7, "item 2": 0, "other": 1}))
    parts = split(shop, ITEMS)
    assert deliver_all(shop, parts) == [], "nobody has to count the store"
    assert shop.counts == ITEMS | {"other": 1}
    assert shop.summary == {"Items": 13, "Units": 13, "Out": 4}


def test_a_repeated_part_has_the_store_counted(shop: Shop) -> None:
    first, *rest = split(shop, ITEMS)
    shop.load_but_die_after(first, "BatchExecuteStatement")
    assert deliver_all(shop, [first, *rest]) == [{"recount": shop.name}]
    stores.recount(shop.services, shop.name)
    assert shop.summary == SUMMARY


def test_parts_that_come_again_when_all_is_done_change_nothing(shop: Shop) -> None:
    parts = split(shop, ITEMS)
    deliver_all(shop, parts)
    before = shop.query("Inventory"), shop.summary
    bodies = deliver_all(shop, parts)
    assert {json.dumps(body) for body in bodies} == {json.dumps({"recount": shop.name})}
    assert (shop.query("Inventory"), shop.summary) == before


def test_a_store_that_was_counted_meanwhile_is_counted_again(shop: Shop) -> None:
    first, *rest = split(shop, ITEMS)
    deliver_all(shop, [first])
    stores.recount(shop.services, shop.name)  # has what the first part wrote, and knows nothing of its sums
    assert deliver_all(shop, rest) == [{"recount": shop.name}]
    stores.recount(shop.services, shop.name)
    assert shop.summary == SUMMARY


def test_a_file_that_changes_nothing_has_nothing_counted(shop: Shop) -> None:
    shop.load(shop.upload(8, ITEMS))
    version = shop.query("Stores")[0]["Version"]
    assert deliver_all(shop, split(shop, ITEMS)) == []
    assert shop.query("Stores")[0]["Version"] == version
    assert shop.summary == SUMMARY
