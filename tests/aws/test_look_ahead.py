"""The morning of a store on the deployed stack: from what it uploaded for weeks to the message that people get."""

import io
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from onhand.items import of_store
from onhand.samples_past import unannounced
from onhand.stack import Stack
from stock.history import Change, by_hand, pack, unpack
from stock.messages import Gather
from stock.times import compact, iso
from tests.aws.conftest import Cli, Upload, rows, wait_for
from tests.aws.test_alerts import Inbox, log

NewStore = Callable[[], str]
DAYS = 24


def put(stack: Stack, store: str, days_ago: int, counts: dict[str, int]) -> str:
    """Put a file into the bucket; return the notification that S3 would have sent some days ago."""
    bucket, key = stack.outputs.UploadsBucket, f"uploads/{store}/{days_ago}.csv"
    body = "store,item,count\n" + "".join(f"{store},{item},{count}\n" for item, count in counts.items())
    version = stack.s3.put_object(Bucket=bucket, Key=key, Body=body.encode())["VersionId"]
    event = {
        "eventName": "ObjectCreated:Put",
        "eventTime": iso(time.time() - days_ago * 86_400),
        "s3": {
            "bucket": {"name": bucket},
            "object": {"key": quote_plus(key), "versionId": version, "size": len(body), "sequencer": "01"},
        },
    }
    return json.dumps({"Records": [event]})


def days_kept(stack: Stack, store: str) -> int:
    """Of how many uploads the history of a store knows a change."""
    packs = stack.dynamodb.query(
        TableName=stack.outputs.HistoryTable,
        KeyConditionExpression="#s = :s",
        ExpressionAttributeNames={"#s": "Store"},
        ExpressionAttributeValues={":s": {"S": store}},
    )["Items"]
    return len({change.token for pack in packs for change in unpack(pack["Changes"]["B"])})


@pytest.fixture
def soon(stack: Stack, cli: Cli) -> Inbox:
    """A queue that hears of what will run out only."""
    it = Inbox(stack, "what-runs-out-soon")
    cli("subscribe", "sqs", it.name, "--event", "soon")
    return it


def know_since(stack: Stack, store: str, days_ago: int) -> None:
    """Have the history of a store begin some days ago. What came today of an earlier time tells nothing about gaps."""
    began = compact(time.time() - days_ago * 86_400)
    (packed,) = pack([Change("pen", by_hand(began[:15], "1"), None, None)])
    row: dict[str, Any] = {"Store": {"S": store}, "Pack": {"S": began}, "Changes": {"B": packed}}
    stack.dynamodb.put_item(TableName=stack.outputs.HistoryTable, Item=row)


def has(stack: Stack, store: str, tea: int) -> bool:
    """Whether the store has so much tea."""
    return rows(stack, store).get("tea") == tea


