"""Single rules of alerts, each with a story that once went wrong."""

import json
from collections import Counter
from contextlib import suppress

import pytest

from check_stock.services import Services
from stock import attributes
from stock.levels import Event
from stock.messages import Recheck
from tests.alerts.conftest import NewWorld
from tests.alerts.world import Crash, Records, World
from tests.meter import Meter

WINDOW = 600
OUT, LOW, BACK = "OUT_OF_STOCK", "LOW_STOCK", "BACK_IN_STOCK"


def publish_all(world: World) -> None:
    """Deliver what is in the queue, at once and after every pause."""
    world.drain()


def open_alerts(world: World) -> list[tuple[str, str]]:
    """The items with open alerts, and their levels."""
    return sorted((alert["Item"], alert["Open"]) for alert in world.alerts() if "Open" in alert)


# ---- A rebuild leaves alerts open ------------------------------------------------------------------------------------


@pytest.mark.parametrize("quiet", [True, False])
@pytest.mark.parametrize("recorded", [True, False])
def test_a_rebuild_leaves_an_open_alert_for_what_is_out_or_low(
    new_world: NewWorld, recorded: bool, quiet: bool
) -> None:
    world = new_world()
    token = world.token()
    world.deliver([world.change("Dot", 0, token, "out"), world.change("Plus", 2, token, "low")])
    publish_all(world)
    assert world.told() == Counter({(OUT, "Dot"): 1, (LOW, "Plus"): 1})
    for item, count, short in (("Dot", 0, "out"), ("Plus", 2, "low")):
        if recorded:
            world.deliver([world.delist(item)])
        else:
            world.forget(item)
        world.deliver([world.change(item, count, token, short, quiet)])
    world.pass_time(3600)
    assert open_alerts(world) == [("Dot", "out"), ("Plus", "low")]
    assert not [alert for alert in world.alerts() if "ClosedAt" in alert or "Expires" in alert]
    assert world.told()[OUT, "Dot"] == 0, "people were told this very alert last"
    world.deliver([world.change("Dot", 5), world.change("Plus", 9)])
    publish_all(world)
    assert world.told() == Counter({(BACK, "Dot"): 1})
    assert open_alerts(world) == []


def test_a_rebuild_in_one_batch_leaves_the_alert_open(new_world: NewWorld) -> None:
    world = new_world()
    token = world.token()
    world.deliver([world.change("Dot", 0, token, "out")])
    again = [world.delist("Dot"), world.change("Dot", 0, token, "out", quiet=True)]
    world.deliver(again)
    world.deliver(again)
    assert open_alerts(world) == [("Dot", "out")]


def test_the_same_alert_is_published_again_if_people_were_told_something_else_since(new_world: NewWorld) -> None:
    world = new_world()
    token = world.token()
    world.deliver([world.change("Dot", 0, token, "out")])
    publish_all(world)
    world.deliver([world.change("Dot", 4)])
    publish_all(world)
    assert world.told() == Counter({(OUT, "Dot"): 1, (BACK, "Dot"): 1})
    world.deliver([world.delist("Dot"), world.change("Dot", 0, token, "out")])  # the newer upload was withdrawn
    publish_all(world)
    assert world.told() == Counter({(OUT, "Dot"): 1})
    assert open_alerts(world) == [("Dot", "out")]


def test_an_alert_that_waits_is_not_held_back_because_a_rebuild_says_the_same_quietly(new_world: NewWorld) -> None:
    world = new_world()
    older, token = world.token(), world.token()
    world.deliver([world.change("Dot", 9), world.change("Dot", 0, token, "out")])
    world.deliver([world.delist("Dot"), world.change("Dot", 0, older, "out", quiet=True)])
    publish_all(world)
    assert world.told() == Counter({(OUT, "Dot"): 1})
    assert open_alerts(world) == [("Dot", "out")]


# ---- Order is the stream's -------------------------------------------------------------------------------------------


