"""Fixtures of the order tests."""

from collections.abc import Iterator

import pytest

from tests import engines
from tests.order.shop import Shop
from tests.order.world import World, make_world


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    with engines.ministack() as address:
        yield address


@pytest.fixture(scope="session", params=["MiniStack", "DynamoDB Local"])
def world(request: pytest.FixtureRequest, aws: str) -> Iterator[World]:
    """Tables, a bucket and a queue, with DynamoDB's API of either engine."""
    if request.param == "MiniStack":
        yield make_world(request.param, aws, aws, part_rows=4, snapshot_remove_limit=0.7)
        return
    try:
        engines.find_java()
    except engines.NoJavaError as error:
        pytest.skip(str(error))
    with engines.dynamodb_local() as address:
        yield make_world(request.param, address, aws, part_rows=4, snapshot_remove_limit=0.7)


@pytest.fixture
def shop(world: World) -> Shop:
    """A store that no other test has."""
    return Shop(world)
