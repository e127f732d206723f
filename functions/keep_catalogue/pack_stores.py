"""Packing the table Stores, every minute, so that nobody has to read 10,000 items to see a chain."""

import base64
from typing import Any

from keep_catalogue.read import all_of, partition
from keep_catalogue.store_parts import Summary, in_parts
from stock.attributes import Item, item, text, whole_number
from stock.dynamodb import DynamoDB
from stock.reorder_points import ALL_STORES
from stock.steps import log_step
from stock.times import now, seconds

FEW = 100
"""A chain with no more stores is read from the table Stores: its packs would save nothing."""
_READ = ("Store", "Items", "Units", "Out", "Low", "LastUploadAt")
_CATALOGUE = "stores"


def pack_stores(dynamodb: DynamoDB, stores: str, catalogue: str) -> int:
    """Write the packs that are not as the table `stores` is, and return how many.

    A pack's key begins with the time at which the stores were read, so who has seen one asks for what comes behind it.
    The new one is written before the old ones go: whoever reads meanwhile finds one of them, and takes the later one.
    Nothing is added up. So a run that is repeated, ends half way or is beside another one leaves what the next mends.
    """
    began = now()
    summaries = _read_summaries(dynamodb, stores)
    if len(summaries) <= FEW:
        return 0
    known, parts = _read_packs(dynamodb, catalogue), in_parts(summaries)
    written = 0
    for number in sorted(known.keys() | parts.keys()):
        there = known.get(number, [])
        packed = base64.b64encode(parts[number]).decode() if number in parts else ""  # none: its stores are gone
        if packed and (not there or there[-1]["Entries"]["B"] != packed):
            key = item({"Catalogue": _CATALOGUE, "Part": f"{began}#{number:02}"})
            dynamodb.call("PutItem", {"TableName": catalogue, "Item": key | {"Entries": {"B": packed}}})
            written += 1
        elif packed:
            there = there[:-1]
        for old in there:
            key = {name: old[name] for name in ("Catalogue", "Part")}
            dynamodb.call("DeleteItem", {"TableName": catalogue, "Key": key})
    if written:
        log_step("packed", stores=len(summaries), packs=written)
    return written


def _read_summaries(dynamodb: DynamoDB, table: str) -> list[Summary]:
    scan: dict[str, Any] = {
        "TableName": table,
        "ProjectionExpression": ",".join(f"#{name}" for name in _READ),
        "ExpressionAttributeNames": {f"#{name}": name for name in _READ},
    }
    found = [store for page in dynamodb.pages(scan, "Scan") for store in page]
    return [_summary(store) for store in found if text(store, "Store") != ALL_STORES]


def _summary(store: Item) -> Summary:
    items, units, out, low = (whole_number(store, name) or 0 for name in ("Items", "Units", "Out", "Low"))
    at = text(store, "LastUploadAt")
    return Summary(text(store, "Store"), items, units, out, low, int(seconds(at)) if at else None)


def _read_packs(dynamodb: DynamoDB, table: str) -> dict[int, list[Item]]:
    """Return the packs that are there, by number, the latest one last."""
    found: dict[int, list[Item]] = {}
    for pack in all_of(dynamodb.pages, partition(table, _CATALOGUE)):
        found.setdefault(int(text(pack, "Part").partition("#")[2]), []).append(pack)
    return found
