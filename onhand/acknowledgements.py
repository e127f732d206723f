"""Acknowledgements of alerts, in the table Acknowledgements: who says to take care of it; and who counted an item.

Everybody who signed in writes to that table from the browser, so what is read here may be anything.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from onhand.console import printable
from onhand.items import get_many, plain
from onhand.stack import Stack
from stock.times import iso

Alert = dict[str, Any]

_ATTRIBUTES = ("AckBy", "AckAt", "AckNote")
_LONGEST = 500  # characters, as the dashboard lets a note have
_KEEP_DAYS = 400
_DAY = 86_400  # seconds
_COUNTED = "counted#"


def with_acknowledgements(stack: Stack, alerts: list[Alert]) -> list[Alert]:
    """The alerts, each with the texts `AckBy`, `AckAt` and `AckNote` if somebody acknowledged it."""
    known = {_key(item): _texts(item) for item in _read(stack, alerts)}
    return [alert | known.get(_key(alert), {}) for alert in alerts]


def acknowledge(stack: Stack, alert: Alert, by: str, note: str) -> str | None:
    """Write that somebody takes care of an alert; return who does already, if somebody does."""
    now = time.time()
    try:
        stack.dynamodb.update_item(
            TableName=stack.outputs.AcknowledgementsTable,
            Key={"Store": {"S": alert["Store"]}, "Alert": {"S": alert["Alert"]}},
            UpdateExpression="SET AckBy = :by, AckAt = :at, AckNote = :note, Expires = :expires",
            ConditionExpression="attribute_not_exists(AckAt)",
            ExpressionAttributeValues={
                ":by": {"S": by},
                ":at": {"S": iso(now)},
                ":note": {"S": note},
                ":expires": {"N": str(int(now) + _KEEP_DAYS * _DAY)},
            },
        )
    except stack.dynamodb.exceptions.ConditionalCheckFailedException:
        (found,) = with_acknowledgements(stack, [alert])
        return found.get("AckBy") or "somebody"
    return None


def mark_counted(stack: Stack, store: str, item: str, by: str) -> None:
    """Write that somebody has counted an item just now."""
    now = time.time()
    marked = {
        "Store": {"S": store},
        "Alert": {"S": f"{_COUNTED}{item}"},
        "AckBy": {"S": by},
        "AckAt": {"S": iso(now)},
        "Expires": {"N": str(int(now) + _KEEP_DAYS * _DAY)},
    }
    stack.dynamodb.put_item(TableName=stack.outputs.AcknowledgementsTable, Item=marked)


def days_since_counted(stack: Stack, store: str) -> dict[str, float]:
    """Return how many days ago items of a store were counted."""
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.AcknowledgementsTable,
        KeyConditionExpression="#store = :store AND begins_with(#alert, :counted)",
        ExpressionAttributeNames={"#store": "Store", "#alert": "Alert"},
        ExpressionAttributeValues={":store": {"S": store}, ":counted": {"S": _COUNTED}},
    )
    marks = (plain(item) for page in pages for item in page["Items"])
    return {mark["Alert"].removeprefix(_COUNTED): days for mark in marks if (days := _days_ago(mark)) is not None}


def _days_ago(mark: dict[str, Any]) -> float | None:
    try:
        days = (datetime.now(UTC) - datetime.fromisoformat(mark["AckAt"])).total_seconds() / _DAY
    except (KeyError, TypeError, ValueError):
        return None
    return days if days >= 0 else None


def _read(stack: Stack, alerts: list[Alert]) -> Iterator[dict[str, Any]]:
    names = dict.fromkeys(_key(alert) for alert in alerts)
    keys = [{"Store": {"S": store}, "Alert": {"S": name}} for store, name in names]
    return get_many(stack, stack.outputs.AcknowledgementsTable, keys)


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["Store"], item["Alert"]


def _texts(item: dict[str, Any]) -> dict[str, str]:
    """What an item says in texts that can be shown; nothing, if it acknowledges nothing."""
    if "AckAt" not in item:
        return {}
    return {name: _shown(item.get(name)) for name in _ATTRIBUTES}


def _shown(value: object) -> str:
    return printable(value)[:_LONGEST] if isinstance(value, str) else ""
