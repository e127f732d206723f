"""Fixtures of the catalogue's tests."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests import engines
from tests.catalogue.world import World


@pytest.fixture(scope="session", params=["MiniStack", "DynamoDB Local"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an engine."""
    with ExitStack() as stack:
        if request.param == "MiniStack":
            yield stack.enter_context(engines.ministack())
            return
        try:
            yield stack.enter_context(engines.dynamodb_local())
        except engines.NoJavaError as error:
            pytest.skip(str(error))


@pytest.fixture
def world(engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world with an empty catalogue."""
    for name, value in (engines.AWS | {"AWS_ENDPOINT_URL": engine, "AWS_ENDPOINT_URL_DYNAMODB": engine}).items():
        monkeypatch.setenv(name, value)
    it = World(engine)
    with it.crasher.installed():
        yield it
