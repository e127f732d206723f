"""What Check-Stock works with: tables, queue and topic, and its settings."""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import botocore.session

from stock.clients import make_client
from stock.dynamodb import DynamoDB
from stock.messages import Publish

_MESSAGES_A_CALL = 10


@dataclass(frozen=True)
class Settings:
    """Names and choices, as the template hands them to the function."""

    inventory: str
    stores: str
    uploads: str
    alerts: str
    queue_url: str
    topic_arn: str
    dashboard_url: str
    language: str = "en"
    flap_seconds: float = 600
    shards: int = 1

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings from the environment variables of docs/data-model.md."""
        env = os.environ
        return cls(
            inventory=env["INVENTORY_TABLE"],
            stores=env["STORES_TABLE"],
            uploads=env["UPLOADS_TABLE"],
            alerts=env["ALERTS_TABLE"],
            queue_url=env["ALERTS_QUEUE_URL"],
            topic_arn=env["NO_STOCK_TOPIC_ARN"],
            dashboard_url=env["DASHBOARD_URL"].rstrip("/"),
            language=env.get("LANGUAGE", "en"),
            flap_seconds=60 * float(env.get("FLAP_MINUTES", "10")),
            shards=int(env.get("SHARDS", "1")),
        )


class Services:
    """The clients of one function instance. Those of queue and topic are made when first used.

    `clock` returns epoch seconds, `sleep` waits; they are here so that tests need not wait for a claim to run out.
    """

    def __init__(
        self,
        settings: Settings,
        session: botocore.session.Session | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.sleep = sleep
        self._session = session or botocore.session.get_session()
        self.dynamodb = DynamoDB(self._session)
        self._clients: dict[str, Any] = {}

    def send(self, messages: Iterable[Publish]) -> None:
        """Send messages to the alerts queue. Raises ConnectionError if SQS refuses some: others are sent."""
        bodies = [message.body() for message in messages]
        for at in range(0, len(bodies), _MESSAGES_A_CALL):
            entries = [
                {"Id": str(number), "MessageBody": body}
                for number, body in enumerate(bodies[at : at + _MESSAGES_A_CALL])
            ]
            answer = self._client("sqs").send_message_batch(QueueUrl=self.settings.queue_url, Entries=entries)
            if failed := answer.get("Failed"):
                raise ConnectionError(f"SQS refused {len(failed)} messages: {failed[0].get('Message')}")

    def postpone(self, receipt: str, seconds: float) -> None:
        """Have a message that was received come again after some seconds (12 hours at most)."""
        self._client("sqs").change_message_visibility(
            QueueUrl=self.settings.queue_url, ReceiptHandle=receipt, VisibilityTimeout=round(seconds)
        )

    def publish(self, message: dict[str, Any]) -> str:
        """Publish a message on the topic; return its id."""
        answer = self._client("sns").publish(TopicArn=self.settings.topic_arn, **message)
        identifier: str = answer["MessageId"]
        return identifier

    def _client(self, name: str) -> Any:
        if name not in self._clients:
            self._clients[name] = make_client(self._session, name)
        return self._clients[name]
