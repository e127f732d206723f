"""One MiniStack and one DynamoDB Local for all tests of a run: what tests keep in them has names of their own."""

from collections.abc import Iterator

import pytest

from tests import engines


@pytest.fixture(scope="session")
def ministack() -> Iterator[str]:
    """The address of a MiniStack."""
    with engines.ministack() as address:
        yield address


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """The address of a DynamoDB Local; the test is skipped where there is no Java."""
    try:
        engines.find_java()
    except engines.NoJavaError as error:
        pytest.skip(str(error))
    with engines.dynamodb_local() as address:
        yield address


@pytest.fixture(scope="session", params=["MiniStack", "DynamoDB Local"])
def dynamodb(request: pytest.FixtureRequest) -> str:
    """The address of a DynamoDB API, with either engine."""
    address: str = request.getfixturevalue(request.param.lower().replace(" ", "_"))
    return address
