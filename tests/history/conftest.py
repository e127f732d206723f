"""Fixtures of the history tests."""

from collections.abc import Iterator

import pytest

from tests import engines
from tests.history.world import World


@pytest.fixture(scope="session")
def engine(dynamodb: str) -> str:
    """The address of an engine that has the two tables."""
    engines.create_tables(engines.client("dynamodb", dynamodb), "", ("Inventory", "History"))
    return dynamodb


@pytest.fixture
def world(engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Stores that no other test has."""
    for name, value in (engines.AWS | {"AWS_ENDPOINT_URL": engine, "AWS_ENDPOINT_URL_DYNAMODB": engine}).items():
        monkeypatch.setenv(name, value)
    it = World(engine)
    with it.crasher.installed():
        yield it