def test_what_changes_in_the_second_of_a_recheck_is_no_old_news(new_world: NewWorld) -> None:
    world = new_world()
    world.deliver([world.change("Dot", 0, short="out")])
    publish_all(world)
    lost = world.change("Dot", 7)
    later = world.change("Dot", 0, short="out")  # the stream says the same second of both
    world.put("Dot", lost["dynamodb"]["NewImage"])
    world.ask(Recheck(world.store, ["Dot"]).body())
    world.invoke(world.messages())
    world.put("Dot", later["dynamodb"]["NewImage"])
    world.deliver([later])
    publish_all(world)
    told = world.told()
    assert told[OUT, "Dot"] == 2
    assert open_alerts(world) == [("Dot", "out")]
    assert {alert["State"] for alert in world.alerts()} <= {"sent", "held"}


def test_a_new_stream_is_newer_whatever_its_sequence_numbers(new_world: NewWorld) -> None:
    world = new_world()
    world.deliver([world.change("Dot", 0, short="out")])
    back = world.change("Dot", 5)
    back["eventSourceARN"] = back["eventSourceARN"].replace("2026-11-01T", "2026-12-01T")
    back["dynamodb"]["SequenceNumber"] = "7"
    world.deliver([back])
    publish_all(world)
    assert open_alerts(world) == []


def test_changes_of_one_second_are_told_apart_by_their_place_in_the_stream(new_world: NewWorld) -> None:
    world = new_world()
    batch = [world.by_hand("Dot", count) for count in (0, 3, 0, 5, 0)]
    for record in batch:
        record["dynamodb"]["ApproximateCreationDateTime"] = batch[0]["dynamodb"]["ApproximateCreationDateTime"]
    world.deliver(batch)
    publish_all(world)
    assert world.told() == Counter({(OUT, "Dot"): 1})
    assert open_alerts(world) == [("Dot", "out")]
    assert len(world.alerts()) == 5


def test_a_quiet_recheck_opens_and_closes_and_tells_nobody(new_world: NewWorld) -> None:
    """The table Alerts lost what people were told: that Dot is out, and that Plus was out and is back."""
    world = new_world()
    first = [world.change("Dot", 0, short="out"), world.change("Plus", 0, short="out")]
    world.deliver(first)  # claimed, and it never comes to be published: the message is a lost one, too
    world.messages()
    world.queued.clear()
    world.change("Plus", 4)
    lost = {"Store": {"S": world.store}, "Alert": {"S": world.alerts()[0]["Alert"]}}
    assert "Dot" in lost["Alert"]["S"]
    world.dynamodb.delete_item(TableName=world.settings.alerts, Key=lost)
    world.dynamodb.delete_item(
        TableName=world.settings.alerts, Key={"Store": {"S": f"\n{world.store}"}, "Alert": {"S": "Dot"}}
    )
    world.ask(Recheck(world.store, ["Dot", "Plus"], quiet=True).body())
    world.pass_time(3600)
    assert world.told() == Counter()
    assert open_alerts(world) == [("Dot", "out")]
    world.deliver([world.change("Dot", 5), world.change("Plus", 0, short="out")])
    publish_all(world)
    assert world.told() == Counter({(BACK, "Dot"): 1, (OUT, "Plus"): 1})


def test_a_recheck_that_the_stream_overtakes_leaves_nothing_behind(new_world: NewWorld) -> None:
    """Before any call of a recheck, the stream delivers the lost record after all, and one more."""
    number = 1
    while True:
        world = new_world()
        world.deliver([world.change("Dot", 5), world.change("Plus", 0, short="out")])
        world.drain()
        lost = [world.change("Dot", 0, short="out"), world.change("Plus", 5)]
        world.ask(Recheck(world.store, ["Dot", "Plus"]).body())
        messages = world.messages()

        def overtake(world: World = world, lost: Records = lost) -> None:
            world.deliver([*lost, world.change("Dot", 7), world.change("Plus", 0, short="out")])

        world.crasher.meanwhile = (len(world.crasher.calls) + number, overtake)
        world.invoke(messages)
        if world.crasher.meanwhile:
            assert number > 5, "it must have been tried at several calls"
            return
        world.drain()
        assert open_alerts(world) == [("Plus", "out")], f"overtaken before call {number}"
        assert {alert["State"] for alert in world.alerts()} <= {"sent", "held"}
        last = {
            item["item"]: (message["event"], item["level"]) for message in world.received() for item in message["items"]
        }
        assert last["Plus"] == (OUT, "out")
        assert last.get("Dot", (BACK, "ok"))[1] == "ok"
        number += 1


