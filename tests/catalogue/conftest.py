"""Fixtures of the catalogue's tests."""

from collections.abc import Iterator

import pytest

from tests import engines
from tests.catalogue.world import World


@pytest.fixture
def world(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world with an empty catalogue."""
    for name, value in (engines.AWS | {"AWS_ENDPOINT_URL_DYNAMODB": dynamodb}).items():
        monkeypatch.setenv(name, value)
    it = World(dynamodb)
    with it.crasher.installed():
        yield it
