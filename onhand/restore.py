"""`onhand restore`: let a table be as a copy of it is, such as one that AWS restored to a point in time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

import typer
from botocore.exceptions import ClientError

from onhand.console import UserError, console, step
from onhand.items import get_many, plain
from onhand.known import stores
from onhand.options import Yes
from onhand.stack import Stack, find_stack
from onhand.uploads import number_of
from stock.alert_log import State
from stock.attributes import Item, text

_WRITERS = 16
_NOTES_OF_FUNCTIONS = ("clock", "claim#")
"""What Send-Digest notes among the digests: with an older note it would send those of the time since once more."""


class Restorable(StrEnum):
    """The tables that hold what no file in the bucket tells. The others are made of files and rows."""

    ACKNOWLEDGEMENTS = "Acknowledgements"
    ALERTS = "Alerts"
    CHANNELS = "Channels"
    DIGESTS = "Digests"
    GROUPS = "Groups"
    HISTORY = "History"
    REORDER_POINTS = "ReorderPoints"
    STORES = "Stores"
    UPLOADS = "Uploads"


class Changes(NamedTuple):
    """What lets some items of a table be as the copy has them: items to be put, and keys of items to be deleted."""

    put: list[Item]
    delete: list[Item]


def restore(
    table: Annotated[Restorable, typer.Argument(help="Which table.", show_default=False)],
    copy: Annotated[str, typer.Option("--from", metavar="TABLE", help="Full name of the copy, in the same region.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show how many items would change.")] = False,
    yes: Yes = False,
) -> None:
    """Let a table be as a copy of it is, such as one that AWS restored to a point in time.

    What came into it since is gone. Nobody is told anything because of it, also not by alerts that waited to be
    published when the copy was made. What the files in the bucket tell, `onhand replay` and `onhand doctor --repair
    --no-alerts` bring up to date afterwards; settings and what people wrote stay as they are in the copy.
    """
    stack = find_stack()
    check_copy(stack, table, copy)
    with step(f"Compare {table} with {copy}"):
        put = delete = 0
        for some in changes(stack, table, copy):
            put, delete = put + len(some.put), delete + len(some.delete)
    console.print(f"{number_of(put, 'item')} to be put back, {number_of(delete, 'item')} to be deleted")
    if dry_run or not (put or delete):
        return
    if not yes and not typer.confirm("Go on?", err=True):
        raise UserError("Nothing was changed.")
    with step(f"Let {table} be as {copy} is"):
        carry_out(stack, table, copy)
    console.print("What is to be done now: `onhand replay`, then `onhand doctor --repair --no-alerts`")


def check_copy(stack: Stack, table: Restorable, copy: str) -> None:
    """Raise UserError unless there is such a copy, it is ready, and has the keys of the table."""
    keys = []
    for name in (_name(stack, table), copy):
        try:
            found = stack.dynamodb.describe_table(TableName=name)["Table"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            raise UserError(f"There is no table {name} in {stack.region}. Nothing was changed.") from None
        if found["TableStatus"] != "ACTIVE":
            raise UserError(f"The table {name} is not ready ({found['TableStatus']}): try again later.")
        keys.append([key["AttributeName"] for key in found["KeySchema"]])
    if keys[0] != keys[1] or _name(stack, table) == copy:
        raise UserError(f"{copy} is no copy of {_name(stack, table)}. Nothing was changed.")


def carry_out(stack: Stack, table: Restorable, copy: str) -> None:
    """Put and delete what differs."""
    name = _name(stack, table)
    with ThreadPoolExecutor(_WRITERS) as pool:
        for some in changes(stack, table, copy):
            list(pool.map(lambda item: stack.dynamodb.put_item(TableName=name, Item=item), some.put))
            list(pool.map(lambda key: stack.dynamodb.delete_item(TableName=name, Key=key), some.delete))
    if table in (Restorable.STORES, Restorable.REORDER_POINTS):
        _renew_versions(stack)


def _renew_versions(stack: Stack) -> None:
    """Give the reorder points of every store that has any a version that they never had.

    Load-Inventory remembers them by it, reads none where there is none, and an older one may come again with other
    reorder points.
    """
    having = {row["Store"] for row in stores(stack) if "PointsVersion" in row}
    having |= {text(row, "Store") for page in _pages(stack, stack.outputs.ReorderPointsTable) for row in page}
    for store in having:
        stack.dynamodb.update_item(
            TableName=stack.outputs.StoresTable,
            Key={"Store": {"S": store}},
            UpdateExpression="SET PointsVersion = :now",  # in ms: no number of changes comes near to it
            ExpressionAttributeValues={":now": {"N": str(int(time.time() * 1000))}},
        )


def changes(stack: Stack, table: Restorable, copy: str) -> Iterator[Changes]:
    """Yield what is to be done, page by page: in memory there is one page of a table at a time."""
    name = _name(stack, table)
    names = [key["AttributeName"] for key in stack.dynamodb.describe_table(TableName=name)["Table"]["KeySchema"]]
    for items in _pages(stack, copy):
        wanted = [told(table, item) for item in items if not _is_note(table, item)]
        there = _read(stack, name, names, wanted)
        yield Changes([item for item in wanted if there.get(_key(names, item)) != plain(item)], [])
    for items in _pages(stack, name):
        there = _read(stack, copy, names, items)
        surplus = [item for item in items if _key(names, item) not in there and not _is_note(table, item)]
        yield Changes([], [{part: item[part] for part in names} for item in surplus])


def told(table: Restorable, item: Item) -> Item:
    """Return an item of a copy as it is put back.

    Nobody knows what people were told since the copy was made. So they are taken to know what it says, as after a
    replay: no alert of it is published any more.
    """
    if table != Restorable.ALERTS:
        return item
    if "Level" in item:  # an alert state
        known = {name: value for name, value in item.items() if name != "Claim"}
        return known | {"Until": {"N": "0"}, "Published": item["Level"], "PublishedAt": {"N": "0"}}
    waits = text(item, "State") in (State.CLAIMED, State.HELD)
    return item | {"State": {"S": State.QUIET}} if waits else item


def _name(stack: Stack, table: Restorable) -> str:
    name: str = getattr(stack.outputs, f"{table}Table")
    return name


def _is_note(table: Restorable, item: Item) -> bool:
    return table == Restorable.DIGESTS and text(item, "Digest").startswith(_NOTES_OF_FUNCTIONS)


def _pages(stack: Stack, table: str) -> Iterator[list[Item]]:
    pages: Any = stack.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return (page["Items"] for page in pages)


def _read(stack: Stack, table: str, names: list[str], items: list[Item]) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return the items of a table that have the keys of the given ones, by key, in Python's own types."""
    keys = [{part: item[part] for part in names} for item in items]
    return {tuple(item[part] for part in names): item for item in get_many(stack, table, keys, ConsistentRead=True)}


def _key(names: list[str], item: Item) -> tuple[str, ...]:
    return tuple(text(item, part) for part in names)
