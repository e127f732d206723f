"""`onhand counts`: what stores have, now or at a date."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NamedTuple

import typer
from rich.markup import escape
from rich.table import Table

from onhand import moments
from onhand.console import UserError, console, warn
from onhand.csv_out import write_csv
from onhand.item_past import Known, put_together
from onhand.kept_history import History
from onhand.known import stores
from onhand.options import OfGroup, OfStore
from onhand.read_pasts import known_stores, now, rows_of
from onhand.stack import Stack, find_stack
from onhand.uploads import number_of
from stock.order_token import is_order_token

_SHOWN = 200  # items in the terminal


@dataclass(frozen=True)
class Stock:
    """What a store has, or had: the count of each item (None: no whole number), in order.

    `at`: when; None: now. `unknown`: how many items may have been there then, and nobody knows.
    """

    store: Known
    at: datetime | None
    counts: dict[str, int | None]
    unknown: int = 0


def counts(
    store: OfStore = None,
    group: OfGroup = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="DATE",
            help="At the end of that day, or at that time, by the store's clock.",
            show_default="now",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV: store, item, count.")] = False,
) -> None:
    """Show what a store has on hand, or had at a date. Without --store, how much all stores have, or those of a group.

    With --csv or --json every item of every store is listed.

    DATE is a day (2026-11-20), or a time ("2026-11-20 14:30").
    """
    if as_json and as_csv:
        raise UserError("Give --json or --csv, not both.")
    stack = find_stack()
    chosen = known_stores(stack, store, group)
    stocks = _stocks(stack, chosen, at)
    if as_csv:
        rows = ((one.store.name, item, count) for one in stocks for item, count in one.counts.items())
        write_csv(("store", "item", "count"), rows)
    elif as_json:
        listed = [
            {"store": one.store.name, "item": item, "count": count}
            for one in stocks
            for item, count in one.counts.items()
        ]
        print(json.dumps(listed, indent=2))  # noqa: T201 - for programs, without wrapping
    elif store is not None:
        _show_items(next(stocks))
    else:
        _show_stores(_summaries(stack, {one.name for one in chosen}) if at is None else map(_summary, stocks))


def _stocks(stack: Stack, chosen: list[Known], at: str | None) -> Iterator[Stock]:
    """Yield what each store has, or had. What is not known is said; that none is known is an error."""
    history, left_out = History(stack), []
    for store in chosen:
        if at is None:
            yield Stock(store, None, {item: row.count for item, row in rows_of(stack, store.name)})
            continue
        moment = moments.at(at, store.zone, now())
        begins = history.known_from(store.name, moments.stamp(moment))
        if begins is None or begins > moments.stamp(moment):
            left_out.append(_not_kept(store, moment, begins))
            continue
        found = stock_at(stack, history, store, moment)
        if found.unknown:
            warn(f"{store.name}: of {number_of(found.unknown, 'item')} it is not known what there was. Left out.")
        yield found
    if left_out and len(left_out) == len(chosen):
        raise UserError(left_out[0])
    if left_out:
        warn(f"{number_of(len(left_out), 'store')} left out. {left_out[0]}")


def _not_kept(store: Known, moment: datetime, begins: str | None) -> str:
    since = f"begins {_clock(store, moments.moment_of(begins))}" if begins else "is empty"
    return (
        f"What {store.name} had at {_clock(store, moment)} is not known: its history {since}. `onhand replay` makes it "
        "from the files in the bucket, as far as they go back."
    )


def stock_at(stack: Stack, history: History, store: Known, moment: datetime) -> Stock:
    """Return what a store had at a moment: what it has now, without what changed since."""
    since = moments.stamp(moment)
    rows = dict(rows_of(stack, store.name))
    next_change = {item: some[0].change for item, some in history.facts(store.name, since)}
    found: dict[str, int | None] = {}
    unknown = 0
    for item in sorted(rows.keys() | next_change.keys()):
        row, change = rows.get(item), next_change.get(item)
        if change is None and row and is_order_token(row.as_of) and row.as_of >= since:
            unknown += 1  # the row came since, and no change of it is kept
        elif (count := put_together(item, [change] if change else [], row, since).first) is not None:
            found[item] = count
    return Stock(store, moment, found, unknown)


# ---- Showing it -----------------------------------------------------------------------------------------------------


class Summary(NamedTuple):
    """What a store has in all. `out`: how many of its items are out of stock."""

    store: str
    items: int
    units: int
    out: int


def _summary(stock: Stock) -> Summary:
    units = sum(count or 0 for count in stock.counts.values())
    return Summary(stock.store.name, len(stock.counts), units, sum(count == 0 for count in stock.counts.values()))


def _summaries(stack: Stack, chosen: set[str]) -> Iterator[Summary]:
    """Yield what stores have now: of a chain, to read every row would take minutes."""
    for row in stores(stack):
        if row["Store"] in chosen and row.get("Items"):
            yield Summary(row["Store"], row["Items"], row.get("Units", 0), row.get("Out", 0))


def _show_items(stock: Stock) -> None:
    table = Table("item", "count", box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.columns[1].justify = "right"
    for item, count in list(stock.counts.items())[:_SHOWN]:
        table.add_row(escape(item), "[red]0[/]" if count == 0 else "–" if count is None else f"{count:,}")
    console.print(table)
    if len(stock.counts) > _SHOWN:
        console.print(f"… and {len(stock.counts) - _SHOWN:,} more (--csv lists all)")
    when = f", {_clock(stock.store, stock.at)}" if stock.at else " now"
    _, items, units, out = _summary(stock)
    name = f"[bold]{escape(stock.store.name)}[/]{when}"
    console.print(f"{name}: {number_of(items, 'item')}, {number_of(units, 'unit')}, {out:,} out of stock")


def _show_stores(summaries: Iterable[Summary]) -> None:
    table = Table("store", "items", "units", "out", box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, *numbers in summaries:
        table.add_row(escape(name), *(f"{number:,}" for number in numbers))
    console.print(table)


def _clock(store: Known, moment: datetime) -> str:
    """Return a moment by the clock of a store."""
    local = moment.astimezone(store.zone)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"
