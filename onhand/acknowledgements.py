"""Acknowledgements of alerts, in the table Acknowledgements: who says to take care of it.

Everybody who signed in writes to that table from the browser, so what is read here may be anything.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from onhand.console import UserError, printable
from onhand.stack import Stack
from onhand.uploads import plain

Alert = dict[str, Any]

_ATTRIBUTES = ("AckBy", "AckAt", "AckNote")
_KEYS_A_CALL = 100
_TIMES_TO_ASK = 8
_LONGEST = 500  # characters, as the dashboard lets a note have
_KEEP_DAYS = 400
_DAY = 86_400  # seconds


def with_acknowledgements(stack: Stack, alerts: list[Alert]) -> list[Alert]:
    """The alerts, each with the texts `AckBy`, `AckAt` and `AckNote` if somebody acknowledged it."""
    known = {_key(item): _texts(item) for item in _read(stack, alerts)}
    return [alert | known.get(_key(alert), {}) for alert in alerts]


def acknowledge(stack: Stack, alert: Alert, by: str, note: str) -> None:
    """Write that somebody takes care of an alert. Raises UserError if somebody does already."""
    now = datetime.now(UTC)
    try:
        stack.dynamodb.update_item(
            TableName=stack.outputs.AcknowledgementsTable,
            Key={"Store": {"S": alert["Store"]}, "Alert": {"S": alert["Alert"]}},
            UpdateExpression="SET AckBy = :by, AckAt = :at, AckNote = :note, Expires = :expires",
            ConditionExpression="attribute_not_exists(AckAt)",
            ExpressionAttributeValues={
                ":by": {"S": by},
                ":at": {"S": now.isoformat(timespec="milliseconds").replace("+00:00", "Z")},
                ":note": {"S": note},
                ":expires": {"N": str(int(now.timestamp()) + _KEEP_DAYS * _DAY)},
            },
        )
    except stack.dynamodb.exceptions.ConditionalCheckFailedException:
        (found,) = with_acknowledgements(stack, [alert])
        raise UserError(f"{found.get('AckBy') or 'Somebody'} has acknowledged this alert already.") from None


def _read(stack: Stack, alerts: list[Alert]) -> Iterator[dict[str, Any]]:
    table = stack.outputs.AcknowledgementsTable
    names = dict.fromkeys(_key(alert) for alert in alerts)
    wanted: Any = [{"Store": {"S": store}, "Alert": {"S": name}} for store, name in names]
    for at in range(0, len(wanted), _KEYS_A_CALL):
        keys = wanted[at : at + _KEYS_A_CALL]
        for attempt in range(_TIMES_TO_ASK):
            answer = stack.dynamodb.batch_get_item(RequestItems={table: {"Keys": keys}})
            yield from map(plain, answer["Responses"].get(table, []))
            unread = answer.get("UnprocessedKeys", {})
            if table not in unread:
                break
            keys = unread[table]["Keys"]
            time.sleep(0.1 * 2**attempt)
        else:
            raise UserError("DynamoDB has too much to do to read the acknowledgements. Try again in a minute.")


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["Store"], item["Alert"]


def _texts(item: dict[str, Any]) -> dict[str, str]:
    """What an item says in texts that can be shown; nothing, if it acknowledges nothing."""
    if "AckAt" not in item:
        return {}
    return {name: _shown(item.get(name)) for name in _ATTRIBUTES}


def _shown(value: object) -> str:
    return printable(value)[:_LONGEST] if isinstance(value, str) else ""
