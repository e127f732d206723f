"""Fixtures of the alert tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests import engines
from tests.alerts.world import Engine, World

PREFIX = "Alerts-test-"
TABLES = ("Inventory", "Stores", "Uploads", "Alerts")

NewWorld = Callable[..., World]


@pytest.fixture(scope="session")
def ministack_engine() -> Iterator[Engine]:
    """A MiniStack with the tables of the template, for these tests alone."""
    with engines.ministack() as endpoint:
        engines.create_tables(engines.client("dynamodb", endpoint), PREFIX, TABLES)
        yield _engine(endpoint, endpoint)


@pytest.fixture(scope="session")
def dynamodb_local_engine(ministack_engine: Engine) -> Iterator[Engine]:
    """The same MiniStack, but with the tables in DynamoDB Local."""
    try:
        engines.find_java()
    except engines.NoJavaError as error:
        pytest.skip(str(error))
    with engines.dynamodb_local() as endpoint:
        engines.create_tables(engines.client("dynamodb", endpoint), PREFIX, TABLES)
        yield _engine(ministack_engine.endpoint, endpoint)


def _engine(endpoint: str, dynamodb_endpoint: str) -> Engine:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in engines.AWS.items():
            patch.setenv(name, value)
        return Engine(endpoint, dynamodb_endpoint, PREFIX)


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
    endpoints = {"AWS_ENDPOINT_URL": engine.endpoint, "AWS_ENDPOINT_URL_DYNAMODB": engine.dynamodb_endpoint}
    for name, value in (engines.AWS | endpoints).items():
        monkeypatch.setenv(name, value)
    with ExitStack() as stack:

        def make(flap_seconds: float = 0) -> World:
            # One engine without shards, the other one with many.
            world = World(engine, flap_seconds, shards=16 if engine.endpoint == engine.dynamodb_endpoint else 1)
            stack.enter_context(world.crasher.installed())
            return world

        yield make
