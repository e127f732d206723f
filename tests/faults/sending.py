"""The story of a digest: Send-Digest gathers what is out, low and will be, and mails it in the morning."""

import os
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from telling.digest import How
from tests import engines
from tests.faults.invoker import Invoker, invoking
from tests.faults.queue import Queue
from tests.send_digest.test_crashes import fill
from tests.send_digest.world import NOW, SENDER, World
from tests.two_engines import Engine

_VISIBILITY_SECONDS = 720


class Sending:
    """A store, and somebody who wants a mail each morning."""

    told = frozenset({"a mail"})
    announces = frozenset({"SendEmail"})
    notes = frozenset({"UpdateItem Digests"})

    def __init__(self, world: World, invoker: Invoker) -> None:
        self.world, self.invoker = world, invoker
        self._queue = Queue(world.sqs, world.queue)

    def play(self) -> Counter[str]:
        """Let it be morning, and count the mails; the table must say that it was sent."""
        self._queue.take()
        for table in ("digests", "stores", "inventory", "alerts", "forecasts"):
            self.world.empty(table)
        fill(self.world)
        digest = self.world.digest(How.EMAIL, f"{uuid.uuid4().hex}@example.com")
        self.invoker.late = NOW - time.time()
        self.invoker.plan.step = "schedule"
        self.invoker.run("Send-Digest", {"scheduled": True})
        self.invoker.plan.step = "message"
        self.invoker.deliver("Send-Digest", self._queue)
        self.invoker.plan.step = ""
        assert self.world.last_sent(digest), "nothing says that it was sent"
        mails = self.world.mails(digest.to)
        assert all("tea" in str(mail) and "salt" in str(mail) for mail in mails), mails
        return Counter({"a mail": len(mails)})


@contextmanager
def sending(dynamodb: str, aws: str, number: int) -> Iterator[Sending]:
    """Make the story in running engines; as `chain`."""
    os.environ |= engines.AWS | {"AWS_ENDPOINT_URL": aws, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb}
    engine = Engine(aws, dynamodb, f"faults{number}-")
    engines.create_tables(engine.dynamodb, engine.prefix)
    world = World(engine, shards=1)
    settings = {
        "DIGESTS_QUEUE_URL": world.queue,
        "CHANNELS_QUEUE_URL": world.channels_queue,
        "MORNING_TOPIC_ARN": world.topic,
        "DASHBOARD_URL": world.settings.dashboard_url,
        "DIGEST_SENDER": SENDER,
    }
    with invoking(["Send-Digest"], dynamodb, aws, engine.prefix, settings, _VISIBILITY_SECONDS) as invoker:
        yield Sending(world, invoker)
