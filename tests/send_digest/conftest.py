"""Fixtures of Send-Digest's tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.send_digest.world import World
from tests.two_engines import Engine, dynamodb_local_engine, ministack_engine

__all__ = ["dynamodb_local_engine", "ministack_engine"]

NewWorld = Callable[[], World]


@pytest.fixture(params=["MiniStack", "DynamoDB Local"])
def new_world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewWorld]:
    """Makes worlds on both engines: tables that are empty at first, a queue and a topic of its own."""
    name = "ministack_engine" if request.param == "MiniStack" else "dynamodb_local_engine"
    engine: Engine = request.getfixturevalue(name)
    engine.let_in(monkeypatch)
    with ExitStack() as stack:

        def make() -> World:
            # One engine without shards, the other one with two: each is read by calls of its own.
            world = World(engine, shards=2 if engine.is_local else 1)
            stack.enter_context(world.crasher.installed())
            return world

        yield make
