"""The story of a post: Post-To-Channel shares an alert out to two channels, and posts it in each."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from telling.channel import Kind
from tests import engines
from tests.faults.invoker import Invoker, invoking
from tests.faults.queue import Queue
from tests.faults.wire import wire
from tests.post_to_channel.webhook import Webhook, webhook
from tests.post_to_channel.world import World, alert
from tests.two_engines import Engine

_VISIBILITY_SECONDS = 360


@dataclass
class Posting:
    """Two channels that want all alerts."""

    invoker: Invoker
    hook: Webhook
    queue: Queue
    failed: Queue
    told: frozenset[str] = frozenset({"/a", "/b"})
    announces: frozenset[str] = frozenset({"SendMessageBatch", "POST /"})
    notes: frozenset[str] = frozenset()

    def play(self) -> Counter[str]:
        """Let SNS announce an alert, and count the posts in each channel; none is given up."""
        self.queue.take()
        self.hook.posted()
        self.queue.put(alert(["tea"]))
        self.invoker.plan.step = "messages"
        self.invoker.deliver("Post-To-Channel", self.queue)
        self.invoker.plan.step = ""
        assert self.failed.take() == []
        return Counter(path for path, _ in self.hook.posts)


@contextmanager
def posting(dynamodb: str, aws: str, number: int) -> Iterator[Posting]:
    """Make the story in running engines; as `chain`."""
    os.environ |= engines.AWS | {"AWS_ENDPOINT_URL": aws, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb}
    engine = Engine(aws, dynamodb, f"faults{number}-")
    engines.create_tables(engine.dynamodb, engine.prefix)
    with webhook() as hook:
        world = World(engine, hook)
        settings = {
            "CHANNELS_QUEUE_URL": world.queue,
            "FAILED_POSTS_QUEUE_URL": world.failed,
            "CHANNEL_SECRETS": world.settings.secrets,
        }
        with (
            invoking(["Post-To-Channel"], dynamodb, aws, engine.prefix, settings, _VISIBILITY_SECONDS) as invoker,
            wire(hook.address, invoker.plan) as before_hook,
        ):
            hook.address = before_hook
            for path in ("/a", "/b"):
                world.channel(Kind.SLACK, path)
            sqs = engine.sqs
            yield Posting(invoker, hook, Queue(sqs, world.queue), Queue(sqs, world.failed))
