"""The story of a morning: Look-Ahead forecasts what a store will run out of, and people are told of what is likely."""

import os
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from stock.messages import Gather, LookAhead
from tests import engines
from tests.faults.invoker import Invoker, invoking
from tests.faults.queue import Queue
from tests.look_ahead.test_crashes import assert_same, fill, outcome
from tests.look_ahead.world import TODAY, World
from tests.two_engines import Engine

_VISIBILITY_SECONDS = 1800


class Morning:
    """A store that sold the same every day for a month."""

    told = frozenset({"tea", "milk"})
    announces = frozenset({"Publish"})
    notes = frozenset({"BatchExecuteStatement UPDATE Alerts.State"})

    def __init__(self, world: World, invoker: Invoker) -> None:
        self.world, self.invoker = world, invoker
        self._queue = Queue(world.sqs, world.queue)
        self._expected: list[dict[str, Any]] = []

    def play(self) -> Counter[str]:
        """Let it be morning in a new store, and compare what is in the tables with what a first morning left.

        Or with what is there if its messages came twice: the sums over all stores, from which a forecast begins,
        know the store by then, as they do on the next morning.
        """
        self._begin()
        fill(self.world)
        self.world._write()
        self.invoker.late = TODAY - time.time()
        self.invoker.plan.step = "schedule"
        self.invoker.run("Look-Ahead", {"scheduled": True})
        self.invoker.plan.step = "messages"
        self.invoker.deliver("Look-Ahead", self._queue)
        self.invoker.plan.step = ""
        found = outcome(self.world)
        if not self._expected:
            for message in (Gather(), LookAhead(self.world.store)):
                self.world.sqs.send_message(QueueUrl=self.world.queue, MessageBody=message.body())
            self.invoker.deliver("Look-Ahead", self._queue)
            self._expected = [found, outcome(self.world)]
        twice = found["rates"] != pytest.approx(self._expected[0]["rates"], rel=0.01)
        assert_same(found, self._expected[twice], "after a fault")
        return self.world.told()

    def _begin(self) -> None:
        """Forget the store of the last time."""
        self._queue.take()
        self.world.told()
        self.world.store, self.world.counts = uuid.uuid4().hex[:8], {}
        for table in ("stores", "forecasts"):
            self.world.empty(table)


@contextmanager
def looking_ahead(dynamodb: str, aws: str, number: int) -> Iterator[Morning]:
    """Make the story in running engines; as `chain`."""
    os.environ |= engines.AWS | {"AWS_ENDPOINT_URL": aws, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb}
    engine = Engine(aws, dynamodb, f"faults{number}-")
    engines.create_tables(engine.dynamodb, engine.prefix)
    world = World(engine, shards=1)
    settings = {
        "LOOK_AHEAD_QUEUE_URL": world.queue,
        "NO_STOCK_TOPIC_ARN": world.topic,
        "DASHBOARD_URL": world.settings.dashboard_url,
    }
    with invoking(["Look-Ahead"], dynamodb, aws, engine.prefix, settings, _VISIBILITY_SECONDS) as invoker:
        yield Morning(world, invoker)
