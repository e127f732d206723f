"""`onhand stock`: what stores have on hand, now or at a date."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from operator import attrgetter
from typing import Annotated, Any, NamedTuple

import typer
from rich.markup import escape
from rich.table import Table

from onhand import catalogue
from onhand.console import UserError, console
from onhand.csv_out import write_csv
from onhand.item_past import Known
from onhand.items import get_many, of_store, plain
from onhand.known import stores
from onhand.moments import minute
from onhand.options import OfGroup, OfItem, OfStore
from onhand.read_item_past import known_stores, read_row
from onhand.stack import Stack, find_stack
from onhand.stock_then import Stock, stocks_at
from onhand.uploads import number_of
from stock import shards
from stock.likeness import did_you_mean

_SHOWN = 200  # rows in the terminal
_COLUMNS_THEN = ("store", "item", "count")
_COLUMNS = (*_COLUMNS_THEN, "short", "since")


class Row(NamedTuple):
    """An item of a store. `on_hand` None: no whole number. `short`: out or low; None: neither, or it is of a date."""

    store: str
    item: str
    on_hand: int | None
    short: str | None = None
    since: str | None = None


def stock(
    store: OfStore = None,
    group: OfGroup = None,
    item: OfItem = None,
    short: Annotated[bool, typer.Option("--short", help="Only what is out or low, longest first.")] = False,
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
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """Show what stores have on hand, or had at a date. Without any choice, how much there is in each store.

    With --csv or --json every row is listed.

    DATE is a day (2026-11-20), or a time ("2026-11-20 14:30").
    """
    if as_json and as_csv:
        raise UserError("Give --json or --csv, not both.")
    if at is not None and short:
        raise UserError("Which items were low at a date is not kept. Leave --short out, or --at.")
    stack = find_stack()
    chosen = known_stores(stack, store, group)
    if at is None and not (store or item or short or as_json or as_csv):
        _show_stores(_summaries(stack, {one.name for one in chosen}))
        return
    rows = (
        _rows(stack, chosen, item, short, bool(store or group))
        if at is None
        else _rows_then(stocks_at(stack, chosen, at), item)
    )
    columns = _COLUMNS if at is None else _COLUMNS_THEN
    if as_csv:
        write_csv(columns, (row[: len(columns)] for row in rows))
    elif as_json:
        listed = [dict(zip(columns, row, strict=False)) for row in rows]
        print(json.dumps(listed, indent=2))  # noqa: T201 - for programs, without wrapping
    elif store or item or short:
        _show_rows(list(rows), columns, lambda: _nothing(stack, store, item, short))
    else:
        _show_stores(_sums(rows))


# ---- Now ------------------------------------------------------------------------------------------------------------


def _rows(stack: Stack, chosen: list[Known], item: str | None, short: bool, by_store: bool) -> Iterator[Row]:
    """Yield the rows of some stores (`by_store`: not of all), what is short longest first."""
    table = stack.outputs.InventoryTable
    if item is not None:
        keys = [{"Store": {"S": store.name}, "Item": {"S": item}} for store in chosen]
        found: Iterable[Row] = sorted(map(_row, get_many(stack, table, keys)))
    elif not short:
        found = (_row(row) for store in chosen for row in of_store(stack, table, store.name))
    elif by_store:
        found = (row for store in chosen for row in _index(stack, "ShortOfStore", "Store", store.name))
    else:
        levels = [level for name in ("out", "low") for level in shards.all_of(name, stack.shards)]
        found = merge(*(_index(stack, "ShortItems", "Short", level) for level in levels), key=attrgetter("since"))
    if not short:
        yield from found
    else:
        rows = (row for row in found if row.short)
        yield from sorted(rows, key=attrgetter("since")) if by_store or item is not None else rows


def _index(stack: Stack, index: str, name: str, key: str) -> Iterator[Row]:
    """Yield the rows that an index of Inventory has under a key."""
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.InventoryTable,
        IndexName=index,
        KeyConditionExpression="#key = :key",
        ExpressionAttributeNames={"#key": name},
        ExpressionAttributeValues={":key": {"S": key}},
    )
    return (_row(plain(row)) for page in pages for row in page["Items"])


def _row(row: dict[str, Any]) -> Row:
    short = shards.name_of(str(row.get("Short", ""))) or None
    return Row(row["Store"], row["Item"], read_row(row).count, short, str(row.get("Since", "")) if short else None)


def _nothing(stack: Stack, store: str | None, item: str | None, short: bool) -> str:
    """Return what is said if there is no row."""
    if item is None:
        return "Nothing is out or low." if short else f"{store} has no items."
    if short:
        return f"{item} is not out or low."
    meant = did_you_mean(item, catalogue.read(stack).entries)
    return f"{store or 'No store'} has {'no' if store else 'an'} item '{item}'.{meant}"


def _rows_then(stocks: Iterable[Stock], item: str | None) -> Iterator[Row]:
    for one in stocks:
        for name, count in one.counts.items():
            if item in (None, name):
                yield Row(one.store.name, name, count)


# ---- Showing it -----------------------------------------------------------------------------------------------------


class Summary(NamedTuple):
    """What a store has in all. `out`: how many of its items are out of stock."""

    store: str
    items: int
    units: int
    out: int


def _sums(rows: Iterable[Row]) -> list[Summary]:
    """Return what each store has in all, in the order of the rows."""
    sums: dict[str, Summary] = {}
    for row in rows:
        _, items, units, out = sums.get(row.store, Summary(row.store, 0, 0, 0))
        sums[row.store] = Summary(row.store, items + 1, units + (row.on_hand or 0), out + (row.on_hand == 0))
    return list(sums.values())


def _summaries(stack: Stack, chosen: set[str]) -> Iterator[Summary]:
    """Yield what stores have now: of a chain, to read every row would take minutes."""
    for row in stores(stack):
        if row["Store"] in chosen and row.get("Items"):
            yield Summary(row["Store"], row["Items"], row.get("Units", 0), row.get("Out", 0))


def _show_rows(rows: list[Row], columns: tuple[str, ...], nothing: Callable[[], str]) -> None:
    if not rows:
        console.print(escape(nothing()))
        return
    table = Table(*columns, box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.columns[2].justify = "right"
    for row in rows[:_SHOWN]:
        since = escape(minute(row.since or ""))
        count = "[red]0[/]" if row.on_hand == 0 else "–" if row.on_hand is None else f"{row.on_hand:,}"
        table.add_row(*(escape(row.store), escape(row.item), count, row.short or "", since)[: len(columns)])
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(f"… and {len(rows) - _SHOWN:,} more (--csv lists all)")
    sums = _sums(rows)
    where = escape(sums[0].store) if len(sums) == 1 else number_of(len(sums), "store")
    units, out = sum(one.units for one in sums), sum(one.out for one in sums)
    what = number_of(len(rows), "item" if len(sums) == 1 else "row")
    console.print(f"[bold]{where}[/]: {what}, {number_of(units, 'unit')}, {out:,} out of stock")


def _show_stores(summaries: Iterable[Summary]) -> None:
    table = Table("store", "items", "units", "out", box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, *numbers in summaries:
        table.add_row(escape(name), *(f"{number:,}" for number in numbers))
    console.print(table)
