"""`onhand threshold`: at which count an item is low."""

import itertools
import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from onhand.completion import store_names
from onhand.console import UserError, console
from onhand.items import plain
from onhand.known import confirm_row, stores
from onhand.options import Insist
from onhand.queues import send_all
from onhand.stack import Stack, find_stack
from stock.messages import Recount
from stock.reorder_points import ALL_STORES

app = typer.Typer(help="At which count an item is low.", no_args_is_help=True)

OfStore = Annotated[str | None, typer.Option(autocompletion=store_names, help="Only in this store.")]
OfItem = Annotated[str | None, typer.Option(help="Only this item.")]


@app.command("set")
def set_threshold(
    count: Annotated[int, typer.Argument(help="At this count or below, an item is low.", min=0)],
    store: OfStore = None,
    item: OfItem = None,
    yes: Insist = False,
) -> None:
    """Set the reorder point of an item, of a store, of an item in a store, or of everything.

    The most specific one holds: item in store, then the file's column reorder_point, item, store, everything.
    """
    stack = find_stack()
    confirm_row(stack, store, item, yes)
    if item:
        row = {**key(store, item), "ReorderPoint": {"N": str(count)}}
        stack.dynamodb.put_item(TableName=stack.outputs.ReorderPointsTable, Item=row)
        raise_version(stack, store)
    else:
        stack.dynamodb.update_item(
            TableName=stack.outputs.StoresTable,
            Key=key(store),
            UpdateExpression="SET ReorderPoint = :count",
            ExpressionAttributeValues={":count": {"N": str(count)}},
        )
    recounted = recount(stack, store)
    console.print(f"[green]✓[/] {escape(_where(store, item))} is low at {count} or below [dim]({recounted})[/]")


@app.command("remove")
def remove_threshold(
    store: OfStore = None,
    item: OfItem = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,
) -> None:
    """Remove a reorder point again."""
    stack = find_stack()
    if dry_run:
        found = [one for one in reorder_points(stack) if (one["store"], one["item"]) == (store, item)]
        if not found:
            raise _not_set(store, item)
        console.print(f"{escape(_where(store, item))} would have no reorder point any more, so far {found[0]['count']}")
        return
    is_set = "attribute_exists(ReorderPoint)"
    try:
        if item:
            stack.dynamodb.delete_item(
                TableName=stack.outputs.ReorderPointsTable, Key=key(store, item), ConditionExpression=is_set
            )
            raise_version(stack, store)
        else:
            stack.dynamodb.update_item(
                TableName=stack.outputs.StoresTable,
                Key=key(store),
                UpdateExpression="REMOVE ReorderPoint",
                ConditionExpression=is_set,
            )
    except stack.dynamodb.exceptions.ConditionalCheckFailedException:
        raise _not_set(store, item) from None
    recounted = recount(stack, store)
    console.print(f"[green]✓[/] {escape(_where(store, item))} has no reorder point any more [dim]({recounted})[/]")


@app.command("list")
def list_thresholds(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the reorder points that were set here. Those of files, from their column reorder_point, are not listed."""
    found = sorted(reorder_points(find_stack()), key=lambda one: (one["store"] or "", one["item"] or ""))
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


def reorder_points(stack: Stack) -> Iterator[dict[str, Any]]:
    """Every reorder point: store (None: every store), item (None: every item), count."""
    pages = stack.dynamodb.get_paginator("scan").paginate(TableName=stack.outputs.ReorderPointsTable)
    of_items = (plain(row) for page in pages for row in page["Items"])
    for row in itertools.chain(stores(stack), of_items):
        if "ReorderPoint" in row:
            store = None if row["Store"] == ALL_STORES else row["Store"]
            yield {"store": store, "item": row.get("Item"), "count": row["ReorderPoint"]}


def key(store: str | None, item: str | None = None) -> dict[str, Any]:
    """The key of a store in the table Stores or, with an item, of its reorder point in the table ReorderPoints."""
    return {"Store": {"S": store or ALL_STORES}} | ({"Item": {"S": item}} if item else {})


def raise_version(stack: Stack, store: str | None) -> None:
    """Note that the reorder point of an item has changed, after it was written: Load-Inventory compares the number."""
    stack.dynamodb.update_item(
        TableName=stack.outputs.StoresTable,
        Key=key(store),
        UpdateExpression="ADD PointsVersion :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def recount(stack: Stack, store: str | None) -> str:
    """Have Load-Inventory mark again which rows are low; return in words how many stores that concerns."""
    names = [store] if store else [row["Store"] for row in stores(stack) if row["Store"] != ALL_STORES]
    number = send_all(stack.sqs, stack.outputs.UploadsQueueUrl, (Recount(name).body() for name in names))
    return f"{number} {'store is' if number == 1 else 'stores are'} recounted"


def _not_set(store: str | None, item: str | None) -> UserError:
    return UserError(f"No reorder point is set for {_where(store, item)}. `onhand threshold list` lists them.")


def _where(store: str | None, item: str | None) -> str:
    return f"{item or 'every item'} in {store or 'every store'}"
