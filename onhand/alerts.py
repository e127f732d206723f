"""`onhand alerts`: what ran out, is low, or came back: the log, and what is still open."""

import itertools
import json
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import typer
from botocore.exceptions import ClientError
from rich.markup import escape
from rich.table import Table

from onhand.ack import ack
from onhand.acknowledgements import to_do, with_acknowledgements
from onhand.console import UserError, console, printable, stderr
from onhand.events import EVENTS, SHOWN, SHOWN_SHORT
from onhand.known import check_store
from onhand.memberships import members
from onhand.options import OfEvent, OfGroup, OfItem, OfStore, Since
from onhand.read_alerts import EVERY, Alert, Which, log, open_alerts, short_id
from onhand.since import from_when_here
from onhand.stack import Stack, find_stack
from stock.acknowledgements import Kind
from stock.forecast import last_day
from stock.times import iso

app = typer.Typer(help="What ran out, is low, came back, or will run out: the log, what is open, acknowledging.")

_ASK_SECONDS = 0.5
# An alert is listed by the time of its upload, and recorded when that is loaded.
_LATE_SECONDS = 3600
_SOON_SECONDS = 28 * 86_400  # the longest time of SoonDays


@app.callback(invoke_without_command=True)
def alerts(
    context: typer.Context,
    is_open: Annotated[bool, typer.Option("--open", help="What is out or low still, longest first.")] = False,
    only_to_do: Annotated[
        bool, typer.Option("--to-do", help="What is out or low still and nobody takes care of, longest first.")
    ] = False,
    store: OfStore = None,
    group: OfGroup = None,
    item: OfItem = None,
    event: OfEvent = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 50,
    follow: Annotated[bool, typer.Option("--follow", help="Go on showing what comes, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON; with --follow one alert a line.")] = False,
) -> None:
    """Show alerts, newest first: what ran out, is low, came back, or will probably run out.

    The first column names an alert for `onhand alerts ack`; the count is that before, and that after the change.
    """
    if context.invoked_subcommand:
        return
    start = iso(from_when_here(since).timestamp()) if since else None
    stack = find_stack()
    there = members(stack, group) if group is not None else None
    which = Which(store, item, EVENTS[event] if event else None, start or "0", there)
    if follow:
        try:
            _follow(stack, which, limit if start else 0, as_json)
        except KeyboardInterrupt:
            return
        return
    read = (open_alerts if is_open or only_to_do else log)(stack, which, page=limit + 1)
    found = list(itertools.islice(to_do(stack, read) if only_to_do else read, limit + 1))
    if not found:
        check_store(stack, store)  # of one that was removed there may be alerts
    listed = with_acknowledgements(stack, found[:limit])
    if as_json:
        print(f"[{', '.join(map(_as_json, listed))}]")  # noqa: T201 - for programs
    elif listed:
        console.print(_table(listed))
    else:
        console.print(_nothing(is_open, only_to_do))
    if len(found) > limit:
        stderr.print(f"[dim]There are more. --limit {limit * 10} shows more of them.[/]")


app.command()(ack)


def _nothing(is_open: bool, only_to_do: bool) -> str:
    if only_to_do:
        return "Nothing is to do: somebody takes care of all that is out of stock or low."
    return "Nothing is out of stock or low." if is_open else "No alerts."


def _as_json(alert: Alert) -> str:
    # An item that others wrote may hold sets and bytes, which JSON does not know.
    known = {name: value for name, value in alert.items() if name != "Seen"}
    return json.dumps(known | {"Id": short_id(alert)}, default=str)


