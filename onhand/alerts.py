"""`onhand alerts`: the log of alerts, those that are still open, and acknowledging them."""

import getpass
import hashlib
import itertools
import json
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from heapq import merge
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError
from rich.markup import escape
from rich.table import Table

from onhand.acknowledgements import acknowledge, with_acknowledgements
from onhand.console import UserError, console
from onhand.items import plain
from onhand.stack import Stack, find_stack
from onhand.thresholds import warn_of_unknown
from stock.shards import all_of, name_of

app = typer.Typer(help="What ran out, is low, came back, or will run out: the log, what is open, acknowledging.")

Alert = dict[str, Any]
"""An item of the table Alerts, see docs/data-model.md."""

_ASK_SECONDS = 0.5
# An alert is listed by the time of its upload, and recorded when that is loaded.
_LATE_SECONDS = 3600
_SOON_SECONDS = 28 * 86_400  # the longest time of SoonDays
_EVENTS = {
    "OUT_OF_STOCK": "[red]out of stock[/]",
    "LOW_STOCK": "[yellow]low stock[/]",
    "BACK_IN_STOCK": "[green]back in stock[/]",
    "RUNS_OUT_SOON": "[magenta]will run out[/]",
}

_SHORT_EVENTS = {
    "OUT_OF_STOCK": "[red]out[/]",
    "LOW_STOCK": "[yellow]low[/]",
    "BACK_IN_STOCK": "[green]back[/]",
    "RUNS_OUT_SOON": "[magenta]soon[/]",
}


