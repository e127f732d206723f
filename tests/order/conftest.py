"""Fixtures of the order tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from load_inventory.services import Services
from tests.order.emulator import emulator, make_services


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Services, str]]:
    """Load-Inventory's services on real tables, a bucket and a queue; and the bucket's name."""
    folder: Path = tmp_path_factory.mktemp("emulator")
    with emulator(folder) as endpoint:
        yield make_services(endpoint, part_rows=4, snapshot_remove_limit=1.0)
