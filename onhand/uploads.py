"""The records of uploads in the table Uploads: reading and showing them."""

import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from rich.markup import escape
from rich.table import Table

from onhand.console import UserError, printable
from onhand.stack import Stack

Upload = dict[str, Any]
"""An item of scope `all`, see docs/data-model.md."""

FINISHED = ("loaded", "refused", "failed")
_COUNTS = ("Changed", "Unchanged", "Superseded", "Repeated", "Rejected")
_KEYS_A_CALL = 100
_TIMES_TO_ASK = 8
_deserialize = TypeDeserializer().deserialize


def plain(item: dict[str, Any]) -> dict[str, Any]:
    """An item as DynamoDB sends it, in Python's own types; numbers become int where they are whole."""
    return {name: _numbers(_deserialize(value)) for name, value in item.items()}


def _numbers(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {name: _numbers(part) for name, part in value.items()}
        case list():
            return [_numbers(part) for part in value]
    return value


def newest(stack: Stack) -> Iterator[Upload]:
    """All uploads, newest first."""
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.UploadsTable,
        KeyConditionExpression="#scope = :all",
        ExpressionAttributeNames={"#scope": "Scope"},
        ExpressionAttributeValues={":all": {"S": "all"}},
        ScanIndexForward=False,
        PaginationConfig={"PageSize": 50},
    )
    for page in pages:
        yield from map(plain, page["Items"])


def get_uploads(
    stack: Stack, tokens: list[str], only: tuple[str, ...] = (), consistent: bool = False
) -> Iterator[Upload]:
    """The uploads with the given order tokens, as far as they are on record; only some attributes, or (none) all."""
    table = stack.outputs.UploadsTable
    for at in range(0, len(tokens), _KEYS_A_CALL):
        keys: Any = [{"Scope": {"S": "all"}, "Token": {"S": token}} for token in tokens[at : at + _KEYS_A_CALL]]
        for attempt in range(_TIMES_TO_ASK):
            request: Any = {"Keys": keys, "ConsistentRead": consistent, **_projection(only)}
            answer = stack.dynamodb.batch_get_item(RequestItems={table: request})
            yield from map(plain, answer["Responses"].get(table, []))
            unread = answer.get("UnprocessedKeys", {})
            if table not in unread:
                break
            keys = unread[table]["Keys"]
            time.sleep(0.1 * 2**attempt)
        else:
            raise UserError("DynamoDB has too much to do to read the uploads. Try again in a minute.")


def uploads_between(stack: Stack, first: str, last: str, only: tuple[str, ...]) -> Iterator[Upload]:
    """Some attributes of the uploads with order tokens from `first` to `last` (beginnings of tokens are enough)."""
    projection = _projection(only)
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.UploadsTable,
        KeyConditionExpression="#scope = :all AND #Token BETWEEN :first AND :last",
        ProjectionExpression=projection["ProjectionExpression"],
        ExpressionAttributeNames={"#scope": "Scope", "#Token": "Token", **projection["ExpressionAttributeNames"]},
        ExpressionAttributeValues={":all": {"S": "all"}, ":first": {"S": first}, ":last": {"S": last}},
    )
    for page in pages:
        yield from map(plain, page["Items"])


def _projection(only: Iterable[str]) -> dict[str, Any]:
    names = {f"#{name}": name for name in only}
    return {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names} if names else {}


def summary(upload: Upload) -> str:
    """One line of an upload and its result, as Rich markup."""
    name = escape(printable(upload["Key"].removeprefix("uploads/")))  # a key may hold any character
    if upload["State"] == "refused":
        return f"[red]✗[/] [bold]{name}[/] refused: {escape(upload.get('Reason', ''))}"
    if upload["State"] == "failed":
        reason = escape(upload.get("Reason", "the log of Load-Inventory has the reason"))
        return f"[red]✗[/] [bold]{name}[/] could not be loaded: {reason} (it is kept; `onhand redrive` tries again)"
    if upload["State"] == "loading":
        parts = f", part {upload.get('PartsDone', 0)} of {upload['Parts']}" if upload.get("Parts") else ""
        return f"[cyan]…[/] [bold]{name}[/] is loading{parts}"
    counts = ", ".join(f"{upload[count]:,} {count.lower()}" for count in _COUNTS if upload.get(count))
    stores = upload.get("StoreCount", len(upload.get("Stores", [])))
    removed = f", {_number(upload['Removed'], 'item')} delisted" if upload.get("Removed") else ""
    mark = "[yellow]![/]" if upload.get("Rejected") else "[green]✓[/]"
    return (
        f"{mark} [bold]{name}[/] loaded: {_number(upload.get('Rows', 0), 'row')} of {_number(stores, 'store')} "
        f"({counts or 'nothing'}{removed})"
    )


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def rejected_rows(upload: Upload) -> Table | None:
    """The first rejected rows of an upload with their reasons, or None if it has none."""
    rows = upload.get("FirstRejected")
    if not rows:
        return None
    table = Table("line", "reason", "store", "item", "count", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for row in rows:
        texts = (str(row.get(name, "")) for name in ("Reason", "Store", "Item", "Count"))
        table.add_row(str(row["Line"]), *(escape(text) for text in texts))
    return table


def repeated_rows(upload: Upload) -> str | None:
    """The first repeated items of an upload in words, or None if it has none."""
    rows = upload.get("FirstRepeated")
    if not rows:
        return None
    first = ", ".join(f"{row['Item']} (line {row['Line']}, again in {row['LastLine']})" for row in rows[:3])
    more = upload["Repeated"] - len(rows[:3])
    return f"The last line of an item counts: {first}{f' and {more} more' if more > 0 else ''}"
