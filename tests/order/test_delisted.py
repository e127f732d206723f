"""Which upload delisted an item is in the history, though the stream does not tell it."""

import pytest

from load_inventory.upload import Upload
from stock.history import Change, steps
from tests.order.shop import Shop, again, announce, history


def kept(shop: Shop) -> set[Change]:
    return set(history(shop.world, shop.name))


def test_a_complete_list_is_named_for_what_it_leaves_out(shop: Shop) -> None:
    shop.load(shop.upload(1, {"milk": 4, "tea": 2, "rice": 1}))
    complete = shop.put(2, [("milk", 4), ("rice", 1)], mode="snapshot")
    shop.load(announce(complete))
    assert kept(shop) == {Change("tea", Upload.of_event(complete).token, before=2, after=None)}


@pytest.mark.parametrize("call", ["PutItem", "BatchExecuteStatement"])
def test_an_attempt_that_died_left_nothing_wrong_or_out(shop: Shop, call: str) -> None:
    shop.load(shop.upload(1, {"milk": 4, "tea": 2, "rice": 1}))
    complete = shop.put(2, [("milk", 5), ("rice", 1)], mode="snapshot")
    shop.load_but_die_after(announce(complete), call)
    shop.load(announce(complete))
    assert kept(shop) == {Change("tea", Upload.of_event(complete).token, before=2, after=None)}
    assert shop.counts == {"milk": 5, "rice": 1}


def test_a_late_upload_that_finds_a_newer_list_names_that(shop: Shop) -> None:
    shop.load(shop.upload(1, {"milk": 4, "tea": 2, "rice": 1}))
    late = shop.upload(2, {"tea": 3})
    complete = shop.put(3, [("milk", 4), ("rice", 1)], mode="snapshot")
    waiting = shop.stop_before(announce(complete), "BatchExecuteStatement")
    shop.load(late)
    shop.run(waiting)
    assert {(change.token, change.after) for change in kept(shop)} == {(Upload.of_event(complete).token, None)}


def test_what_is_loaded_again_doubles_nothing(shop: Shop) -> None:
    shop.load(shop.upload(1, {"milk": 4, "tea": 2, "rice": 1}))
    complete = shop.put(2, [("milk", 4), ("rice", 1)], mode="snapshot")
    shop.load(announce(complete))
    before = kept(shop)
    shop.empty()
    shop.load(again(complete))
    assert steps(kept(shop)) == steps(before)
