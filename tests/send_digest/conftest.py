"""Fixtures of Send-Digest's tests."""

from collections.abc import Callable, Iterator

import pytest

from tests.morning_world import worlds
from tests.send_digest.world import World
from tests.two_engines import dynamodb_local_engine, ministack_engine

__all__ = ["dynamodb_local_engine", "ministack_engine"]

NewWorld = Callable[[], World]


@pytest.fixture(params=["MiniStack", "DynamoDB Local"])
def new_world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewWorld]:
    """Makes worlds on both engines: tables that are empty at first, a queue and a topic of its own."""
    # One engine without shards, the other one with two: each is read by calls of its own.
    with worlds(request, monkeypatch, lambda engine: World(engine, 2 if engine.is_local else 1)) as new:
        yield new
