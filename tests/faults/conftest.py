"""Fixtures of the fault tests: the chain of functions behind an upload, on DynamoDB Local and MiniStack."""

from collections.abc import Iterator

import pytest

from tests.faults.chain import Chain, chain
from tests.two_engines import Engine, dynamodb_local_engine, ministack_engine

__all__ = ["dynamodb_local_engine", "ministack_engine"]


@pytest.fixture(scope="module")
def story(dynamodb_local_engine: Engine) -> Iterator[Chain]:
    """Uploads and what comes of them."""
    with chain(dynamodb_local_engine.dynamodb_endpoint, dynamodb_local_engine.endpoint) as it:
        yield it
