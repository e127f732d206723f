"""Check-Stock's own code on real tables, queues and a topic, with a clock and crashes of the test's.

Queues and topic are MiniStack's, the tables those of MiniStack or of DynamoDB Local. Time is the test's, so it is kept
here when a message becomes visible again: the queue itself hides it, once received, until it is deleted.

The stream is not the emulator's: that one repeats a failed batch for ever and never splits it (docs/alerts.md). The
records here are made by hand, as AWS documents them, and delivered in the ways in which AWS may deliver them.
"""

import itertools
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from botocore.httpsession import URLLib3Session

from check_stock.handler import take_messages
from check_stock.invocation import Invocation
from check_stock.record_changes import record
from check_stock.services import Services, Settings
from stock.acknowledgements import Kind, key_of
from stock.order_token import event_time
from stock.queue_and_topic import Message
from stock.shards import name_of, of_store, upload_scopes
from tests.two_engines import Engine

Records = list[dict[str, Any]]

_RUN_SECONDS = 60
"""How long an invocation may run, as template.yaml says."""
_VISIBILITY_SECONDS = 360
"""After how long a message comes again whose invocation crashed."""
_MOST_DELIVERIES = 40
"""Fewer than maxReceiveCount in template.yaml: no story comes near the dead-letter queue."""
LABEL = "2026-11-01T08:00:00.000"
"""The label of the table's stream."""


class Crash(BaseException):
    """The invocation ends here: not an error that code may handle, the process is gone."""


class Crasher:
    """Ends an invocation at its k-th call of AWS, before the call is sent or after it was answered.

    Or lets something else happen before that call (`meanwhile`), such as another invocation.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.of_stream: list[bool] = []
        self.at: tuple[int, str] | None = None
        self.meanwhile: tuple[int, Callable[[], None]] | None = None
        self._armed = self._of_stream = self._aside = False
        self._send = URLLib3Session.send

    @contextmanager
    def invocation(self, of_stream: bool) -> Iterator[None]:
        """Count the calls in here, and crash at the one that `at` names; once."""
        self._armed, self._of_stream = True, of_stream
        try:
            yield
        finally:
            self._armed = False

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Stand between botocore and the network."""
        crasher = self

        def send(session: URLLib3Session, request: Any) -> Any:
            return crasher.send(session, request)

        with mock.patch.object(URLLib3Session, "send", send):
            yield

    def send(self, session: URLLib3Session, request: Any) -> Any:
        """Send a request, or crash."""
        if not self._armed or self._aside:
            return self._send(session, request)
        self.calls.append(_name(request))
        self.of_stream.append(self._of_stream)
        if self.meanwhile and self.meanwhile[0] == len(self.calls):
            self._let_happen(self.meanwhile[1])
        if self.at == (len(self.calls), "before"):
            self.at = None
            raise Crash(f"before {self.calls[-1]}")
        answer = self._send(session, request)
        if self.at == (len(self.calls), "after"):
            self.at = None
            raise Crash(f"after {self.calls[-1]}")
        return answer

    def _let_happen(self, something: Callable[[], None]) -> None:
        """Let something happen whose own calls do not count."""
        self.meanwhile, of_stream = None, self._of_stream
        self._aside = True
        something()
        self._aside, self._armed, self._of_stream = False, True, of_stream


def passes(record: dict[str, Any]) -> bool:
    """Whether the filters of template.yaml let a record through to Check-Stock."""
    images = [record["dynamodb"].get(name, {}) for name in ("NewImage", "OldImage")]
    is_short = any("S" in image.get("Short", {}) or image.get("Count", {}).get("N") == "0" for image in images)
    return is_short or record["eventName"] in ("INSERT", "REMOVE")


