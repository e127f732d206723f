"""`onhand threshold`: at which count an item is low."""

import difflib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from onhand.console import UserError, console
from onhand.stack import Stack, find_stack
from onhand.uploads import plain

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

app = typer.Typer(help="At which count an item is low.", no_args_is_help=True)

ALL_STORES = "*"
_MESSAGES_A_CALL = 10

OfStore = Annotated[str | None, typer.Option(help="Only in this store.")]
OfItem = Annotated[str | None, typer.Option(help="Only this item.")]


@app.command("set")
def set_threshold(
    count: Annotated[int, typer.Argument(help="At this count or below, an item is low.", min=0)],
    store: OfStore = None,
    item: OfItem = None,
) -> None:
    """Set the reorder point of an item, of a store, of an item in a store, or of everything.

    The most specific one holds: item in store, then the file's column reorder_point, item, store, everything.
    """
    stack = find_stack()
    check_store(stack, store)
    key = {"Store": {"S": store or ALL_STORES}}
    value = {":count": {"N": str(count)}}
    table = stack.outputs.StoresTable
    if item:
        # A path into a map needs the map to be there.
        stack.dynamodb.update_item(
            TableName=table,
            Key=key,
            UpdateExpression="SET ReorderPoints = if_not_exists(ReorderPoints, :none)",
            ExpressionAttributeValues={":none": {"M": {}}},
        )
        stack.dynamodb.update_item(
            TableName=table,
            Key=key,
            UpdateExpression="SET ReorderPoints.#item = :count",
            ExpressionAttributeNames={"#item": item},
            ExpressionAttributeValues=value,
        )
    else:
        stack.dynamodb.update_item(
            TableName=table, Key=key, UpdateExpression="SET ReorderPoint = :count", ExpressionAttributeValues=value
        )
    recounted = _recount(stack, store)
    console.print(f"[green]✓[/] {escape(_where(store, item))} is low at {count} or below [dim]({recounted})[/]")


@app.command("remove")
def remove_threshold(store: OfStore = None, item: OfItem = None) -> None:
    """Remove a reorder point again."""
    stack = find_stack()
    found = [one for one in _thresholds(stack) if (one["store"], one["item"]) == (store, item)]
    if not found:
        raise UserError(f"No reorder point is set for {_where(store, item)}. `onhand threshold list` lists them.")
    key = {"Store": {"S": store or ALL_STORES}}
    if item:
        stack.dynamodb.update_item(
            TableName=stack.outputs.StoresTable,
            Key=key,
            UpdateExpression="REMOVE ReorderPoints.#item",
            ExpressionAttributeNames={"#item": item},
        )
    else:
        stack.dynamodb.update_item(TableName=stack.outputs.StoresTable, Key=key, UpdateExpression="REMOVE ReorderPoint")
    recounted = _recount(stack, store)
    console.print(f"[green]✓[/] {escape(_where(store, item))} has no reorder point any more [dim]({recounted})[/]")


@app.command("list")
def list_thresholds(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the reorder points that were set here. Those of files, from their column reorder_point, are not listed."""
    found = list(_thresholds(find_stack()))
    if as_json:
        console.print_json(json.dumps(found))
        return
    if not found:
        console.print("No reorder points are set. `onhand threshold set 5` makes every item low at 5 or below.")
        return
    table = Table("store", "item", "low at", box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.columns[2].justify = "right"
    for one in found:
        table.add_row(escape(one["store"] or "every store"), escape(one["item"] or "every item"), str(one["count"]))
    console.print(table)


def _thresholds(stack: Stack) -> Iterator[dict[str, Any]]:
    for row in stores(stack):
        store = None if row["Store"] == ALL_STORES else row["Store"]
        if "ReorderPoint" in row:
            yield {"store": store, "item": None, "count": row["ReorderPoint"]}
        for item, count in sorted(row.get("ReorderPoints", {}).items()):
            yield {"store": store, "item": item, "count": count}


def stores(stack: Stack) -> list[dict[str, Any]]:
    """The items of the table Stores, that of all stores first."""
    pages = stack.dynamodb.get_paginator("scan").paginate(TableName=stack.outputs.StoresTable)
    return sorted((plain(row) for page in pages for row in page["Items"]), key=lambda row: str(row["Store"]))


def check_store(stack: Stack, store: str | None) -> None:
    """Raises UserError for a store that never sent a file: a setting for a wrong name would do nothing, for ever."""
    names = [row["Store"] for row in stores(stack) if row["Store"] != ALL_STORES]
    if store is not None and store not in names:
        close = difflib.get_close_matches(store, names, 1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        raise UserError(f"No store '{store}' has sent a file yet.{hint}")


def _recount(stack: Stack, store: str | None) -> str:
    """Have Load-Inventory mark anew what is low; return what that means in words."""
    names = [store] if store else [row["Store"] for row in stores(stack) if row["Store"] != ALL_STORES]
    for at in range(0, len(names), _MESSAGES_A_CALL):
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(number), "MessageBody": json.dumps({"recount": name})}
            for number, name in enumerate(names[at : at + _MESSAGES_A_CALL])
        ]
        failed = stack.sqs.send_message_batch(QueueUrl=stack.outputs.UploadsQueueUrl, Entries=entries).get("Failed")
        if failed:
            raise UserError(f"{len(failed)} stores could not be asked to count anew: {failed[0].get('Message')}")
    return f"{len(names)} {'store counts' if len(names) == 1 else 'stores count'} anew"


def _where(store: str | None, item: str | None) -> str:
    return f"{item or 'every item'} in {store or 'every store'}"
