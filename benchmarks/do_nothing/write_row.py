"""The least that a function can do with an upload: put its first row into the table."""

import json
import os
from typing import Any
from urllib.parse import unquote_plus

import boto3

_s3, _dynamodb = boto3.client("s3"), boto3.client("dynamodb")


def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Take messages of the queue, each with S3's notification of one file."""
    for message in event["Records"]:
        for record in json.loads(message["body"]).get("Records", []):  # S3's test event has none
            file = record["s3"]
            body = _s3.get_object(Bucket=file["bucket"]["name"], Key=unquote_plus(file["object"]["key"]))["Body"]
            store, item, count = body.read().decode().splitlines()[1].split(",")
            _dynamodb.put_item(
                TableName=os.environ["INVENTORY_TABLE"],
                Item={"Store": {"S": store}, "Item": {"S": item}, "Count": {"N": count}},
            )
    return {"batchItemFailures": []}
