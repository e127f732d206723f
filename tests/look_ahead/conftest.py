"""Fixtures of Look-Ahead's tests."""

from collections.abc import Callable, Iterator

import pytest

from tests.look_ahead.world import World
from tests.morning_world import worlds
from tests.two_engines import dynamodb_local_engine, ministack_engine

__all__ = ["dynamodb_local_engine", "ministack_engine"]

NewWorld = Callable[[], World]


@pytest.fixture(params=["MiniStack", "DynamoDB Local"])
def new_world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewWorld]:
    """Makes worlds on both engines: each has a store, a queue and a topic of its own."""
    # One engine without shards, the other one with many.
    with worlds(request, monkeypatch, lambda engine: World(engine, 16 if engine.is_local else 1)) as new:
        yield new
