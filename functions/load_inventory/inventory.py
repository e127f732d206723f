"""Reading and writing the rows of a store in the Inventory table."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from load_inventory.csv_file import Row
from load_inventory.decide import Stored, Verdict, View
from load_inventory.services import Services
from stock.dynamodb import Item
from stock.order_token import event_time
from stock.statements import run_each

# A Query reads about 50 items a read unit; BatchGetItem one (https://aws.amazon.com/dynamodb/pricing/on-demand/).
_ITEMS_A_READ_UNIT = 50
_PROJECTION: Item = {
    "ProjectionExpression": "#i,#c,AsOf,ReorderPoint,#h,Since,Quiet",
    "ExpressionAttributeNames": {"#i": "Item", "#c": "Count", "#h": "Short"},
}


class Write(NamedTuple):
    """A change of one row, on condition that the table still holds `stored`. `row` None: delist the item."""

    item: str
    row: Row | None
    stored: Stored | None
    verdict: Verdict = Verdict.WRITE


class Range(NamedTuple):
    """Items of a store from `first` to before `end`; None: no bound."""

    first: str | None = None
    end: str | None = None


WHOLE_STORE = Range()


def read_store(services: Services, store: str, span: Range = WHOLE_STORE) -> Iterator[list[tuple[str, Stored]]]:
    """Yield the items of a store with what is stored of them, a page at a time, strongly consistent."""
    condition, values = "#s=:s", {":s": {"S": store}}
    if span.first is not None and span.end is not None:
        condition += " AND #i BETWEEN :first AND :end"
    elif span.first is not None:
        condition += " AND #i>=:first"
    elif span.end is not None:
        condition += " AND #i<:end"
    if span.first is not None:
        values[":first"] = {"S": span.first}
    if span.end is not None:
        values[":end"] = {"S": span.end}
    names = _PROJECTION["ExpressionAttributeNames"] | {"#s": "Store"}
    query = _PROJECTION | {
        "TableName": services.settings.inventory,
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ConsistentRead": True,
    }
    for page in services.dynamodb.pages(query):
        yield [(item["Item"]["S"], _stored(item)) for item in page if item["Item"]["S"] != span.end]


def read_items(services: Services, store: str, items: Iterable[str]) -> dict[str, Stored]:
    """Return what is stored of the given items of a store, strongly consistent; absent items are left out."""
    keys = [{"Store": {"S": store}, "Item": {"S": item}} for item in items]
    found = services.dynamodb.get_many(services.settings.inventory, keys, _PROJECTION)
    return {item["Item"]["S"]: _stored(item) for item in found}


def cheaper_by_key(items_in_file: int, items_in_store: int) -> bool:
    """Return whether reading a store's items by key costs less than a Query of the whole store."""
    return items_in_file * _ITEMS_A_READ_UNIT < items_in_store


def write_rows(services: Services, store: str, writes: list[Write], view: View, quiet: bool) -> list[Write]:
    """Write rows, each on condition that the table still holds what was read of it; return those where it does not.

    Raises DynamoDBError or TimeoutError when some could not be written: what was written stays, and to repeat is safe.
    """
    table = services.settings.inventory
    held = run_each(services.dynamodb, writes, lambda write: _statement(table, store, write, view, quiet))
    return [write for write, done in zip(writes, held, strict=True) if not done]


class Mark(NamedTuple):
    """A row whose state (`out`, `low` or None) is no longer what its count and its reorder point make it."""

    item: str
    stored: Stored
    state: str | None


def mark_rows(services: Services, store: str, marks: list[Mark], since: str) -> None:
    """Mark rows as out or low, or as neither; a row that changed meanwhile is left to whoever changed it."""

    def statement(mark: Mark) -> Item:
        changes = 'REMOVE "Short" REMOVE "Since"'
        values: list[Any] = []
        if mark.state is not None:
            changes = 'SET "Short"=? SET "Since"=?'
            values = [{"S": mark.state}, {"S": since}]
        where, keys = _where(store, mark.item, mark.stored)
        count = {"N": str(mark.stored.count)}
        text = f'UPDATE "{services.settings.inventory}" {changes}{where} AND "Count"=?'
        return {"Statement": text, "Parameters": [*values, *keys, count]}

    run_each(services.dynamodb, marks, statement)


def _stored(item: Item) -> Stored:
    point = item.get("ReorderPoint")
    return Stored(
        int(item["Count"]["N"]),
        item["AsOf"]["S"] if "AsOf" in item else None,
        int(point["N"]) if point else None,
        item["Short"]["S"] if "Short" in item else None,
        item["Since"]["S"] if "Since" in item else None,
        "Quiet" in item,
    )


def _statement(table: str, store: str, write: Write, view: View, quiet: bool) -> Item:
    if write.row is None:
        where, values = _where(store, write.item, write.stored)
        return {"Statement": f'DELETE FROM "{table}"{where}', "Parameters": values}  # noqa: S608
    state = view.short(write.row, write.stored)
    if write.stored is None:
        return _insert(table, write.row, view.token, state, quiet)
    return _update(table, write.row, write.stored, view.token, state, quiet)


def _insert(table: str, row: Row, token: str, state: str | None, quiet: bool) -> Item:
    names = "'Store':?,'Item':?,'Count':?,'AsOf':?"
    values: list[Any] = [{"S": row.store}, {"S": row.item}, {"N": str(row.count)}, {"S": token}]
    if row.reorder_point is not None:
        names += ",'ReorderPoint':?"
        values.append({"N": str(row.reorder_point)})
    if state:
        names += ",'Short':?,'Since':?"
        values += [{"S": state}, {"S": event_time(token)}]
    if quiet:
        names += ",'Quiet':?"
        values.append({"BOOL": True})
    return {"Statement": f'INSERT INTO "{table}" VALUE {{{names}}}', "Parameters": values}


def _update(table: str, row: Row, stored: Stored, token: str, state: str | None, quiet: bool) -> Item:
    changes = 'SET "Count"=? SET "AsOf"=?'
    values: list[Any] = [{"N": str(row.count)}, {"S": token}]
    if row.reorder_point is not None:
        changes += ' SET "ReorderPoint"=?'
        values.append({"N": str(row.reorder_point)})
    if state and state != stored.short:
        changes += ' SET "Short"=? SET "Since"=?'
        values += [{"S": state}, {"S": event_time(token)}]
    elif stored.short and not state:
        changes += ' REMOVE "Short" REMOVE "Since"'
    if quiet and not stored.quiet:
        changes += ' SET "Quiet"=?'
        values.append({"BOOL": True})
    elif stored.quiet and not quiet:
        changes += ' REMOVE "Quiet"'
    where, keys = _where(row.store, row.item, stored)
    return {"Statement": f'UPDATE "{table}" {changes}{where}', "Parameters": values + keys}


def _where(store: str, item: str, stored: Stored | None) -> tuple[str, list[Any]]:
    values: list[Any] = [{"S": store}, {"S": item}]
    where = ' WHERE "Store"=? AND "Item"=? AND "AsOf"'
    if stored is None or stored.as_of is None:
        return where + " IS MISSING", values
    return where + "=?", [*values, {"S": stored.as_of}]
