"""Fixtures of the alert tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.alerts.world import World
from tests.two_engines import Engine, dynamodb_local_engine, ministack_engine

__all__ = ["dynamodb_local_engine", "ministack_engine"]

NewWorld = Callable[..., World]


@pytest.fixture(params=["MiniStack", "DynamoDB Local"])
def new_world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewWorld]:
    """Makes worlds on both engines: each has a store, queues and a topic of its own."""
    name = "ministack_engine" if request.param == "MiniStack" else "dynamodb_local_engine"
    yield from _worlds(request.getfixturevalue(name), monkeypatch)


@pytest.fixture
def new_ministack_world(ministack_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewWorld]:
    """Makes worlds on MiniStack alone."""
    yield from _worlds(ministack_engine, monkeypatch)


def _worlds(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewWorld]:
    engine.let_in(monkeypatch)
    with ExitStack() as stack:

        def make(flap_seconds: float = 0) -> World:
            # One engine without shards, the other one with many.
            world = World(engine, flap_seconds, shards=1 if engine.is_local else 16)
            stack.enter_context(world.crasher.installed())
            return world

        yield make
