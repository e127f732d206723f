"""Fixtures of the capacity tests."""

import pytest

from tests import engines
from tests.capacity.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, ministack: str, dynamodb: str) -> World:
    """Tables and a bucket that no other test has."""
    for name, value in {**engines.AWS, "AWS_ENDPOINT_URL": ministack, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb}.items():
        monkeypatch.setenv(name, value)
    return World(dynamodb, ministack)
