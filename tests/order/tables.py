"""Tables, a bucket and a queue for the tests of this folder, without the deployed functions."""

import os
from typing import Any

import botocore.session

from load_inventory.services import Services, Settings
from tests.engines import AWS, client, create_tables


def make_services(endpoint: str, **settings: Any) -> tuple[Services, str]:
    """Make tables, a bucket and a queue; return Load-Inventory's services with them, and the bucket."""
    os.environ |= AWS | {"AWS_ENDPOINT_URL": endpoint}
    create_tables(client("dynamodb", endpoint), "")
    s3, sqs = client("s3", endpoint), client("sqs", endpoint)
    s3.create_bucket(Bucket="uploads")
    s3.put_bucket_versioning(Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
    url = sqs.create_queue(QueueName="uploads")["QueueUrl"]
    names = Settings("Inventory", "Stores", "Uploads", url, **settings)
    return Services(names, botocore.session.get_session(), threads=1), "uploads"