@app.callback(invoke_without_command=True)
def alerts(
    context: typer.Context,
    is_open: Annotated[bool, typer.Option("--open", help="What is out or low still, longest first.")] = False,
    store: Annotated[str | None, typer.Option(help="Only of this store.")] = None,
    item: Annotated[str | None, typer.Option(help="Only of this item.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only from then on, your time.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 50,
    follow: Annotated[bool, typer.Option("--follow", help="Go on showing what comes, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON; with --follow one alert a line.")] = False,
) -> None:
    """Show alerts, newest first: what ran out, is low, came back, or will probably run out.

    The first column names an alert for `onhand alerts ack`; the count is that before, and that after the change.
    """
    if context.invoked_subcommand:
        return
    stack = find_stack()
    warn_of_unknown(stack, *([store] if store else []))
    start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if since else None
    if follow:
        try:
            _follow(stack, store, item, start, limit if start else 0, as_json)
        except KeyboardInterrupt:
            return
        return
    found = open_alerts(stack, store) if is_open else log(stack, store, item, start)
    wanted = (alert for alert in found if (not item or alert["Item"] == item) and alert["At"] >= (start or ""))
    listed = with_acknowledgements(stack, list(itertools.islice(wanted, limit)))
    if as_json:
        console.print_json(f"[{', '.join(map(_as_json, listed))}]")
    elif listed:
        console.print(_table(listed))
    else:
        console.print("Nothing is out of stock or low." if is_open else "No alerts.")


@app.command()
def ack(
    alert: Annotated[str, typer.Argument(help="The alert, by the first column of `onhand alerts`.")],
    note: Annotated[str, typer.Option(help="What you do about it.")] = "",
    by: Annotated[str | None, typer.Option(help="Who you are, if not the user of this machine.")] = None,
) -> None:
    """Acknowledge an alert that is open, or of what will run out: others see that somebody takes care of it.

    An open alert closes when the item is back.

    Who that is, is a statement of whoever acknowledges, not a proof.
    """
    stack = find_stack()
    open_or_soon = itertools.chain(open_alerts(stack), _of_what_runs_out(stack))
    found = [one for one in open_or_soon if short_id(one).startswith(alert.lower())]
    if len(found) != 1:
        known = "Several alerts begin" if found else "No alert that is open, or of what will run out, begins"
        raise UserError(f"{known} with '{alert}'. `onhand alerts` lists them.")
    one = found[0]
    acknowledge(stack, one, by or getpass.getuser(), note)
    console.print(f"[green]✓[/] {escape(one['Item'])} in {escape(one['Store'])} is acknowledged")


def _as_json(alert: Alert) -> str:
    # An item that others wrote may hold sets and bytes, which JSON does not know.
    return json.dumps(alert | {"Id": short_id(alert)}, default=str)


def short_id(alert: Alert) -> str:
    """A name for an alert that can be typed."""
    return hashlib.sha256(f"{alert['Store']}\0{alert['Alert']}".encode()).hexdigest()[:8]


def open_alerts(stack: Stack, store: str | None = None) -> Iterator[Alert]:
    """The alerts of what is out or low still, longest first."""
    levels = [*all_of("out", stack.shards), *all_of("low", stack.shards)]
    found = [_query(stack, "OpenAlerts", ("Open", level), ("At", "0"), forward=True) for level in levels]
    return (alert for alert in merge(*found, key=_at) if store in (None, alert["Store"]))


def _of_what_runs_out(stack: Stack) -> Iterator[Alert]:
    """The alerts of the last days about what will run out, newest first."""
    start = datetime.fromtimestamp(time.time() - _SOON_SECONDS, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return (alert for alert in log(stack, None, None, start) if alert["Event"] == "RUNS_OUT_SOON")


def log(stack: Stack, store: str | None, item: str | None, start: str | None) -> Iterator[Alert]:
    """All alerts from `start` on (ISO 8601 UTC), newest first; of a store, of an item, or of all."""
    if store:
        first = (start or "0").replace("-", "").replace(":", "")
        return _query(stack, None, ("Store", store), ("Alert", first))
    if item:
        return _query(stack, "ByItem", ("Item", item), ("At", start or "0"))
    found = [_query(stack, "ByTime", ("Log", key), ("At", start or "0")) for key in all_of("all", stack.shards)]
    return merge(*found, key=_at, reverse=True)


def _at(alert: Alert) -> str:
    return str(alert["At"])


def _query(
    stack: Stack, index: str | None, key: tuple[str, str], first: tuple[str, str], forward: bool = False
) -> Iterator[Alert]:
    """Alerts of one key, from the first of a range on; newest first unless `forward`."""
    query: dict[str, Any] = {
        "TableName": stack.outputs.AlertsTable,
        "KeyConditionExpression": "#key = :key AND #range >= :first",
        "ExpressionAttributeNames": {"#key": key[0], "#range": first[0]},
        "ExpressionAttributeValues": {":key": {"S": key[1]}, ":first": {"S": first[1]}},
        "ScanIndexForward": forward,
    }
    if index:
        query["IndexName"] = index
    for page in stack.dynamodb.get_paginator("query").paginate(**query, PaginationConfig={"PageSize": 100}):
        for alert in filter(_is_alert, map(plain, page["Items"])):
            yield alert | {name: name_of(str(alert[name])) for name in ("Log", "Open") if name in alert}


def _is_alert(item: dict[str, Any]) -> bool:
    """Whether an item has what every alert has: others may have written to the table, too."""
    return all(isinstance(item.get(name), str) for name in ("Store", "Alert", "Item", "Event", "At", "State"))


def _follow(stack: Stack, store: str | None, item: str | None, start: str | None, limit: int, as_json: bool) -> None:
    """Print alerts as they are published (or held back, or quiet), oldest first, until interrupted."""
    begin = datetime.fromtimestamp(time.time() - _LATE_SECONDS, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    seen = set() if start else {short_id(alert) for alert in log(stack, store, item, begin) if _is_done(alert)}
    while True:
        try:
            fresh = [
                alert
                for alert in log(stack, store, item, min(start or begin, begin))
                if _is_done(alert) and short_id(alert) not in seen
            ]
        except ClientError as error:
            raise UserError(f"The log cannot be read: {error}") from None
        for alert in reversed(fresh[:limit] if limit else fresh):
            console.print(
                json.dumps(alert | {"Id": short_id(alert)}, default=str) if as_json else _line(alert), soft_wrap=as_json
            )
        seen |= {short_id(alert) for alert in fresh}
        limit = 0
        time.sleep(_ASK_SECONDS)


def _is_done(alert: Alert) -> bool:
    return str(alert["State"]) != "claimed"


def _table(alerts: Iterable[Alert]) -> Table:
    """A table that fits 80 columns: what else there is to say of an alert stands below its item."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("alert", "when", "what", "count", "store", "item"):
        short = name in ("alert", "when", "what", "count")
        table.add_column(name, justify="right" if name == "count" else "left", no_wrap=short, overflow="fold")
    for alert in alerts:
        below = ", ".join(part for part in (_when(alert), _state(alert)) if part not in ("", "sent"))
        state = f"\n[dim]{escape(below)}[/]" if below else ""
        table.add_row(
            f"[dim]{short_id(alert)}[/]",
            _local(alert["At"])[:-3],  # to the minute
            _SHORT_EVENTS.get(alert["Event"], alert["Event"]),
            _change(alert),
            escape(alert["Store"]),
            escape(alert["Item"]) + state,
        )
    return table


def _change(alert: Alert) -> str:
    if alert["Event"] == "RUNS_OUT_SOON":  # nothing has changed yet
        return str(alert.get("Count", ""))
    return f"{alert.get('Previous', '')}→{alert.get('Count', '')}"


def _line(alert: Alert) -> str:
    event = _EVENTS.get(alert["Event"], alert["Event"])
    count = f", {alert['Count']} now" if alert.get("Count") else ""
    state = f" [dim]({escape(_state(alert))})[/]" if alert["State"] != "sent" else ""
    what = f"[bold]{escape(alert['Item'])}[/] {event} in {escape(alert['Store'])}"
    when = f", {_when(alert)}" if _when(alert) else ""
    return f"[dim]{_local(alert['At'])}[/] {what}{count}{when}{state}"


def _when(alert: Alert) -> str:
    """In how many days the item will be out, of an alert that tells that."""
    if "First" not in alert:
        return ""
    days = f"{alert['First']} to {alert['Last']} days" if "Last" in alert else f"{alert['First']} days or later"
    return f"out in {days}"


def _state(alert: Alert) -> str:
    if "AckAt" in alert:
        note = f": {alert['AckNote']}" if alert.get("AckNote") else ""
        return f"{alert['AckBy'] or 'somebody'} (as stated) takes care{note}"
    if "ClosedAt" in alert:
        return f"over since {_local(alert['ClosedAt'])}"
    words = {"held": "held back", "quiet": "not sent: replay", "claimed": "about to be sent", "sent": "sent"}
    return words.get(alert["State"], str(alert["State"]))


def _local(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%m-%d %H:%M:%S")
    except ValueError:
        return escape(moment)
