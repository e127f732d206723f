"""`onhand redrive`: try again what ended in the dead-letter queues."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer
from botocore.exceptions import ClientError
from rich.markup import escape

from onhand.console import UserError, console, printable, warn
from onhand.dead_letters import Reader, in_words, range_of_stream
from onhand.queues import send_all
from onhand.stack import Stack, find_stack
from onhand.uploads import number_of
from stock.messages import (
    Recheck,
    UnknownMessageError,
    alerts_message,
    channels_message,
    digests_message,
    look_ahead_message,
    uploads_messages,
)
from stock.shards import all_of

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

Row = tuple[str, str]
"""Store and item."""

_ITEMS_A_MESSAGE = 50  # the longest names, as JSON, fill half of the 256 KB that SQS takes
_INVISIBLE_SECONDS = 120
_PAGES = 100
_SHOWN = 10  # messages of a queue
_LOST = ("TrimmedDataAccessException", "ResourceNotFoundException", "ValidationException")


def redrive(
    recheck: Annotated[
        bool, typer.Option("--recheck", help="Also compare everything that is out or low with the alert log.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what there is.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Try again what failed for good: uploads to be loaded, alerts to be published, history to be kept, forecasts,
    digests, posts in channels.

    Find out first why it failed (see the logs of the functions), or it will fail again. Safe to repeat. What is no
    message of onhand is told of and left where it is, until it is 14 days old.
    """
    stack = find_stack()
    outputs = stack.outputs
    if dry_run:
        _show_what_there_is(stack, recheck, as_json)
        return
    uploads = _send_again(stack, outputs.DeadLetterQueueUrl, outputs.UploadsQueueUrl, uploads_messages)
    forecasts = _send_again(stack, outputs.FailedLookAheadsQueueUrl, outputs.LookAheadQueueUrl, look_ahead_message)
    digests = _send_again(stack, outputs.FailedDigestsQueueUrl, outputs.DigestsQueueUrl, digests_message)
    posts = _send_again(stack, outputs.FailedPostsQueueUrl, outputs.ChannelsQueueUrl, channels_message)
    alerts, rows = _redrive_alerts(stack)
    history = _redrive_history(stack)
    if recheck:
        everything = set(_short_rows(stack))
        send_rechecks(stack, everything)
        rows += len(everything)
    if as_json:
        found = {"uploads": uploads, "alerts": alerts, "rows": rows, "history": history, "forecasts": forecasts}
        console.print_json(data=found | {"digests": digests, "posts": posts, "dry_run": False})
        return
    console.print(f"[green]✓[/] {uploads} uploads, {alerts} groups of alerts and {rows} rows are tried again")
    if history:
        console.print(f"[green]✓[/] {number_of(history, 'change')} of rows went to the history")
    if forecasts:
        console.print(f"[green]✓[/] {number_of(forecasts, 'store')} get a forecast")
    if digests:
        console.print(f"[green]✓[/] {number_of(digests, 'digest')} are sent, unless a newer one was")
    if posts:
        console.print(f"[green]✓[/] {number_of(posts, 'post')} are tried again")


def _send_again(stack: Stack, failed: str, queue: str, read: Reader) -> int:
    """Send the messages of a dead-letter queue to where they came from; return how many."""
    number = 0
    for message in _take(stack, failed):
        if not _is_ours(message["Body"], read):
            continue
        stack.sqs.send_message(QueueUrl=queue, MessageBody=message["Body"])
        _delete(stack, failed, message)
        number += 1
    return number


def _is_ours(body: str, read: Reader) -> bool:
    """Return whether onhand reads a message; tell of one that it does not, which an older version may not either."""
    try:
        read(body)
    except UnknownMessageError:
        warn(f"{in_words(body, read)} (left where it is)")
        return False
    return True


def _show_what_there_is(stack: Stack, recheck: bool, as_json: bool) -> None:
    outputs = stack.outputs
    queues: list[tuple[str, str, str, Reader]] = [
        ("uploads", "Uploads that could not be loaded", outputs.DeadLetterQueueUrl, uploads_messages),
        ("alerts", "Alerts that could not be sent", outputs.FailedAlertsQueueUrl, alerts_message),
        ("history", "History that could not be kept", outputs.FailedHistoryQueueUrl, _no_message),
        ("forecasts", "Stores without a forecast", outputs.FailedLookAheadsQueueUrl, look_ahead_message),
        ("digests", "Digests that could not be sent", outputs.FailedDigestsQueueUrl, digests_message),
        ("posts", "Posts that no channel took", outputs.FailedPostsQueueUrl, channels_message),
    ]
    rows = len(set(_short_rows(stack))) if recheck else 0
    found = {name: _depth(stack, queue) for name, _, queue, _ in queues}
    letters = {name: [in_words(body, read) for body in _peek(stack, queue)] for name, _, queue, read in queues}
    if as_json:
        console.print_json(data=found | {"rows": rows, "letters": letters, "dry_run": True})
        return
    for name, title, _, _ in queues:
        console.print(f"{title + ':':<34}{found[name]}")
        for words in letters[name]:
            console.print(f"  {escape(words)}", soft_wrap=True)
    if recheck:
        console.print(f"{'Rows that would be compared:':<34}{rows}")


