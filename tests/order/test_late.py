"""Late, repeated and interrupted uploads, one example each. What random schedules find is in test_order.py."""

import pytest

from load_inventory import inventory, ledger
from stock.messages import Record, Recount
from stock.reorder_points import ALL_STORES
from tests.order.deliveries import Delivery, Message, csv_text
from tests.order.shop import Shop, again, announce, query


def test_an_older_upload_that_arrives_late_changes_nothing(shop: Shop) -> None:
    morning, noon = shop.upload(9, {"tea": 5, "milk": 1}), shop.upload(12, {"tea": 7, "milk": 1})
    shop.load(noon, morning)
    assert shop.counts == {"tea": 7, "milk": 1}


def test_a_count_that_was_skipped_as_equal_stays_after_a_late_one(shop: Shop) -> None:
    shop.load(shop.upload(9, {"tea": 5}), shop.upload(11, {"tea": 5}), shop.upload(10, {"tea": 7}))
    assert shop.counts == {"tea": 5}
    assert shop.summary == {"Items": 1, "Units": 5, "Out": 0, "Low": 0}


def test_a_late_upload_that_dies_after_it_wrote_is_mended_by_its_next_attempt(shop: Shop) -> None:
    shop.load(shop.upload(9, {"tea": 5}))
    late = shop.stop_before(shop.upload(10, {"tea": 0}), "BatchExecuteStatement", 2)  # it has read, and will write
    shop.load(shop.upload(11, {"tea": 5}))  # found equal, and skipped
    late.step()
    late.crash(after_call=False)
    assert shop.counts == {"tea": 0}
    shop.load(late.message)
    assert shop.counts == {"tea": 5}
    assert shop.summary == {"Items": 1, "Units": 5, "Out": 0, "Low": 0}


def test_what_an_attempt_wrote_that_died_is_counted_also_if_another_attempt_got_through_meanwhile(shop: Shop) -> None:
    event = shop.put(10, [("tea", 4)])
    first = shop.stop_before(announce(event), "BatchExecuteStatement", 2)
    dies = shop.stop_before(announce(event), "BatchExecuteStatement", 2)  # S3 has announced it twice
    dies.crash(after_call=True)
    shop.run(first)  # finds the row equal, and the upload is loaded
    shop.load(dies.message)
    assert shop.summary == {"Items": 1, "Units": 4, "Out": 0, "Low": 0}


def test_a_late_upload_looks_again_until_nothing_new_came(shop: Shop) -> None:
    shop.load(shop.upload(9, {"tea": 5}))
    late = shop.stop_before(shop.upload(10, {"tea": 7}), "BatchExecuteStatement", 2)
    shop.load(shop.upload(11, {"tea": 5}))
    shop.run(late)
    assert shop.counts == {"tea": 5}


def test_a_snapshot_removes_what_it_does_not_mention(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "milk": 0, "salt": 3}), shop.upload(2, {"tea": 5, "milk": 1}, "snapshot"))
    assert shop.counts == {"tea": 5, "milk": 1}
    assert shop.summary == {"Items": 2, "Units": 6, "Out": 0, "Low": 0}


def test_an_older_upload_does_not_bring_back_a_delisted_item(shop: Shop) -> None:
    late = shop.upload(2, {"salt": 9, "tea": 4})
    shop.load(shop.upload(1, {"tea": 5, "salt": 3}), shop.upload(3, {"tea": 5}, "snapshot"), late)
    assert shop.counts == {"tea": 5}


def test_a_late_snapshot_leaves_what_a_newer_upload_speaks_of(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5, "salt": 3}), shop.upload(3, {"salt": 3}))
    shop.load(shop.upload(2, {"tea": 5}, "snapshot"))
    assert shop.counts == {"tea": 5, "salt": 3}


# ---- What uploads say of a row: both orders end alike ----------------------------------------------------------------


