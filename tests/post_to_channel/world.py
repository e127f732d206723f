"""Post-To-Channel's own code on a real table, queues, secrets and a webhook."""

import json
from datetime import UTC
from functools import cache
from typing import Any

from post_to_channel.handler import take_messages
from post_to_channel.services import Services, Settings
from stock.dynamodb import DynamoDB
from stock.levels import Event, Level
from telling.alert_message import Head, Line, messages
from telling.channel import Channel, Kind
from telling.language import Texts
from tests.alerts.world import Crash, Crasher
from tests.engines import client
from tests.post_to_channel.webhook import Webhook
from tests.two_engines import Engine

_MOST_DELIVERIES = 20
"""As maxReceiveCount in template.yaml."""


@cache
def _ssm(endpoint: str) -> Any:
    return client("ssm", endpoint)


class Instance(Services):
    """The clients of one instance of the function."""

    def __init__(self, world: "World") -> None:
        super().__init__(world.settings, world.engine.session)
        self._world = world
        self._clients = {"sqs": world.engine.sqs, "ssm": _ssm(world.engine.endpoint)}
        self.dynamodb = DynamoDB(world.engine.session, threads=1)

    def postpone(self, receipt: str, seconds: float) -> None:  # noqa: ARG002
        assert 0 <= seconds <= 43_200, "SQS hides a message for 12 hours at most"
        self._world.pauses.append(seconds)


class World:
    """Channels whose webhooks are all one server, and the queues."""

    def __init__(self, engine: Engine, hook: Webhook) -> None:
        self.engine, self.hook = engine, hook
        self.queue, self.failed = engine.new_queue(), engine.new_queue()
        self.settings = Settings(f"{engine.prefix}Channels", self.queue, self.failed, "/test/channels/")
        self.crasher = Crasher()
        self.pauses: list[float] = []
        self.services = Instance(self)
        for row in engine.dynamodb.scan(TableName=self.settings.channels)["Items"]:
            engine.dynamodb.delete_item(TableName=self.settings.channels, Key={"Channel": row["Channel"]})

    def channel(self, kind: Kind, path: str = "/secret", **alerts: Any) -> Channel:
        """Set up a channel that wants alerts: of what `alerts` say, or all."""
        url = self.hook.address + path
        named = Channel.at(kind, url)
        channel = Channel(named.id, kind, named.host, named.tail, alerts=True, **alerts)
        self.engine.dynamodb.put_item(TableName=self.settings.channels, Item=channel.item())
        name = self.settings.secrets + channel.id
        _ssm(self.engine.endpoint).put_parameter(Name=name, Value=url, Type="SecureString", Overwrite=True)
        return channel

    def deliver(self, body: str, number: int = 1) -> bool:
        """Deliver a message once; return whether it is done."""
        attributes = {"ApproximateReceiveCount": str(number)}
        record = {"messageId": "1", "receiptHandle": "1", "attributes": attributes, "body": body}
        with self.crasher.invocation(of_stream=False):
            return not take_messages(self.services, [record])["batchItemFailures"]

    def deliver_until_done(self, body: str) -> None:
        """Deliver a message, and all that come of it, again if they failed or crashed."""
        for number in range(1, _MOST_DELIVERIES + 1):
            try:
                if self.deliver(body, number):
                    break
            except Crash:
                continue
        else:
            raise AssertionError(f"delivered too often: {body}")
        for message in self.take(self.queue):
            self.deliver_until_done(message["Body"])

    def take(self, queue: str) -> list[dict[str, Any]]:
        """Take what is in a queue."""
        found: list[dict[str, Any]] = []
        while messages := self.engine.sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                found.append(message)
                self.engine.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return found


def alert(items: list[str], store: str = "Berlin", event: Event = Event.OUT_OF_STOCK) -> str:
    """What SNS puts into the queue when items ran out."""
    head = Head(store, event, "2026-11-26T06:30:00.000Z", UTC, None, "https://onhand.example", ("north",))
    lines = [Line(f"key of {item}", item, 0, 12, Level.OUT) for item in items]
    ((message, _),) = messages(head, lines, Texts.load("en"))
    body: str = json.loads(message["Message"])["default"]
    return body
