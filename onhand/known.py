"""The stores and items that there are: what is set for a name that nobody knows would do nothing, for ever."""

import sys
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

import typer

from onhand.console import UserError, warn
from onhand.items import get_many, plain
from onhand.stack import Stack
from stock.likeness import did_you_mean
from stock.reorder_points import ALL_STORES

_NAMES_TO_COMPARE = 100_000


def stores(stack: Stack) -> list[dict[str, Any]]:
    """The items of the table Stores, that of all stores first.

    Read strongly consistent: who has changed a reorder point must see the stores that are loaded with the old one.
    """
    pages = stack.dynamodb.get_paginator("scan").paginate(TableName=stack.outputs.StoresTable, ConsistentRead=True)
    return sorted((plain(row) for page in pages for row in page["Items"]), key=lambda row: str(row["Store"]))


def check_store(stack: Stack, store: str | None) -> None:
    """Raises UserError for a store of which there is nothing: no item, and no setting of a store yet to come."""
    if store is not None:
        known = {row["Store"]: 1 for row in stores(stack) if row["Store"] != ALL_STORES and row.get("Items", 1)}
        for doubt in _strangers(known, [store]):
            raise UserError(doubt)


def warn_of_stranger(stack: Stack, store: str | None) -> None:
    """Warn of a store that has no items, where it may have lost them."""
    for doubt in _strangers(stores_with_items(stack), [store]) if store is not None else ():
        warn(doubt)


def confirm_stores(stack: Stack, named: Sequence[str], yes: bool) -> None:
    """Let what is set for stores that have no items be confirmed. Raises UserError if it is not."""
    if named:
        confirm(_strangers(stores_with_items(stack), named), yes)


def confirm_row(stack: Stack, store: str | None, item: str | None, yes: bool) -> None:
    """Let what is set for a store (None: for all), or for its item, be confirmed if there is none such."""
    known = stores_with_items(stack)
    doubts = list(_strangers(known, [store] if store is not None else []))
    if item is not None and not doubts:
        doubts = list(_strange_item(stack, {store: 1} if store is not None else known, item))
    confirm(doubts, yes)


def stores_with_items(stack: Stack) -> dict[str, int]:
    """The stores that have items, and how many."""
    return {row["Store"]: row["Items"] for row in stores(stack) if row["Store"] != ALL_STORES and row.get("Items")}


def _strangers(known: dict[str, int], named: Sequence[str]) -> Iterator[str]:
    for name in named:
        if name not in known:
            yield f"There is no store '{name}' with any items.{did_you_mean(name, known)}"


def _strange_item(stack: Stack, stores: dict[str, int], item: str) -> Iterator[str]:
    table = stack.outputs.InventoryTable
    keys: list[dict[str, Any]] = [{"Store": {"S": store}, "Item": {"S": item}} for store in stores]
    if next(get_many(stack, table, keys), None):
        return
    richest = sorted(stores, key=lambda name: stores[name], reverse=True)
    names = islice(chain.from_iterable(_items(stack, store) for store in richest), _NAMES_TO_COMPARE)
    where = "No store has an item" if len(stores) != 1 else f"{richest[0]} has no item"
    yield f"{where} '{item}'.{did_you_mean(item, names)}"


def _items(stack: Stack, store: str) -> Iterator[str]:
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.InventoryTable,
        KeyConditionExpression="#store = :store",
        ProjectionExpression="#item",
        ExpressionAttributeNames={"#store": "Store", "#item": "Item"},
        ExpressionAttributeValues={":store": {"S": store}},
    )
    return (str(plain(row)["Item"]) for page in pages for row in page["Items"])


def confirm(doubts: Iterator[str] | list[str], yes: bool) -> None:
    """Let what is in doubt be confirmed, sentence by sentence. Raises UserError if it is not."""
    for doubt in doubts:
        if not yes and not sys.stdin.isatty():
            raise UserError(f"{doubt} Nothing was changed. --yes does it nevertheless.")
        warn(doubt)
        if not yes and not typer.confirm("Go on nevertheless?", err=True):
            raise UserError("Nothing was changed.")
