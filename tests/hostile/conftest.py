"""Fixtures of the hostile tests."""

import pytest

from tests.hostile.world import World
from tests.two_engines import Engine, dynamodb_local_engine, ministack_engine

__all__ = ["dynamodb_local_engine", "ministack_engine"]


@pytest.fixture(params=["ministack_engine", "dynamodb_local_engine"])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> World:
    """The functions on either engine."""
    return _world(request.getfixturevalue(request.param), monkeypatch)


@pytest.fixture
def ministack_world(ministack_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    """The functions on MiniStack alone."""
    return _world(ministack_engine, monkeypatch)


def _world(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    engine.let_in(monkeypatch)
    return World(engine, monkeypatch.setenv)
