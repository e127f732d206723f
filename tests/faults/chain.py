"""The story of a store, from its uploads to what people are told: told by the functions behind an upload."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from keep_catalogue.fold import FEWEST
from keep_catalogue.keep import keep_catalogue
from stock.attributes import item
from tests.alerts.world import passes
from tests.engines import client
from tests.faults.invoker import Invoker, invoking
from tests.faults.queue import Queue
from tests.order.deliveries import Message
from tests.order.fold import PLAIN, File, Line
from tests.order.machine import Loading
from tests.order.world import World, make_world

FUNCTIONS = ["Load-Inventory", "Check-Stock", "Keep-History"]
_VISIBILITY_SECONDS = 360
"""Of the alerts queue."""
_SETTLED_SECONDS = 700
_LIMITS = {"part_rows": 4, "snapshot_remove_limit": 0.7}


@dataclass(frozen=True)
class Chain(World):
    """Tables, a bucket, queues and a topic, and the functions that work with them."""

    invoker: Invoker
    uploads: Queue
    to_publish: Queue
    inbox: Queue
    told: frozenset[str] = frozenset({"OUT_OF_STOCK p", "LOW_STOCK q", "BACK_IN_STOCK p"})
    announces: frozenset[str] = frozenset({"Publish"})
    notes: frozenset[str] = frozenset({"BatchExecuteStatement UPDATE Alerts.Published"})

    def play(self) -> Counter[str]:
        """Tell the story with a store of its own, and compare all there is with the fold."""
        self._begin()
        story = type("Here", (Loading,), {"world": self})()
        story.begin([], False, PLAIN, {}, 1, False)
        store = f"{story.name}A"
        stock = (Line(store, "p", 5), Line(store, "q", 5, 3), Line(store, "r", 7))
        story.put(1, File(stock, points=True))
        self._settle("", story.waiting)
        # One runs out, one is low, one is rejected, one is delisted.
        story.put(2, File((Line(store, "p", 0), Line(store, "q", 2), Line(store, "s", None)), snapshot=True))
        self._settle("upload", story.waiting)
        story.withdraw(1, now=False)
        self._settle("withdrawal", story.waiting)
        self._fold()
        story.check()
        assert story._records()[2]["Withdrawal"]["M"]["Why"]["S"] == "wrong file"
        return Counter(
            f"{message['event']} {each['item']}" for message in self.inbox.take() for each in message["items"]
        )

    def _begin(self) -> None:
        """Forget what another story has left, if it ended early."""
        self.invoker.late = 0
        for queue in (self.uploads, self.to_publish, self.inbox):
            queue.take()
        if "Keep-History" in self.invoker.plan.watched:  # else it is folded when others have added enough
            store = uuid.uuid4().hex
            for number in range(FEWEST):
                keep_catalogue(self.clients.dynamodb, self.catalogue, [_delivered(store, number)])

    def _settle(self, step: str, messages: list[Message]) -> None:
        """Deliver messages of the uploads queue, and all that comes of them: a step of the story."""
        self.invoker.plan.step = step
        while messages:
            self.uploads.put(messages.pop().body)
        self.invoker.deliver("Load-Inventory", self.uploads)
        self.check_stock()
        self.invoker.plan.step = ""

    def _fold(self) -> None:
        """Have the catalogue folded, when that is worth it and what was added is old enough."""
        self.invoker.late += _SETTLED_SECONDS
        self.invoker.plan.step = "fold"
        self.invoker.run("Keep-History", {"fold": True})
        self.invoker.plan.step = ""

    def check_stock(self) -> None:
        """Deliver what came into the stream, and all that comes of it."""
        records = self.read_stream()
        if short := [record for record in records if passes(record)]:
            self.invoker.run("Check-Stock", {"Records": short})
        if records:
            self.invoker.run("Keep-History", {"Records": records})
        self.invoker.deliver("Check-Stock", self.to_publish)


@contextmanager
def chain(dynamodb: str, aws: str, number: int = 0) -> Iterator[Chain]:
    """Make a chain in running engines: DynamoDB's API at one address, all others at another one.

    `number`: of several in the same engines, each has its own.
    """
    tables = make_world(f"faults{number}", dynamodb, aws, **_LIMITS)
    sqs, sns = client("sqs", aws), client("sns", aws)
    inbox = sqs.create_queue(QueueName=f"inbox{number}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(
        TopicArn=tables.alerts.settings.topic_arn, Protocol="sqs", Endpoint=arn,
        Attributes={"RawMessageDelivery": "true"},
    )  # fmt: skip
    names, alerts = tables.clients.settings, tables.alerts.settings
    settings = {
        "UPLOADS_QUEUE_URL": names.queue_url,
        "ALERTS_QUEUE_URL": alerts.queue_url,
        "NO_STOCK_TOPIC_ARN": alerts.topic_arn,
        "DASHBOARD_URL": alerts.dashboard_url,
        "PART_ROWS": str(names.part_rows),
        "SNAPSHOT_REMOVE_LIMIT": str(names.snapshot_remove_limit),
        "KEEP_HISTORY_DAYS": str(names.keep_history_days),
        "FLAP_MINUTES": "0",
    }
    prefix = names.inventory.removesuffix("Inventory")
    with invoking(FUNCTIONS, dynamodb, aws, prefix, settings, _VISIBILITY_SECONDS) as invoker:
        yield Chain(
            **vars(tables),
            invoker=invoker,
            uploads=Queue(sqs, names.queue_url),
            to_publish=Queue(sqs, alerts.queue_url, batch=10),
            inbox=Queue(sqs, inbox),
        )


def _delivered(store: str, number: int) -> dict[str, Any]:
    """Return the record of a row that came into a store, as Lambda hands it over."""
    row = item({"Store": store, "Item": "p", "Count": number})
    body = {"Keys": item({"Store": store, "Item": "p"}), "SequenceNumber": str(number), "NewImage": row}
    return {
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:0:table/Inventory/stream/2026-11-01T08:00:00.000",
        "dynamodb": body,
    }