def _follow(stack: Stack, which: Which, limit: int, as_json: bool) -> None:
    """Print alerts as they are published (or held back, or quiet), oldest first, until interrupted.

    First those since the beginning that was asked for, if one was, at most `limit` of them.
    """
    late = iso(time.time() - _LATE_SECONDS)
    seen: set[str] = set()
    if which == which._replace(start=EVERY.start):
        which = which._replace(start=late)
        seen = {short_id(alert) for alert in log(stack, which) if _is_done(alert)}
    while True:
        try:
            fresh = [alert for alert in log(stack, which) if _is_done(alert) and short_id(alert) not in seen]
        except ClientError as error:
            raise UserError(f"The log cannot be read: {error}") from None
        for alert in reversed(fresh[:limit] if limit else fresh):
            if as_json:
                print(_as_json(alert), flush=True)  # noqa: T201 - for programs
            else:
                console.print(_line(alert))
        seen |= {short_id(alert) for alert in fresh}
        limit, which = 0, which._replace(start=max(which.start, late))
        time.sleep(_ASK_SECONDS)


def _is_done(alert: Alert) -> bool:
    return str(alert["State"]) != "claimed"


def _table(alerts: Iterable[Alert]) -> Table:
    """A table that fits 80 columns, mostly one line for an alert: names and what else there is to say share a cell."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("alert", "when", "what", "count"):
        table.add_column(name, justify="right" if name == "count" else "left", no_wrap=True)
    table.add_column("store: item", overflow="fold")
    for alert in alerts:
        more = ", ".join(part for part in (_when(alert), _state(alert)) if part not in ("", "sent"))
        state = f" [dim]– {escape(more)}[/]" if more else ""
        table.add_row(
            f"[dim]{short_id(alert)}[/]",
            _local(alert["At"])[:-3],  # to the minute
            SHOWN_SHORT.get(alert["Event"], alert["Event"]),
            _change(alert),
            f"{escape(printable(alert['Store']))}: [bold]{escape(printable(alert['Item']))}[/]{state}",
        )
    return table


def _change(alert: Alert) -> str:
    if alert["Event"] == "RUNS_OUT_SOON":  # nothing has changed yet
        return str(alert.get("Count", ""))
    return f"{alert.get('Previous', '')}→{alert.get('Count', '')}"


def _line(alert: Alert) -> str:
    event = SHOWN.get(alert["Event"], alert["Event"])
    count = f", {alert['Count']} now" if alert.get("Count") else ""
    state = f" [dim]({escape(_state(alert))})[/]" if alert["State"] != "sent" else ""
    what = f"[bold]{escape(alert['Item'])}[/] {event} in {escape(alert['Store'])}"
    when = f", {_when(alert)}" if _when(alert) else ""
    return f"[dim]{_local(alert['At'])}[/] {what}{count}{when}{state}"


def _when(alert: Alert) -> str:
    """In how many days the item will be out, of an alert that tells that."""
    if "First" not in alert:
        return ""
    first, last = alert["First"], last_day(alert["First"], alert.get("Last"))
    return f"out in {first} days or later" if last is None else f"out in {first} to {last} days"


def _state(alert: Alert) -> str:
    if "AckAt" in alert:
        note = f": {alert['AckNote']}" if alert.get("AckNote") else ""
        return f"{alert['AckBy'] or 'somebody'} (as stated) {_taking_care(alert)}{note}"
    if "ClosedAt" in alert:
        return f"over since {_local(alert['ClosedAt'])}"
    words = {
        "held": "held back",
        "quiet": "not sent: replay",
        "claimed": "about to be sent",
        "sent": "sent",
        "waits": "not sent: ordered or snoozed",
    }
    return words.get(alert["State"], str(alert["State"]))


def _taking_care(alert: Alert) -> str:
    past = "" if alert["TakenCareOf"] or "ClosedAt" in alert else ", which is past"
    match alert["AckKind"]:
        case Kind.SNOOZE:
            return f"leaves it alone until {alert['AckUntil']}{past}"
        case Kind.ORDERED:
            return f"has ordered it, expected on {alert['AckUntil']}{past}"
    return "takes care"


def _local(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%m-%d %H:%M:%S")
    except ValueError:
        return escape(moment)
