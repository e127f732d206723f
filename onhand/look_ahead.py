"""`onhand look-ahead`: what will probably run out, as of this morning, or looked ahead for now."""

import json
import time
from collections.abc import Iterator
from heapq import merge
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from onhand.console import UserError, console, step
from onhand.forecasts import wanted_stores
from onhand.items import plain
from onhand.options import OfGroup, OfStore
from onhand.queues import send_all
from onhand.stack import Stack, find_stack
from onhand.uploads import number_of
from stock.forecast import last_day
from stock.messages import LookAhead
from stock.shards import all_of

Outlook = dict[str, Any]
"""What the table Forecasts says of a store as a whole, see docs/data-model.md."""

_LOOK_SECONDS = 0.5
_SECONDS, _SECONDS_A_STORE = 120, 5.0  # to wait


def look_ahead(
    store: OfStore = None,
    group: OfGroup = None,
    now: Annotated[bool, typer.Option("--now", help="Look ahead now, and wait; people are told what is new.")] = False,
    limit: Annotated[int, typer.Option(help="How many items at most.", min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show what stores will probably run out of, most likely first. It is forecast at each store's own morning.

    Of each store the ten most likely items; "lost" are the days in the next 14 for which an item is expected to be out,
    if nothing is done.
    """
    stack = find_stack()
    wanted = wanted_stores(stack, store, group)
    if now and wanted:
        look_now(stack, wanted, quiet=as_json)
    found = [outlook for outlook in outlooks(stack) if outlook["Store"] in wanted]
    if as_json:
        print(json.dumps(found, indent=2))  # noqa: T201 - for programs, without wrapping
    else:
        _show(found, limit)


def outlooks(stack: Stack) -> Iterator[Outlook]:
    """The outlooks of all stores, those first in which an item is out soonest."""
    found = [_of_shard(stack, shard) for shard in all_of("all", stack.shards)]
    return merge(*found, key=lambda outlook: float(outlook["Likely"]), reverse=True)


def _of_shard(stack: Stack, shard: str) -> Iterator[Outlook]:
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.ForecastsTable,
        IndexName="BySoon",
        KeyConditionExpression="#all = :all",
        ExpressionAttributeNames={"#all": "All"},
        ExpressionAttributeValues={":all": {"S": shard}},
        ScanIndexForward=False,
    )
    for page in pages:
        for row in page["Items"]:
            yield {name: value for name, value in plain(row).items() if name not in ("All", "Part", "Parts")}


def look_now(stack: Stack, wanted: list[str], quiet: bool) -> None:
    """Look ahead for stores, and wait until that is done. Raises UserError if it takes too long."""
    before = {outlook["Store"]: outlook["At"] for outlook in outlooks(stack)}
    queue = stack.outputs.LookAheadQueueUrl
    with step(f"Look ahead for {number_of(len(wanted), 'store')}", quiet):
        send_all(stack.sqs, queue, (LookAhead(store).body() for store in wanted))
        deadline = time.monotonic() + _SECONDS + _SECONDS_A_STORE * len(wanted)
        waiting = set(wanted)
        while waiting:
            if time.monotonic() > deadline:
                raise UserError(
                    f"{number_of(len(waiting), 'store')} still without a new forecast, such as {min(waiting)}. "
                    "`onhand trace` tells what failed."
                )
            time.sleep(_LOOK_SECONDS)
            if not stack.depth(queue):
                done = {one["Store"] for one in outlooks(stack) if one["At"] != before.get(one["Store"])}
                waiting -= done


def _show(found: list[Outlook], limit: int) -> None:
    if not found:
        console.print("There is no forecast yet: it is made at each store's morning, or by `onhand look-ahead --now`.")
        return
    soon = [entry | {"Store": outlook["Store"]} for outlook in found for entry in outlook["Top"]]
    soon.sort(key=lambda entry: (-entry["Soon"], entry["Store"], entry["Item"]))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("likely", "out in", "count", "lost", "store", "item"):
        text = name in ("store", "item")
        table.add_column(name, justify="left" if text else "right", no_wrap=not text, overflow="fold")
    for entry in soon[:limit]:
        table.add_row(
            f"{entry['Soon']:.0%}",
            _days(entry),
            f"{entry['Count']:,}",
            f"{entry['Lost']:.1f}",
            escape(entry["Store"]),
            escape(entry["Item"]),
        )
    if soon:
        console.print(table)
    known, lost = sum(outlook["Known"] for outlook in found), sum(outlook["Lost"] for outlook in found)
    likely = sum(outlook["Soon"] for outlook in found)
    of_stores = f"{number_of(known, 'item')} of {number_of(len(found), 'store')}"
    console.print(
        f"[dim]{of_stores} have a forecast; {likely:,} will probably run out soon; "
        f"{lost:,.1f} days out are expected in the next 14, of all items together.[/]"
    )


def _days(entry: dict[str, Any]) -> str:
    if "Last" in entry:
        return f"{entry['First']}–{last_day(entry['First'], entry['Last'])} days"
    return f"{entry['First']} days or later" if "First" in entry else "over 60 days"
