"""Check-Stock's own code on real tables, queues and a topic (MiniStack's), with a clock and crashes of the test's.

The stream is not the emulator's: that one repeats a failed batch for ever and never splits it (docs/alerts.md). The
records here are made by hand, as AWS documents them, and delivered in the ways in which AWS may deliver them.
"""

import itertools
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from unittest import mock

import botocore.session
from botocore.httpsession import URLLib3Session

from check_stock.changes import change_of_record
from check_stock.handler import take_messages
from check_stock.record import record
from check_stock.say import Turn
from check_stock.services import Services, Settings
from stock.order_token import event_time
from tests.engines import client

Records = list[dict[str, Any]]

_RUN_SECONDS = 60
"""How long an invocation may run, as template.yaml says."""


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


def _name(request: Any) -> str:
    target = request.headers.get("X-Amz-Target", b"")
    name = (target if isinstance(target, str) else target.decode()).rpartition(".")[2]
    if name != "BatchExecuteStatement":
        return name or "Publish"
    statement = json.loads(request.body)["Statements"][0]
    return f"{statement['Statement'].split()[0]} {_subject(statement)}"


def _subject(statement: dict[str, Any]) -> str:
    words = statement["Statement"]
    return "Claim" if 'SET "Claim"' in words else "Said" if '"SaidAt"' in words else "Alerts"


class Engine:
    """One emulator, and the clients for it: they take long to make, so all worlds share them."""

    def __init__(self, endpoint: str, prefix: str) -> None:
        self.prefix = prefix
        self.session = botocore.session.get_session()
        self.dynamodb, self.sqs, self.sns = (client(name, endpoint) for name in ("dynamodb", "sqs", "sns"))


class Instance(Services):
    """The clients of one instance of the function; a delayed message is kept by the world until its time."""

    def __init__(self, world: "World", settings: Settings) -> None:
        super().__init__(settings, world.engine.session, clock=world.now, sleep=world.sleep)
        self._world = world
        self._clients = {"sqs": world.engine.sqs, "sns": world.engine.sns}

    def send(self, bodies: list[dict[str, Any]], delay: float = 0) -> None:
        if delay >= 1:
            self._world.delayed += [(self._world.now() + delay, body) for body in bodies]
        else:
            super().send(bodies)


class World:
    """Tables, queues and a topic of one engine, and what happened in them. `now` is the clock of all invocations."""

    def __init__(self, engine: Engine, flap_seconds: float = 0) -> None:
        self.engine = engine
        self.dynamodb, self.sqs = engine.dynamodb, engine.sqs
        self.topic = engine.sns.create_topic(Name="NoStock" + uuid.uuid4().hex)["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
        self.inbox = self.sqs.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        engine.sns.subscribe(
            TopicArn=self.topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
        )
        self.settings = Settings(
            inventory=f"{engine.prefix}Inventory",
            stores=f"{engine.prefix}Stores",
            uploads=f"{engine.prefix}Uploads",
            alerts=f"{engine.prefix}Alerts",
            queue_url=self.queue,
            topic_arn=self.topic,
            dashboard_url="https://example.com",
            flap_seconds=flap_seconds,
        )
        self.late = 0.0
        self.crasher = Crasher()
        self.store = uuid.uuid4().hex[:8]
        self.delayed: list[tuple[float, dict[str, Any]]] = []
        self._numbers = itertools.count(1)
        self._levels: dict[str, dict[str, Any]] = {}
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

    def row(self, item: str, count: int, token: str, short: str | None = None) -> dict[str, Any]:
        """A row of the Inventory table."""
        row = {"Store": {"S": self.store}, "Item": {"S": item}, "Count": {"N": str(count)}, "AsOf": {"S": token}}
        return row | ({"Short": {"S": short}, "Since": {"S": event_time(token)}} if short else {})

    def ledger(self, token: str, state: str) -> None:
        """Note an upload in the ledger."""
        names = {"Scope": "all", "Token": token, "State": state, "Key": "uploads/today.csv"}
        self.dynamodb.put_item(
            TableName=self.settings.uploads, Item={name: {"S": value} for name, value in names.items()}
        )

    def change(self, item: str, count: int, token: str | None = None, short: str | None = None) -> dict[str, Any]:
        """Make a row so, and return the stream record of that."""
        number = next(self._numbers)
        new = self.row(item, count, token or self.token(), short)
        old = self._levels.get(item)
        self._levels[item] = new
        self.dynamodb.put_item(TableName=self.settings.inventory, Item=new)
        images = {"NewImage": new} | ({"OldImage": old} if old else {})
        return {
            "eventSource": "aws:dynamodb",
            "eventName": "MODIFY" if old else "INSERT",
            "dynamodb": {
                "ApproximateCreationDateTime": int(self.now()),
                "SequenceNumber": str(10**20 + number),
                "Keys": {"Store": new["Store"], "Item": new["Item"]},
                **images,
            },
        }

    def token(self) -> str:
        """An order token of now."""
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(self.now()))
        return f"{stamp}.000Z-{next(self._numbers):018X}-1a2b"

    # ---- What AWS does -------------------------------------------------------------------------------------------

    def deliver(self, records: Records, services: Services | None = None) -> None:
        """Deliver a batch of the stream."""
        changes = [change for entry in records if (change := change_of_record(entry))]
        with self.crasher.invocation(of_stream=True):
            record(services or self.services, changes)

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
        """Receive what is in the queue; it stays there, until deleted."""
        found: list[dict[str, Any]] = self.sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=0
        ).get("Messages", [])
        return found

    def invoke(self, messages: list[dict[str, Any]], services: Services | None = None) -> None:
        """Invoke Check-Stock with messages, and delete what it has done."""
        records = [
            {"eventSource": "aws:sqs", "messageId": message["MessageId"], "body": message["Body"]}
            for message in messages
        ]
        turn = Turn(uuid.uuid4().hex, self.now() + _RUN_SECONDS)
        with self.crasher.invocation(of_stream=False):
            answer = take_messages(services or self.services, records, turn)
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in failed:
                # Two invocations may both delete it.
                with suppress(self.sqs.exceptions.ReceiptHandleIsInvalid):
                    self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])

    def drain(self, rounds: int = 20) -> None:
        """Invoke Check-Stock until the queue is empty. Between two deliveries of a message its time passes."""
        for _ in range(rounds):
            messages = self.messages()
            if not messages:
                return
            with suppress(Crash):
                self.invoke(messages)
            self.late += 2 * _RUN_SECONDS
        raise AssertionError("the queue does not get empty")

    def pass_time(self, seconds: float) -> None:
        """Let time pass; delayed messages are delivered."""
        self.late += seconds
        due = [body for at, body in self.delayed if at <= self.now()]
        self.delayed = [(at, body) for at, body in self.delayed if at > self.now()]
        for body in due:
            self.sqs.send_message(QueueUrl=self.queue, MessageBody=json.dumps(body))
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
        """The alerts of the store in the log."""
        answer = self.dynamodb.query(
            TableName=self.settings.alerts,
            KeyConditionExpression="#s=:s",
            ExpressionAttributeNames={"#s": "Store"},
            ExpressionAttributeValues={":s": {"S": self.store}},
            ConsistentRead=True,
        )
        return [{name: next(iter(value.values())) for name, value in row.items()} for row in answer["Items"]]