def test_a_file_without_the_column_leaves_the_reorder_point_in_either_order(shop: Shop) -> None:
    with_point = announce(shop.put(1, [("tea", 3, 5)], "item,count,reorder_point"))
    without = shop.upload(2, {"tea": 3})
    shop.load(without, with_point)
    assert (shop.points, shop.short) == ({"tea": 5}, {"tea": "low"})
    assert shop.summary["Low"] == 1


def test_a_late_snapshot_erases_the_reorder_point_of_what_it_delisted_for_a_while(shop: Shop) -> None:
    first = announce(shop.put(1, [("tea", 3, 5), ("milk", 1, 1)], "item,count,reorder_point"))
    delisted, back = shop.upload(2, {"milk": 1}, "snapshot"), shop.upload(3, {"tea": 3})
    shop.load(first, back, delisted)
    assert (shop.counts, shop.points) == ({"tea": 3, "milk": 1}, {"milk": 1})


def test_a_snapshot_keeps_an_item_of_a_rejected_row_in_either_order(shop: Shop) -> None:
    first, snapshot = shop.upload(1, {"milk": 4, "tea": 1}), shop.upload(2, {"milk": "4 pcs", "tea": 1}, "snapshot")
    shop.load(snapshot, first)
    assert shop.counts == {"milk": 4, "tea": 1}


def test_a_snapshot_behind_a_newer_upload_of_the_same_items_is_asked_all_the_same(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 1, "milk": 2}))
    late = shop.upload(2, {"tea": 1, "milk": 2, "salt": 3})
    shop.load(shop.upload(3, {"tea": 1, "milk": 2}, "snapshot"), shop.upload(4, {"tea": 1, "milk": 2}), late)
    assert shop.counts == {"tea": 1, "milk": 2}


# ---- Quiet --------------------------------------------------------------------------------------------------------


def test_a_replay_does_not_make_a_live_upload_quiet_that_is_registered_and_has_not_written(shop: Shop) -> None:
    first = shop.put(1, [("tea", 5)])
    shop.load(announce(first))
    old = shop.put(2, [("tea", 7)])
    live = shop.stop_before(shop.upload(3, {"tea": 0}), "BatchExecuteStatement", 2)
    shop.load(again(old))
    shop.run(live)
    assert shop.counts == {"tea": 0}
    assert shop.loud == {"tea"}


def test_a_replay_of_an_upload_that_is_at_work_is_not_quiet(shop: Shop) -> None:
    event = shop.put(1, [("tea", 0)])
    live = shop.stop_before(announce(event), "BatchExecuteStatement")
    shop.load(again(event))
    shop.run(live)
    assert shop.loud == {"tea"}


def test_what_a_replay_writes_itself_is_quiet(shop: Shop) -> None:
    event = shop.put(1, [("tea", 0)])
    shop.load(announce(event))
    shop.empty()
    shop.load(again(event))
    assert shop.counts == {"tea": 0}
    assert shop.loud == set()


def test_a_replay_that_changes_only_a_reorder_point_is_quiet(shop: Shop) -> None:
    with_point = shop.put(1, [("tea", 3, 5)], "item,count,reorder_point")
    without = shop.put(2, [("tea", 3)])
    shop.load(announce(with_point), announce(without))
    shop.world.check_stock()
    shop.empty()
    shop.load(again(without), again(with_point))
    shop.world.check_stock()
    assert [alert["State"]["S"] for alert in shop.world.alerts_of(shop.name)] == ["claimed", "quiet"]


def test_the_log_has_an_upload_that_is_refused_because_its_file_is_gone(shop: Shop) -> None:
    event = shop.put(1, [("tea", 5)])
    event["s3"]["object"]["versionId"] = "gone"
    delivery = Delivery(shop.clients, announce(event), late=True)
    shop.run(delivery)
    assert shop.record(event)["State"]["S"] == "refused"
    assert len(delivery.logged) == 1


