"""`onhand recount-list`: rows to count first, as they stand still for longer than chance explains."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from look_ahead.recount import to_recount
from onhand.acknowledgements import days_since_counted, mark_counted
from onhand.console import UserError, console
from onhand.csv_out import write_csv
from onhand.forecasts import no_forecasts, read_forecasts, wanted_stores
from onhand.history_table import History
from onhand.items import of_store
from onhand.moments import moment_of, stamp
from onhand.stack import Stack, find_stack
from onhand.thresholds import OfStore
from onhand.upload import who
from onhand.uploads import number_of
from stock.forecast import Forecast

_DAYS = 90
_WEEK = 7
_RAREST = 1e-4  # nobody can say more of what is as improbable

Entry = dict[str, str | int]


def recount_list(
    store: OfStore = None,
    counted: Annotated[
        list[str] | None, typer.Option(metavar="ITEM", help="It was counted: take it off. Repeatable; with --store.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="So many of each store.")] = 10,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List what to count first: it used to sell, and has not changed for so long that the shelf may be empty.

    Was the count wrong, send the right one as usual.
    """
    stack = find_stack()
    names = wanted_stores(stack, store)
    if counted:
        if store is None:
            raise UserError("In which store was it counted? Give --store, too.")
        _take_off(stack, store, counted)
        return
    found: list[Entry] = []
    known = False
    for name in names:
        forecasts = read_forecasts(stack, name)
        known = known or bool(forecasts)
        counts = {row["Item"]: row.get("Count") for row in of_store(stack, stack.outputs.InventoryTable, name)}
        # What was sold or delivered since the morning is not silent any more.
        still = (one for one in forecasts if counts.get(one.item) == one.count)
        first = to_recount(still, days_since_counted(stack, name), most)
        changed = _changed(stack, name) if first else {}
        found += [_entry(name, one, changed.get(one.item)) for one in first]
    if not known:
        raise no_forecasts(store)
    _show(found, as_csv, as_json)


def _take_off(stack: Stack, store: str, items: list[str]) -> None:
    known = {forecast.item for forecast in read_forecasts(stack, store)}
    for item in items:
        if item not in known:
            raise UserError(f"{store} has no item '{item}' that is forecast. `onhand recount-list` writes its name.")
    for item in items:
        mark_counted(stack, store, item, who(stack))
        console.print(f"[green]✓[/] {escape(item)} is off the list. Was its count wrong, send the right one as usual.")


def _entry(store: str, forecast: Forecast, changed: datetime | None) -> Entry:
    return {"store": store, "item": forecast.item, "count": forecast.count, "why": _why(forecast, changed)}


def _why(forecast: Forecast, changed: datetime | None) -> str:
    per = f"{forecast.rate:.2g} a day" if forecast.rate >= 1 else f"{forecast.rate * _WEEK:.2g} a week"
    days = number_of((datetime.now(UTC) - changed).days, "day") if changed else f"more than {_DAYS} days"
    once = (
        f"once in {1 / forecast.silent:,.0f}" if forecast.silent >= _RAREST else f"less than once in {1 / _RAREST:,.0f}"
    )
    return f"Sells about {per}, but nothing has changed for {days}. By chance, that comes {once} times."


def _changed(stack: Stack, store: str) -> dict[str, datetime]:
    """Return when items of a store changed last, of those that did within 90 days."""
    since = stamp(datetime.now(UTC) - timedelta(days=_DAYS))
    return {item: moment_of(facts[-1].change.token) for item, facts in History(stack).facts(store, since)}


def _show(found: list[Entry], as_csv: bool, as_json: bool) -> None:
    if as_json:
        console.print_json(json.dumps(found))
    elif as_csv:
        write_csv(("store", "item", "count", "why"), [tuple(one.values()) for one in found])
    elif not found:
        console.print("Nothing to count: no item stands still for longer than chance explains.")
    else:
        table = Table("store", "item", "count", "why", box=None, padding=(0, 2, 0, 0), header_style="dim")
        table.columns[2].justify = "right"
        for one in found:
            table.add_row(*(escape(str(value)) for value in one.values()))
        console.print(table)
