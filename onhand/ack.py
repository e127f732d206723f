"""`onhand alerts ack`: say who takes care of open alerts."""

import getpass
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Annotated

import typer
from rich.markup import escape

from onhand.acknowledgements import acknowledge, with_acknowledgements
from onhand.console import UserError, console, printable, warn
from onhand.events import EVENTS, Event
from onhand.known import check_store
from onhand.options import OfEvent, OfItem, OfStore
from onhand.read_alerts import Alert, Which, of_what_runs_out, open_alerts, short_id
from onhand.stack import Stack, find_stack
from onhand.uploads import number_of

_WRITERS = 16


def ack(
    alerts: Annotated[
        list[str] | None, typer.Argument(metavar="ALERT", help="By the first column of `onhand alerts`.")
    ] = None,
    store: OfStore = None,
    item: OfItem = None,
    event: OfEvent = None,
    every: Annotated[bool, typer.Option("--all", help="All that are open, of every store.")] = False,
    note: Annotated[str, typer.Option(help="What you do about it.")] = "",
    by: Annotated[str | None, typer.Option(help="Who you are, if not the user of this machine.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show which it would be.")] = False,
) -> None:
    """Acknowledge alerts that are open, or of what will run out: others see that somebody takes care of them.

    Name them, or say which with --store, --item and --event (else open ones are meant): of these, all that nobody has
    acknowledged. An open alert closes when its item is back.

    Who takes care is a statement of whoever acknowledges, not a proof.
    """
    if bool(alerts) == bool(store or item or event or every):
        raise UserError("Which alerts? Name some, or give --store, --item, --event or --all.")
    stack = find_stack()
    which = Which(store, item, EVENTS[event] if event else None)
    found = _named(stack, alerts) if alerts else _free(stack, which)
    if dry_run:
        for one in found:
            console.print(f"[dim]{short_id(one)}[/] {escape(_name(one))}", soft_wrap=True)
        console.print(f"{number_of(len(found), 'alert')} would be acknowledged. Nothing was changed.")
        return
    with console.status("Acknowledging …"), ThreadPoolExecutor(_WRITERS) as pool:
        others = list(pool.map(partial(acknowledge, stack, by=by or getpass.getuser(), note=note), found))
    for one, other in zip(found, others, strict=True):
        if other is not None:
            warn(f"{_name(one)}: {other} has acknowledged this alert already.")
    done = [one for one, other in zip(found, others, strict=True) if other is None]
    if len(done) == 1:
        console.print(f"[green]✓[/] {escape(_name(done[0]))} is acknowledged")
    elif done:
        console.print(f"[green]✓[/] {len(done):,} alerts are acknowledged")
    elif not alerts:
        console.print("No alerts are open there that nobody has acknowledged.")
    if alerts and len(done) < len(found):
        raise typer.Exit(1)


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


def _free(stack: Stack, which: Which) -> list[Alert]:
    """The alerts, open ones unless it is said otherwise, that nobody has acknowledged.

    Raises UserError if there is no such store.
    """
    read = of_what_runs_out if which.event == EVENTS[Event.SOON] else open_alerts
    found = list(read(stack, which))
    if not found:
        check_store(stack, which.store)
    return [one for one in with_acknowledgements(stack, found) if "AckAt" not in one]


def _name(alert: Alert) -> str:
    return printable(f"{alert['Item']} in {alert['Store']}")
