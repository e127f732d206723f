"""The least that a function can do with an upload: put its rows into the table."""

import json
import os
from typing import Any
from urllib.parse import unquote_plus

import boto3

_ROWS_A_CALL = 25

_s3, _dynamodb = boto3.client("s3"), boto3.client("dynamodb")


def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Take messages of the queue, each with S3's notification of one file."""
    for message in event["Records"]:
        for record in json.loads(message["body"]).get("Records", []):  # S3's test event has none
            file = record["s3"]
            body = _s3.get_object(Bucket=file["bucket"]["name"], Key=unquote_plus(file["object"]["key"]))["Body"]
            rows = [line.split(",") for line in body.read().decode().splitlines()[1:]]
            for at in range(0, len(rows), _ROWS_A_CALL):
                puts: list[Any] = [
                    {"PutRequest": {"Item": {"Store": {"S": store}, "Item": {"S": item}, "Count": {"N": count}}}}
                    for store, item, count in rows[at : at + _ROWS_A_CALL]
                ]
                _dynamodb.batch_write_item(RequestItems={os.environ["INVENTORY_TABLE"]: puts})
    return {"batchItemFailures": []}
