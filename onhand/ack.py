"""`onhand alerts ack`: say who takes care of alerts, that an item is ordered, or is to be left alone for a while."""

import getpass
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Annotated

import typer
from rich.markup import escape

from onhand.acknowledgements import Said, say, to_do, with_acknowledgements
from onhand.console import UserError, console, printable, warn
from onhand.events import EVENTS, Event
from onhand.known import check_store
from onhand.memberships import members
from onhand.options import OfEvent, OfGroup, OfItem, OfStore
from onhand.read_alerts import Alert, Which, of_what_runs_out, open_alerts, short_id
from onhand.stack import Stack, find_stack
from onhand.until import day_to_come
from onhand.uploads import number_of
from stock.acknowledgements import Kind

_WRITERS = 16


def ack(
    alerts: Annotated[
        list[str] | None, typer.Argument(metavar="ALERT", help="By the first column of `onhand alerts`.")
    ] = None,
    store: OfStore = None,
    group: OfGroup = None,
    item: OfItem = None,
    event: OfEvent = None,
    every: Annotated[bool, typer.Option("--all", help="All that are open, of every store.")] = False,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Leave the items alone until that day.")] = None,
    expected: Annotated[str | None, typer.Option(metavar="DAY", help="The items are ordered, for that day.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was said of them.")] = False,
    note: Annotated[str, typer.Option(help="What you do about it.")] = "",
    by: Annotated[str | None, typer.Option(help="Who you are, if not the user of this machine.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show which it would be.")] = False,
) -> None:
    """Acknowledge alerts that are open, or of what will run out: others see that somebody takes care of them.

    Name them, or say which with --store, --group, --item and --event (else open ones are meant): of these, all that
    nobody takes care of. An open alert closes when its item is back.

    With --until or --expected the item is quiet until that day: nobody is told again that it is low or will run out,
    only that it has run out. From that day on it is to be looked at again. DAY is 2026-12-03, friday, “in 3 days”, …

    Who takes care is a statement of whoever acknowledges, not a proof.
    """
    if bool(alerts) == bool(store or group or item or event or every):
        raise UserError("Which alerts? Name some, or give --store, --group, --item, --event or --all.")
    said = _said(until, expected, undo, by or getpass.getuser(), note)
    stack = find_stack()
    there = members(stack, group) if group is not None else None
    which = Which(store, item, EVENTS[event] if event else None, there=there)
    found = with_acknowledgements(stack, _named(stack, alerts)) if alerts else _of(stack, which, undo)
    if dry_run:
        for one in found:
            console.print(f"[dim]{short_id(one)}[/] {escape(_name(one))}", soft_wrap=True)
        console.print(f"{number_of(len(found), 'alert')} would be {_done(said)}. Nothing was changed.")
        return
    with console.status("Writing …"), ThreadPoolExecutor(_WRITERS) as pool:
        others = list(pool.map(partial(_say, stack, said), found))
    for one, other in zip(found, others, strict=True):
        if other is not None:
            warn(f"{_name(one)}: {other} has acknowledged this alert already.")
    done = [one for one, other in zip(found, others, strict=True) if other is None]
    if len(done) == 1:
        console.print(f"[green]✓[/] {escape(_name(done[0]))} is {_done(said)}")
    elif done:
        console.print(f"[green]✓[/] {len(done):,} alerts are {_done(said)}")
    elif not alerts:
        console.print(f"No alerts are open there that {'somebody' if undo else 'nobody'} takes care of.")
    if alerts and len(done) < len(found):
        raise typer.Exit(1)


def _said(until: str | None, expected: str | None, undo: bool, by: str, note: str) -> Said:
    """What the options say. Raises UserError if they say two things, or no day to come."""
    if (until is not None) + (expected is not None) + undo > 1:
        raise UserError("Of --until, --expected and --undo, one at a time.")
    today = datetime.now().astimezone().date()
    if until is not None:
        return Said(Kind.SNOOZE, by, note, day_to_come("--until", until, today))
    if expected is not None:
        return Said(Kind.ORDERED, by, note, day_to_come("--expected", expected, today))
    return Said(Kind.UNDONE if undo else Kind.ACK, by, note)


def _done(said: Said) -> str:
    words = {
        Kind.ACK: "acknowledged",
        Kind.SNOOZE: f"left alone until {said.until}",
        Kind.ORDERED: f"ordered, expected on {said.until}",
        Kind.UNDONE: "to do again",
    }
    return words[said.kind]


def _say(stack: Stack, said: Said, alert: Alert) -> str | None:
    """Say it of an alert; return who takes care of it, if it was to be acknowledged and somebody does already."""
    if said.kind == Kind.ACK and alert["TakenCareOf"]:
        return alert["AckBy"] or "somebody"
    return say(stack, alert, said)


def _named(stack: Stack, names: list[str]) -> list[Alert]:
    """The alerts that some names mean, be they open or of what will run out.

    Raises UserError if one means none or several.
    """
    meant: dict[str, list[Alert]] = {name.lower(): [] for name in names}
    for one in chain(open_alerts(stack), of_what_runs_out(stack)):
        own = short_id(one)
        for name, found in meant.items():
            if own.startswith(name):
                found.append(one)
        if all(found and len(name) == len(own) for name, found in meant.items()):  # no other one is called so
            break
    for name, found in meant.items():
        if len(found) != 1:
            known = "Several alerts begin" if found else "No alert that is open, or of what will run out, begins"
            raise UserError(f"{known} with '{name}'. `onhand alerts` lists them. Nothing was acknowledged.")
    return list({short_id(one): one for (one,) in meant.values()}.values())


def _of(stack: Stack, which: Which, cared_for: bool) -> list[Alert]:
    """The alerts, open ones unless it is said otherwise, that somebody takes care of, or nobody.

    Raises UserError if there is no such store.
    """
    read = of_what_runs_out if which.event == EVENTS[Event.SOON] else open_alerts
    found = list(read(stack, which))
    if not found:
        check_store(stack, which.store)
    if not cared_for:
        return list(to_do(stack, iter(found)))
    return [one for one in with_acknowledgements(stack, found) if one["TakenCareOf"]]


def _name(alert: Alert) -> str:
    return printable(f"{alert['Item']} in {alert['Store']}")
