"""`onhand zone`: the time zone of a store in its alerts."""

from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import typer
from rich.markup import escape
from rich.table import Table

from onhand.completion import store_names
from onhand.console import UserError, console
from onhand.known import confirm_stores, stores
from onhand.options import Insist
from onhand.stack import find_stack
from stock.reorder_points import ALL_STORES

app = typer.Typer(help="The time zone in which the alerts of a store give the time.", no_args_is_help=True)


@app.command("set")
def set_zone(
    zone: Annotated[str, typer.Argument(help="Such as Europe/Berlin.")],
    store: Annotated[str | None, typer.Option(autocompletion=store_names, help="Only for this store.")] = None,
    yes: Insist = False,
) -> None:
    """Set the time zone of a store, or of all that have none of their own. Without any it is UTC."""
    check_zone(zone)
    stack = find_stack()
    confirm_stores(stack, [store] if store else [], yes)
    stack.dynamodb.update_item(
        TableName=stack.outputs.StoresTable,
        Key={"Store": {"S": store or ALL_STORES}},
        UpdateExpression="SET #zone = :zone",
        ExpressionAttributeNames={"#zone": "TimeZone"},
        ExpressionAttributeValues={":zone": {"S": zone}},
    )
    console.print(f"[green]✓[/] Alerts of {escape(store or 'every store')} give the time in {zone}")


def check_zone(zone: str) -> None:
    """Raises UserError for a name that no time zone has."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        near = sorted(name for name in available_timezones() if zone.lower() in name.lower())[:5]
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise UserError(f"There is no time zone '{zone}'.{hint}") from None


@app.command("list")
def list_zones(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the time zones that are set."""
    found = [
        {"store": None if row["Store"] == ALL_STORES else row["Store"], "zone": row["TimeZone"]}
        for row in stores(find_stack())
        if "TimeZone" in row
    ]
    if as_json:
        console.print_json(data=found)
        return
    if not found:
        console.print("No time zone is set: alerts give the time in UTC.")
        return
    table = Table("store", "time zone", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for one in found:
        table.add_row(escape(one["store"] or "every other store"), one["zone"])
    console.print(table)
