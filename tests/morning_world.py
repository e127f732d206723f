"""What AWS does for a function that a schedule starts and a queue feeds: for the tests of Look-Ahead and Send-Digest.

It is their own code on real tables, a queue and a topic, with a clock and crashes of the test's.
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Generic, TypeVar

import pytest

from stock.dynamodb import DynamoDB
from stock.queue_and_topic import QueueAndTopic
from tests.alerts.world import Crash, Crasher
from tests.two_engines import Engine

HOUR, DAY = 3600, 86_400
_MOST_DELIVERIES = 8
"""As maxReceiveCount in template.yaml."""
_VISIBILITIES_A_RUN = 6
"""How often the time that an invocation may run a message comes again whose invocation crashed, as in template.yaml."""

_Services = TypeVar("_Services", bound=QueueAndTopic[Any])


class MorningWorld(ABC, Generic[_Services]):
    """Tables of one engine, with a queue and a topic; time passes when the test says so."""

    begins: float
    """When the tests begin, in epoch seconds."""
    run_seconds: int
    """How long an invocation may run, as template.yaml says."""
    settings: Any
    """Of the function."""
    services: _Services
    """An instance of the function."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.dynamodb, self.sqs = engine, engine.dynamodb, engine.sqs
        self.queue, (self.topic, self.inbox) = engine.new_queue(), engine.new_topic()
        self.late = 0.0
        self.crasher = Crasher()
        self.pauses: list[float] = []

    @abstractmethod
    def new_instance(self) -> _Services:
        """Return another instance of the function."""

    @abstractmethod
    def hand_out(self) -> int:
        """Do what the scheduler starts; return for how much messages were sent."""

    @abstractmethod
    def take_messages(self, services: _Services, records: list[Any], name: str, ends: float) -> dict[str, Any]:
        """Do what messages ask for."""

    def tame(self, services: _Services, **clients: Any) -> _Services:
        """Return an instance whose clients are this world's, which calls one after the other, and hides no message."""
        services._clients = {"sqs": self.sqs, "sns": self.engine.sns, **clients}
        services.dynamodb = DynamoDB(self.engine.session, threads=1)

        def postpone(_receipt: str, seconds: float) -> None:
            assert 0 <= seconds <= 43_200, "SQS hides a message for 12 hours at most"
            self.pauses.append(seconds)

        services.postpone = postpone  # type: ignore[method-assign, assignment]
        return services

    def now(self) -> float:
        """The time."""
        return self.begins + self.late

    def scheduled(self) -> int:
        """Let the scheduler start the function, until it does not crash; return for how much it sent messages."""
        while True:
            try:
                with self.crasher.invocation(of_stream=False):
                    return self.hand_out()
            except Crash:
                self.late += 15 * 60

    def asked(self) -> list[str]:
        """Take what is in the queue: the bodies of the messages."""
        return self.take(self.queue)

    def deliver(self, body: str, number: int = 1, services: _Services | None = None) -> bool:
        """Deliver a message once; return whether it is done."""
        attributes = {"ApproximateReceiveCount": str(number)}
        record = {"messageId": "1", "receiptHandle": "1", "attributes": attributes, "body": body}
        ends = self.now() + self.run_seconds
        with self.crasher.invocation(of_stream=False):
            answer = self.take_messages(services or self.services, [record], uuid.uuid4().hex, ends)
        return not answer["batchItemFailures"]

    def deliver_until_done(self, body: str) -> None:
        """Deliver a message as a queue does: again after a pause if it failed, or after a while if that crashed."""
        for number in range(1, _MOST_DELIVERIES + 1):
            try:
                if self.deliver(body, number):
                    return
                self.late += self.pauses.pop()
            except Crash:
                self.late += _VISIBILITIES_A_RUN * self.run_seconds
        raise AssertionError(f"delivered too often: {body}")

    def morning(self) -> None:
        """Let the scheduler start, and all that it asks for be done."""
        self.scheduled()
        for body in self.asked():
            self.deliver_until_done(body)

    def take(self, queue: str) -> list[str]:
        """Take what is in a queue: the bodies of the messages."""
        bodies = []
        while found := self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                bodies.append(message["Body"])
                self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def empty(self, name: str) -> None:
        """Delete what other tests left in a table, by its name in the settings."""
        table = getattr(self.settings, name)
        keys = [key["AttributeName"] for key in self.dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
        for row in self.dynamodb.scan(TableName=table)["Items"]:
            self.dynamodb.delete_item(TableName=table, Key={key: row[key] for key in keys})


_World = TypeVar("_World", bound=MorningWorld[Any])


@contextmanager
def worlds(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, make: Callable[[Engine], _World]
) -> Iterator[Callable[[], _World]]:
    """Make worlds on the engine that a fixture was asked for, `MiniStack` or `DynamoDB Local`."""
    name = "ministack_engine" if request.param == "MiniStack" else "dynamodb_local_engine"
    engine: Engine = request.getfixturevalue(name)
    engine.let_in(monkeypatch)
    with ExitStack() as stack:

        def new() -> _World:
            world = make(engine)
            stack.enter_context(world.crasher.installed())
            return world

        yield new
