"""The queues and the topic of a simulated chain, and the latency of AWS's calls. What they do takes simulated time.

An emulator's queue cannot stand here: it hides messages for seconds of this machine's clock.
"""

import heapq
import itertools
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest import mock

from botocore.httpsession import URLLib3Session

from benchmarks.simulation.clock import Clock

# Seconds that a call takes. AWS says "single-digit milliseconds" of DynamoDB and 100 to 200 ms of small objects in S3
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html). A statement's share has the
# client's own work in it: 50 µs (docs/performance.md).
_DYNAMODB, _STATEMENT, _S3, _SQS, _SNS = 0.005, 0.0002, 0.1, 0.01, 0.03


def slow_down(clock: Clock) -> Any:
    """Return a context in which calls of DynamoDB and S3 take their time, when functions make them."""
    send = URLLib3Session.send

    def slow(session: URLLib3Session, request: Any) -> Any:
        answer = send(session, request)
        if clock.deadline < float("inf"):  # a function runs here
            is_dynamodb = "X-Amz-Target" in request.headers
            statements = request.body.count(b'"Statement"') if is_dynamodb else 0
            clock.sleep(_DYNAMODB + statements * _STATEMENT if is_dynamodb else _S3)
        return answer

    return mock.patch.object(URLLib3Session, "send", slow)


@dataclass
class Message:
    """A message of a queue: when it was sent, when it is visible, how often it was received."""

    body: str
    sent: float
    visible_at: float
    receives: int = 0


class Queue:
    """A standard queue of SQS. It takes the calls of the functions as botocore's client does."""

    def __init__(self, clock: Clock, visibility: float, max_receives: int) -> None:
        self._clock, self._visibility, self._max_receives = clock, visibility, max_receives
        self.messages: dict[str, Message] = {}
        self._visible: list[tuple[float, str]] = []
        self._names = itertools.count()
        self.clear()

    def clear(self) -> None:
        """Count anew."""
        self.ages: list[float] = []  # of messages, when they were done
        self.failed = 0  # deliveries
        self.dead: list[str] = []

    def put(self, body: str) -> None:
        """Take a message, as from S3."""
        name = f"{next(self._names):09}"
        self.messages[name] = Message(body, self._clock.now, self._clock.now)
        heapq.heappush(self._visible, (self._clock.now, name))

    def send_message(self, *, MessageBody: str, **_: Any) -> None:  # noqa: N803
        """SQS's SendMessage."""
        self.put(MessageBody)
        self._clock.sleep(_SQS)

    def send_message_batch(self, *, Entries: list[dict[str, str]], **_: Any) -> dict[str, Any]:  # noqa: N803
        """SQS's SendMessageBatch."""
        for entry in Entries:
            self.put(entry["MessageBody"])
        self._clock.sleep(_SQS)
        return {}

    def change_message_visibility(self, *, ReceiptHandle: str, VisibilityTimeout: int, **_: Any) -> None:  # noqa: N803
        """SQS's ChangeMessageVisibility."""
        self._hide(ReceiptHandle, VisibilityTimeout)
        self._clock.sleep(_SQS)

    def receive(self, most: int) -> list[dict[str, Any]]:
        """Return visible messages as Lambda hands them over, and hide them. Those received too often are dead."""
        found: list[dict[str, Any]] = []
        while self._visible and self._visible[0][0] <= self._clock.now and len(found) < most:
            visible_at, name = heapq.heappop(self._visible)
            message = self.messages.get(name)
            if message is None or message.visible_at != visible_at:
                continue  # it was done, or hidden again, since it was put here
            if message.receives >= self._max_receives:
                self.dead.append(self.messages.pop(name).body)
                continue
            message.receives += 1
            self._hide(name, self._visibility)
            found.append({
                "eventSource": "aws:sqs", "messageId": name, "receiptHandle": name, "body": message.body,
                "attributes": {"ApproximateReceiveCount": str(message.receives)},
            })  # fmt: skip
        return found

    def done(self, records: list[dict[str, Any]], answer: dict[str, Any] | None) -> None:
        """Delete what a function says that it has done; None: it did not say anything, and nothing is deleted."""
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]} if answer else None
        for record in records:
            if failed is None or record["messageId"] in failed:
                self.failed += 1
            elif message := self.messages.pop(record["messageId"], None):
                self.ages.append(self._clock.now - message.sent)

    def _hide(self, name: str, seconds: float) -> None:
        if message := self.messages.get(name):
            message.visible_at = self._clock.now + seconds
            heapq.heappush(self._visible, (message.visible_at, name))


class Topic:
    """A topic of SNS, and a subscriber who keeps what was published last about each item."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.last: dict[str, dict[str, str]] = defaultdict(dict)  # store → item → level
        self.clear()

    def clear(self) -> None:
        """Count anew."""
        self.waits: list[float] = []  # seconds since the upload, by message

    def publish(self, *, Message: str, **_: Any) -> dict[str, str]:  # noqa: N803
        """SNS's Publish."""
        body = json.loads(json.loads(Message)["default"])
        self.waits.append(self._clock.now - datetime.fromisoformat(body["at"]).timestamp())
        for each in body["items"]:
            self.last[body["store"]][each["item"]] = each["level"]
        self._clock.sleep(_SNS)
        return {"MessageId": f"message {len(self.waits)}"}
