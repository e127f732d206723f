"""Withdrawing uploads, and taking that back: one example each. What random schedules find is in test_order.py."""

import itertools
import json
from dataclasses import replace
from typing import Any

import pytest

from load_inventory import load_rows, upload_record
from load_inventory.upload import Upload
from stock.messages import LoadAgain, Record
from tests.order.deliveries import Delivery, Message, s3_event
from tests.order.shop import Shop, again, announce
from tests.order.world import BUCKET

_WRITE = "BatchExecuteStatement"
_times = itertools.count(1000)


def ask(shop: Shop, event: Record, back: bool = False, folder: str | None = None, why: str = "wrong file") -> Message:
    """Put a request to withdraw an upload, or to take that back; return the message that announces it."""
    store = shop.name if folder is None else folder
    key = f"withdrawals/{f'{store}/' if store else ''}{Upload.of_event(event).token}"
    metadata = {"uploaded-by": "Ann"} | ({"take-back": "true"} if back else {})
    put = shop.clients.s3.put_object(Bucket=BUCKET, Key=key, Body=why.encode(), Metadata=metadata)
    return announce(s3_event(BUCKET, key.replace(" ", "+"), put["VersionId"], next(_times)))


def kept(shop: Shop, event: Record) -> dict[str, Any]:
    """Return what the log keeps of an upload."""
    upload = Upload.of_event(event)
    key = f"log/{upload.token}/{upload.version_id}.json"
    found: dict[str, Any] = json.loads(shop.clients.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    return found


def test_rows_are_as_if_the_upload_had_never_come(shop: Shop) -> None:
    good = shop.put(1, [("tea", 5, 2), ("milk", 3, 1)], "item,count,reorder_point")
    wrong = shop.put(2, [("tea", 0, 9), ("milk", 3, None), ("nails", 7, None)], "item,count,reorder_point")
    shop.load(announce(good), announce(wrong))
    assert shop.summary == {"Items": 3, "Units": 10, "Out": 1, "Low": 0}
    shop.load(ask(shop, wrong))
    assert (shop.counts, shop.points, shop.short) == ({"tea": 5, "milk": 3}, {"tea": 2, "milk": 1}, {})
    assert shop.summary == {"Items": 2, "Units": 8, "Out": 0, "Low": 0}


def test_the_record_and_the_log_say_who_and_why(shop: Shop) -> None:
    wrong = shop.put(1, [("tea", 5)])
    shop.load(announce(wrong), ask(shop, wrong, why="of the other shop"))
    record = shop.record(wrong)
    asked = record["Withdrawal"]["M"]
    assert (record["State"]["S"], asked["By"]["S"], asked["Why"]["S"]) == ("withdrawn", "Ann", "of the other shop")
    assert record["Changed"]["N"] == "1"  # it tells what the upload did when it came
    assert kept(shop, wrong)["withdrawal"] == {
        "as_of": asked["AsOf"]["S"], "back": False, "by": "Ann", "why": "of the other shop",
    }  # fmt: skip


def test_a_snapshot_that_is_withdrawn_brings_back_what_it_delisted_with_the_reorder_point(shop: Shop) -> None:
    full = shop.put(1, [("tea", 5, 2), ("milk", 3, 4)], "item,count,reorder_point")
    wrong, later = shop.put(2, [("tea", 1)], mode="snapshot"), shop.put(3, [("milk", 6)])
    shop.load(announce(full), announce(wrong), announce(later))
    assert (shop.counts, shop.points) == ({"tea": 1, "milk": 6}, {"tea": 2})
    shop.load(ask(shop, wrong))
    assert (shop.counts, shop.points) == ({"tea": 5, "milk": 6}, {"tea": 2, "milk": 4})


def test_taken_back_it_counts_again(shop: Shop) -> None:
    first, second = shop.put(1, [("tea", 5), ("milk", 1)]), shop.put(2, [("tea", 7)])
    shop.load(announce(first), announce(second), ask(shop, second), ask(shop, second, back=True))
    assert shop.counts == {"tea": 7, "milk": 1}
    assert shop.record(second)["State"]["S"] == "loaded"


def test_what_a_newer_upload_says_stays(shop: Shop) -> None:
    wrong, newer = shop.put(2, [("tea", 0), ("milk", 0)]), shop.put(3, [("tea", 0)])
    shop.load(announce(shop.put(1, [("milk", 4)])), announce(wrong), announce(newer))
    shop.load(ask(shop, wrong))
    assert shop.counts == {"tea": 0, "milk": 4}
    shop.load(announce(shop.put(2, [("tea", 8)])))  # newer than the one that is withdrawn, older than the newest
    assert shop.counts == {"tea": 0, "milk": 4}


def test_a_withdrawn_upload_says_nothing_to_a_late_one_nor_when_it_is_replayed(shop: Shop) -> None:
    first, wrong = shop.put(1, [("tea", 5)]), shop.put(3, [("tea", 0)])
    shop.load(announce(first), announce(wrong), ask(shop, wrong))
    shop.load(shop.upload(2, {"tea": 6}))
    assert shop.counts == {"tea": 6}
    shop.load(again(wrong), announce(wrong))
    assert shop.counts == {"tea": 6}


def test_a_replay_into_empty_tables_knows(shop: Shop) -> None:
    first, wrong = shop.put(1, [("tea", 5)]), shop.put(2, [("tea", 0), ("milk", 2)])
    shop.load(announce(first), announce(wrong), ask(shop, wrong))
    shop.empty()
    shop.forget_uploads(first, wrong)
    for event in (wrong, first):
        shop.load(Message(LoadAgain(event, True, withdrawal=kept(shop, event).get("withdrawal")).body()))
    assert shop.counts == {"tea": 5}
    record = shop.record(wrong)
    assert (record["State"]["S"], record["Rows"]["N"]) == ("withdrawn", "2")
    shop.load(ask(shop, wrong, back=True))
    assert shop.counts == {"tea": 0, "milk": 2}


def test_the_newest_request_holds_whatever_the_order(shop: Shop) -> None:
    wrong = shop.put(2, [("tea", 0)])
    shop.load(announce(shop.put(1, [("tea", 5)])), announce(wrong))
    withdraw = ask(shop, wrong)
    shop.load(ask(shop, wrong, back=True), withdraw, withdraw)
    assert shop.counts == {"tea": 0}


def test_only_who_may_upload_there_may_withdraw(shop: Shop) -> None:
    wrong = shop.put(1, [("tea", 0)])
    shop.load(announce(wrong), ask(shop, wrong, folder="another store"))
    assert shop.record(wrong)["State"]["S"] == "loaded"
    shop.load(ask(shop, wrong, folder=""))
    assert shop.record(wrong)["State"]["S"] == "withdrawn"


def test_a_split_upload_is_withdrawn_in_parts(shop: Shop) -> None:
    items = [f"item {number}" for number in range(9)]  # part_rows is 4
    wrong = shop.put(2, [(item, 0) for item in items], mode="snapshot")
    shop.load(announce(shop.put(1, [("item 3", 5), ("nails", 1)])), announce(wrong))
    shop.load(ask(shop, wrong))
    assert shop.counts == {"item 3": 5, "nails": 1}


def test_parts_of_a_withdrawal_that_come_when_it_was_taken_back_leave_the_rows_alone(shop: Shop) -> None:
    counts = {f"item {number}": 5 for number in range(9)}
    wrong = shop.put(1, counts.items())
    shop.load(announce(wrong))
    parts = shop.deliver(ask(shop, wrong))
    shop.load(ask(shop, wrong, back=True))
    shop.load(*parts)
    assert shop.counts == counts
    assert shop.record(wrong)["State"]["S"] == "loaded"


def test_a_refused_upload_and_one_that_nobody_knows_are_not_withdrawn(shop: Shop) -> None:
    refused, unknown = shop.put_file(f"uploads/{shop.name}/x.csv", 1, b""), shop.put(2, [("tea", 1)])
    shop.load(announce(refused), ask(shop, refused), ask(shop, unknown))
    assert shop.record(refused)["State"]["S"] == "refused"
    assert not shop.record(unknown)


def test_a_request_that_dies_after_a_newer_one_was_carried_out_leaves_nothing(shop: Shop) -> None:
    wrong = shop.put(2, [("tea", 0)])
    shop.load(announce(shop.put(1, [("tea", 5)])), announce(wrong))
    request = ask(shop, wrong)
    dying = shop.stop_before(request, "put_object")
    shop.load(ask(shop, wrong, back=True))
    while shop.counts == {"tea": 0}:
        dying.step()
    dying.crash(after_call=False)
    shop.load(request)
    assert shop.counts == {"tea": 0}
    assert kept(shop, wrong)["withdrawal"]["back"]


def test_of_two_requests_at_once_the_newer_one_is_on_record_as_carried_out(shop: Shop) -> None:
    wrong = shop.put(2, [("tea", 0)])
    shop.load(announce(shop.put(1, [("tea", 5)])), announce(wrong))
    slow = shop.stop_before(ask(shop, wrong), _WRITE)
    shop.load(ask(shop, wrong))
    shop.load(*shop.run(slow))
    record = shop.record(wrong)
    assert record["CarriedOut"] == record["Withdrawal"]["M"]["AsOf"]


def test_the_log_knows_more_than_a_record_that_was_restored(shop: Shop) -> None:
    wrong = shop.put(2, [("tea", 0)])
    shop.load(announce(shop.put(1, [("tea", 5)])), announce(wrong), ask(shop, wrong))
    restored = shop.record(wrong)
    shop.load(ask(shop, wrong, back=True))
    shop.world.dynamodb.put_item(TableName=shop.clients.settings.uploads, Item=restored)
    shop.empty()
    shop.load(Message(LoadAgain(wrong, True, withdrawal=kept(shop, wrong)["withdrawal"]).body()))
    assert shop.counts == {"tea": 0}
    assert shop.record(wrong)["State"]["S"] == "loaded"


def test_what_was_loaded_may_be_taken_back_though_it_empties_the_store(shop: Shop) -> None:
    """As a file that was loaded before there was the limit."""
    wrong = shop.put(2, [("tea", 0), ("milk", 0), ("salt", 0)])
    shop.load(shop.upload(1, {"tea": 5, "milk": 3, "salt": 2}))
    settings = shop.clients.settings
    shop.clients.settings = replace(settings, zero_limit=0)
    shop.load(announce(wrong))
    shop.clients.settings = settings
    shop.load(ask(shop, wrong), ask(shop, wrong, back=True))
    assert set(shop.counts.values()) == {0}


def test_an_upload_whose_file_is_gone_is_not_withdrawn(shop: Shop) -> None:
    wrong = shop.put(2, [("tea", 0)])
    shop.load(announce(shop.put(1, [("tea", 5)])), announce(wrong))
    upload = Upload.of_event(wrong)
    shop.clients.s3.delete_object(Bucket=BUCKET, Key=upload.key, VersionId=upload.version_id)
    shop.load(*shop.run(Delivery(shop.clients, ask(shop, wrong), late=True)))  # late: as with threads
    assert (shop.counts, shop.record(wrong)["State"]["S"]) == ({"tea": 0}, "loaded")


def test_a_request_that_is_gone_asks_for_nothing(shop: Shop) -> None:
    wrong = shop.put(2, [("tea", 0)])
    request = ask(shop, wrong)
    thing = json.loads(request.body)["Records"][0]["s3"]["object"]
    key = f"withdrawals/{shop.name}/{Upload.of_event(wrong).token}"
    shop.clients.s3.delete_object(Bucket=BUCKET, Key=key, VersionId=thing["versionId"])
    shop.load(announce(wrong), request)
    assert shop.record(wrong)["State"]["S"] == "loaded"


# ---- Races: a story for each rule of docs/order.md that ends right, and wrong without the rule -----------------------


def late_one_asked_it_just_before(shop: Shop) -> None:
    first, wrong = shop.put(1, [("tea", 5)]), shop.put(4, [("tea", 5)])
    shop.load(announce(first), announce(wrong))
    late = shop.stop_before(
        shop.upload(3, {"tea": 7}), _WRITE, 2
    )  # it has asked, and will write what the wrong one says
    shop.load(ask(shop, wrong))
    sent = shop.run(late)
    shop.load(*sent)
    assert shop.counts == {"tea": 7}


def late_one_saw_what_it_said(shop: Shop) -> None:
    wrong = shop.put(4, [("tea", 0)])
    shop.load(announce(shop.put(1, [("tea", 5)])), announce(wrong))
    withdrawal = shop.stop_before(ask(shop, wrong), _WRITE, 3)  # it has asked the others, and will write
    shop.load(shop.upload(3, {"tea": 7}))  # superseded, by what is withdrawn
    shop.load(*shop.run(withdrawal))
    assert shop.counts == {"tea": 7}


def second_attempt_wrote_after_that(shop: Shop) -> None:
    wrong = shop.put(4, [("tea", 0)])
    shop.load(announce(shop.put(1, [("tea", 5)])))
    twice = shop.stop_before(announce(wrong), _WRITE, 2)
    shop.load(announce(wrong), ask(shop, wrong))
    shop.load(*shop.run(twice))
    assert shop.counts == {"tea": 5}


def dead_one_had_written_already(shop: Shop) -> None:
    wrong = shop.put(4, [("tea", 0)])
    shop.load(announce(shop.put(1, [("tea", 5)])), announce(wrong))
    request = ask(shop, wrong)
    withdrawal = shop.stop_before(request, _WRITE, 3)
    shop.load(shop.upload(3, {"tea": 7}))
    withdrawal.step()
    withdrawal.crash(after_call=False)
    shop.load(request)
    assert shop.counts == {"tea": 7}


def look_at_no_record(_clients: object, _attempt: object) -> None:
    """An attempt does not look whether its upload was withdrawn meanwhile."""


def tell_nobody(_loading: object) -> None:
    """A late upload does not have those look again that were withdrawn meanwhile."""


def look_never(_loading: object, _shares: object) -> list[object]:
    """No step 4."""
    return []


def never_in_full(loading: load_rows.Loading, shares: object, _in_full: bool, load=load_rows.Loading._load) -> None:  # type: ignore[no-untyped-def]
    """No step 5."""
    load(loading, shares, False)


RULES = [
    (late_one_asked_it_just_before, load_rows.Loading, "_have_withdrawn_ones_look_again", tell_nobody),
    (late_one_saw_what_it_said, load_rows.Loading, "_where_others_came", look_never),
    (second_attempt_wrote_after_that, upload_record, "look_again", look_at_no_record),
    (dead_one_had_written_already, load_rows.Loading, "_load", never_in_full),
]


@pytest.mark.parametrize(("story", "place", "name", "mutation"), RULES)
def test_without_one_of_the_rules_a_withdrawn_value_would_stay(shop, monkeypatch, story, place, name, mutation) -> None:  # type: ignore[no-untyped-def]
    story(shop)
    monkeypatch.setattr(place, name, mutation)
    with pytest.raises(AssertionError):
        story(Shop(shop.world))
