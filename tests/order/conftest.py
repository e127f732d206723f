"""Fixtures of the order tests."""

from collections.abc import Iterator

import pytest

from load_inventory.services import Services
from tests.engines import ministack
from tests.order.shop import Shop
from tests.order.tables import make_services


@pytest.fixture(scope="session")
def world() -> Iterator[tuple[Services, str]]:
    """Load-Inventory's services on real tables, a bucket and a queue; and the bucket's name."""
    with ministack() as endpoint:
        yield make_services(endpoint, part_rows=4, snapshot_remove_limit=1.0)


@pytest.fixture
def shop(world: tuple[Services, str]) -> Shop:
    """A store that no other test has."""
    return Shop(*world)
