"""Sending many messages to a queue in few calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from onhand.console import UserError
from stock.batches import batches

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef


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
