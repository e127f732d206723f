"""Who subscribes to the alerts: what Check-Stock's own code published is counted here."""

import json
import time
import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

import botocore.session

from check_stock.handler import take_messages
from check_stock.invocation import Invocation
from check_stock.services import Services
from stock.queue_and_topic import Message
from tests.engines import client
from tests.order.world import World

Told = Counter[tuple[str, str, str]]
"""How often people were told of which event, in which store, of which item."""

_RUN_SECONDS = 60
_MOST_ROUNDS = 30


class _Services(Services):
    """Check-Stock's clients. A message that is to come again is kept by who took it out of the queue."""

    def postpone(self, receipt: str, seconds: float) -> None:
        pass


class People:
    """A subscriber of the topic of a world, and the alerts queue of that world."""

    def __init__(self, world: World, aws: str) -> None:
        self._sqs = client("sqs", aws)
        self._queue = world.alerts.settings.queue_url
        self._inbox = self._sqs.create_queue(QueueName=f"inbox-{uuid.uuid4().hex}")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._inbox, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        topic = world.alerts.settings.topic_arn
        raw = {"RawMessageDelivery": "true"}
        client("sns", aws).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
        settings = replace(world.alerts.settings, flap_seconds=0)
        self._late = 0.0
        self.services = _Services(settings, botocore.session.get_session(), clock=self._now, sleep=self._sleep)

    def ask(self, message: Message) -> None:
        """Send a message to the alerts queue."""
        self.services.send([message])

    def told(self) -> Told:
        """Have all that waits in the alerts queue published; return what people were told since the last time."""
        waiting: list[dict[str, Any]] = []
        for _ in range(_MOST_ROUNDS):
            waiting += self._receive(self._queue)
            if not waiting:
                return self._read()
            waiting = self._take(waiting)
            self._late += 2 * _RUN_SECONDS
        raise AssertionError(f"the alerts queue does not get empty: {[each['Body'] for each in waiting]}")

    def _take(self, waiting: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Invoke Check-Stock with messages; return those that are to come again."""
        records = [
            {
                "messageId": each["MessageId"],
                "receiptHandle": each["ReceiptHandle"],
                "body": each["Body"],
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for each in waiting
        ]
        answer = take_messages(self.services, records, Invocation(uuid.uuid4().hex, self._now() + _RUN_SECONDS))
        again = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        return [each for each in waiting if each["MessageId"] in again]

    def _read(self) -> Told:
        bodies = [json.loads(each["Body"]) for each in self._receive(self._inbox)]
        return Counter((body["event"], body["store"], item["item"]) for body in bodies for item in body["items"])

    def _receive(self, queue: str) -> list[dict[str, Any]]:
        """Take all messages out of a queue."""
        found: list[dict[str, Any]] = []
        while some := self._sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            found += some
            for each in some:
                self._sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
        return found

    def _now(self) -> float:
        return time.time() + self._late

    def _sleep(self, seconds: float) -> None:
        self._late += seconds
