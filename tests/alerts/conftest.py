"""Fixtures of the alert tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.alerts.world import Engine, World
from tests.engines import AWS, client, create_tables, ministack

PREFIX = "Alerts-test-"

NewWorld = Callable[..., World]


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A MiniStack with the tables of the template, for these tests alone."""
    with ministack() as endpoint, pytest.MonkeyPatch.context() as patch:
        for name, value in AWS.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        create_tables(client("dynamodb", endpoint), PREFIX, ("Inventory", "Stores", "Uploads", "Alerts"))
        yield Engine(endpoint, PREFIX)


@pytest.fixture
def new_world(engine: Engine) -> Iterator[NewWorld]:
    """Makes worlds: each has a store, queues and a topic of its own."""
    with ExitStack() as stack:

        def make(flap_seconds: float = 0) -> World:
            world = World(engine, flap_seconds)
            stack.enter_context(world.crasher.installed())
            return world

        yield make
