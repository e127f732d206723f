"""The queue whose messages a function takes and sends, and the topic that it publishes to."""

from collections.abc import Iterable
from typing import Any, Protocol

import botocore.session

from stock.clients import make_client
from stock.dynamodb import pause

_MESSAGES_A_CALL = 10
_TIMES_TO_SEND = 5


class Message(Protocol):
    """A message of `stock.messages`."""

    def body(self) -> str:
        """Return the JSON text to send."""


class QueueAndTopic:
    """A queue and a topic. Their clients are made when first used: most invocations do not need both."""

    def __init__(self, session: botocore.session.Session, queue_url: str, topic_arn: str) -> None:
        self._session, self._queue_url, self._topic_arn = session, queue_url, topic_arn
        self._clients: dict[str, Any] = {}

    def send(self, messages: Iterable[Message]) -> None:
        """Send messages to the queue. Raises ConnectionError if SQS refuses some again and again: others are sent."""
        bodies = [message.body() for message in messages]
        for at in range(0, len(bodies), _MESSAGES_A_CALL):
            self._send_batch(bodies[at : at + _MESSAGES_A_CALL])

    def _send_batch(self, bodies: list[str]) -> None:
        """Send messages in one call; only those that SQS refuses are sent again: what is sent would be done twice."""
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
        for attempt in range(_TIMES_TO_SEND):
            answer = self._client("sqs").send_message_batch(QueueUrl=self._queue_url, Entries=entries)
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
            QueueUrl=self._queue_url, ReceiptHandle=receipt, VisibilityTimeout=round(seconds)
        )

    def publish(self, message: dict[str, Any]) -> str:
        """Publish a message on the topic; return its id."""
        answer = self._client("sns").publish(TopicArn=self._topic_arn, **message)
        identifier: str = answer["MessageId"]
        return identifier

    def _client(self, name: str) -> Any:
        if name not in self._clients:
            self._clients[name] = make_client(self._session, name)
        return self._clients[name]
