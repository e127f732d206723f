"""Tables, a bucket and a queue for the tests of this folder, without the deployed functions."""

import os
from dataclasses import dataclass
from typing import Any

import botocore.session

from load_inventory.clients import Clients, Settings
from tests.engines import AWS, client, create_tables

BUCKET = "uploads"


@dataclass(frozen=True)
class World:
    """Load-Inventory's clients on real tables of an engine, a bucket and a queue."""

    engine: str
    clients: Clients
    dynamodb: Any
    streams: Any


def make_world(engine: str, dynamodb: str, aws: str, **settings: Any) -> World:
    """Make tables on the engine at address `dynamodb`, a bucket and a queue on MiniStack's at `aws`."""
    os.environ |= AWS | {"AWS_ENDPOINT_URL": aws, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb}
    prefix = f"order-{engine.split()[0]}-"
    create_tables(client("dynamodb", dynamodb), prefix)
    s3, sqs = client("s3", aws), client("sqs", aws)
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    url = sqs.create_queue(QueueName=prefix + "uploads")["QueueUrl"]
    names = [prefix + name for name in ("Inventory", "Stores", "Uploads", "ReorderPoints")]
    clients = Clients(Settings(*names, queue_url=url, **settings), botocore.session.get_session(), threads=1)
    return World(engine, clients, client("dynamodb", dynamodb), client("dynamodbstreams", dynamodb))
