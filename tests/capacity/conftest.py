"""Fixtures of the capacity tests."""

from collections.abc import Iterator

import pytest

from tests import engines
from tests.capacity.world import World


@pytest.fixture(scope="session")
def ministack() -> Iterator[str]:
    with engines.ministack() as address:
        yield address


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    try:
        engines.find_java()
    except engines.NoJavaError as error:
        pytest.skip(str(error))
    with engines.dynamodb_local() as address:
        yield address


@pytest.fixture(params=["DynamoDB Local", "MiniStack"])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, ministack: str) -> World:
    engine = request.getfixturevalue("dynamodb_local") if request.param == "DynamoDB Local" else ministack
    for name, value in {**engines.AWS, "AWS_ENDPOINT_URL": ministack, "AWS_ENDPOINT_URL_DYNAMODB": engine}.items():
        monkeypatch.setenv(name, value)
    return World(engine, ministack)
