"""Fixtures of Post-To-Channel's tests."""

from collections.abc import Iterator

import pytest

from tests.post_to_channel.webhook import Webhook, webhook
from tests.post_to_channel.world import World
from tests.two_engines import Engine, dynamodb_local_engine, ministack_engine

__all__ = ["dynamodb_local_engine", "ministack_engine"]


@pytest.fixture
def hook() -> Iterator[Webhook]:
    """A webhook."""
    with webhook() as it:
        yield it


@pytest.fixture(params=["MiniStack", "DynamoDB Local"])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, hook: Webhook) -> Iterator[World]:
    """A world on each engine."""
    name = "ministack_engine" if request.param == "MiniStack" else "dynamodb_local_engine"
    engine: Engine = request.getfixturevalue(name)
    engine.let_in(monkeypatch)
    it = World(engine, hook)
    with it.crasher.installed():
        yield it
