"""Folding old deltas of the catalogue into a new version of its base, so that who reads it reads little."""

import base64
import time
import uuid
from collections.abc import Callable, Collection

from keep_catalogue.read import DELTAS, HEAD, entries_of, items_of, partition, read_head, read_parts, short_of
from stock.attributes import Item, item, text, whole_number
from stock.catalogue import Entry, added_up, pack, totals
from stock.dynamodb import ConditionFailed, DynamoDB
from stock.steps import log_step
from stock.times import iso

_SETTLED = 600  # seconds: who reads deltas as they come never has to read the base again, unless it slept for so long
FEWEST, _MOST = 16, 90  # deltas: a transaction takes 100 writes
_MOST_BYTES = 2_000_000  # of the deltas: a transaction takes 4 MB
_PART_OF_BASE = 2
_MOST_FOLDS = 10  # in a run: each takes some seconds if there are very many items, and more come in five minutes
_KEY = {"Catalogue": {"S": HEAD}, "Part": {"S": HEAD}}


def fold(dynamodb: DynamoDB, table: str, clock: Callable[[], float] = time.time) -> None:
    """Fold as often as that is worth it, but not for ever. To repeat it, or to do it twice at a time, is safe."""
    for _ in range(_MOST_FOLDS):
        if not _fold(dynamodb, table, clock()):
            return


def is_worth_it(deltas: int, size: int, base: int) -> bool:
    """Return whether so many deltas of so many bytes go into a base of so many bytes.

    Writing a base costs a unit for each KB, so it waits for half as much news; but nobody should have to read very
    many deltas, nor is one transaction to delete more than it can.
    """
    return deltas >= _MOST or size >= _MOST_BYTES or (deltas >= FEWEST and _PART_OF_BASE * size >= base)


def _fold(dynamodb: DynamoDB, table: str, now: float) -> bool:
    """Fold what is old enough; return whether that was done, and by this invocation."""
    head = read_head(table, dynamodb.pages)
    deltas = _old_deltas(dynamodb, table, iso(now - _SETTLED))
    if not is_worth_it(len(deltas), sum(map(_size, deltas)), whole_number(head, "Bytes") or 0):
        return False
    version = f"{iso(now)}#{uuid.uuid4().hex[:8]}"
    try:
        _begin(dynamodb, table, head, version)
    except ConditionFailed:
        return False  # another invocation is at it
    for gone in {text(head, "Before"), text(head, "Next")} - {""}:
        _delete(dynamodb, table, gone)
    parts = read_parts(table, dynamodb.pages, text(head, "Version"))
    entries = added_up(entry for some in (*parts, *deltas) for entry in entries_of(some)).values()
    written = _write_base(dynamodb, table, version, entries)
    known = {"Version": version, "At": iso(now), "Before": text(head, "Version")}
    if not _put_in_force(dynamodb, table, known | written, deltas):
        _delete(dynamodb, table, version)
        return False
    log_step("folded", deltas=len(deltas), items=written["Items"])
    return True


def _write_base(dynamodb: DynamoDB, table: str, version: str, entries: Collection[Entry]) -> dict[str, int]:
    """Write the parts of a version; return what its head tells of them."""
    base, short = pack(entries), pack(entry for entry in entries if entry.is_short)
    dynamodb.each(
        lambda row: dynamodb.call("PutItem", {"TableName": table, "Item": row}),
        [*_parts(items_of(version), base), *_parts(short_of(version), short)],
    )
    told = {name.capitalize(): number for name, number in totals(entries)._asdict().items()}
    return {"Parts": len(base), "ShortParts": len(short), "Bytes": sum(map(len, base + short)), **told}


def _put_in_force(dynamodb: DynamoDB, table: str, values: dict[str, str | int], deltas: list[Item]) -> bool:
    """Have a version read instead of the one before and the deltas that are in it; return whether that was done."""
    removals = [{"Delete": {"TableName": table, "Key": {name: delta[name] for name in _KEY}}} for delta in deltas]
    try:
        dynamodb.call("TransactWriteItems", {"TransactItems": [_set_head(table, values), *removals]})
    except ConditionFailed:  # also if it was done, and the answer was lost
        return text(read_head(table, dynamodb.pages), "Version") == values["Version"]
    return True


def _old_deltas(dynamodb: DynamoDB, table: str, before: str) -> list[Item]:
    """Return the oldest deltas that were written before some time, as many as one transaction can delete."""
    query = partition(table, DELTAS) | {"Limit": _MOST}
    query["KeyConditionExpression"] += " AND #Part < :before"
    query["ExpressionAttributeNames"] |= {"#Part": "Part"}
    query["ExpressionAttributeValues"] |= {":before": {"S": before}}
    found: list[Item] = []
    size = 0
    for page in dynamodb.pages(query):
        for each in page:
            if size < _MOST_BYTES:
                found.append(each)
                size += _size(each)
        if len(found) >= _MOST or size >= _MOST_BYTES:
            break
    return found[:_MOST]


def _size(delta: Item) -> int:
    """Return the bytes of a delta, as they are stored."""
    return len(base64.b64decode(delta["Changes"]["B"]))


def _begin(dynamodb: DynamoDB, table: str, head: Item, version: str) -> None:
    """Note which version is being written, so that who comes after a crash can clear it away.

    Raises ConditionFailed if another invocation has begun since, or folded.
    """
    known = {name: head[name] for name in ("Version", "Next") if name in head}
    dynamodb.call("UpdateItem", {
        "TableName": table,
        "Key": _KEY,
        "UpdateExpression": "SET #Next = :new",
        "ConditionExpression": " AND ".join(
            f"#{name} = :{name}" if name in known else f"attribute_not_exists(#{name})" for name in ("Version", "Next")
        ),
        "ExpressionAttributeNames": {"#Version": "Version", "#Next": "Next"},
        "ExpressionAttributeValues": {":new": {"S": version}} | {f":{name}": value for name, value in known.items()},
    })  # fmt: skip


def _set_head(table: str, values: dict[str, str | int]) -> Item:
    return {
        "Update": {
            "TableName": table,
            "Key": _KEY,
            "UpdateExpression": f"SET {', '.join(f'#{name} = :{name}' for name in values)} REMOVE #Next",
            "ConditionExpression": "#Next = :next",
            "ExpressionAttributeNames": {f"#{name}": name for name in (*values, "Next")},
            "ExpressionAttributeValues": item({f":{name}": value for name, value in values.items()})
            | {":next": {"S": values["Version"]}},
        }
    }


def _parts(name: str, packs: list[bytes]) -> list[Item]:
    return [
        item({"Catalogue": name, "Part": f"{number:04}"}) | {"Entries": {"B": base64.b64encode(packed).decode()}}
        for number, packed in enumerate(packs)
    ]


def _delete(dynamodb: DynamoDB, table: str, version: str) -> None:
    for name in (items_of(version), short_of(version)):
        query = partition(table, name) | {"ProjectionExpression": "#Catalogue, #Part"}
        query["ExpressionAttributeNames"] |= {"#Part": "Part"}
        keys = [key for page in dynamodb.pages(query) for key in page]
        dynamodb.each(lambda key: dynamodb.call("DeleteItem", {"TableName": table, "Key": key}), keys)
