"""The queue whose messages a function takes and sends, and the topic that it publishes to."""

import time
from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar

import botocore.session

from stock.batches import batches
from stock.clients import make_client
from stock.dynamodb import DynamoDB, pause

_TIMES_TO_SEND = 5


class Message(Protocol):
    """A message of `stock.messages`."""

    def body(self) -> str:
        """Return the JSON text to send."""


class WithQueue(Protocol):
    """Settings of a function that takes the messages of a queue."""

    @property
    def queue_url(self) -> str:
        """The queue."""


_Settings = TypeVar("_Settings", bound=WithQueue)


class QueueAndTopic(Generic[_Settings]):
    """What a function works with that takes messages: its settings, a clock (epoch seconds), the tables, and clients.

    The clients of queue and topic are made when first used: most invocations do not need both. The clock is here so
    that tests need not wait for a claim to run out, or for a morning.
    """

    def __init__(
        self,
        settings: _Settings,
        session: botocore.session.Session | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings, self.clock = settings, clock
        self._session = session or botocore.session.get_session()
        self._clients: dict[str, Any] = {}
        self.dynamodb = DynamoDB(self._session)

    def send(self, messages: Iterable[Message]) -> None:
        """Send messages to the queue. Raises ConnectionError if SQS refuses some again and again: others are sent."""
        for bodies in batches(message.body() for message in messages):
            self._send_batch(bodies)

    def _send_batch(self, bodies: list[str]) -> None:
        """Send messages in one call; only those that SQS refuses are sent again: what is sent would be done twice."""
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
        for attempt in range(_TIMES_TO_SEND):
            answer = self._client("sqs").send_message_batch(QueueUrl=self.settings.queue_url, Entries=entries)
            failed = answer.get("Failed", [])
            if not failed:
                return
            refused = {each["Id"] for each in failed}
            entries = [entry for entry in entries if entry["Id"] in refused]
            pause(attempt)
        raise ConnectionError(f"SQS refused {len(failed)} messages: {failed[0].get('Message')}")

    def postpone(self, receipt: str, seconds: float) -> None:
        """Have a message that was received come again after some seconds (12 hours at most)."""
        self._client("sqs").change_message_visibility(
            QueueUrl=self.settings.queue_url, ReceiptHandle=receipt, VisibilityTimeout=round(seconds)
        )

    def publish(self, topic: str, message: dict[str, Any]) -> str:
        """Publish a message on a topic; return its id."""
        answer = self._client("sns").publish(TopicArn=topic, **message)
        identifier: str = answer["MessageId"]
        return identifier

    def _client(self, name: str) -> Any:
        if name not in self._clients:
            self._clients[name] = make_client(self._session, name)
        return self._clients[name]
