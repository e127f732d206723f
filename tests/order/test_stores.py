"""Stores that are new, and stores that are removed."""

import pytest

from stock.messages import Record
from tests.order.shop import Shop, again, announce


def remove(shop: Shop, time: int) -> Record:
    """Put the upload that removes the store."""
    return shop.put_file(f"uploads/{shop.name}/removed", time, b"", mode="removal")


def test_the_first_upload_of_a_store_says_so(shop: Shop) -> None:
    first, second = shop.put(1, [("tea", 5)]), shop.put(2, [("tea", 7)])
    shop.load(announce(first), announce(second))
    assert [name["S"] for name in shop.record(first)["NewStores"]["L"]] == [shop.name]
    assert "NewStores" not in shop.record(second)


def test_a_removed_store_comes_back_by_a_newer_upload_only(shop: Shop) -> None:
    first, late = shop.put(1, [("tea", 5), ("milk", 0)]), shop.put(2, [("salt", 1)])
    removal = remove(shop, 3)
    shop.load(announce(first), announce(removal), announce(late))
    assert (shop.counts, shop.summary) == ({}, {"Items": 0, "Units": 0, "Out": 0, "Low": 0})
    shop.load(again(first), again(removal), again(late))
    assert shop.counts == {}
    shop.load(shop.upload(4, {"tea": 2}))
    assert shop.counts == {"tea": 2}


def test_a_removal_that_comes_late_leaves_what_is_newer(shop: Shop) -> None:
    removal = remove(shop, 2)
    shop.load(shop.upload(1, {"tea": 5, "milk": 1}), shop.upload(3, {"tea": 5}), announce(removal))
    assert shop.counts == {"tea": 5}


@pytest.mark.parametrize("folder", ["", "*", "  "])
def test_a_removal_in_a_folder_that_is_no_stores_is_refused(shop: Shop, folder: str) -> None:
    """“*” stands for all stores: every late upload of any store would have been told that nothing is left."""
    removal = shop.put_file(f"uploads/{folder}/removed", 9, b"", mode="removal")
    shop.load(announce(removal))
    assert shop.record(removal)["State"]["S"] == "refused"
