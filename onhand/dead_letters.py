"""Messages that ended in the dead-letter queues, in words."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from onhand.console import printable
from onhand.uploads import number_of
from stock.messages import (
    Gather,
    LoadAgain,
    LoadPart,
    LookAhead,
    PostTo,
    Publish,
    Recheck,
    Recount,
    SendDigest,
    UnknownMessageError,
    Uploaded,
)

Reader = Callable[[str], Any]
"""Reads a message of a queue (stock/messages.py). Raises UnknownMessageError."""
_SHOWN = 60  # characters of what is no message


def range_of_stream(body: str) -> dict[str, Any] | None:
    """Return where in the stream of Inventory the records are that a function gave up; None: the message is none."""
    try:
        batch = json.loads(body)["DDBStreamBatchInfo"]
        named = {name: batch[name] for name in ("streamArn", "shardId", "startSequenceNumber", "endSequenceNumber")}
        int(named["endSequenceNumber"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return batch if all(isinstance(value, str) for value in named.values()) else None


def in_words(body: str, read: Reader) -> str:
    """Return what a dead letter asks for, on one line; or how it begins, if onhand did not send it."""
    if batch := range_of_stream(body):
        return f"{number_of(int(batch.get('batchSize', 0)), 'change')} of rows, from the stream"
    try:
        found = read(body)
    except UnknownMessageError:
        return f"no message of onhand: {printable(body[:_SHOWN])}{'…' if len(body) > _SHOWN else ''}"
    return printable("; ".join(map(_words, found)) if isinstance(found, list) else _words(found))


def _words(message: Any) -> str:
    match message:
        case Uploaded(event) | LoadAgain(event):
            return f"load {unquote_plus(event['s3']['object']['key'])}"
        case LoadPart(event):
            return f"load part {message.number + 1} of {unquote_plus(event['s3']['object']['key'])}"
        case Recount(store):
            return f"count the rows of {store}"
        case Publish(store, _, event):
            return f"tell of {event} in {store}"
        case Recheck(store, items):
            return f"compare {number_of(len(items), 'row')} of {store} with its alerts"
        case LookAhead(store):
            return f"look ahead for {store}"
        case Gather():
            return "gather the forecasts of all stores"
        case SendDigest(digest):
            return f"send the digest {digest}"
        case PostTo(channel, post):
            return f"post “{post.title}” in the channel {channel}"
    return f"post {message['event']} in {message['store']} in the channels that want it"