def test_a_record_that_expires_while_its_upload_is_replayed_does_not_come_back_in_part(shop: Shop) -> None:
    event = shop.put(1, [("tea", 5)])
    shop.load(announce(event))
    replay = shop.stop_before(again(event), "BatchExecuteStatement")
    key = {name: shop.record(event)[name] for name in ("Scope", "Token")}
    shop.world.dynamodb.delete_item(TableName=shop.clients.settings.uploads, Key=key)
    shop.run(replay)
    assert shop.record(event) == {}


# ---- A late upload puts right what four newer ones say of other items ------------------------------------------------


def stop_before_it_mends_milk(shop: Shop, milk_is_there: bool) -> tuple[list[Record], Delivery]:
    """The rows were lost, and some uploads are replayed. That of 1 stands before it writes what that of 5 says.

    Returns the events of all uploads, and the delivery.
    """
    rows = [("tea", 1), ("salt", 1)], [("tea", 7)], [("milk", 5)], [("milk", 4)], [("milk", 3)], [("milk", 6)]
    events = [shop.put(time, some) for time, some in enumerate(rows)]
    shop.load(*map(announce, events))
    shop.empty()
    shop.recount()
    shop.load(again(events[0]), *([again(events[2])] if milk_is_there else []))
    late = shop.stop_before(again(events[1]), "BatchExecuteStatement", 2)
    assert late.writes_rows
    return events, late


