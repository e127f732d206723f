"""Fixtures of the order tests."""

from collections.abc import Iterator

import pytest

from tests import engines
from tests.order.shop import Shop
from tests.order.world import World, make_world

# Low enough for random files to be refused now and then.
LIMITS = {"part_rows": 4, "snapshot_remove_limit": 0.7, "zero_limit": 0.6, "zero_limit_items": 3}


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    with engines.ministack() as address:
        yield address


@pytest.fixture(scope="session", params=["MiniStack", "DynamoDB Local"])
def world(request: pytest.FixtureRequest, aws: str) -> Iterator[World]:
    """Tables, a bucket and a queue, with DynamoDB's API of either engine."""
    if request.param == "MiniStack":
        yield make_world(request.param, aws, aws, **LIMITS)
        return
    try:
        engines.find_java()
    except engines.NoJavaError as error:
        pytest.skip(str(error))
    with engines.dynamodb_local() as address:
        yield make_world(request.param, address, aws, **LIMITS)


@pytest.fixture
def shop(world: World) -> Shop:
    """A store that no other test has."""
    return Shop(world)
