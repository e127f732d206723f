"""`onhand threshold`: at which count an item is low."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from onhand.completion import store_names
from onhand.console import UserError, console, printable
from onhand.csv_out import write_csv
from onhand.items import plain
from onhand.known import confirm_row, stores
from onhand.moments import minute
from onhand.options import Insist
from onhand.queues import send_all
from onhand.set_points import send_points, set_points
from onhand.stack import Stack, find_stack
from stock.messages import Recount
from stock.order_token import event_time
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
        set_points(stack, [(store, item, count)])
        recounted = ""
    else:
        stack.dynamodb.update_item(
            TableName=stack.outputs.StoresTable,
            Key=key(store),
            UpdateExpression="SET ReorderPoint = :count",
            ExpressionAttributeValues={":count": {"N": str(count)}},
        )
        recounted = _recount(stack, store)
    console.print(f"[green]✓[/] {escape(_where(store, item))} is low at {count} or below{recounted}")


@app.command("remove")
def remove_threshold(
    store: OfStore = None,
    item: OfItem = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,
) -> None:
    """Remove a reorder point again."""
    stack = find_stack()
    point = _point_of(stack, store, item)
    if point is None:
        raise UserError(f"No reorder point is set for {_where(store, item)}. `onhand threshold list` lists them.")
    if dry_run:
        console.print(f"{escape(_where(store, item))} would have no reorder point any more, so far {point}")
        return
    if item:
        set_points(stack, [(store, item, None)])
        recounted = ""
    else:
        stack.dynamodb.update_item(
            TableName=stack.outputs.StoresTable, Key=key(store), UpdateExpression="REMOVE ReorderPoint"
        )
        recounted = _recount(stack, store)
    console.print(f"[green]✓[/] {escape(_where(store, item))} has no reorder point any more{recounted}")


@app.command("import")
def import_thresholds(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or Excel workbook.")],
    store: OfStore = None,
    yes: Insist = False,
) -> None:
    """Set reorder points of single items from a file with the columns store, item and reorder_point.

    The store * is every store; with --store no such column is needed. A blank reorder point takes away what is set.
    All of the file is set, or nothing.
    """
    said = send_points(find_stack(), file.name, file.read_bytes(), store, yes)
    console.print(f"[green]✓[/] {said}")


@app.command("export")
def export_thresholds(store: OfStore = None) -> None:
    """Write the reorder points of single items as CSV, as `onhand threshold import` takes them."""
    found = [one for one in _sorted(find_stack()) if one["item"] and store in (None, one["store"])]
    write_csv(
        ("store", "item", "reorder_point"), [(one["store"] or ALL_STORES, one["item"], one["count"]) for one in found]
    )


@app.command("list")
def list_thresholds(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the reorder points that were set here. Those of files, from their column reorder_point, are not listed."""
    found = _sorted(find_stack())
    if as_json:
        console.print_json(json.dumps(found))
        return
    if not found:
        console.print("No reorder points are set. `onhand threshold set 5` makes every item low at 5 or below.")
        return
    table = Table("store", "item", "low at", "set by", "at", box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.columns[2].justify = "right"
    for one in found:
        names = escape(one["store"] or "every store"), escape(one["item"] or "every item")
        table.add_row(*names, f"{one['count']:,}", escape(printable(one["by"] or "")), escape(minute(one["at"] or "")))
    console.print(table)


def _sorted(stack: Stack) -> list[dict[str, Any]]:
    return sorted(reorder_points(stack), key=lambda one: (one["store"] or "", one["item"] or ""))


def reorder_points(stack: Stack) -> Iterator[dict[str, Any]]:
    """Every reorder point: store (None: every store), item (None: every item), count; who set it and when, if known."""
    pages = stack.dynamodb.get_paginator("scan").paginate(TableName=stack.outputs.ReorderPointsTable)
    of_items = (plain(row) for page in pages for row in page["Items"])
    for row in itertools.chain(stores(stack), of_items):
        if "ReorderPoint" in row:
            store = None if row["Store"] == ALL_STORES else row["Store"]
            at = event_time(row["AsOf"]) if "AsOf" in row else None
            yield {
                "store": store, "item": row.get("Item"), "count": row["ReorderPoint"], "by": row.get("SetBy"), "at": at
            }  # fmt: skip


def key(store: str | None) -> dict[str, Any]:
    """The key of a store in the table Stores."""
    return {"Store": {"S": store or ALL_STORES}}


def _recount(stack: Stack, store: str | None) -> str:
    """Have Load-Inventory mark again which rows are low; return in words how many stores that concerns."""
    names = [store] if store else [row["Store"] for row in stores(stack) if row["Store"] != ALL_STORES]
    number = send_all(stack.sqs, stack.outputs.UploadsQueueUrl, (Recount(name).body() for name in names))
    return f" [dim]({number} {'store is' if number == 1 else 'stores are'} recounted)[/]"


def _point_of(stack: Stack, store: str | None, item: str | None) -> int | None:
    """Return the reorder point that is set for a store or all, and for an item in it or all."""
    table = stack.outputs.ReorderPointsTable if item else stack.outputs.StoresTable
    where = key(store) | ({"Item": {"S": item}} if item else {})
    found = stack.dynamodb.get_item(TableName=table, Key=where, ConsistentRead=True).get("Item")
    point: int | None = plain(found).get("ReorderPoint") if found else None
    return point


def _where(store: str | None, item: str | None) -> str:
    return f"{item or 'every item'} in {store or 'every store'}"