def test_a_row_of_another_item_is_looked_after_when_it_was_put_right(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    events, late = stop_before_it_mends_milk(shop, milk_is_there=True)
    monkeypatch.setattr(inventory, "_ITEMS_A_READ_UNIT", 1)  # so that it would read tea alone
    shop.load(shop.upload(6, {"milk": 5}))  # found equal, and skipped
    shop.run(late)
    shop.load(*map(again, events))
    assert shop.counts == {"tea": 7, "salt": 1, "milk": 5}


def test_a_row_of_another_item_is_looked_after_when_its_attempt_died(shop: Shop) -> None:
    events, late = stop_before_it_mends_milk(shop, milk_is_there=True)
    shop.load(shop.upload(6, {"milk": 5}))
    late.crash(after_call=True)
    shop.load(announce(shop.put(7, [("tea", 9, 2)], "item,count,reorder_point")))  # it answers all about tea
    shop.load(late.message, *map(again, events))
    assert shop.counts == {"tea": 9, "salt": 1, "milk": 5}


@pytest.mark.parametrize("milk_is_there", [True, False])
@pytest.mark.parametrize("dies", [True, False])
def test_a_row_of_another_item_that_is_delisted_meanwhile_does_not_come_back(
    shop: Shop, milk_is_there: bool, dies: bool
) -> None:
    events, late = stop_before_it_mends_milk(shop, milk_is_there)
    shop.load(shop.upload(6, {"tea": 1, "salt": 1}, "snapshot"))
    if dies:
        late.crash(after_call=True)
        shop.load(late.message)
    else:
        shop.run(late)
    shop.load(*map(again, events))
    assert shop.counts == {"tea": 1, "salt": 1}
    assert shop.summary["Items"] == 2


# ---- Work ---------------------------------------------------------------------------------------------------------


def test_the_same_upload_again_writes_nothing_and_sends_nothing(shop: Shop) -> None:
    events = [shop.put(day, [("tea", day % 3), ("milk", 2)]) for day in range(5)]
    shop.load(*map(announce, events))
    before = shop.rows
    for event in events:
        assert shop.deliver(announce(event)) == []
        assert shop.deliver(again(event)) == []
    assert shop.rows == before


def test_loading_uploads_again_takes_linear_work_in_any_order(shop: Shop) -> None:
    """A list that drifts by an item a day; the rows are lost, the ledger is not."""
    events = [shop.put(day, [(f"item {n:03}", day * n % 7) for n in range(day, day + 4)]) for day in range(40)]
    shop.load(*map(announce, events))
    right = shop.counts
    shuffled = events[::3] + events[1::3] + events[2::3]
    for order, most in ((events, 80), (events[::-1], 80), (shuffled, 160)):
        shop.empty()
        shop.files.clear()
        shop.load(*map(again, order))
        assert shop.counts == right
        assert len(shop.files) <= most


def test_a_late_upload_behind_many_others_sends_no_message(shop: Shop) -> None:
    shop.load(shop.upload(0, {"tea": 1, "milk": 1}))
    late = shop.upload(1, {"tea": 5, "milk": 5})
    shop.load(*(shop.upload(hour, {f"item {hour}": 1, "milk": 1}) for hour in range(2, 62)))
    assert shop.deliver(late) == []
    assert (shop.counts["tea"], shop.counts["milk"]) == (5, 1)


def test_chain_wide_files_are_read_once_for_all_stores(shop: Shop) -> None:
    stores = [f"{shop.name} in town {n}" for n in range(40)]
    events = []
    for day in range(4):
        lines = [f"{store},item {n},{day * n % 5}" for n, store in enumerate(stores)]
        content = "\n".join(["store,item,count", *lines]).encode()
        events.append(shop.put_file(f"uploads/{shop.name} chain {day}.csv", day, content))
    shop.load(*map(announce, events))
    for order in (events, events[::-1]):
        shop.files.clear()
        shop.load(*map(again, order))
        assert len(shop.files) <= 40


# ---- Rows by hand, reorder points, snapshots that remove too much ----------------------------------------------------


def test_rows_that_people_wrote_by_hand_stop_no_upload(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5}))
    shop.put_by_hand("milk", Count={"N": "2.5"})
    shop.put_by_hand("salt")
    shop.put_by_hand("rice", Count={"S": "many"})
    shop.put_by_hand("corn", Count={"N": "1"}, PointAsOf={"S": "2026"})  # its reorder point was removed
    shop.put_by_hand("oats", Count={"N": "1"}, AsOf={"S": ""}, PointAsOf={"N": "7"})
    shop.put_by_hand("peas", Count={"N": "1"}, PointAsOf={"S": ""})
    shop.load(shop.upload(2, {"tea": 6, "milk": 1, "corn": 2}), shop.upload(2, {"oats": 4, "peas": 4}))
    assert [row["Count"]["N"] for row in shop.rows if row["Item"]["S"] in ("oats", "peas")] == ["4", "4"]
    shop.load(shop.upload(3, {"tea": 0, "salt": 1, "milk": 1}, "snapshot"))
    assert shop.counts == {"tea": 0, "salt": 1, "milk": 1}
    assert shop.summary == {"Items": 3, "Units": 2, "Out": 1, "Low": 0}


def test_an_upload_looks_again_also_if_the_answer_to_its_write_was_lost(shop: Shop) -> None:
    late = shop.stop_before(shop.upload(7, {"milk": 5}), "BatchExecuteStatement", 2)
    shop.load(shop.upload(8, {"tea": 5}, "snapshot"))
    late.step_without_answer()
    shop.run(late)
    assert shop.counts == {"tea": 5}
    assert shop.summary["Items"] == 1


@pytest.mark.parametrize("newer", [({"tea": 1}, "snapshot"), ({"milk": 3}, "rows")])
def test_a_row_is_counted_also_if_the_answer_to_its_write_was_lost_and_another_upload_had_it_before_it_was_read_again(
    shop: Shop, newer: tuple[dict[str, int], str]
) -> None:
    shop.load(shop.upload(6, {"tea": 1}))
    late = shop.stop_before(shop.upload(7, {"milk": 5}), "BatchExecuteStatement", 2)
    assert late.writes_rows
    late.step_without_answer()
    shop.load(shop.upload(8, *newer))
    shop.run(late)
    units = sum(shop.counts.values())
    assert shop.summary == {"Items": len(shop.counts), "Units": units, "Out": 0, "Low": 0}


