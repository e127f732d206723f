"""Sending many messages to a queue in few calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from onhand.console import UserError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_MESSAGES_A_CALL = 10
_BYTES_A_CALL = 256 * 1024


def send_all(sqs: SQSClient, queue: str, bodies: Iterable[str]) -> int:
    """Send messages to a queue, given by its URL; return how many.

    Raises UserError if the queue does not take one: those before it are sent.
    """
    sent = 0
    for some in batches(bodies):
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(number), "MessageBody": body} for number, body in enumerate(some)
        ]
        failed = sqs.send_message_batch(QueueUrl=queue, Entries=entries).get("Failed", [])
        sent += len(some) - len(failed)
        if failed:
            raise UserError(f"The queue took {sent} messages, and then no more: {failed[0].get('Message')}")
    return sent


def batches(bodies: Iterable[str]) -> Iterator[list[str]]:
    """Yield messages in lists that SQS takes in one call: at most 10 of them, and 256 KB."""
    batch: list[str] = []
    size = 0
    for body in bodies:
        length = len(body.encode())
        if batch and (len(batch) == _MESSAGES_A_CALL or size + length > _BYTES_A_CALL):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += length
    if batch:
        yield batch
