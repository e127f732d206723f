"""`onhand redrive`: try again what ended in the dead-letter queues."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from botocore.exceptions import ClientError

from onhand.console import console
from onhand.stack import Stack, find_stack

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

Row = tuple[str, str]
"""Store and item."""

_ITEMS_A_MESSAGE = 100
_INVISIBLE_SECONDS = 120
_PAGES = 100
_LOST = ("TrimmedDataAccessException", "ResourceNotFoundException", "ValidationException")


def redrive(
    recheck: Annotated[
        bool, typer.Option("--recheck", help="Also compare everything that is short with the alert log.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what there is.")] = False,
) -> None:
    """Try again what failed for good: uploads that could not be loaded, and alerts that could not be sent.

    Find out first why it failed (the logs of the functions say), or it will end here again. Safe to repeat.
    """
    stack = find_stack()
    outputs = stack.outputs
    if dry_run:
        console.print(f"Uploads that could not be loaded: {_depth(stack, outputs.DeadLetterQueueUrl)}")
        console.print(f"Alerts that could not be sent:    {_depth(stack, outputs.FailedAlertsQueueUrl)}")
        return
    uploads = 0
    for message in _take(stack, outputs.DeadLetterQueueUrl):
        stack.sqs.send_message(QueueUrl=outputs.UploadsQueueUrl, MessageBody=message["Body"])
        _delete(stack, outputs.DeadLetterQueueUrl, message)
        uploads += 1
    alerts, rows = _redrive_alerts(stack)
    if recheck:
        everything = set(_short_rows(stack))
        _ask(stack, everything)
        rows += len(everything)
    console.print(f"[green]✓[/] {uploads} uploads, {alerts} alerts and {rows} rows are looked at again")


def _redrive_alerts(stack: Stack) -> tuple[int, int]:
    """Redrive the queue of failed alerts; return how many messages to say something, and how many rows to look at."""
    queue = stack.outputs.FailedAlertsQueueUrl
    alerts = rows = 0
    for message in _take(stack, queue):
        body = json.loads(message["Body"])
        if "DDBStreamBatchInfo" in body:
            # Such a record has only positions in the stream. Within a day they can be read; later, everything that is
            # short, or was when it was last spoken of, is compared.
            found = _rows_of_stream(stack, body["DDBStreamBatchInfo"])
            lost = set(_short_rows(stack)) if found is None else found
            _ask(stack, lost)
            rows += len(lost)
        else:
            stack.sqs.send_message(QueueUrl=stack.outputs.AlertsQueueUrl, MessageBody=message["Body"])
            alerts += 1
        _delete(stack, queue, message)
    return alerts, rows


def _ask(stack: Stack, rows: set[Row]) -> None:
    """Have Check-Stock compare rows with what it knows of them."""
    by_store: dict[str, list[str]] = {}
    for store, item in sorted(rows):
        by_store.setdefault(store, []).append(item)
    for store, items in by_store.items():
        for at in range(0, len(items), _ITEMS_A_MESSAGE):
            body = {"recheck": {"store": store, "items": items[at : at + _ITEMS_A_MESSAGE]}}
            stack.sqs.send_message(QueueUrl=stack.outputs.AlertsQueueUrl, MessageBody=json.dumps(body))


def _rows_of_stream(stack: Stack, batch: dict[str, Any]) -> set[Row] | None:
    """The rows that a stretch of the stream speaks of, or None if the stream has forgotten it."""
    last = int(batch["endSequenceNumber"])
    rows: set[Row] = set()
    try:
        iterator = stack.streams.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        )["ShardIterator"]
        for _ in range(_PAGES):  # pages may be empty; the last one of an open shard names a next one, too
            answer = stack.streams.get_records(ShardIterator=iterator)
            for record in answer["Records"]:
                keys = record["dynamodb"]["Keys"]
                position = int(record["dynamodb"]["SequenceNumber"])
                if position <= last:
                    rows.add((keys["Store"]["S"], keys["Item"]["S"]))
                if position >= last:
                    return rows
            iterator = answer.get("NextShardIterator", "")
            if not iterator:
                break
    except ClientError as error:
        if error.response["Error"]["Code"] not in _LOST:
            raise
    return None


def _short_rows(stack: Stack) -> Iterator[Row]:
    """What is out or low by its row, and what is so by the alert log."""
    for table, index, key in (
        (stack.outputs.InventoryTable, "ShortItems", "Short"),
        (stack.outputs.AlertsTable, "OpenAlerts", "Open"),
    ):
        for level in ("out", "low"):
            pages = stack.dynamodb.get_paginator("query").paginate(
                TableName=table,
                IndexName=index,
                KeyConditionExpression="#level = :level",
                ProjectionExpression="#store, #item",
                ExpressionAttributeNames={"#level": key, "#store": "Store", "#item": "Item"},
                ExpressionAttributeValues={":level": {"S": level}},
            )
            for page in pages:
                for row in page["Items"]:
                    yield row["Store"]["S"], row["Item"]["S"]


def _take(stack: Stack, queue: str) -> "Iterator[MessageTypeDef]":
    """The messages of a queue, each once; one that is not deleted comes back by itself."""
    while messages := stack.sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=_INVISIBLE_SECONDS, WaitTimeSeconds=1
    ).get("Messages"):
        yield from messages


def _delete(stack: Stack, queue: str, message: "MessageTypeDef") -> None:
    stack.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def _depth(stack: Stack, queue: str) -> str:
    answer = stack.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    return answer["Attributes"]["ApproximateNumberOfMessages"]
