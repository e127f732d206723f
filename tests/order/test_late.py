"""Late, repeated and interrupted uploads, one example each. What random schedules find is in test_order.py."""

import pytest

from load_inventory import load
from load_inventory.decide import Tally
from tests.order.shop import Shop


def test_an_older_upload_that_arrives_late_changes_nothing(shop: Shop) -> None:
    morning, noon = shop.upload(9, {"tea": 5, "milk": 1}), shop.upload(12, {"tea": 7, "milk": 1})
    shop.load(noon)
    shop.load(morning)
    assert shop.counts == {"tea": 7, "milk": 1}


def test_a_count_that_was_skipped_as_equal_comes_back_after_a_late_one(shop: Shop) -> None:
    for message in (shop.upload(9, {"tea": 5}), shop.upload(11, {"tea": 5}), shop.upload(10, {"tea": 7})):
        shop.load(message)
    assert shop.counts == {"tea": 5}
    assert shop.summary == {"Items": 1, "Units": 5, "Out": 0}


def late_and_interrupted(shop: Shop) -> dict[str, int]:
    """A late upload writes its row and dies; then it is delivered again."""
    for message in (shop.upload(9, {"tea": 5}), shop.upload(11, {"tea": 5})):
        shop.load(message)
    late = shop.upload(10, {"tea": 0})
    shop.load_but_die_after(late, "BatchExecuteStatement")
    shop.load(late)
    return shop.counts


def test_a_late_upload_that_dies_after_it_wrote_looks_again_all_the_same(shop: Shop) -> None:
    assert late_and_interrupted(shop) == {"tea": 5}
    assert shop.summary == {"Items": 1, "Units": 5, "Out": 0}


def test_looking_again_only_if_this_attempt_wrote_is_not_enough(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_if_it_wrote(tally: Tally, _open_before: bool, snapshot: bool) -> bool:
        return tally.wrote

    monkeypatch.setattr(load, "must_look_again", only_if_it_wrote)
    assert late_and_interrupted(shop) == {"tea": 0}


def test_a_late_upload_has_one_upload_delivered_again_not_a_year_of_them(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "milk": 0}))
    late = shop.upload(2, {"tea": 7, "milk": 7})
    for day in range(3, 30):
        shop.load(shop.upload(day, {"tea": 5, "milk": day % 2, f"new {day}": 1}))
    first = shop.deliver(late)
    assert len(first) == 1
    assert shop.deliver(first[0]) == []
    assert (shop.counts["tea"], shop.counts["milk"]) == (5, 1)


def test_a_request_to_settle_is_passed_on_until_every_row_is_settled(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "milk": 5}))
    shop.load(shop.upload(3, {"tea": 5}))
    shop.load(shop.upload(4, {"milk": 5}))
    late = shop.upload(2, {"tea": 7, "milk": 7})
    first = shop.deliver(late)
    assert len(first) == 1
    assert shop.deliver(first[0]) != [], "the newest upload does not speak of tea"
    shop.load(first[0])
    assert shop.counts == {"tea": 5, "milk": 5}


def test_the_same_upload_again_neither_writes_nor_redelivers(shop: Shop) -> None:
    messages = [shop.upload(day, {"tea": day % 3, "milk": 2}) for day in range(5)]
    for message in messages:
        shop.load(message)
    before = shop.query("Inventory")
    for message in messages:
        assert shop.deliver(message) == []
    assert shop.query("Inventory") == before


def test_a_snapshot_removes_what_it_does_not_mention(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "milk": 0, "salt": 3}))
    shop.load(shop.upload(2, {"tea": 5, "milk": 1}, "snapshot"))
    assert shop.counts == {"tea": 5, "milk": 1}
    assert shop.summary == {"Items": 2, "Units": 6, "Out": 0}


def test_an_older_upload_does_not_bring_back_a_delisted_item(shop: Shop) -> None:
    late = shop.upload(2, {"salt": 9, "tea": 4})
    shop.load(shop.upload(1, {"tea": 5, "salt": 3}))
    shop.load(shop.upload(3, {"tea": 5}, "snapshot"))
    shop.load(late)
    assert shop.counts == {"tea": 5}


def test_a_late_snapshot_leaves_what_a_newer_upload_speaks_of(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "salt": 3}))
    shop.load(shop.upload(3, {"salt": 3}))
    shop.load(shop.upload(2, {"tea": 5}, "snapshot"))
    assert shop.counts == {"tea": 5, "salt": 3}
