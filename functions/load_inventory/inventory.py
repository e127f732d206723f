"""Reading and writing the rows of a store in the table Inventory."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from load_inventory.clients import Clients, Settings
from load_inventory.keys import WHOLE_STORE, Key, KeyRange
from load_inventory.rules import Stored, Wanted
from load_inventory.share import Share, Write
from stock import shards
from stock.attributes import Item, text, whole_number
from stock.order_token import event_time
from stock.partiql import Value, delete, insert, run_each, update
from stock.rows import LARGEST_COUNT

# A Query reads about 50 items a read unit; BatchGetItem one (https://aws.amazon.com/dynamodb/pricing/on-demand/).
_ITEMS_A_READ_UNIT = 50
_ATTRIBUTES = "#i,#c,AsOf,ReorderPoint,PointAsOf,#h,Quiet"
_NAMES = {"#s": "Store", "#i": "Item", "#c": "Count", "#h": "Short"}
_WITH_STORE: Item = {"ProjectionExpression": f"#s,{_ATTRIBUTES}", "ExpressionAttributeNames": _NAMES}


def read_store(clients: Clients, store: str, keys: KeyRange = WHOLE_STORE) -> Iterator[list[tuple[str, Stored]]]:
    """Yield the items of a store with what is stored of them, a page at a time, strongly consistent."""
    condition, values = "#s=:s", {":s": {"S": store}}
    if keys.first is not None and keys.end is not None:
        condition += " AND #i BETWEEN :first AND :end"
    elif keys.first is not None:
        condition += " AND #i>=:first"
    elif keys.end is not None:
        condition += " AND #i<:end"
    if keys.first is not None:
        values[":first"] = {"S": keys.first}
    if keys.end is not None:
        values[":end"] = {"S": keys.end}
    query = {
        "TableName": clients.settings.inventory,
        "ProjectionExpression": _ATTRIBUTES,
        "ExpressionAttributeNames": _NAMES,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        "ConsistentRead": True,
    }
    for page in clients.dynamodb.pages(query):
        yield [(item["Item"]["S"], stored_row(item)) for item in page if item["Item"]["S"] != keys.end]


def read_items(clients: Clients, keys: Iterable[Key]) -> dict[Key, Stored]:
    """Return what is stored of (store, item)s, strongly consistent; absent rows are left out."""
    wanted = [{"Store": {"S": store}, "Item": {"S": item}} for store, item in keys]
    found = clients.dynamodb.get_many(clients.settings.inventory, wanted, _WITH_STORE)
    return {(item["Store"]["S"], item["Item"]["S"]): stored_row(item) for item in found}


def cheaper_by_key(items_in_file: int, items_in_store: int) -> bool:
    """Return whether reading a store's items by key costs less than a Query of the whole store."""
    return items_in_file * _ITEMS_A_READ_UNIT < items_in_store


def read_share(
    clients: Clients, share: Share, items_in_store: int, everything: bool
) -> Iterable[list[tuple[str, Stored]]]:
    """Return what is stored of the items of a share's rows, and maybe of others, in pages: the cheaper way.

    `everything`: of all items of the store, or of the share's range of them.
    """
    if not everything and cheaper_by_key(len(share.rows), items_in_store):
        found = read_items(clients, [(share.store, item) for item in share.rows])
        return [[(item, stored) for (_, item), stored in found.items()]]
    return read_store(clients, share.store, share.keys)


def write_rows(clients: Clients, writes: list[Write]) -> list[bool | None]:
    """Write rows, each on condition that the table still holds what was read of it; return for each whether it did.

    None: it did not when it was tried once more, as an answer was lost; whether it was written cannot be told.
    Raises DynamoDBError or TimeoutError when some could not be written: what was written stays, and to repeat is safe.
    """
    return run_each(clients.dynamodb, writes, lambda write: _statement(clients.settings, write))


class Mark(NamedTuple):
    """A row whose state (`out`, `low` or None) is no longer what its count and its reorder point make it."""

    item: str
    stored: Stored
    state: str | None