def _name(request: Any) -> str:
    target = request.headers.get("X-Amz-Target", b"")
    name = (target if isinstance(target, str) else target.decode()).rpartition(".")[2]
    if name != "BatchExecuteStatement":
        return name or "PublishToTopic"
    statement = json.loads(request.body)["Statements"][0]
    return f"{statement['Statement'].split()[0]} {_subject(statement)}"


def _subject(statement: dict[str, Any]) -> str:
    words = statement["Statement"]
    return "Claim" if 'SET "Claim"' in words else "Published" if '"PublishedAlert"' in words else "Alerts"


class Instance(Services):
    """The clients of one instance of the function; the world knows when a postponed message is visible again."""

    def __init__(self, world: "World", settings: Settings) -> None:
        super().__init__(settings, world.engine.session, clock=world.now, sleep=world.sleep)
        self._world = world
        self._clients = {"sqs": world.engine.sqs, "sns": world.engine.sns}

    def send(self, messages: Iterable[Message]) -> None:
        messages = list(messages)
        assert not (messages and self._world.publishing), "who publishes sends no messages: that would be a chain"
        super().send(messages)

    def postpone(self, receipt: str, seconds: float) -> None:
        assert 1 <= seconds <= 43_200, "SQS hides a message for 12 hours at most"
        super().postpone(receipt, 43_200)
        self._world.postponed[receipt] = self._world.now() + seconds


@dataclass
class Delivery:
    """A message in the queue: when it is visible, and how often it was delivered."""

    message: dict[str, Any]
    visible_at: float
    count: int = 0


