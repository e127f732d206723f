"""`onhand stores`: the stores there are; `onhand store`: renaming one, removing one."""

import csv
import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from load_inventory.formats import format_key, read_format, written
from onhand import thresholds
from onhand.completion import store_names
from onhand.console import UserError, console, warn
from onhand.items import of_store
from onhand.known import check_store, stores
from onhand.memberships import change_groups, members
from onhand.moments import minute
from onhand.options import OfGroup
from onhand.read_alerts import Which, open_alerts
from onhand.set_points import set_points
from onhand.stack import Stack, find_stack
from onhand.subscriptions import who_receives
from onhand.upload import metadata_text, send, who
from onhand.uploads import number_of
from onhand.users import people
from stock.attributes import text
from stock.reorder_points import ALL_STORES

app = typer.Typer(help="Rename a store, or remove it. `onhand stores` lists them.", no_args_is_help=True)

_SETTINGS = {"ReorderPoint": "N", "TimeZone": "S"}
Store = Annotated[str, typer.Argument(autocompletion=store_names)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def list_stores(
    short: Annotated[bool, typer.Option("--short", help="Only those where something is out or low.")] = False,
    group: OfGroup = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the stores that have any items: how many, how many of them are out and low, and the last upload."""
    stack = find_stack()
    there = members(stack, group) if group is not None else None
    found = [
        {
            "store": row["Store"],
            "items": row["Items"],
            "out": row["Out"],
            "low": row["Low"],
            "last": row.get("LastUploadAt"),  # not of a store that came with a file about many
            "groups": sorted(row.get("Groups", ())),
        }
        for row in stores(stack)
        if row["Store"] != ALL_STORES and row.get("Items") and (row["Out"] or row["Low"] or not short)
        if there is None or row["Store"] in there
    ]
    if as_json:
        print(json.dumps(found, indent=2))  # noqa: T201 - for programs
        return
    if not found:
        where = "No store" if group is None else "No store of the group"
        nothing = "Nothing is out or low." if short else f"{where} has any items. `onhand upload FILE` brings some."
        console.print(nothing)
        return
    table = Table("store", "items", "out", "low", "last upload", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in table.columns[1:4]:
        column.justify = "right"
    for one in found:
        last = escape(minute(one["last"] or "–"))
        table.add_row(escape(one["store"]), *(f"{one[name]:,}" for name in ("items", "out", "low")), last)
    console.print(table)


@app.command("remove")
def remove(store: Store, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Remove a store: its items, its open alerts, its reorder points, its time zone, and from its groups.

    An upload of its own says so in the bucket, so that neither a replay nor a late file brings the store back; only a
    newer file does. `onhand withdraw` of that upload brings it back as it was, but for the settings.
    """
    stack = find_stack()
    _check(stack, store)
    _show(stack, store)
    if dry_run:
        return
    _confirm(yes)
    _remove(stack, store)


@app.command("rename")
def rename(store: Store, name: str, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Give a store another name: its items move there with counts and reorder points, as do its settings and format.

    Meanwhile nobody should send a file for it. Under its old name it is removed, as by `onhand store remove`: a file
    that still comes under that name makes a new store. What is out raises its alert again, under the new name.
    """
    stack = find_stack()
    _check(stack, store)
    if any(row["Store"] == name and row.get("Items") for row in stores(stack)):
        raise UserError(f"There is a store '{name}' already. Remove the one that is wrong: `onhand store remove`.")
    if not name.strip() or "/" in name or name == ALL_STORES:
        raise UserError(f"'{name}' cannot be the name of a store with a folder.")
    _show(stack, store)
    console.print(f"It would be called {escape(name)}." if dry_run else f"It will be called {escape(name)}.")
    if dry_run:
        return
    _confirm(yes)
    _copy_settings(stack, store, name)
    own = {"kept-format": "ignore", "force": "true"}  # whatever is kept, and though the store is new
    _upload(stack, name, "renamed.csv", lambda path: _write_rows(stack, store, name, path), own)
    _remove(stack, store)


def _check(stack: Stack, store: str) -> None:
    check_store(stack, store)
    if "/" in store:
        raise UserError(f"'{store}' has a “/” in its name and so no folder in the bucket: it cannot be removed.")


def _confirm(yes: bool) -> None:
    if not yes and not typer.confirm("Go on?", err=True):
        raise UserError("Nothing was changed.")


def _show(stack: Stack, store: str) -> None:
    """Say what there is of a store, and who has to be told of the change."""
    row = next(row for row in stores(stack) if row["Store"] == store)
    points = len(_points(stack, store))
    alerts = sum(1 for _ in open_alerts(stack, Which(store)))
    settings = [f"time zone {row['TimeZone']}"] if "TimeZone" in row else []
    settings += [f"reorder point {row['ReorderPoint']}"] if "ReorderPoint" in row else []
    of_items = "reorder point of an item" if points == 1 else "reorder points of items"
    settings += [f"{points:,} {of_items}"] if points else []
    settings += [f"in {', '.join(sorted(row['Groups']))}"] if "Groups" in row else []
    parts = [number_of(row.get("Items", 0), "item"), number_of(alerts, "open alert"), *settings]
    console.print(f"{escape(store)}: {', '.join(parts)}")
    for said in who_receives(stack, store=store):
        warn(said)
    for person in people(stack):
        if person["store"] == store:
            warn(f"{person['email']} uploads for {store}: `onhand user` changes that.")


def _remove(stack: Stack, store: str) -> None:
    _upload(stack, store, "removed", lambda path: path.touch(), {"mode": "removal"})
    set_points(stack, ((store, item, None) for item in _points(stack, store)))
    stack.dynamodb.update_item(
        TableName=stack.outputs.StoresTable,
        Key=thresholds.key(store),
        UpdateExpression="REMOVE #ReorderPoint, #TimeZone",
        ExpressionAttributeNames={f"#{name}": name for name in _SETTINGS},
    )
    change_groups(stack, {store: lambda _: frozenset()})


def _copy_settings(stack: Stack, store: str, name: str) -> None:
    row = next(row for row in stores(stack) if row["Store"] == store)
    set_points(stack, ((name, item, point) for item, point in _points(stack, store).items()))
    found = {setting: {kind: str(row[setting])} for setting, kind in _SETTINGS.items() if setting in row}
    if found:
        stack.dynamodb.update_item(
            TableName=stack.outputs.StoresTable,
            Key=thresholds.key(name),
            UpdateExpression="SET " + ", ".join(f"#{setting} = :{setting}" for setting in found),
            ExpressionAttributeNames={f"#{setting}": setting for setting in found},
            ExpressionAttributeValues={f":{setting}": value for setting, value in found.items()},
        )
    change_groups(stack, {name: lambda groups: groups | row.get("Groups", frozenset())})
    _copy_format(stack, store, name)


def _copy_format(stack: Stack, store: str, name: str) -> None:
    """Have the files of a store read as those of another one are, if a format is kept for these."""
    table = stack.outputs.UploadsTable
    if item := stack.dynamodb.get_item(TableName=table, Key=format_key(store), ConsistentRead=True).get("Item"):
        form = read_format(text(item, "Format"))
        form = replace(form, fixed_store=name if form.fixed_store else "")
        stack.dynamodb.put_item(TableName=table, Item=format_key(name) | {"Format": {"S": written(form)}})


def _points(stack: Stack, store: str) -> dict[str, int]:
    """The reorder points of single items that people set for a store."""
    rows = of_store(stack, stack.outputs.ReorderPointsTable, store)
    return {row["Item"]: row["ReorderPoint"] for row in rows if "ReorderPoint" in row}


def _write_rows(stack: Stack, store: str, name: str, path: Path) -> None:
    """Write the rows of a store as a file of another one."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["store", "item", "count", "reorder_point"])
        for row in of_store(stack, stack.outputs.InventoryTable, store):
            writer.writerow([name, row["Item"], row["Count"], row.get("ReorderPoint", "")])


def _upload(stack: Stack, store: str, name: str, write: Callable[[Path], None], metadata: dict[str, str]) -> None:
    """Send a file for a store and wait until it is loaded. Raises UserError if it is not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        results = send(stack, [path], store, {"uploaded-by": metadata_text(who(stack)), **metadata}, wait=True)
    if not results or results[0]["State"] != "loaded":
        raise UserError(f"{store}/{name} was not loaded, so nothing else was changed.")
