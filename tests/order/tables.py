"""Tables, a bucket and a queue for the tests of this folder, without the deployed functions."""

import os
from typing import Any

import boto3
import botocore.session

from load_inventory.services import Services, Settings


def make_services(endpoint: str, **settings: Any) -> tuple[Services, str]:
    """Make tables, a bucket and a queue; return Load-Inventory's services with them, and the bucket."""
    os.environ |= {
        "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    dynamodb, s3, sqs = boto3.client("dynamodb"), boto3.client("s3"), boto3.client("sqs")
    for name, *keys in (("Inventory", "Store", "Item"), ("Stores", "Store"), ("Uploads", "Scope", "Token")):
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[{"AttributeName": key, "KeyType": "RANGE" if at else "HASH"} for at, key in enumerate(keys)],
            BillingMode="PAY_PER_REQUEST",
        )
    s3.create_bucket(Bucket="uploads")
    s3.put_bucket_versioning(Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
    url = sqs.create_queue(QueueName="uploads")["QueueUrl"]
    names = Settings("Inventory", "Stores", "Uploads", url, **settings)
    return Services(names, botocore.session.get_session(), threads=1), "uploads"
