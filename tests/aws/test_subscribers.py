"""Who is subscribed, and how, on the deployed stack: failed deliveries, encrypted queues, queues of several stacks."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from onhand.stack import Stack

from .conftest import Cli, new_queue

NewStore = Callable[[], str]


def policy_of(stack: Stack, url: str) -> list[dict[str, Any]]:
    answer = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
    statements: list[dict[str, Any]] = json.loads(answer.get("Policy", '{"Statement": []}'))["Statement"]
    return statements


def subscription(stack: Stack, address: str) -> dict[str, str]:
    """The attributes of a subscription, by the end of its address."""
    pages = stack.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=stack.outputs.NoStockTopic)
    (arn,) = [
        one["SubscriptionArn"] for page in pages for one in page["Subscriptions"] if one["Endpoint"].endswith(address)
    ]
    return stack.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]


@pytest.mark.only_emulator("SNS would send a mail to somebody who does not exist")
def test_what_cannot_be_delivered_goes_to_a_queue(cli: Cli, stack: Stack) -> None:
    cli("subscribe", "email", "redrive@example.com", "--store", "Ulm", "--yes")
    redrive = json.loads(subscription(stack, "redrive@example.com")["RedrivePolicy"])
    failed = stack.sqs.get_queue_attributes(
        QueueUrl=stack.outputs.FailedDeliveriesQueueUrl, AttributeNames=["QueueArn"]
    )["Attributes"]
    assert redrive["deadLetterTargetArn"] == failed["QueueArn"]
    cli("subscribe", "email", "redrive@example.com")  # again, for every store
    assert json.loads(subscription(stack, "redrive@example.com")["FilterPolicy"]) == {}
    cli("unsubscribe", "redrive@example.com")


def test_several_stacks_send_to_one_queue(cli: Cli, stack: Stack) -> None:
    url = new_queue(stack, "one-queue")
    name = url.rpartition("/")[2]
    arn = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    other = {
        "Sid": "OnhandAlerts", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Resource": arn,
        "Action": "sqs:SendMessage", "Condition": {"ArnEquals": {"aws:SourceArn": f"{stack.outputs.NoStockTopic}-2"}},
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [other]})
    stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    for address in (name, url, arn):  # however it is called, it is the same
        cli("subscribe", "sqs", address)
    first, second = policy_of(stack, url)
    assert first == other
    assert second["Condition"]["ArnEquals"]["aws:SourceArn"] == stack.outputs.NoStockTopic
    assert subscription(stack, f":{name}")["PendingConfirmation"] == "false"
    cli("unsubscribe", name)


def test_a_queue_with_awss_own_key_is_refused(cli: Cli, stack: Stack) -> None:
    name = new_queue(stack, "aws-key", KmsMasterKeyId="alias/aws/sqs").rpartition("/")[2]
    assert "SNS may not use" in cli("subscribe", "sqs", name, expect=1).stderr


@pytest.mark.only_emulator("a key of KMS cannot be deleted within a week")
def test_a_queue_with_a_key_of_its_own(cli: Cli, stack: Stack) -> None:
    key = stack.kms.create_key()["KeyMetadata"]["KeyId"]
    name = new_queue(stack, "own-key", KmsMasterKeyId=key).rpartition("/")[2]
    said = cli("subscribe", "sqs", name, expect=1).stderr
    assert "kms:GenerateDataKey*" in said
    lets_sns = json.loads(said[said.index("{") :])
    policy = json.loads(stack.kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    policy["Statement"].append(lets_sns)  # as the message says
    stack.kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    assert "receives alerts" in cli("subscribe", "sqs", name).stdout
    cli("unsubscribe", name)


def test_a_queue_that_is_not_there(cli: Cli) -> None:
    assert "The queue nowhere:" in cli("subscribe", "sqs", "nowhere", expect=1).stderr


@pytest.mark.only_emulator("AWS reaches no endpoint on 127.0.0.1")
def test_status_names_who_must_confirm(cli: Cli) -> None:
    cli("subscribe", "https", "https://127.0.0.1:1/not-there")
    report = json.loads(cli("status", "--json").stdout)
    assert "https://127.0.0.1:1/not-there" in [one["address"] for one in report["unconfirmed"]]
    assert "Unconfirmed" in cli("status").stdout