@pytest.mark.only_emulator("AWS takes a while until it does not announce any more what is put into a bucket")
def test_what_will_run_out_is_told_in_the_morning(
    stack: Stack, cli: Cli, soon: Inbox, new_store: NewStore, tmp_path: Path
) -> None:
    store = new_store()
    with unannounced(stack, tmp_path / "announced.json"):
        days = {
            ago: put(stack, store, ago, {"tea": 3 * ago + 4, "salt": 200 + ago // 12, "gone": 0})
            for ago in range(DAYS, -1, -1)
        }
    for ago, notification in days.items():
        stack.sqs.send_message(QueueUrl=stack.outputs.UploadsQueueUrl, MessageBody=notification)
        # One after the other, or what an upload said never shows in a row and is not in the history.
        wait_for(partial(has, stack, store, tea=3 * ago + 4), f"the upload of {ago} days ago")
    wait_for(lambda: days_kept(stack, store) == DAYS + 1 or None, "the history", seconds=150)
    know_since(stack, store, DAYS + 1)

    (outlook,) = json.loads(cli("look-ahead", "--now", "--store", store, "--json").stdout)
    assert (outlook["Known"], outlook["Soon"], outlook["Top"][0]["Item"]) == (2, 1, "tea")
    (message,) = soon.of(store)
    assert (message["event"], message["total"], message["upload"]) == ("RUNS_OUT_SOON", 1, None)
    assert message["subject"] == f"Will run out: tea in {store}"
    (tea,) = message["items"]
    assert (tea["item"], tea["count"], tea["level"]) == ("tea", 4, "ok")
    assert tea["chance"] > 0.3
    assert tea["first"] < tea["last"] < 15

    (alert,) = [one for one in log(cli, "--store", store) if one["Event"] == "RUNS_OUT_SOON"]
    assert (alert["Item"], alert["State"], alert["Count"]) == ("tea", "sent", 4)
    assert alert["Alert"] == tea["alert"]
    assert "tea" not in {one["Item"] for one in log(cli, "--open", "--store", store)}
    assert f"out in {tea['first']} to {tea['last']} days" in cli("alerts", "--store", store).stdout
    cli("alerts", "ack", alert["Id"], "--note", "ordered")
    assert "takes care: ordered" in cli("alerts", "--store", store).stdout

    said = cli("look-ahead", "--now", "--store", store).stdout  # once more: nothing is told again
    assert f"{tea['first']}–{tea['last']} days" in said
    assert len(soon.of(store)) == 1


def test_a_store_that_is_yet_to_come_is_not_waited_for(cli: Cli, new_store: NewStore) -> None:
    store = new_store()
    cli("zone", "set", "Europe/Berlin", "--store", store, "--yes")
    assert "There is no forecast yet" in cli("look-ahead", "--now", "--store", store).stdout


def test_a_store_is_looked_at_in_its_morning_and_once_a_day_all_are_summed_up(
    stack: Stack, cli: Cli, upload: Upload, new_store: NewStore
) -> None:
    store, began, table = new_store(), iso(time.time()), stack.outputs.ForecastsTable
    upload(f"{store}/a.csv", f"store,item,count\n{store},tea,1\n")
    east = (6 - datetime.now(UTC).hour + 11) % 24 - 11  # where it has become six o'clock within the last hour
    cli("zone", "set", f"Etc/GMT{-east:+}", "--store", store)  # the signs of these zones are turned
    mornings = {"Store": {"S": "*"}, "Part": {"S": "mornings"}}
    two_hours_ago = iso(time.time() - 2 * 3600)  # by now an hour later may have begun, and it is seven there
    stack.dynamodb.put_item(TableName=table, Item=mornings | {"At": {"S": two_hours_ago}})
    stack.functions.invoke(FunctionName=stack.outputs.LookAheadFunction, Payload=b"{}")
    wait_for(lambda: of_store(stack, table, store), "the forecast")
    stack.sqs.send_message(QueueUrl=stack.outputs.LookAheadQueueUrl, MessageBody=Gather().body())

    def summed_up() -> bool:
        return any(part["Part"] == "availability" and part["At"] > began for part in of_store(stack, table, "*"))

    wait_for(summed_up, "the availability of all stores")


def test_the_scheduler_starts_the_mornings(stack: Stack, new_store: NewStore) -> None:
    scheduler: Any = stack.session.client("scheduler", endpoint_url=stack.endpoint, region_name=stack.region)
    names = [one["Name"] for one in scheduler.list_schedules(NamePrefix=stack.name)["Schedules"]]
    (schedule,) = [scheduler.get_schedule(Name=name) for name in names if "LookAhead" in name]
    assert (schedule["ScheduleExpression"], schedule["State"]) == ("rate(15 minutes)", "ENABLED")
    assert schedule["Target"]["Arn"].endswith(stack.outputs.LookAheadFunction)
    answer = stack.functions.invoke(FunctionName=stack.outputs.LookAheadFunction, Payload=b"{}")
    assert json.loads(io.BytesIO(answer["Payload"].read()).read())["stores"] >= 0
    key = {"Store": {"S": "*"}, "Part": {"S": "mornings"}}
    noted = stack.dynamodb.get_item(TableName=stack.outputs.ForecastsTable, Key=key)["Item"]["At"]["S"]
    assert datetime.now(UTC) - datetime.fromisoformat(noted) < timedelta(minutes=1)