class World:
    """Tables, queues and a topic of one engine, and what happened in them. `now` is the clock of all invocations."""

    def __init__(self, engine: Engine, flap_seconds: float = 0, shards: int = 1) -> None:
        self.engine = engine
        self.dynamodb, self.sqs = engine.dynamodb, engine.sqs
        self.queue, (self.topic, self.inbox) = engine.new_queue(), engine.new_topic()
        self.settings = Settings(
            inventory=f"{engine.prefix}Inventory",
            stores=f"{engine.prefix}Stores",
            uploads=f"{engine.prefix}Uploads",
            alerts=f"{engine.prefix}Alerts",
            acknowledgements=f"{engine.prefix}Acknowledgements",
            queue_url=self.queue,
            topic_arn=self.topic,
            dashboard_url="https://example.com",
            flap_seconds=flap_seconds,
            shards=shards,
        )
        self.late = 0.0
        self.crasher = Crasher()
        self.store = uuid.uuid4().hex[:8]
        self.queued: dict[str, Delivery] = {}
        self.postponed: dict[str, float] = {}
        self.publishing = False
        self._numbers = itertools.count(1)
        self._rows: dict[str, dict[str, Any]] = {}
        self.services = self.new_instance()

    def new_instance(self, topic: str | None = None) -> Services:
        """Return another instance of the function."""
        return Instance(self, replace(self.settings, topic_arn=topic or self.topic))

    def now(self) -> float:
        """The time."""
        return time.time() + self.late

    def sleep(self, seconds: float) -> None:
        """Wait: the time passes, but not the test's."""
        self.late += seconds

    # ---- What happens in a store ---------------------------------------------------------------------------------

    def row(self, item: str, count: int | str, token: str | None, short: str | None = None) -> dict[str, Any]:
        """A row of the Inventory table. Without a token it was written by hand; a count that is a text, too."""
        row = {"Store": {"S": self.store}, "Item": {"S": item}}
        row["Count"] = {"N": str(count)} if isinstance(count, int) or count.replace(".", "").isdigit() else {"S": count}
        if token:
            row["AsOf"] = {"S": token}
        if not short:
            return row
        shard = of_store(short, self.store, self.settings.shards)
        return row | {"Short": {"S": shard}, "Since": {"S": event_time(token or self.token())}}

    def ledger(self, token: str, state: str, **moved: int) -> None:
        """Note an upload in the ledger, and how many rows of the store it moved, by event."""
        scope = upload_scopes(token, self.settings.shards)[0]
        names = {"Scope": scope, "Token": token, "State": state, "Key": "uploads/today.csv"}
        self.dynamodb.put_item(
            TableName=self.settings.uploads, Item={name: {"S": value} for name, value in names.items()}
        )
        if moved:
            counts = {event: {"N": str(count)} for event, count in moved.items()}
            key = {"Scope": {"S": f"events:{self.store}"}, "Token": {"S": token}}
            self.dynamodb.put_item(TableName=self.settings.uploads, Item=key | counts)

    def change(
        self, item: str, count: int | str, token: str | None = None, short: str | None = None, quiet: bool = False
    ) -> dict[str, Any]:
        """Make a row so by an upload, and return the stream record of that."""
        row = self.row(item, count, token or self.token(), short)
        return self.put(item, row | ({"Quiet": {"BOOL": True}} if quiet else {}))

    def by_hand(self, item: str, count: int | str | None) -> dict[str, Any]:
        """Write a row as somebody else would, and return the stream record of that."""
        row = self.row(item, 0 if count is None else count, None)
        return self.put(item, {name: value for name, value in row.items() if count is not None or name != "Count"})

    def put(self, item: str, new: dict[str, Any]) -> dict[str, Any]:
        """Write a row, and return the stream record of that."""
        old, self._rows[item] = self._rows.get(item), new
        self.dynamodb.put_item(TableName=self.settings.inventory, Item=new)
        return self._record(item, old, new)

    def delist(self, item: str) -> dict[str, Any]:
        """Delete a row, and return the stream record of that."""
        return self._record(item, self.forget(item), None)

    def forget(self, item: str) -> dict[str, Any]:
        """Delete a row so that no record of it comes down the stream, and return the row."""
        key = {"Store": {"S": self.store}, "Item": {"S": item}}
        self.dynamodb.delete_item(TableName=self.settings.inventory, Key=key)
        return self._rows.pop(item)

    def say(self, alert: dict[str, Any], kind: Kind, days: int = 0) -> None:
        """Have somebody say something of an alert's item: it is ordered, or to be left alone, for so many days."""
        until = datetime.fromtimestamp(self.now() + days * 86_400, UTC).date().isoformat()
        said = {"Store": self.store, "Alert": key_of(alert["Item"]), "Kind": kind, "Of": alert["Alert"], "Until": until}
        row = {name: {"S": value} for name, value in said.items()}
        self.dynamodb.put_item(TableName=self.settings.acknowledgements, Item=row)

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows of the store, by item."""
        return self._rows

    def _record(self, item: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
        images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
        return {
            "eventSource": "aws:dynamodb",
            "eventSourceARN": f"arn:aws:dynamodb:us-east-1:000000000000:table/Inventory/stream/{LABEL}",
            "eventName": "REMOVE" if new is None else "MODIFY" if old else "INSERT",
            "dynamodb": {
                "ApproximateCreationDateTime": int(self.now()),
                "SequenceNumber": str(10**20 + next(self._numbers)),
                "Keys": {"Store": {"S": self.store}, "Item": {"S": item}},
                **images,
            },
        }

    def token(self) -> str:
        """An order token of now."""
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(self.now()))
        return f"{stamp}.000Z-{next(self._numbers):018X}-1a2b"

    # ---- What AWS does -------------------------------------------------------------------------------------------

    def deliver(self, records: Records, services: Services | None = None) -> None:
        """Deliver a batch of the stream, if the filters of template.yaml let something of it through."""
        wanted = [each for each in records if passes(each)]
        with self.crasher.invocation(of_stream=True):
            record(services or self.services, wanted)

    def stream(self, records: Records, retry: str = "whole") -> None:
        """Deliver records as an event source mapping does: until it succeeds; after a crash whole or bisected."""
        try:
            self.deliver(records)
        except Crash:
            self.late += 1
            half = len(records) // 2
            for part in (records[:half], records[half:]) if retry == "bisected" else (records,):
                if part:
                    self.deliver(part)

    def messages(self) -> list[dict[str, Any]]:
        """What of the queue is visible, ten messages at most; it stays there, until deleted."""
        while found := self.sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=43_200
        ).get("Messages"):
            self.queued |= {message["MessageId"]: Delivery(message, self.now()) for message in found}
        visible = [each.message for each in self.queued.values() if each.visible_at <= self.now()][:10]
        for message in visible:
            self.postponed.pop(message["ReceiptHandle"], None)
        return visible

    def ask(self, body: str) -> None:
        """Send a message to the alerts queue."""
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def invoke(self, messages: list[dict[str, Any]], services: Services | None = None) -> Invocation:
        """Invoke Check-Stock with messages, and delete what it has done."""
        # Another invocation may have been given the same message, and have deleted it.
        deliveries = [self.queued.get(message["MessageId"], Delivery(message, 0)) for message in messages]
        for delivery in deliveries:
            delivery.count += 1
            assert delivery.count < _MOST_DELIVERIES, f"delivered too often: {delivery.message['Body']}"
        records = [
            {
                "eventSource": "aws:sqs",
                "messageId": delivery.message["MessageId"],
                "receiptHandle": delivery.message["ReceiptHandle"],
                "attributes": {"ApproximateReceiveCount": str(delivery.count)},
                "body": delivery.message["Body"],
            }
            for delivery in deliveries
        ]
        invocation = Invocation(uuid.uuid4().hex, self.now() + _RUN_SECONDS)
        self.publishing = not any("recheck" in message["Body"] for message in messages)
        try:
            with self.crasher.invocation(of_stream=False):
                answer = take_messages(services or self.services, records, invocation)
        finally:
            self.publishing = False
        again = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        gone = Delivery({}, 0)
        for message in messages:
            name, receipt = message["MessageId"], message["ReceiptHandle"]
            if name in again and name in self.queued:  # two invocations may have had the same message
                self.queued[name].visible_at = self.postponed.get(receipt, self.now() + _VISIBILITY_SECONDS)
            elif name not in again and self.queued.pop(name, gone) is not gone:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=receipt)
        return invocation

    def drain(self, rounds: int = 30) -> None:
        """Invoke Check-Stock until nothing in the queue becomes visible soon. Between two deliveries time passes."""
        for _ in range(rounds):
            if messages := self.messages():
                with suppress(Crash):
                    self.invoke(messages)
            elif not any(each.visible_at <= self.now() + 2 * _RUN_SECONDS for each in self.queued.values()):
                return
            self.late += 2 * _RUN_SECONDS
        raise AssertionError("the queue does not get empty")

    def pass_time(self, seconds: float) -> None:
        """Let time pass; messages become visible again."""
        self.late += seconds
        self.drain()

    # ---- What came of it -----------------------------------------------------------------------------------------

    def received(self) -> list[dict[str, Any]]:
        """What the subscriber received since the last time: the JSON of each message."""
        found = []
        while messages := self.sqs.receive_message(QueueUrl=self.inbox, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=self.inbox, ReceiptHandle=message["ReceiptHandle"])
        return found

    def told(self) -> Counter[tuple[str, str]]:
        """How often the subscriber was told of each (event, item) since the last time."""
        return Counter((message["event"], item["item"]) for message in self.received() for item in message["items"])

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts of the store in the log; a key of an index without its shard."""
        answer = self.dynamodb.query(
            TableName=self.settings.alerts,
            KeyConditionExpression="#s=:s",
            ExpressionAttributeNames={"#s": "Store"},
            ExpressionAttributeValues={":s": {"S": self.store}},
            ConsistentRead=True,
        )
        found = [{name: next(iter(value.values())) for name, value in row.items()} for row in answer["Items"]]
        return [row | {name: name_of(row[name]) for name in ("Log", "Open") if name in row} for row in found]
