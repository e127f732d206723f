"""The table History: what is kept of the past of a store (docs/history.md)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from look_ahead.demand import day
from onhand.stack import Stack
from stock.attributes import text
from stock.history import Change, unpack
from stock.order_token import is_order_token
from stock.reorder_points import ALL_STORES

_SECOND = len("YYYYMMDDTHHMMSS")
_LATE = 1 / 24  # days
_EARLIEST = "0"  # sorts before every key
# On disk, as a store has any number of changes. Counts are texts: people may write larger ones than SQLite takes.
_TABLE = """CREATE TABLE facts (item TEXT, token TEXT, before TEXT, after TEXT, seen TEXT NOT NULL,
            PRIMARY KEY (item, token)) WITHOUT ROWID"""
_KEEP = """INSERT INTO facts VALUES (?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET seen = min(seen, excluded.seen)"""
# What files say was before is what was: rows may have skipped a late upload.
_KEEP_OF_FILE = f"{_KEEP}, before = excluded.before"


class Fact(NamedTuple):
    """A change, and whether it showed in the rows more than an hour after its upload; not, if its file told it."""

    change: Change
    late: bool


class History:
    """Reads the table History of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def facts(self, store: str, since: str = "", item: str | None = None) -> Iterator[tuple[str, list[Fact]]]:
        """Yield each item of a store with what is kept of it, oldest first; also what withdrawn uploads said.

        `since`: only from then on (a moment as order tokens begin). `item`: only this one.
        In memory there is one pack at a time, or one item.
        """
        with closing(sqlite3.connect("")) as disk:
            disk.execute(_TABLE)
            for key, changes in self.packs(store, since):
                beginning = key.partition("#")[0]
                disk.executemany(_KEEP_OF_FILE if is_order_token(beginning) else _KEEP, (
                    (change.item, change.token, _written(change.before), _written(change.after), beginning)
                    for change in changes
                    if item in (None, change.item) and change.token >= since
                ))  # fmt: skip
            rows = disk.execute("SELECT item, token, before, after, seen FROM facts ORDER BY item, token")
            for name, some in groupby(rows, key=itemgetter(0)):
                yield name, [_fact(*row) for row in some]

    def packs(self, store: str, since: str = "", consistent: bool = False) -> Iterator[tuple[str, list[Change]]]:
        """Yield what the items of a store's history keep, each with its key; from a moment on.

        All that happened from then on is in them, and some that is older.
        """
        pages = self._stack.dynamodb.get_paginator("query").paginate(
            TableName=self._stack.outputs.HistoryTable,
            KeyConditionExpression="#store = :store AND #pack >= :since",
            ExpressionAttributeNames={"#store": "Store", "#pack": "Pack"},
            ExpressionAttributeValues={":store": {"S": store}, ":since": {"S": since[:_SECOND] or _EARLIEST}},
            ConsistentRead=consistent,
        )
        for page in pages:
            for item in page["Items"]:
                yield item["Pack"]["S"], unpack(item["Changes"]["B"])

    def known_from(self, store: str, since: str) -> str | None:
        """Return from when on the history of a store tells all, as order tokens begin; None: it is empty.

        That is `since` if it reaches so far back, else its beginning. What lies just before `since` is read for half a
        unit or so; the very first of a store has all its items.
        """
        if self._key(store, "<", since, forward=False):
            return since
        return self._key(store, ">=", since[:_SECOND], forward=True)

    def _key(self, store: str, comparison: str, moment: str, forward: bool) -> str | None:
        """Return the key of what is kept of a store next to a moment."""
        answer = self._stack.dynamodb.query(
            TableName=self._stack.outputs.HistoryTable,
            KeyConditionExpression=f"#store = :store AND #pack {comparison} :moment",
            ExpressionAttributeNames={"#store": "Store", "#pack": "Pack"},
            ExpressionAttributeValues={":store": {"S": store}, ":moment": {"S": moment}},
            ProjectionExpression="#pack",
            ScanIndexForward=forward,
            Limit=1,
        )
        return next((item["Pack"]["S"] for item in answer["Items"]), None)

    def withdrawn(self, store: str, since: str = "") -> set[str]:
        """Return the tokens of the uploads about a store from a moment on that are withdrawn."""
        return self._in_ledger(store, since) | self._everywhere

    @cached_property
    def _everywhere(self) -> set[str]:
        return self._in_ledger(ALL_STORES, "")

    def _in_ledger(self, store: str, since: str) -> set[str]:
        values: dict[str, Any] = {":scope": {"S": f"store:{store}"}, ":since": {"S": since or _EARLIEST}}
        pages = self._stack.dynamodb.get_paginator("query").paginate(
            TableName=self._stack.outputs.UploadsTable,
            KeyConditionExpression="#scope = :scope AND #token >= :since",
            FilterExpression="attribute_exists(Withdrawn)",
            ExpressionAttributeNames={"#scope": "Scope", "#token": "Token"},
            ExpressionAttributeValues=values,
        )
        return {text(entry, "Token") for page in pages for entry in page["Items"]}


def _written(count: int | None) -> str | None:
    return None if count is None else str(count)


def _fact(item: str, token: str, before: str | None, after: str | None, seen: str) -> Fact:
    counts = (None if count is None else int(count) for count in (before, after))
    return Fact(Change(item, token, *counts), day(seen) - day(token) > _LATE)
