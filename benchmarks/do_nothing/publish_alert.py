"""The least that a function can do with a row that is out of stock: publish one message."""

import os
from typing import Any

import boto3

_sns = boto3.client("sns")


def handle(event: dict[str, Any], _context: Any) -> None:
    """Take records of the table's stream."""
    for record in event["Records"]:
        row = record["dynamodb"]["NewImage"]
        text = f"{row['Item']['S']} is out of stock in {row['Store']['S']}"
        _sns.publish(TopicArn=os.environ["TOPIC_ARN"], Subject="Out of stock", Message=text)
