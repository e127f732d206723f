"""From a CSV in the bucket to what subscribers are told, with the files of samples/."""

import csv
import json
import queue
from collections import Counter
from collections.abc import Iterator

import pytest

from onhand import feed
from onhand.stack import Stack

from .conftest import Cli, Item, alerts, new_queue, put, rows, samples, wait_for

OUT = {
    ("Berlin", "Echo Plus"),
    ("Calcutta", "Echo (2nd Gen)"),
    ("Karachi", "Echo Plus"),
    ("Pusan", "Echo Show"),
    ("Springfield", "Echo Show"),
}


class Subscribers:
    """An SQS queue and, on the emulator, an http endpoint on this machine: both subscribed to the topic."""

    def __init__(self, stack: Stack, http: "queue.Queue[feed.Message]") -> None:
        self._stack = stack
        self._http = http
        self._url = new_queue(stack, "test-subscriber")
        arn = stack.sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        stack.sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": _let_topic_send(stack, arn)})
        stack.sns.subscribe(TopicArn=stack.outputs.NoStockTopic, Protocol="sqs", Endpoint=arn)
        self.by_sqs: Counter[tuple[str, str, str]] = Counter()
        self.by_http: Counter[tuple[str, str, str]] = Counter()

    def collect(self) -> None:
        """Take in what has arrived."""
        answer = self._stack.sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            self.by_sqs.update(_said(json.loads(message["Body"])["Message"]))
            self._stack.sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        while not self._http.empty():
            self.by_http.update(_said(self._http.get().body))

    def said(self, store: str) -> set[tuple[str, str]]:
        """Item and event of what all of them were told of a store, each once."""
        heard = (self.by_sqs, self.by_http) if self._stack.is_local else (self.by_sqs,)
        for received in heard:
            assert all(times == 1 for (of, *_), times in received.items() if of == store), received
        return set.intersection(*({(item, event) for of, item, event in one if of == store} for one in heard))

    def hear(self, store: str, number: int) -> set[tuple[str, str]]:
        """Wait until all were told `number` things of a store."""

        def look() -> set[tuple[str, str]] | None:
            self.collect()
            said = self.said(store)
            return said if len(said) >= number else None

        return wait_for(look, f"{number} alerts of {store}")


def _let_topic_send(stack: Stack, queue_arn: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": stack.outputs.NoStockTopic}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _said(body: str) -> list[tuple[str, str, str]]:
    message = json.loads(body)
    return [(message["store"], item["item"], message["event"]) for item in message["items"]]


@pytest.fixture(scope="module")
def subscribers(stack: Stack) -> Iterator[Subscribers]:
    if not stack.is_local:
        yield Subscribers(stack, queue.Queue())
        return
    with feed.subscriber(stack) as http:
        yield Subscribers(stack, http)


@pytest.fixture(scope="module")
def lab(stack: Stack, subscribers: Subscribers) -> list[Item]:
    """The records of the five files of samples/aws-lab, uploaded with S3's own means."""
    return [put(stack, name, body) for name, body in samples("aws-lab").items()]


def test_five_files_are_thirty_rows(stack: Stack, lab: list[Item]) -> None:
    assert [upload["State"] for upload in lab] == ["loaded"] * 5
    assert sum(upload["Changed"] for upload in lab) == 30
    assert {store: len(rows(stack, store)) for store, _ in OUT} == dict.fromkeys([store for store, _ in OUT], 6)
    assert rows(stack, "Karachi") == {
        "Echo Dot": 19,
        "Echo (2nd Gen)": 20,
        "Echo Show": 16,
        "Echo Plus": 0,
        "Echo Look": 25,
        "Amazon Tap": 6,
    }


def test_one_alert_for_each_empty_item_reaches_queue_and_endpoint(
    stack: Stack, lab: list[Item], subscribers: Subscribers
) -> None:
    for store, item in OUT:
        assert subscribers.hear(store, 1) == {(item, "OUT_OF_STOCK")}
        # That it was published is noted after it was.
        wait_for(
            lambda: [(alert["Item"], alert["State"]) for alert in alerts(stack, store)] == [(item, "sent")],  # noqa: B023
            "the alert, noted as sent",
        )


def test_the_same_file_again_changes_nothing(stack: Stack, lab: list[Item], subscribers: Subscribers) -> None:
    subscribers.hear("Karachi", 1)
    again = put(stack, "inventory-karachi.csv", samples("aws-lab")["inventory-karachi.csv"])
    assert (again["Rows"], again["Unchanged"], again["Changed"]) == (6, 6, 0)
    put(stack, "marker.csv", b"store,item,count\nMarker,x,0\n")
    subscribers.hear("Marker", 1)  # whatever the file would have raised is through before this
    assert subscribers.said("Karachi") == {("Echo Plus", "OUT_OF_STOCK")}
    assert len(alerts(stack, "Karachi")) == 1


def test_bikestores_load_with_their_repeated_items_reported(stack: Stack) -> None:
    for name, body in samples("bikestores").items():
        upload = put(stack, name, body)
        lines = list(csv.reader(body.decode().splitlines()))[1:]
        assert upload["State"] == "loaded"
        assert upload["Rows"] == len(lines) == 313
        assert upload["Repeated"] == 28
        assert upload["FirstRepeated"]
        last = {item: int(count) for _, item, count in lines}
        assert rows(stack, lines[0][0]) == last


def test_an_older_event_after_a_newer_one_changes_nothing(stack: Stack, cli: Cli) -> None:
    old = put(stack, "Order/old.csv", b"store,item,count\nOrder,a,1\nOrder,b,1\n")
    put(stack, "Order/new.csv", b"store,item,count\nOrder,a,2\n")
    event = json.loads(
        stack.s3.get_object(Bucket=stack.outputs.UploadsBucket, Key=f"log/{old['Token']}/{old['VersionId']}.json")[
            "Body"
        ].read()
    )["event"]
    record = event | {"eventName": "ObjectCreated:Put"}
    stack.sqs.send_message(QueueUrl=stack.outputs.UploadsQueueUrl, MessageBody=json.dumps({"Records": [record]}))

    def taken() -> int:
        steps = json.loads(cli("trace", old["Token"], "--json").stdout)["steps"]
        return [step["what"] for step in steps].count("took the message: load")

    wait_for(lambda: taken() == 2, "the older event, a second time")
    put(stack, "Order/marker.csv", b"store,item,count\nOrder,c,1\n")  # whatever the event does is done before this
    assert rows(stack, "Order") == {"a": 2, "b": 1, "c": 1}
