"""Fixtures of the history tests."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests import engines
from tests.history.world import World


@pytest.fixture(scope="session", params=["MiniStack", "DynamoDB Local"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an engine that has the tables of the template."""
    with ExitStack() as stack:
        if request.param == "MiniStack":
            address = stack.enter_context(engines.ministack())
        else:
            try:
                address = stack.enter_context(engines.dynamodb_local())
            except engines.NoJavaError as error:
                pytest.skip(str(error))
        engines.create_tables(engines.client("dynamodb", address), "", ("Inventory", "History"))
        yield address


@pytest.fixture
def world(engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Stores that no other test has."""
    for name, value in (engines.AWS | {"AWS_ENDPOINT_URL": engine, "AWS_ENDPOINT_URL_DYNAMODB": engine}).items():
        monkeypatch.setenv(name, value)
    it = World(engine)
    with it.crasher.installed():
        yield it
