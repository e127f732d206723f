"""What SQS and Lambda do with the messages of a real queue, but without waiting."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Records = list[dict[str, Any]]
Deliver = Callable[[Records], set[str] | None]
"""Invokes a function with messages; returns the ids of those that must come again, None: it was killed."""

_MOST_DELIVERIES = 8
"""As the smallest maxReceiveCount in template.yaml."""


@dataclass
class _Waiting:
    message: dict[str, Any]
    deliveries: int = 0


class Queue:
    """A queue, and of how many messages at a time a function is invoked with."""

    def __init__(self, sqs: Any, url: str, batch: int = 1) -> None:
        self._sqs, self.url, self._batch = sqs, url, batch

    def put(self, body: str) -> None:
        """Send a message."""
        self._sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def take(self) -> list[Any]:
        """Take what is in it: the bodies of the messages, which are JSON."""
        bodies = []
        while found := self._receive():
            for message in found:
                bodies.append(json.loads(message["Body"]))
                self._delete(message)
        return bodies

    def deliver_all(self, deliver: Deliver, time_passes: Callable[[], None]) -> None:
        """Deliver what is in it and what comes into it, until nothing is left; `time_passes` before what failed again.

        Raises AssertionError if a message is delivered so often that it would be a dead letter.
        """
        waiting: dict[str, _Waiting] = {}
        while True:
            while found := self._receive():
                for message in found:  # one that was hidden for a moment comes with a new receipt
                    waiting.setdefault(message["MessageId"], _Waiting(message)).message = message
            if not waiting:
                return
            if any(each.deliveries for each in waiting.values()):
                time_passes()
            names = list(waiting)
            for at in range(0, len(names), self._batch):
                some = [waiting[name] for name in names[at : at + self._batch]]
                again = deliver([_record(each) for each in some])
                for each in some:
                    if again is not None and each.message["MessageId"] not in again:
                        self._delete(each.message)
                        del waiting[each.message["MessageId"]]

    def _receive(self) -> list[dict[str, Any]]:
        request = {"MaxNumberOfMessages": 10, "VisibilityTimeout": 43_200}
        found: list[dict[str, Any]] = self._sqs.receive_message(QueueUrl=self.url, **request).get("Messages", [])
        return found

    def _delete(self, message: dict[str, Any]) -> None:
        self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])


def _record(waiting: _Waiting) -> dict[str, Any]:
    waiting.deliveries += 1
    assert waiting.deliveries <= _MOST_DELIVERIES, f"it would be a dead letter: {waiting.message['Body']}"
    return {
        "eventSource": "aws:sqs",
        "messageId": waiting.message["MessageId"],
        "receiptHandle": waiting.message["ReceiptHandle"],
        "attributes": {"ApproximateReceiveCount": str(waiting.deliveries)},
        "body": waiting.message["Body"],
    }
