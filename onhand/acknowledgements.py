"""The table Acknowledgements: what people say of the alerts of an item, and that they counted it.

Everybody who signed in writes to that table from the browser, so what is read here may be anything.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

from onhand.console import printable
from onhand.items import get_many, plain
from onhand.stack import Stack
from stock.acknowledgements import Kind, acknowledgement, key_of
from stock.attributes import item
from stock.times import iso

Alert = dict[str, Any]

_LONGEST = 500  # characters, as the dashboard lets a note have
_KEEP_DAYS = 400
_DAY = 86_400  # seconds
_COUNTED = "counted#"
_READ_AT_A_TIME = 100
_LOG = "all"


class Said(NamedTuple):
    """What somebody says of alerts.

    `until`: the day from which on an item is to be looked at again, such as 2026-12-03; else "".
    """

    kind: Kind
    by: str
    note: str = ""
    until: str = ""


def with_acknowledgements(stack: Stack, alerts: list[Alert]) -> list[Alert]:
    """The alerts, each with what people say of it.

    That are the texts `AckBy`, `AckAt`, `AckNote`, `AckKind` and `AckUntil`, if something is said of the alert, and
    `TakenCareOf`: whether it holds. `Seen`: when something was last said of the item, whatever it was (else None).
    """
    keys = dict.fromkeys((alert["Store"], key_of(alert["Item"])) for alert in alerts)
    wanted = [{"Store": {"S": store}, "Alert": {"S": name}} for store, name in keys]
    found = get_many(stack, stack.outputs.AcknowledgementsTable, wanted)
    said = {(record["Store"], record["Alert"]): _texts(record) for record in found}
    today = datetime.now().astimezone().date().isoformat()
    return [alert | _of(alert, said.get((alert["Store"], key_of(alert["Item"])), {}), today) for alert in alerts]


def to_do(stack: Stack, alerts: Iterator[Alert]) -> Iterator[Alert]:
    """Those of alerts that nobody takes care of, in their order; read no further than is needed."""
    while some := list(islice(alerts, _READ_AT_A_TIME)):
        yield from (alert for alert in with_acknowledgements(stack, some) if not alert["TakenCareOf"])


def say(stack: Stack, alert: Alert, said: Said) -> str | None:
    """Write what is said of an alert, as `with_acknowledgements` returned it.

    Returns who said something meanwhile: then nothing is written.
    """
    now = time.time()
    record = {
        "Kind": said.kind, "Of": alert["Alert"], "Until": said.until, "Log": _LOG,
        "AckBy": said.by, "AckAt": iso(now), "AckNote": said.note, "Expires": int(now) + _KEEP_DAYS * _DAY,
    }  # fmt: skip
    seen = alert["Seen"]
    try:
        stack.dynamodb.put_item(
            TableName=stack.outputs.AcknowledgementsTable,
            Item=item({"Store": alert["Store"], "Alert": key_of(alert["Item"])} | record),
            ConditionExpression="AckAt = :seen" if seen else "NOT attribute_type(AckAt, :seen)",
            ExpressionAttributeValues={":seen": {"S": seen or "S"}},
        )
    except stack.dynamodb.exceptions.ConditionalCheckFailedException:
        (now_said,) = with_acknowledgements(stack, [alert])
        return now_said.get("AckBy") or "somebody"
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
    marks = (plain(mark) for page in pages for mark in page["Items"])
    return {mark["Alert"].removeprefix(_COUNTED): days for mark in marks if (days := _days_ago(mark)) is not None}


def _days_ago(mark: dict[str, Any]) -> float | None:
    try:
        days = (datetime.now(UTC) - datetime.fromisoformat(mark["AckAt"])).total_seconds() / _DAY
    except (KeyError, TypeError, ValueError):
        return None
    return days if days >= 0 else None


def _texts(record: dict[str, Any]) -> dict[str, str]:
    """What a record has of texts."""
    return {name: value for name, value in record.items() if isinstance(value, str)}


def _of(alert: Alert, record: dict[str, str], today: str) -> Alert:
    said = acknowledgement(item(record))
    holds = said is not None and said.covers(alert["Alert"], alert["Event"], today)
    known: Alert = {"TakenCareOf": holds, "Seen": record.get("AckAt")}
    if said is None or not (holds or (said.alert == alert["Alert"] and said.kind != Kind.UNDONE)):
        return known
    texts = {name: printable(record.get(name, ""))[:_LONGEST] for name in ("AckBy", "AckAt", "AckNote")}
    return known | texts | {"AckKind": str(said.kind), "AckUntil": printable(said.until)[:10]}