def test_what_will_be_out_is_left_to_look_ahead(new_world: NewWorld) -> None:
    world = new_world()
    world.deliver([world.change("Dot", 2, short="low")])
    publish_all(world)
    alert = {
        "Store": world.store, "Alert": "20261128T060000.000Z-morning#RUNS_OUT_SOON#Dot", "Item": "Dot",
        "Event": Event.RUNS_OUT_SOON, "At": "2026-11-28T06:00:00.000Z", "State": "claimed", "Log": "all",
    }  # fmt: skip
    world.dynamodb.put_item(TableName=world.settings.alerts, Item=attributes.item(alert))
    world.ask(Recheck(world.store, ["Dot"]).body())
    world.drain()
    assert not world.queued, "Check-Stock knows no upload that it waits for"
    assert world.told() == Counter({(LOW, "Dot"): 1})
    assert {(alert["Event"], alert["State"]) for alert in world.alerts()} == {
        (LOW, "sent"),
        (Event.RUNS_OUT_SOON, "claimed"),
    }


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_recheck_that_crashes_is_done_by_the_next(new_world: NewWorld, moment: str) -> None:
    number = 1
    while True:
        world = new_world()
        world.deliver([world.change("Dot", 0, short="out")])
        world.drain()
        world.told()
        world.by_hand("Plus", 0)  # its alert has the second of the recheck in its key
        world.by_hand("Dot", 8)
        world.ask(Recheck(world.store, ["Dot", "Plus"]).body())
        messages = world.messages()
        world.crasher.at = (len(world.crasher.calls) + number, moment)
        with suppress(Crash):
            world.invoke(messages)
        if world.crasher.at:
            assert number > 5, "it must have been tried at several calls"
            return
        world.late += 120
        world.drain()
        assert open_alerts(world) == [("Plus", "out")], f"crash {moment} call {number}"
        assert {alert["State"] for alert in world.alerts()} <= {"sent", "held"}, f"crash {moment} call {number}"
        assert world.told() == Counter({(OUT, "Plus"): 1, (BACK, "Dot"): 1})
        number += 1


# ---- What is published is how it is ----------------------------------------------------------------------------------


def test_a_message_has_the_counts_of_now_and_no_delisted_items(new_world: NewWorld) -> None:
    world = new_world(WINDOW)
    out, back, snapshot = world.token(), world.token(), world.token()
    world.deliver([world.change("Dot", 0, out, "out"), world.change("Plus", 0, out, "out")])
    world.drain()
    assert world.told() == Counter({(OUT, "Dot"): 1, (OUT, "Plus"): 1})
    world.deliver([world.change("Dot", 40, back), world.change("Plus", 40, back)])
    world.drain()
    world.deliver([world.delist("Dot"), world.change("Plus", 2, snapshot)])
    world.pass_time(WINDOW + 60)
    (message,) = world.received()
    assert message["event"] == BACK
    assert [(item["item"], item["count"], item["level"]) for item in message["items"]] == [("Plus", 2, "ok")]


@pytest.mark.parametrize("flap_seconds", [0, WINDOW])
def test_what_was_out_and_delisted_is_back_when_it_is_listed_again(new_world: NewWorld, flap_seconds: float) -> None:
    world = new_world(flap_seconds)
    world.deliver([world.change("Dot", 0, short="out")])
    publish_all(world)
    assert world.told() == Counter({(OUT, "Dot"): 1})
    world.deliver([world.delist("Dot")])
    world.pass_time(2 * WINDOW)
    assert world.told() == Counter()
    assert open_alerts(world) == []
    world.deliver([world.change("Dot", 9)])
    world.pass_time(2 * WINDOW)
    assert world.told() == Counter({(BACK, "Dot"): 1})


