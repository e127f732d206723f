"""One invocation at a time does something: so nobody is told twice, and nothing is written by two at once.

A claim is an item of a table, given as `TableName` and `Key`, that is there as long as it is held.
"""

from contextlib import suppress

from stock.attributes import Item, attribute
from stock.dynamodb import ConditionFailed, DynamoDB


def claim(dynamodb: DynamoDB, place: Item, name: str, until: float, now: float) -> bool:
    """Claim something for an invocation, until when it may run (epoch seconds); return whether it was free.

    `name`: one that no other invocation has. A claim that was not given back, as its invocation crashed, runs out with
    it.
    """
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


def release(dynamodb: DynamoDB, place: Item, name: str) -> None:
    """Give back what was claimed."""
    with suppress(ConditionFailed):
        dynamodb.call("DeleteItem", place | {
            "ConditionExpression": "Claim=:name",
            "ExpressionAttributeValues": {":name": attribute(name)},
        })  # fmt: skip
