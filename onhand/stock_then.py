"""What stores had on hand at a date: what they have now, without what the history says has changed since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from onhand import moments
from onhand.console import UserError, warn
from onhand.history_table import History
from onhand.item_past import Known, put_together
from onhand.read_item_past import now, rows_of
from onhand.stack import Stack
from onhand.uploads import number_of
from stock.order_token import is_order_token


@dataclass(frozen=True)
class Stock:
    """What a store had at a moment: the count of each item, in order.

    `unknown`: how many items may have been there then, and nobody knows.
    """

    store: Known
    at: datetime
    counts: dict[str, int | None]
    unknown: int = 0


def stocks_at(stack: Stack, chosen: list[Known], at: str) -> Iterator[Stock]:
    """Yield what each store had. What is not known is said; that none is known is an error."""
    history, left_out = History(stack), []
    for store in chosen:
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


def _clock(store: Known, moment: datetime) -> str:
    """Return a moment by the clock of a store."""
    local = moment.astimezone(store.zone)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"
