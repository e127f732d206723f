"""Adding to the catalogue what a batch of the stream changes, each record exactly once."""

import base64
import time
import uuid
from collections import defaultdict

from keep_catalogue.read import DELTAS
from stock.alert_log import fit_key
from stock.attributes import Item, item, text
from stock.catalogue import Entry, added_up, difference, pack
from stock.dynamodb import ConditionFailed, DynamoDB
from stock.rows import position
from stock.times import now

_STORES_A_WRITE = 90  # a transaction takes 100 writes, and a batch of 6 MB makes ten packs at most
_KEEP_POSITIONS = 2 * 86_400  # seconds: what is in the stream comes again within a day, or never
_TIMES_TO_KEEP = 10

_OfStore = dict[str, dict[str, Entry]]
"""Store → position of a record in the stream (stock/rows.py) → what it changes."""


def keep_catalogue(dynamodb: DynamoDB, table: str, records: list[Item]) -> None:
    """Add what records of the Inventory stream change, as Lambda hands them over.

    A store has all its records in one shard at a time, so they come in the order of their positions. That up to which
    they are in is written together with what they add, on condition that none of them is in: whatever is repeated, or
    cut in two, counts once. Raises TimeoutError if others write the same stores all the while.
    """
    of_store: _OfStore = defaultdict(dict)
    for record in records:
        if found := difference(record):
            of_store[record["dynamodb"]["Keys"]["Store"]["S"]][position(record)] = found
    stores = list(of_store)
    for at in range(0, len(stores), _STORES_A_WRITE):
        _keep(dynamodb, table, {store: of_store[store] for store in stores[at : at + _STORES_A_WRITE]})


def _keep(dynamodb: DynamoDB, table: str, of_store: _OfStore) -> None:
    for _ in range(_TIMES_TO_KEEP):
        try:
            dynamodb.call("TransactWriteItems", {"TransactItems": _writes(table, of_store)})
            return
        except ConditionFailed:
            of_store = _not_in_yet(dynamodb, table, of_store)
            if not of_store:
                return
    raise TimeoutError(f"Others added to the catalogue during each of {_TIMES_TO_KEEP} attempts")


def _writes(table: str, of_store: _OfStore) -> list[Item]:
    packs = pack(added_up(entry for changes in of_store.values() for entry in changes.values()).values())
    key = f"{now()}#{uuid.uuid4().hex[:8]}"
    puts = [delta(table, f"{key}.{number}", packed) for number, packed in enumerate(packs)]
    expires = int(time.time()) + _KEEP_POSITIONS
    return [*puts, *(_move(table, store, changes, expires) for store, changes in of_store.items())]


def delta(table: str, key: str, packed: bytes) -> Item:
    """Return the write of a delta. Its key begins with the time: who has read it asks for later ones only."""
    row = item({"Catalogue": DELTAS, "Part": key}) | {"Changes": {"B": base64.b64encode(packed).decode()}}
    return {"Put": {"TableName": table, "Item": row}}


def _move(table: str, store: str, changes: dict[str, Entry], expires: int) -> Item:
    return {
        "Update": {
            "TableName": table,
            "Key": _position_key(store),
            "UpdateExpression": "SET #At = :last, #Expires = :expires",
            "ConditionExpression": "attribute_not_exists(#At) OR #At < :first",
            "ExpressionAttributeNames": {"#At": "At", "#Expires": "Expires"},
            "ExpressionAttributeValues": item({":first": min(changes), ":last": max(changes), ":expires": expires}),
        }
    }


def _not_in_yet(dynamodb: DynamoDB, table: str, of_store: _OfStore) -> _OfStore:
    keys = {store: _position_key(store) for store in of_store}
    found = dynamodb.get_many(table, list(keys.values()))
    known = {text(each, "Catalogue"): text(each, "At") for each in found}
    left = {
        store: {at: entry for at, entry in changes.items() if at > known.get(text(keys[store], "Catalogue"), "")}
        for store, changes in of_store.items()
    }
    return {store: changes for store, changes in left.items() if changes}


def _position_key(store: str) -> Item:
    """Return the key of a store's position: a partition of its own, as every batch writes those of all its stores."""
    return item({"Catalogue": fit_key(f"position#{store}"), "Part": "position"})
