"""The catalogue of items over all stores: reading it, and comparing it with the rows that it is the sum of."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from keep_catalogue.read import DELTAS, HEAD, Catalogue, Pages, read_catalogue, read_head
from onhand.console import step, warn
from onhand.stack import Stack
from stock.attributes import Item, text
from stock.catalogue import Entry, added_up, entry_of, minus, pack
from stock.times import now

_ON_ITS_WAY = 40.0  # seconds: by then a change has come from the stream: batches of ten, time to start, and to spare
_ON_ITS_WAY_HERE = 3.0  # the emulator waits for no batch
_TIMES_TO_COUNT = 5


def read(stack: Stack) -> Catalogue:
    """Return the catalogue."""
    return read_catalogue(stack.outputs.CatalogueTable, _pages(stack))


class Look(NamedTuple):
    """The rows, counted, and the catalogue as it is kept, by item; at about the same time."""

    rows: dict[str, Entry]
    kept: dict[str, Entry]

    def differing(self) -> set[str]:
        """Return the items of which the two do not say the same."""
        return {item for item in self.rows.keys() | self.kept.keys() if self.rows.get(item) != self.kept.get(item)}


def look(stack: Stack) -> Look:
    """Read all rows, and the catalogue."""
    pages: Any = stack.dynamodb.get_paginator("scan").paginate(
        TableName=stack.outputs.InventoryTable,
        ProjectionExpression="#Item, #Count, #Short",
        ExpressionAttributeNames={f"#{name}": name for name in ("Item", "Count", "Short")},
        ConsistentRead=True,
    )
    rows: Iterable[Item] = (row for page in pages for row in page["Items"])
    return Look(added_up(entry_of(text(row, "Item"), row) for row in rows), read(stack).entries)


def what_it_lacks(stack: Stack) -> list[Entry]:
    """Return what has to be added to the catalogue, so that it is what the rows say; in two looks."""
    first = look(stack)
    if not first.differing():
        return []
    _wait_for_the_stream(stack)
    return lasting(first, look(stack))


def _wait_for_the_stream(stack: Stack) -> None:
    """Wait for what had changed when one looked: it is in the catalogue then, unless Keep-History is behind."""
    time.sleep(_ON_ITS_WAY_HERE if stack.is_local else _ON_ITS_WAY)


def lasting(first: Look, second: Look) -> list[Entry]:
    """Return by how much the catalogue is wrong: of items of which two looks, and both sides of them, say the same."""
    still = {
        item
        for item in first.differing() & second.differing()
        if first.rows.get(item) == second.rows.get(item) and first.kept.get(item) == second.kept.get(item)
    }
    wrong = [second.rows[item] for item in still if item in second.rows]
    return list(added_up([*wrong, *(minus(second.kept[item]) for item in still if item in second.kept)]).values())


def repair(stack: Stack, wrong: list[Entry]) -> None:
    """Add to the catalogue what it lacks."""
    moment = now()
    for number, packed in enumerate(pack(wrong)):
        row: Any = {"Catalogue": {"S": DELTAS}, "Part": {"S": f"{moment}#repair.{number}"}, "Changes": {"B": packed}}
        stack.dynamodb.put_item(TableName=stack.outputs.CatalogueTable, Item=row)


def is_counted(stack: Stack) -> bool:
    """Whether the catalogue was ever compared with the rows."""
    return "Counted" in read_head(stack.outputs.CatalogueTable, _pages(stack))


def note_that_it_is_counted(stack: Stack) -> None:
    """Have it shown from now on."""
    stack.dynamodb.update_item(
        TableName=stack.outputs.CatalogueTable,
        Key={"Catalogue": {"S": HEAD}, "Part": {"S": HEAD}},
        UpdateExpression="SET #Counted = :yes",
        ExpressionAttributeNames={"#Counted": "Counted"},
        ExpressionAttributeValues={":yes": {"BOOL": True}},
    )


def count_once(stack: Stack) -> None:
    """Count the rows, unless that was done before: the stream does not tell what came before there was a catalogue.

    What changes meanwhile is looked at again; if that goes on and on, the catalogue stays unknown, and that is said.
    """
    if is_counted(stack):
        return
    found = look(stack)
    if found.differing():
        with step("Count the items of all stores, for the catalogue"):
            found = _count(stack, found)
    if found.differing():
        warn("The catalogue of items is not counted yet, as rows keep changing. `onhand doctor --repair` counts again.")
    else:
        note_that_it_is_counted(stack)


def _count(stack: Stack, found: Look) -> Look:
    """Add what the catalogue lacks until nothing differs, but not for ever; return the last look."""
    for _ in range(_TIMES_TO_COUNT):
        before = found
        _wait_for_the_stream(stack)
        found = look(stack)
        if wrong := lasting(before, found):
            repair(stack, wrong)
            found = look(stack)
        if not found.differing():
            break
    return found


def _pages(stack: Stack) -> Pages:
    paginator: Any = stack.dynamodb.get_paginator("query")
    return lambda query: (page["Items"] for page in paginator.paginate(**query))
