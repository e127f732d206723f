"""A DynamoDB, an S3 and an SQS for the tests of this folder: MiniStack, without the deployed functions."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import botocore.session

from load_inventory.services import Services, Settings

_READY_SECONDS = 30


@contextmanager
def emulator(folder: Path) -> Iterator[str]:
    """Run MiniStack on a free port of 127.0.0.1; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": port, "EDGE_PORT": port, "IOT_MTLS_ENABLED": "0"}
    settings |= {"SFTP_ENABLED": "0", "LOG_LEVEL": "WARNING", "HOME": str(folder)}
    with (folder / "emulator.log").open("wb") as log:
        program = Path(sys.executable).parent / "ministack"
        process = subprocess.Popen([program], env=os.environ | settings, cwd=folder, stdout=log, stderr=log)
    try:
        _wait_for(int(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


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


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