def test_a_reorder_point_is_gone_with_its_item_also_if_a_newer_list_has_the_item_again(shop: Shop) -> None:
    points = "item,count,reorder_point"
    oldest = announce(shop.put(6, [("tea", 1, 1), ("milk", 5, 6)], points, "snapshot"))
    shop.load_but_die_after(oldest, "UpdateItem")
    shop.load(announce(shop.put(8, [("tea", 1, 1)], points, "snapshot")))
    shop.load(shop.upload(10, {"tea": 1, "milk": 7}, "snapshot"))
    shop.load(oldest)
    assert shop.counts == {"tea": 1, "milk": 7}
    assert shop.points == {"tea": 1}


def test_a_reorder_point_that_is_set_while_an_upload_is_loaded_is_not_lost(shop: Shop) -> None:
    shop.load(shop.upload(1, {"tea": 5}))
    for number in range(1, 6):
        loading = shop.stop_before(shop.upload(1 + number, {"tea": 5 + number}), "BatchGetItem", min(number, 3))
        shop.set_point("tea", 10 + number)
        shop.recount()
        shop.run(loading)
        assert shop.short == {"tea": "low"}
        assert shop.summary["Low"] == 1
        shop.set_point("tea", 0)
        shop.recount()
        assert shop.short == {}


def test_a_reorder_point_of_all_stores_reaches_those_whose_first_upload_is_being_loaded(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "MOST_STORES", 1)
    stores, table = [f"{shop.name} in town {n}" for n in range(2)], shop.clients.settings.stores
    content = csv_text((store, "tea", 3) for store in stores)
    loading = Delivery(shop.clients, announce(shop.put_file(f"uploads/{shop.name} chain.csv", 0, content)))
    while not loading.writes_rows:
        loading.step()  # it has read the reorder points
    everywhere = {"TableName": table, "Key": {"Store": {"S": ALL_STORES}}}
    point = {":point": {"N": "5"}}
    shop.world.dynamodb.update_item(
        **everywhere, UpdateExpression="SET ReorderPoint=:point", ExpressionAttributeValues=point
    )
    try:
        known = [store for store in stores if query(shop.world, table, store)]
        shop.load(*(Message(Recount(store).body()) for store in known))
        shop.run(loading)
    finally:
        shop.world.dynamodb.update_item(**everywhere, UpdateExpression="REMOVE ReorderPoint")
    for store in stores:
        (row,) = query(shop.world, shop.clients.settings.inventory, store)
        assert row["Short"]["S"] == "low"


def test_rows_are_counted_once_also_where_all_newer_uploads_had_to_be_asked(shop: Shop) -> None:
    shop.load(shop.upload(0, {"tea": 1, "milk": 2, "salt": 3}))
    late = shop.put(1, [("tea", 5), ("milk", 2), ("salt", 4)])
    shop.load(*(shop.upload(hour, {"milk": hour, "salt": 3}) for hour in range(2, 8)), announce(late))
    assert shop.counts == {"tea": 5, "milk": 7, "salt": 3}
    record = shop.record(late)
    counted = {name: int(record[name]["N"]) for name in ("Changed", "Unchanged", "Superseded", "Repeated", "Rejected")}
    assert counted == {"Changed": 1, "Unchanged": 0, "Superseded": 2, "Repeated": 0, "Rejected": 0}


def test_the_first_two_uploads_of_a_store_leave_the_hint_of_the_newer_one(shop: Shop) -> None:
    newer = shop.stop_before(shop.upload(11, {"tea": 5}), "UpdateItem", 2)  # it found no hint, and will write one
    shop.load(shop.upload(9, {"tea": 5}))
    newer.step()
    while newer.next not in ("BatchExecuteStatement", "UpdateItem"):
        newer.step()  # it has read the row, found it equal, and will sum up or finish
    shop.load(shop.upload(10, {"tea": 7}))
    shop.run(newer)
    assert shop.counts == {"tea": 5}
