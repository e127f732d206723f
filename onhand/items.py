"""Items of the tables: those of a store, many by their keys, and as Python's own types."""

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from onhand.console import UserError
from onhand.stack import Stack

_KEYS_A_CALL = 100
_TIMES_TO_ASK = 8


def plain(item: dict[str, Any]) -> dict[str, Any]:
    """An item as DynamoDB sends it, in Python's own types; numbers become int where they are whole."""
    from boto3.dynamodb.types import TypeDeserializer  # loads boto3

    deserialize = TypeDeserializer().deserialize
    return {name: _numbers(deserialize(value)) for name, value in item.items()}


def _numbers(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {name: _numbers(part) for name, part in value.items()}
        case list():
            return [_numbers(part) for part in value]
    return value


def of_store(stack: Stack, table: str, store: str) -> list[dict[str, Any]]:
    """Return what a table whose partition key is `Store` has of a store, as `plain` returns it."""
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="#store = :store",
        ExpressionAttributeNames={"#store": "Store"},
        ExpressionAttributeValues={":store": {"S": store}},
        ConsistentRead=True,
    )
    return [plain(row) for page in pages for row in page["Items"]]


def get_many(stack: Stack, table: str, keys: list[dict[str, Any]], **how: Any) -> Iterator[dict[str, Any]]:
    """Yield the items that have the given keys, as `plain` returns them; absent ones are left out.

    `how`: more for BatchGetItem, such as `ConsistentRead`. Raises UserError if DynamoDB leaves some unread.
    """
    for at in range(0, len(keys), _KEYS_A_CALL):
        some: Any = keys[at : at + _KEYS_A_CALL]
        for attempt in range(_TIMES_TO_ASK):
            request: Any = {"Keys": some, **how}
            answer = stack.dynamodb.batch_get_item(RequestItems={table: request})
            yield from map(plain, answer["Responses"].get(table, []))
            unread = answer.get("UnprocessedKeys", {})
            if table not in unread:
                break
            some = unread[table]["Keys"]
            time.sleep(0.1 * 2**attempt)
        else:
            raise UserError(f"DynamoDB has too much to do to read the table {table}. Try again in a minute.")
