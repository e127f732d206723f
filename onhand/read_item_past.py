"""Reading the past of items in stores: from the history, and from the rows as they are."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from onhand.console import UserError, stderr
from onhand.history_table import History
from onhand.item_past import ItemPast, Known, Row, put_together
from onhand.items import get_many, plain
from onhand.known import stores as rows_of_stores
from onhand.memberships import members
from onhand.moments import moment_of, stamp, zone_of
from onhand.stack import Stack
from onhand.uploads import number_of
from stock.likeness import did_you_mean
from stock.reorder_points import ALL_STORES

_READERS = 8
_STORES_TO_SEARCH = 20  # for an item that one which nobody knows is like


def known_stores(stack: Stack, store: str | None, group: str | None = None) -> list[Known]:
    """Return a store (None: all of them, or those of a group), also if it was removed.

    Raises UserError if it never sent a file, or there is no such group.
    """
    rows = {str(row["Store"]): row for row in rows_of_stores(stack)}
    of_all: dict[str, Any] = rows.pop(ALL_STORES, {})
    if store is not None and store not in rows:
        raise UserError(f"No store '{store}' has sent a file yet.{did_you_mean(store, rows)}")
    there = rows if group is None else members(stack, group)
    return [Known(name, zone_of(row, of_all)) for name, row in rows.items() if store in (None, name) and name in there]


def pasts(stack: Stack, stores: list[Known], item: str, since: dict[str, datetime]) -> list[ItemPast]:
    """Return the past of an item in those of some stores that carry it or did so, by `since` for each store.

    Raises UserError, with the item that may be meant, if none ever did.
    """
    keys = [{"Store": {"S": store.name}, "Item": {"S": item}} for store in stores]
    rows = {row["Store"]: read_row(row) for row in get_many(stack, stack.outputs.InventoryTable, keys)}
    history = History(stack)

    def read(store: Known) -> ItemPast | None:
        return _read_past(history, store, item, rows.get(store.name), since[store.name])

    with stderr.status(f"Reading {number_of(len(stores), 'store')} …"), ThreadPoolExecutor(_READERS) as pool:
        found = [past for past in pool.map(read, stores) if past]
    if not found:
        raise _unknown_item(stack, stores, item)
    return found


def _read_past(history: History, store: Known, item: str, row: Row | None, since: datetime) -> ItemPast | None:
    """Return the past of an item in a store; None: it was not there since, and is not."""
    first = stamp(since)
    facts = [fact for _, some in history.facts(store.name, first, item) for fact in some]
    if not facts and row is None:
        return None
    withdrawn = history.withdrawn(store.name, first)
    past = put_together(item, [fact.change for fact in facts], row, first, withdrawn)
    if row is None and past.first is None and not past.steps:
        return None
    # Only what changed tells when its history begins: the count of another item is known from its upload on.
    begins = history.known_from(store.name, first) if facts else None
    known_from = max(since, moment_of(begins)) if begins else since
    late = frozenset(fact.change.token for fact in facts if fact.late)
    return ItemPast(store, item, past, known_from, late, row)


def read_row(row: dict[str, Any]) -> Row:
    """Return a row of the table Inventory, as `plain` has it."""
    count = row.get("Count")
    return Row(count if isinstance(count, int) else None, str(row.get("AsOf", "")))


def rows_of(stack: Stack, store: str) -> Iterator[tuple[str, Row]]:
    """Yield the items of a store with their rows, in order."""
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.InventoryTable,
        KeyConditionExpression="#store = :store",
        ProjectionExpression="#item, #count, AsOf",
        ExpressionAttributeNames={"#store": "Store", "#item": "Item", "#count": "Count"},
        ExpressionAttributeValues={":store": {"S": store}},
    )
    for page in pages:
        for row in map(plain, page["Items"]):
            yield str(row["Item"]), read_row(row)


def _unknown_item(stack: Stack, stores: list[Known], item: str) -> UserError:
    known = {name for store in stores[:_STORES_TO_SEARCH] for name, _ in rows_of(stack, store.name)}
    where = f"in {stores[0].name}" if len(stores) == 1 else "in any store"
    return UserError(f"There is no item '{item}' {where}, and there was none in that time.{did_you_mean(item, known)}")


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)
