"""The functions' own code on MiniStack, with the tables there or in DynamoDB Local."""

import uuid

import pytest

from tests import engines
from tests.engines import client


class Engine:
    """Two emulators (or one), and the clients for them: they take long to make, so all worlds share them."""

    def __init__(self, endpoint: str, dynamodb_endpoint: str, prefix: str) -> None:
        self.endpoint, self.dynamodb_endpoint, self.prefix = endpoint, dynamodb_endpoint, prefix
        self.session = engines.session()
        self.dynamodb = client("dynamodb", dynamodb_endpoint)
        self.sqs, self.sns = client("sqs", endpoint), client("sns", endpoint)

    @property
    def is_local(self) -> bool:
        """Whether the tables are in DynamoDB Local."""
        return self.endpoint != self.dynamodb_endpoint

    def new_queue(self) -> str:
        """Make a queue; return its URL."""
        url: str = self.sqs.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
        return url

    def new_topic(self) -> tuple[str, str]:
        """Make a topic, and a queue that receives what is published on it; return its ARN, and the queue's URL."""
        topic: str = self.sns.create_topic(Name="NoStock" + uuid.uuid4().hex)["TopicArn"]
        inbox = self.new_queue()
        arn = self.sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        raw = {"RawMessageDelivery": "true"}
        self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
        return topic, inbox

    def let_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have the functions find it."""
        endpoints = {"AWS_ENDPOINT_URL": self.endpoint, "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb_endpoint}
        for name, value in (engines.AWS | endpoints).items():
            monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def ministack_engine(ministack: str) -> Engine:
    """A MiniStack with tables of the template, for the tests of the folder alone whose conftest.py imports this."""
    return _engine(ministack, ministack)


@pytest.fixture(scope="session")
def dynamodb_local_engine(ministack: str, dynamodb_local: str) -> Engine:
    """The same MiniStack, but with the tables in DynamoDB Local."""
    return _engine(ministack, dynamodb_local)


def _engine(endpoint: str, dynamodb_endpoint: str) -> Engine:
    prefix = f"{uuid.uuid4().hex[:6]}-"
    engines.create_tables(client("dynamodb", dynamodb_endpoint), prefix)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in engines.AWS.items():
            patch.setenv(name, value)
        return Engine(endpoint, dynamodb_endpoint, prefix)