def _no_message(body: str) -> None:
    """Of what fails with the history there are ranges of the stream, and no messages."""
    raise UnknownMessageError(body)


def _peek(stack: Stack, queue: str) -> list[str]:
    """Return the first messages of a queue, which stay in it."""
    messages = list(islice(_take(stack, queue), _SHOWN))
    for message in messages:
        stack.sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    return [message["Body"] for message in messages]


def _redrive_alerts(stack: Stack) -> tuple[int, int]:
    """Redrive the queue of failed alerts; return how many messages were sent again, and how many rows are compared."""
    queue = stack.outputs.FailedAlertsQueueUrl
    alerts = rows = 0
    for message in _take(stack, queue):
        if batch := range_of_stream(message["Body"]):
            # Such a record has only positions in the stream. Within a day they can be read; later, everything that is
            # out or low, by its row or by the alert log, is compared.
            found = _records_of_stream(stack, batch)
            lost = set(_short_rows(stack)) if found is None else set(map(_row, found))
            send_rechecks(stack, lost)
            rows += len(lost)
        elif not _is_ours(message["Body"], alerts_message):
            continue
        else:
            stack.sqs.send_message(QueueUrl=stack.outputs.AlertsQueueUrl, MessageBody=message["Body"])
            alerts += 1
        _delete(stack, queue, message)
    return alerts, rows


def _redrive_history(stack: Stack) -> int:
    """Have Keep-History take what it gave up once more; return how many records that was."""
    records = 0
    for message in _take(stack, stack.outputs.FailedHistoryQueueUrl):
        if not (batch := range_of_stream(message["Body"])):
            warn(f"no message of onhand, left where it is: {printable(message['Body'][:60])}")
            continue
        found = _records_of_stream(stack, batch)
        if found is None:
            warn(
                "The stream has forgotten changes older than a day. `onhand replay --only history` takes them from the "
                "files."
            )
        else:
            answer = stack.functions.invoke(
                FunctionName=stack.outputs.KeepHistoryFunction,
                Payload=json.dumps({"Records": found}, ensure_ascii=False, default=_as_lambda_has_it),
            )
            if "FunctionError" in answer:
                raise UserError(f"Keep-History fails again: {answer['Payload'].read().decode()[:500]}")
            records += len(found)
        _delete(stack, stack.outputs.FailedHistoryQueueUrl, message)
    return records


def _as_lambda_has_it(value: datetime | bytes) -> float | str:
    """Return a value of a record, which boto3 has read, as Lambda hands it to a function."""
    return value.timestamp() if isinstance(value, datetime) else b64encode(value).decode()


def send_rechecks(stack: Stack, rows: set[Row], quiet: bool = False) -> None:
    """Have Check-Stock compare rows with the states of their alerts. `quiet`: nobody is told what comes of it."""
    by_store: dict[str, list[str]] = {}
    for store, item in sorted(rows):
        by_store.setdefault(store, []).append(item)
    messages = (
        Recheck(store, items[at : at + _ITEMS_A_MESSAGE], quiet).body()
        for store, items in by_store.items()
        for at in range(0, len(items), _ITEMS_A_MESSAGE)
    )
    send_all(stack.sqs, stack.outputs.AlertsQueueUrl, messages)


def _records_of_stream(stack: Stack, batch: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The records of a range of the stream, or None if the stream does not have it any more."""
    last = int(batch["endSequenceNumber"])
    found: list[dict[str, Any]] = []
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
                position = int(record["dynamodb"]["SequenceNumber"])
                if position <= last:
                    found.append({**record, "eventSourceARN": batch["streamArn"]})
                if position >= last:
                    return found
            iterator = answer.get("NextShardIterator", "")
            if not iterator:
                break
    except ClientError as error:
        if error.response["Error"]["Code"] not in _LOST:
            raise
    return None


def _row(record: dict[str, Any]) -> Row:
    keys = record["dynamodb"]["Keys"]
    return keys["Store"]["S"], keys["Item"]["S"]


def _short_rows(stack: Stack) -> Iterator[Row]:
    """What is out or low by its row, and what is so by the alert log."""
    for table, index, key in (
        (stack.outputs.InventoryTable, "ShortItems", "Short"),
        (stack.outputs.AlertsTable, "OpenAlerts", "Open"),
    ):
        for level in (*all_of("out", stack.shards), *all_of("low", stack.shards)):
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


def _depth(stack: Stack, queue: str) -> int:
    answer = stack.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])
