"""Digests on the deployed stack: set up with the command line, sent by the function with its own role."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from onhand.stack import Stack
from stock.times import iso

from .conftest import Cli, Upload, alerts, new_queue, wait_for


@pytest.mark.only_emulator("SNS would mail somebody who does not exist")
def test_a_digest_from_setting_it_up_to_its_text(
    cli: Cli, stack: Stack, upload: Upload, new_store: Callable[[], str]
) -> None:
    store, ann = new_store(), somebody()
    inbox = subscribed_queue(stack, ann)
    upload(f"{store}/today.csv", f"store,item,count\n{store},tea,0\n{store},milk,9\n")
    wait_for(lambda: alerts(stack, store), "the alert")
    when = ["--at", "5:05", "--days", "mon-fri", "--zone", "Asia/Tokyo"]
    cli("digest", "add", "email", ann, "--store", store, *when)
    (digest,) = [one for one in json.loads(cli("digest", "list", "--json").stdout) if one["stores"] == [store]]
    assert (digest["to"], digest["how"], digest["at"]) == (ann, "sns", "05:05")
    assert "05:05 Asia/Tokyo, mon-fri" in cli("digest", "list").stdout

    preview = cli("digest", "preview", digest["id"]).stdout
    assert preview.startswith(f"{store}: 1 out of stock, 0 low\n")
    assert f"  tea, {store}: new, since " in preview
    assert "<h1>" in cli("digest", "preview", digest["id"], "--html").stdout
    assert received(stack, inbox) == []

    cli("digest", "send", digest["id"])
    (sent,) = wait_for(lambda: received(stack, inbox), "the digest")
    assert sent["Subject"] == f"{store}: 1 out of stock, 0 low"
    assert lines_after_the_first(sent["Message"]) == lines_after_the_first(preview.partition("\n\n")[2])
    assert sent["MessageAttributes"]["to"]["Value"] == ann
    cli("digest", "send", digest["id"])
    wait_for(lambda: received(stack, inbox), "the digest, sent once more at once")

    assert "no more" in cli("digest", "remove", digest["id"], "--dry-run").stdout
    cli("digest", "remove", digest["id"])
    assert f"There is no digest '{digest['id']}'" in cli("digest", "send", digest["id"], expect=1).stderr
    assert ann not in subscribed(stack)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["nobody"], "'nobody' is not an email address"),
        (["a@example.com", "--at", "25:00"], "'25:00' is no time of the day, such as 7:30"),
        (["a@example.com", "--days", "weekdays"], "'weekdays' are no days of the week, such as mon-fri"),
        (["a@example.com", "--zone", "berlin"], "Did you mean Europe/Berlin?"),
        (["a@example.com", "--language", "fr"], "Digests speak en or de, not 'fr'"),
        (["a@example.com", "--store", "Nowhere at all"], "There is no store 'Nowhere at all' with any items"),
    ],
)
def test_what_cannot_be_is_said(cli: Cli, options: list[str], said: str) -> None:
    assert said in " ".join(cli("digest", "add", "email", *options, expect=1).stderr.split())


@pytest.mark.only_emulator("SNS would mail somebody who does not exist")
def test_those_whose_time_has_come_are_sent(
    cli: Cli, stack: Stack, upload: Upload, new_store: Callable[[], str]
) -> None:
    store, ann, group = new_store(), somebody(), new_store()
    inbox = subscribed_queue(stack, ann)
    upload(f"{store}/today.csv", f"store,item,count,reorder_point\n{store},tea,0,\n{store},milk,2,5\n")
    wait_for(lambda: len(alerts(stack, store)) == 2, "the alerts")
    cli("group", "add", group, store)
    ago = (datetime.now(UTC) - timedelta(minutes=5)).strftime("%H:%M")
    for whose in ([], ["--group", group]):
        cli("digest", "add", "email", ann, "--at", ago, "--zone", "UTC", *whose)
    an_hour_ago = {"Digest": {"S": "clock"}, "At": {"S": iso(time.time() - 3600)}}
    stack.dynamodb.put_item(TableName=stack.outputs.DigestsTable, Item=an_hour_ago)
    stack.functions.invoke(FunctionName=stack.outputs.SendDigestFunction, Payload=b"{}")
    sent: list[str] = []

    def both() -> bool:
        sent.extend(one["Message"] for one in received(stack, inbox))
        return len(sent) == 2

    wait_for(both, "both digests")
    assert all(f"milk, {store}: new, 2 left" in text for text in sent), sent
    for digest in json.loads(cli("digest", "list", "--json").stdout):
        if digest["to"] == ann:
            cli("digest", "remove", digest["id"])


def test_the_scheduler_starts_it(stack: Stack) -> None:
    scheduler: Any = stack.session.client("scheduler", endpoint_url=stack.endpoint, region_name=stack.region)
    names = [one["Name"] for one in scheduler.list_schedules(NamePrefix=stack.name)["Schedules"]]
    (schedule,) = [scheduler.get_schedule(Name=name) for name in names if "SendDigest" in name]
    assert (schedule["ScheduleExpression"], schedule["State"]) == ("rate(15 minutes)", "ENABLED")
    answer = stack.functions.invoke(FunctionName=stack.outputs.SendDigestFunction, Payload=b"{}")
    assert json.load(answer["Payload"])["digests"] >= 0
    key = {"Digest": {"S": "clock"}}
    noted = stack.dynamodb.get_item(TableName=stack.outputs.DigestsTable, Key=key)["Item"]["At"]["S"]
    assert datetime.now(UTC) - datetime.fromisoformat(noted) < timedelta(minutes=1)


def lines_after_the_first(text: str) -> list[str]:
    """A digest, without the line that says of which moment it is."""
    return text.splitlines()[1:]


def subscribed(stack: Stack) -> set[str]:
    pages = stack.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=stack.outputs.MorningTopic)
    return {one["Endpoint"] for page in pages for one in page["Subscriptions"]}


def somebody() -> str:
    """An address that nobody else has."""
    return f"{uuid4().hex}@example.com"


def subscribed_queue(stack: Stack, address: str) -> str:
    """Make a queue that gets what is sent to an address: MiniStack confirms mails and delivers none. Return its URL."""
    topic, url = stack.outputs.MorningTopic, new_queue(stack, address.partition("@")[0])
    arn = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lets_sns = {
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [lets_sns]})
    stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    to_it = {"FilterPolicy": json.dumps({"to": [address]})}
    stack.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=to_it)
    return url


def received(stack: Stack, queue: str) -> list[dict[str, Any]]:
    """Take what has come: it does not come again."""
    found = stack.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        stack.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in found]
