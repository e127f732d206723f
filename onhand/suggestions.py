"""`onhand threshold suggest`: reorder points that fit what is sold, beside those of today, and how much to order."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, astuple, dataclass, fields
from functools import partial
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from look_ahead.suggest import Suggestion, suggest
from onhand import thresholds
from onhand.console import console
from onhand.csv_out import write_csv
from onhand.forecasts import no_forecasts, read_forecasts, wanted_stores
from onhand.items import of_store
from onhand.read_item_past import read_row
from onhand.set_points import set_points
from onhand.stack import Stack, find_stack
from onhand.thresholds import app
from onhand.uploads import number_of
from stock.forecast import GAPS, LITTLE, Forecast
from stock.reorder_points import ALL_STORES, NO_REORDER_POINTS, ReorderPoints, reorder_point

_WHY_NOT = {LITTLE: "too little was seen so far", GAPS: "counted too rarely for how fast that sells"}


@dataclass(frozen=True)
class Line:
    """An item of a store: where it is low today (None: nowhere), where it had better be, and how many to order now."""

    store: str
    item: str
    count: int
    sells_a_day: float
    reorder_point: int | None
    suggested: int
    order: int


@app.command("suggest")
def suggest_thresholds(
    lead_days: Annotated[float, typer.Option(min=0, help="Days from an order to its arrival.")],
    review_days: Annotated[float, typer.Option(min=0, help="Days from one look at what to order to the next.")],
    store: thresholds.OfStore = None,
    service: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="How likely it is that there is enough until an order arrives.")
    ] = 0.95,
    apply: Annotated[bool, typer.Option("--apply", help="Set them, each for its item in its store.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Suggest reorder points by how fast items sell, beside those of today, and how much to order now.

    Made of the last forecasts and the present counts. An item of which too little is known gets none.
    """
    stack = find_stack()
    wanted = partial(suggest, lead_days=lead_days, review_days=review_days, service=service)
    lines: list[Line] = []
    without: Counter[str] = Counter()
    points = _points(stack)
    for name in wanted_stores(stack, store):
        for found in _of_store(stack, name, points, wanted):
            if isinstance(found, Line):
                lines.append(found)
            else:
                without[found.why] += 1
    if not lines and not without:
        raise no_forecasts(store)
    if as_csv:
        write_csv([field.name for field in fields(Line)], map(astuple, lines))
    elif as_json:
        console.print_json(json.dumps([asdict(line) for line in lines]))
    else:
        _show(lines, without)
    if apply:
        said = _apply(stack, [line for line in lines if line.suggested != line.reorder_point])
        typer.echo(said, err=as_csv or as_json)


def _points(stack: Stack) -> dict[str, ReorderPoints]:
    """Return the reorder points that people set, by store."""
    found: defaultdict[str, dict[Any, int]] = defaultdict(dict)
    for one in thresholds.reorder_points(stack):
        found[one["store"] or ALL_STORES][one["item"]] = one["count"]
    return {store: ReorderPoints(of_items.pop(None, None), of_items) for store, of_items in found.items()}


def _of_store(
    stack: Stack, store: str, points: dict[str, ReorderPoints], wanted: Callable[[Forecast], Suggestion | None]
) -> Iterator[Line | Forecast]:
    """Yield what is suggested for the items of a store, and the forecasts that suggest nothing."""
    of_this, of_all = (points.get(name, NO_REORDER_POINTS) for name in (store, ALL_STORES))
    rows = {row["Item"]: row for row in of_store(stack, stack.outputs.InventoryTable, store)}
    for forecast in read_forecasts(stack, store):
        row = rows.get(forecast.item)
        count = read_row(row).count if row else None
        if row is None or count is None:  # it was delisted since, or somebody wrote no count
            continue
        if found := wanted(forecast._replace(count=count)):
            today = reorder_point(forecast.item, row.get("ReorderPoint"), of_this, of_all)
            yield Line(store, forecast.item, count, forecast.rate, today, found.reorder_point, found.order)
        else:
            yield forecast


def _apply(stack: Stack, lines: list[Line]) -> str:
    """Set what is suggested; return in words what was done."""

    set_points(stack, ((line.store, line.item, line.suggested) for line in lines))
    names = {line.store for line in lines}
    return f"{number_of(len(lines), 'reorder point')} set in {number_of(len(names), 'store')}"


def _show(lines: list[Line], without: Counter[str]) -> None:
    table = Table(
        "store", "item", "count", "a day", "low at", "better", "order", box=None, padding=(0, 2, 0, 0),
        header_style="dim",
    )  # fmt: skip
    for column in table.columns[2:]:
        column.justify = "right"
    for line in lines:
        today = "–" if line.reorder_point is None else f"{line.reorder_point:,}"
        better = f"[bold]{line.suggested:,}[/]" if line.suggested != line.reorder_point else f"{line.suggested:,}"
        cells = f"{line.count:,}", f"{line.sells_a_day:.3g}", today, better, f"{line.order:,}" if line.order else ""
        table.add_row(escape(line.store), escape(line.item), *cells)
    console.print(table)
    for why, number in sorted(without.items()):
        console.print(f"[dim]None for {number_of(number, 'item')}: {_WHY_NOT.get(why, why)}.[/]")