def test_what_is_listed_for_the_first_time_is_not_back(new_world: NewWorld) -> None:
    world = new_world()
    world.deliver([world.change("Plus", 0, short="out")])
    world.deliver([world.change("Dot", 9)])
    world.deliver([world.delist("Dot")])
    world.deliver([world.change("Dot", 3)])
    publish_all(world)
    assert world.told() == Counter({(OUT, "Plus"): 1})
    assert len(world.alerts()) == 1


# ---- Nothing is a chain ----------------------------------------------------------------------------------------------


def sent_and_delivered(world: World, most: int) -> int:
    """Invoke Check-Stock until its queue is empty; return how many deliveries it took of its only message."""
    world.messages()
    (only,) = world.queued
    deliveries = 0
    while world.queued:
        assert set(world.queued) == {only}, "no message but the first one"
        deliveries = world.queued[only].count
        assert deliveries < most
        world.late += max(0, world.queued[only].visible_at - world.now())
        world.invoke(world.messages())
    return deliveries + 1


def test_an_alert_that_is_held_back_for_ten_hours_is_one_message(new_world: NewWorld) -> None:
    world = new_world(600 * 60)
    world.deliver([world.change("Dot", 0, short="out")])
    publish_all(world)
    world.late += 60
    world.deliver([world.change("Dot", 5)])
    assert sent_and_delivered(world, most=4) == 2
    assert world.told() == Counter({(OUT, "Dot"): 1, (BACK, "Dot"): 1})


