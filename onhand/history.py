"""`onhand history`: what the counts of an item were, and which upload changed them; or all changes, for analysts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

import typer
from rich.markup import escape
from rich.table import Table

from look_ahead.availability import WINDOWS, Days, in_windows
from look_ahead.demand import day
from onhand import moments
from onhand.console import UserError, console, printable, warn
from onhand.csv_out import write_csv
from onhand.history_table import History
from onhand.item_past import ItemPast, Known
from onhand.options import OfStore
from onhand.read_item_past import known_stores, now, pasts
from onhand.since import from_when
from onhand.stack import Stack, find_stack
from onhand.uploads import get_uploads, number_of
from stock.history import Past, is_by_hand, steps
from stock.order_token import event_time

_SHOWN = 100  # changes in the terminal


class Line(NamedTuple):
    """A change of the count of an item in a store. `after` None: delisted, or (by hand) no whole number.

    `before` None: there was no row, or nobody knows. `at`: event time of the upload, ISO 8601 UTC; `upload`: its token.
    """

    store: str
    item: str
    at: str
    before: int | None
    after: int | None
    upload: str
    late: bool
    by_hand: bool


class Told(NamedTuple):
    """A change, the name of the file that made it, who sent that, and a link to it on the dashboard; "": unknown."""

    line: Line
    file: str
    by: str
    link: str


def history(
    item: Annotated[str | None, typer.Argument(help="The item.")] = None,
    store: OfStore = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="From when on, by the store's clock: 90d, yesterday, 2026-11-20, …",
            show_default="90d; with --all: all that is kept",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All items, with --csv.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, times in UTC.")] = False,
) -> None:
    """Show what the counts of an item were: when they changed, by which upload of whom, and how often it was in stock.

    Without --store, in all stores that carry it, or did in that time. Below "in
    stock" is the share of the last 7, 30 and 90 days, of those in which the
    store carried it, as far as they are known.

    --all --csv writes every change of every item, however many there are.
    """
    if everything == bool(item):
        raise UserError("Give an item, or --all for all of them.")
    if everything and not as_csv:
        raise UserError("--all may be many: give --csv, too, and a place for it: onhand history --all --csv > all.csv")
    if as_json and as_csv:
        raise UserError("Give --json or --csv, not both.")
    stack = find_stack()
    until = now()
    chosen = known_stores(stack, store)
    if not item:
        write_csv(Line._fields, _all_lines(stack, chosen, since, until))
        return
    wanted = {one.name: from_when(since or "90d", until, one.zone) for one in chosen}
    widest = until - timedelta(days=max(WINDOWS))  # availability is told whatever is listed
    found = pasts(stack, chosen, item, {name: min(first, widest) for name, first in wanted.items()})
    listed = [
        line
        for past in found
        for line in _lines(past.store.name, item, past.past, past.late, moments.stamp(wanted[past.store.name]))
    ]
    told = _told(stack, sorted(listed, key=lambda line: (line.upload, line.store)))
    if as_csv:
        write_csv((*Line._fields, "file", "by"), ((*one.line, one.file, one.by) for one in told))
    elif as_json:
        console.print_json(data=_report(found, told, until))
    else:
        _show(found, told, until)


# ---- Changes --------------------------------------------------------------------------------------------------------


def _lines(store: str, item: str, past: Past, late: Collection[str], since: str) -> Iterator[Line]:
    """Yield the changes of an item from a moment on, oldest first."""
    before = past.first
    for token, count in past.steps:
        if token >= since:
            yield Line(store, item, event_time(token), before, count, token, token in late, is_by_hand(token))
        before = count


def _all_lines(stack: Stack, stores: list[Known], since: str | None, until: datetime) -> Iterator[Line]:
    kept = History(stack)
    for store in stores:
        first = moments.stamp(from_when(since, until, store.zone)) if since else ""
        withdrawn = kept.withdrawn(store.name, first)
        for item, facts in kept.facts(store.name, first):
            if past := steps((fact.change for fact in facts), withdrawn).get(item):
                yield from _lines(store.name, item, past, {fact.change.token for fact in facts if fact.late}, first)


def _told(stack: Stack, lines: list[Line]) -> list[Told]:
    """Return changes with the file and the sender of their uploads, as far as these are on record, and a link."""
    tokens = sorted({line.upload for line in lines if not line.by_hand})
    records = {record["Token"]: record for record in get_uploads(stack, tokens, ("Token", "Key", "By"))}
    told = []
    for line in lines:
        record = records.get(line.upload, {})
        file = printable(str(record.get("Key", "")).removeprefix("uploads/"))
        link = "" if line.by_hand else f"{stack.outputs.DashboardUrl}/uploads?token={quote(line.upload)}"
        told.append(Told(line, file, printable(str(record.get("By", ""))), link))
    return told


# ---- On-shelf availability ------------------------------------------------------------------------------------------


def _available(found: Iterable[ItemPast], until: datetime) -> dict[int, Days]:
    """Return how available an item was in all of some stores, in each of the windows up to now."""
    return in_windows((span for past in found for span in past.spans(until)), day(moments.stamp(until)))


def _shares(found: Iterable[ItemPast], until: datetime) -> dict[str, dict[str, float | None]]:
    """Return the same for programs: by number of days, the share in stock and of how many item-days that is."""
    return {
        str(days): {
            "share": round(one.stocked / one.carried, 4) if one.carried else None,
            "days": round(one.carried, 2),
        }
        for days, one in _available(found, until).items()
    }


# ---- Showing it -----------------------------------------------------------------------------------------------------


def _report(found: list[ItemPast], told: list[Told], until: datetime) -> dict[str, Any]:
    stores = [
        {
            "store": past.store.name,
            "count": past.row.count if past.row else None,
            "listed": past.row is not None,
            "known_from": past.known_from.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "available": _shares([past], until),
            "changes": [
                one.line._asdict() | {"file": one.file, "by": one.by, "link": one.link}
                for one in told
                if one.line.store == past.store.name
            ],
        }
        for past in found
    ]
    return {"item": found[0].item, "available": _shares(found, until), "stores": stores}


def _show(found: list[ItemPast], told: list[Told], until: datetime) -> None:
    console.print(_summary(found, until))
    if len(found) > _SHOWN:
        warn(f"The first {_SHOWN} of {len(found):,} stores: --json has all.")
    if not told:
        console.print("\nNothing changed in that time.")
        return
    console.print()
    console.print(_changes(found, told[-_SHOWN:]))
    if len(told) > _SHOWN:
        warn(f"The last {_SHOWN} of {len(told):,} changes: --csv has all.")


def _summary(found: list[ItemPast], until: datetime) -> Table:
    windows = [f"{days} days" for days in WINDOWS]
    windows[0] = f"in stock {windows[0]}"
    table = _table("store", "now", *windows, "known", right=range(1, len(windows) + 3))
    for past in found[:_SHOWN]:
        available = _available([past], until)
        carried = available[max(WINDOWS)].carried
        known = "<1 day" if carried < 1 else number_of(round(carried), "day")
        table.add_row(escape(past.store.name), _now(past), *_percents(available), f"[dim]{known}[/]")
    if len(found) > 1:
        units = sum(past.row.count or 0 for past in found if past.row)
        shares = _percents(_available(found, until))
        table.add_row(f"all {len(found):,} stores", f"{units:,}", *shares, style="bold")
    return table


def _now(past: ItemPast) -> str:
    if past.row is None:
        return "not listed"
    return "[red]0[/]" if past.row.count == 0 else _number(past.row.count)


def _changes(found: list[ItemPast], told: list[Told]) -> Table:
    zones = {past.store.name: past.store.zone for past in found}
    names = [str(zone) for zone in dict.fromkeys(zones.values())]
    when = f"when ({names[0]})" if len(names) == 1 else "when"
    of_stores = ["store"] if len(found) > 1 else []
    table = _table(when, *of_stores, "count", "by", right=(1 + len(of_stores),))
    for one in told:
        line = one.line
        moment = datetime.fromisoformat(line.at).astimezone(zones[line.store])
        zone = "" if len(names) == 1 else f" {moment:%Z}"
        count = f"{_number(line.before)} → {_after(line)}"
        store = [escape(line.store)] if of_stores else []
        table.add_row(f"{moment:%Y-%m-%d %H:%M}{zone}", *store, count, _by(one))
    return table


def _after(line: Line) -> str:
    if line.after is None:
        return "?" if line.by_hand else "delisted"
    return "[red]0[/]" if line.after == 0 else _number(line.after)


def _by(one: Told) -> str:
    if one.line.by_hand:
        return "[dim]written by hand[/]"
    sender = f" by {escape(one.by)}" if one.by else ""
    late = " [yellow]late[/]" if one.line.late else ""
    return f"[link={one.link}]{escape(one.file or one.line.upload)}[/link]{sender}{late}"


def _number(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"


def _percents(windows: dict[int, Days]) -> Iterator[str]:
    """Yield the share of each window; of one in which no more is known than in a shorter one, none."""
    shorter = 0.0
    for one in windows.values():
        yield f"{one.stocked / one.carried:.1%}" if one.carried > shorter else "–"
        shorter = one.carried


def _table(*columns: str, right: Iterable[int]) -> Table:
    table = Table(*columns, box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for number in right:
        table.columns[number].justify = "right"
    return table