def mark_rows(clients: Clients, store: str, marks: list[Mark], since: str) -> None:
    """Mark rows as out or low, or as neither; a row that changed meanwhile is left to whoever changed it."""

    def statement(mark: Mark) -> Item:
        changes = _short(clients.settings, store, mark.state, since)
        same = _same(mark.stored)
        if mark.stored.count is not None:
            same["Count"] = mark.stored.count
        return update(clients.settings.inventory, {"Store": store, "Item": mark.item}, changes, same)

    run_each(clients.dynamodb, marks, statement)


def stored_row(item: Item) -> Stored:
    """Return what an item of the table says, also one that people wrote by hand."""
    try:
        count: int | None = int(item["Count"]["N"])
    except (KeyError, ValueError):
        count = whole_number(item, "Count")
    if count is not None and abs(count) > LARGEST_COUNT:
        count = None
    as_of = item["AsOf"].get("S", "") if "AsOf" in item else ""
    stored = Stored(count, as_of, short=shards.name_of(text(item, "Short")) if "Short" in item else None)
    if "ReorderPoint" in item or "PointAsOf" in item:  # people remove one of them by hand
        stored.point, stored.point_as_of = whole_number(item, "ReorderPoint"), text(item, "PointAsOf")
        stored.odd = not stored.point_as_of and "PointAsOf" in item
    if not as_of and "AsOf" in item:
        stored.odd = True
    stored.quiet = "Quiet" in item
    return stored


def _statement(settings: Settings, write: Write) -> Item:
    table, stored, wanted = settings.inventory, write.stored, write.wanted
    key = {"Store": write.store, "Item": write.item}
    if stored is None:
        assert wanted is not None  # there is nothing to delete
        return insert(table, key | _row(wanted) | _short(settings, write.store, write.state, _since(wanted)))
    if wanted is None:
        return delete(table, key, _same(stored))
    changes = _changes(stored, wanted)
    if write.state != stored.short:
        changes |= _short(settings, write.store, write.state, _since(wanted))
    return update(table, key, changes, _same(stored))


def _short(settings: Settings, store: str, state: str | None, since: str) -> dict[str, Value]:
    """Return the attributes that say whether a row is short, and put it into the index of those that are."""
    if not state:
        return {"Short": None, "Since": None}
    return {"Short": shards.of_store(state, store, settings.shards), "Since": since}


def _row(wanted: Wanted) -> dict[str, Value]:
    row: dict[str, Value] = {"Count": wanted.count, "AsOf": wanted.as_of}
    if wanted.point is not None:
        row |= {"ReorderPoint": wanted.point, "PointAsOf": wanted.point_as_of}
    if wanted.quiet:
        row["Quiet"] = True
    return row


def _changes(stored: Stored, wanted: Wanted) -> dict[str, Value]:
    """Return what is to be changed of what uploads say: attribute → value, None: it goes."""
    changes: dict[str, Value] = {}
    if wanted.count != stored.count or wanted.as_of != stored.as_of or stored.odd:
        changes = {"Count": wanted.count, "AsOf": wanted.as_of}
    if (wanted.point, wanted.point_as_of) != (stored.point, stored.point_as_of) or stored.odd:
        changes |= {"ReorderPoint": wanted.point, "PointAsOf": wanted.point_as_of or None}
    if wanted.quiet != stored.quiet:
        changes["Quiet"] = True if wanted.quiet else None
    return changes


def _since(wanted: Wanted) -> str:
    return event_time(max(wanted.as_of, wanted.point_as_of))


def _same(stored: Stored) -> dict[str, Value]:
    """Return the conditions under which a row is as it was read. Every write changes one of these tokens.

    An odd row is written in any case: who wrote it since was registered, and is seen when this attempt looks again.
    """
    if stored.odd:
        return {}
    return {"AsOf": stored.as_of or None, "PointAsOf": stored.point_as_of or None}