def test_a_large_group_is_worked_off_by_its_one_message(
    new_ministack_world: NewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("publish", "gather"):
        monkeypatch.setattr(f"check_stock.{module}.ALERTS_AT_A_TIME", 100)
    world = new_ministack_world()
    token = world.token()
    items = [f"Item {n:03}" for n in range(350)]
    world.deliver([world.change(item, 0, token, "out") for item in items])
    hurried = world.new_instance()
    publish = hurried.publish
    hurried.publish = lambda *message: (world.sleep(50), publish(*message))[1]  # type: ignore[method-assign, func-returns-value]
    world.invoke(world.messages(), hurried)
    found = world.received()
    assert 0 < sum(len(message["items"]) for message in found) < len(items), "it has no time left for the rest"
    assert sent_and_delivered(world, most=4) == 2
    found += world.received()
    assert sorted(item["item"] for message in found for item in message["items"]) == items


def test_a_failure_is_tried_again_for_hours_with_growing_pauses(new_ministack_world: NewWorld) -> None:
    world = new_ministack_world()
    world.deliver([world.change("Dot", 0, short="out")])
    broken = world.new_instance(topic=world.topic + "-gone")
    (message,) = world.messages()
    pauses = []
    for _ in range(20):
        assert world.invoke([message], broken).counts["failed"] == 1
        pauses.append(round(world.queued[message["MessageId"]].visible_at - world.now()))
        world.late += pauses[-1]
    assert pauses == sorted(pauses)
    assert pauses[0] < 10
    assert sum(pauses) > 2 * 3600
    publish_all(world)
    assert world.told() == Counter({(OUT, "Dot"): 1})


# ---- A group is complete when the numbers agree ----------------------------------------------------------------------


def metered(world: World) -> tuple[Services, Meter]:
    """An instance of the function, and what its calls of DynamoDB cost."""
    instance = world.new_instance()
    meter = Meter(local=world.engine.dynamodb_endpoint != world.engine.endpoint)
    instance.dynamodb.call = meter.around(instance.dynamodb.call)  # type: ignore[method-assign, assignment]
    return instance, meter


def test_a_group_waits_until_its_upload_is_loaded_and_all_of_it_is_recorded(new_world: NewWorld) -> None:
    world = new_world()
    token = world.token()
    world.ledger(token, "loading")
    world.deliver([world.change("Dot", 0, token, "out")])
    world.invoke(world.messages())
    assert world.told() == Counter()
    world.ledger(token, "loaded", OUT_OF_STOCK=2)
    world.late += 15
    world.invoke(world.messages())
    assert world.told() == Counter()
    world.deliver([world.change("Plus", 0, token, "out")])
    publish_all(world)
    (message,) = world.received()
    assert {item["item"] for item in message["items"]} == {"Dot", "Plus"}


@pytest.mark.parametrize("state", ["loading", "loaded"])
def test_after_a_minute_a_group_is_published_as_it_is(new_world: NewWorld, state: str) -> None:
    world = new_world()
    token = world.token()
    world.ledger(token, state, OUT_OF_STOCK=2)
    world.deliver([world.change("Dot", 0, token, "out")])
    (message,) = world.messages()
    began = world.now()
    while world.queued:
        world.late += max(0, world.queued[message["MessageId"]].visible_at - world.now())
        world.invoke(world.messages())
    assert world.told() == Counter({(OUT, "Dot"): 1})
    assert 58 < world.now() - began < 90


def test_looking_whether_a_group_is_complete_costs_little(new_world: NewWorld) -> None:
    world = new_world()
    token = world.token()
    world.ledger(token, "loading")
    world.deliver([world.change("Dot", 0, token, "out")])
    instance, meter = metered(world)
    world.invoke(world.messages(), instance)  # it waits for a second and a half
    assert set(meter.requests) == {"BatchGetItem"}, "while the upload is loaded, its alerts are not counted"
    assert meter.requests["BatchGetItem"] <= 11
    world.ledger(token, "loaded", OUT_OF_STOCK=1)
    world.late += 15
    meter.clear()
    world.invoke(world.messages(), instance)
    assert world.told() == Counter({(OUT, "Dot"): 1})
    # The upload and its counts; the alerts; claim; states, rows and time zone; then both notes.
    assert meter.requests == Counter({"BatchGetItem": 2, "Query": 1, "BatchExecuteStatement": 3})


def test_recording_costs_four_calls(new_world: NewWorld) -> None:
    world = new_world()
    token = world.token()
    batch = [world.change(f"Item {n}", 0, token, "out") for n in range(20)]
    instance, meter = metered(world)
    calls = len(world.crasher.calls)
    world.deliver(batch, instance)
    # States and upload; alerts; states; and the message, which is no call of DynamoDB.
    assert meter.requests == Counter({"BatchGetItem": 1, "BatchExecuteStatement": 2})
    assert len(world.crasher.calls) - calls == 4


def test_the_first_rows_of_a_store_cost_one_read(new_world: NewWorld) -> None:
    world = new_world()
    token = world.token()
    instance, meter = metered(world)
    world.deliver([world.change(f"Item {n}", 9, token) for n in range(300)], instance)
    assert meter.requests == Counter({"BatchGetItem": 1})
    assert sum(meter.read.values()) <= 2
    assert not world.messages()


# ---- Names, and rows by hand -----------------------------------------------------------------------------------------


def test_a_filter_matches_the_name_of_a_store_with_two_blanks_in_it(new_ministack_world: NewWorld) -> None:
    world = new_ministack_world()
    world.store = f"Bad  Homburg {world.store}"
    subscriptions = world.engine.sns.list_subscriptions_by_topic(TopicArn=world.topic)["Subscriptions"]
    for subscription in subscriptions:
        world.engine.sns.set_subscription_attributes(
            SubscriptionArn=subscription["SubscriptionArn"],
            AttributeName="FilterPolicy",
            AttributeValue=json.dumps({"store": [world.store]}),
        )
    world.deliver([world.change("Dot", 0, short="out")])
    publish_all(world)
    (message,) = world.received()
    assert message["store"] == world.store
    assert world.store.replace("  ", " ") in message["texts"]["email"]


@pytest.mark.parametrize("count", ["2.5", "abc", "0.5", None])
def test_a_count_that_is_no_whole_number_breaks_nothing(new_world: NewWorld, count: str | None) -> None:
    world = new_world()
    world.deliver([world.by_hand("Plus", count), world.change("Dot", 0, short="out")])
    publish_all(world)
    assert world.told() == Counter({(OUT, "Dot"): 1})
    world.deliver([world.by_hand("Dot", count)])
    publish_all(world)
    (message,) = world.received()
    assert message["event"] == BACK
    assert [(item["count"], item["level"]) for item in message["items"]] == [(None, "ok")]
    assert "Dot: ?" in message["texts"]["email"]
    assert open_alerts(world) == []
    world.ask(Recheck(world.store, ["Dot", "Plus"]).body())
    publish_all(world)
    assert world.told() == Counter()
