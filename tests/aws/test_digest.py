"""Digests on the deployed stack: set up with the command line, sent by the function with its own role."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from onhand.stack import Stack

from .conftest import Cli, Upload, alerts, new_queue, wait_for


@pytest.mark.only_emulator("SNS would mail somebody who does not exist")
def test_a_digest_from_setting_it_up_to_its_text(
    cli: Cli, stack: Stack, upload: Upload, new_store: Callable[[], str]
) -> None:
    store, inbox = new_store(), subscribed_queue(stack)
    upload(f"{store}/today.csv", f"store,item,count\n{store},tea,0\n{store},milk,9\n")
    wait_for(lambda: alerts(stack, store), "the alert")
    when = ["--at", "5:05", "--days", "mon-fri", "--zone", "Asia/Tokyo"]
    cli("digest", "add", "email", "ann@example.com", "--store", store, *when)
    (digest,) = [one for one in json.loads(cli("digest", "list", "--json").stdout) if one["stores"] == [store]]
    assert (digest["to"], digest["how"], digest["at"]) == ("ann@example.com", "sns", "05:05")
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
    assert sent["MessageAttributes"]["to"]["Value"] == "ann@example.com"

    assert "no more" in cli("digest", "remove", digest["id"], "--dry-run").stdout
    cli("digest", "remove", digest["id"])
    assert f"There is no digest '{digest['id']}'" in cli("digest", "send", digest["id"], expect=1).stderr
    assert "ann@example.com" not in subscribed(stack)


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


def subscribed_queue(stack: Stack) -> str:
    """Make a queue that gets what Ann gets: MiniStack confirms mails and delivers none. Return its URL."""
    topic, url = stack.outputs.MorningTopic, new_queue(stack, "ann")
    arn = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    lets_sns = {
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [lets_sns]})
    stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    of_ann = {"FilterPolicy": json.dumps({"to": ["ann@example.com"]})}
    stack.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=of_ann)
    return url


def received(stack: Stack, queue: str) -> list[dict[str, Any]]:
    found = stack.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]
