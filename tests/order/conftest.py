"""Fixtures of the order tests."""

import pytest

from tests.order.shop import Shop
from tests.order.world import World, make_world

# Low enough for random files to be refused now and then.
LIMITS = {"part_rows": 4, "snapshot_remove_limit": 0.7, "zero_limit": 0.6, "zero_limit_items": 3}


@pytest.fixture(scope="session")
def world(ministack: str, dynamodb: str) -> World:
    """Tables, a bucket and a queue, with DynamoDB's API of either engine."""
    return make_world("MiniStack" if dynamodb == ministack else "DynamoDB Local", dynamodb, ministack, **LIMITS)


@pytest.fixture
def shop(world: World) -> Shop:
    """A store that no other test has."""
    return Shop(world)
