"""One invocation at a time does something: so nobody is told twice, and nothing is written by two at once.

A claim is an item of a table, given as `TableName` and `Key`, that is there as long as it is held.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from stock.attributes import Item, attribute
from stock.dynamodb import ConditionFailed, DynamoDB
from stock.queue_and_topic import QueueAndTopic

_CLOCKS_DIFFER = 2.0  # seconds


@contextmanager
def claimed(services: QueueAndTopic[Any], place: Item, name: str, ends: float) -> Iterator[bool]:
    """Hold a claim while something is done, and give it back, also if that fails; yield whether it was free.

    `name`: one that no other invocation has. `ends`: when this one ends at the latest (epoch seconds). A claim that was
    not given back, as its invocation crashed, runs out with it.
    """
    if not _claim(services.dynamodb, place, name, ends + _CLOCKS_DIFFER, services.clock()):
        yield False
        return
    try:
        yield True
    except Exception:
        _release(services.dynamodb, place, name)  # for the next try
        raise
    _release(services.dynamodb, place, name)


def _claim(dynamodb: DynamoDB, place: Item, name: str, until: float, now: float) -> bool:
    """Claim something for an invocation, until when it may run; return whether it was free."""
    values = {":name": attribute(name), ":until": attribute(until), ":now": attribute(now)}
    try:
        dynamodb.call("UpdateItem", place | {
            "UpdateExpression": "SET Claim=:name,#Until=:until",
            "ConditionExpression": "attribute_not_exists(#Until) OR #Until<:now OR Claim=:name",
            "ExpressionAttributeNames": {"#Until": "Until"},
            "ExpressionAttributeValues": values,
        })  # fmt: skip
    except ConditionFailed:
        return False
    return True


def _release(dynamodb: DynamoDB, place: Item, name: str) -> None:
    """Give back what was claimed."""
    with suppress(ConditionFailed):
        dynamodb.call("DeleteItem", place | {
            "ConditionExpression": "Claim=:name",
            "ExpressionAttributeValues": {":name": attribute(name)},
        })  # fmt: skip
