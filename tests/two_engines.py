"""The functions' own code on MiniStack, with the tables there or in DynamoDB Local."""

from collections.abc import Iterator
from contextlib import contextmanager

import botocore.session
import pytest

from tests import engines
from tests.engines import client


class Engine:
    """Two emulators (or one), and the clients for them: they take long to make, so all worlds share them."""

    def __init__(self, endpoint: str, dynamodb_endpoint: str, prefix: str) -> None:
        self.endpoint, self.dynamodb_endpoint, self.prefix = endpoint, dynamodb_endpoint, prefix
        self.session = botocore.session.get_session()
        self.dynamodb = client("dynamodb", dynamodb_endpoint)
        self.sqs, self.sns = client("sqs", endpoint), client("sns", endpoint)

    @property
    def is_local(self) -> bool:
        """Whether the tables are in DynamoDB Local."""
        return self.endpoint != self.dynamodb_endpoint

    def let_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have the functions find it."""
        endpoints = {"AWS_ENDPOINT_URL": self.endpoint, "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb_endpoint}
        for name, value in (engines.AWS | endpoints).items():
            monkeypatch.setenv(name, value)


@contextmanager
def on_ministack(prefix: str, tables: tuple[str, ...]) -> Iterator[Engine]:
    """A MiniStack with tables of the template."""
    with engines.ministack() as endpoint:
        engines.create_tables(client("dynamodb", endpoint), prefix, tables)
        yield _engine(endpoint, endpoint, prefix)


@contextmanager
def on_dynamodb_local(ministack: Engine, tables: tuple[str, ...]) -> Iterator[Engine]:
    """The same MiniStack, but with the tables in DynamoDB Local; the test is skipped where there is no Java."""
    try:
        engines.find_java()
    except engines.NoJavaError as error:
        pytest.skip(str(error))
    with engines.dynamodb_local() as endpoint:
        engines.create_tables(client("dynamodb", endpoint), ministack.prefix, tables)
        yield _engine(ministack.endpoint, endpoint, ministack.prefix)


def _engine(endpoint: str, dynamodb_endpoint: str, prefix: str) -> Engine:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in engines.AWS.items():
            patch.setenv(name, value)
        return Engine(endpoint, dynamodb_endpoint, prefix)
