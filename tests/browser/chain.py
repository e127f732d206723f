"""A chain of 10,000 stores in an engine's tables: 50,000 short rows, 20,000 open alerts, a forecast of every store."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest import mock

import botocore.session

from keep_catalogue.pack_stores import pack_stores
from stock.attributes import item
from stock.catalogue import Entry, pack
from stock.dynamodb import DynamoDB
from tests.engines import AWS, client, create_tables, dynamodb_local

STORES = int(os.environ.get("ONHAND_SCALE_STORES", "10000"))
SHORT_IN_EACH, _OUT_IN_EACH, ALERTS_OF_EACH = 5, 3, 2
_ITEMS = 100_000
LARGE = "Store 00000"
"""The store with very many rows."""
EVERYWHERE = "Item 0000042"
"""An item that every store has, the large one among its many."""
_UPLOADS = 200
_AT = "2026-11-22T08:36:52.123Z"


def name(store: int) -> str:
    """Return the name of a store by its number."""
    return f"Store {store:05}"


@contextmanager
def running_chain(rows: int) -> Iterator[str]:
    """Run DynamoDB Local with the chain's tables, and give its address; `rows` are the large store's."""
    with dynamodb_local() as address:
        dynamodb = client("dynamodb", address)
        create_tables(dynamodb, "")
        _fill(dynamodb, rows)
        with mock.patch.dict(os.environ, AWS | {"AWS_ENDPOINT_URL_DYNAMODB": address}):
            pack_stores(DynamoDB(botocore.session.get_session()), "Stores", "Catalogue")
        yield address


def _fill(dynamodb: Any, rows: int) -> None:
    write(dynamodb, "Stores", _summaries(rows))
    write(dynamodb, "Inventory", _rows(rows))
    write(dynamodb, "Alerts", _alerts())
    write(dynamodb, "Uploads", _uploads())
    write(dynamodb, "Forecasts", _outlooks())
    for row in _catalogue():
        dynamodb.put_item(TableName="Catalogue", Item=row)


def write(dynamodb: Any, table: str, items: Iterator[dict[str, Any]]) -> None:
    """Write items, several batches at a time."""
    lock = threading.Lock()

    def work(_: int) -> None:
        while True:
            with lock:
                batch = [each for _, each in zip(range(25), items, strict=False)]
            if not batch:
                return
            dynamodb.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item(each)}} for each in batch]})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))


def _summaries(rows: int) -> Iterator[dict[str, Any]]:
    out_of_large = len(range(0, rows, max(1, rows // 200)))
    for store in range(STORES):
        items, out = (rows, out_of_large) if store == 0 else (1000 + store % 200, _OUT_IN_EACH)
        low = SHORT_IN_EACH - _OUT_IN_EACH if store else 0
        minute = f"2026-11-22T{store // 60 % 24:02}:{store % 60:02}:00.000Z"
        yield {
            "Store": name(store),
            "Items": items,
            "Units": items * 40,
            "Out": out,
            "Low": low,
            "LastUploadAt": minute,
        }


def _rows(rows: int) -> Iterator[dict[str, Any]]:
    for row in range(rows):
        yield _row(0, f"Item {row:07}", row % 97 + 1)
    for row in range(0, rows, max(1, rows // 200)):
        yield _row(0, f"Out {row:07}", 0)
    for store in range(1, STORES):
        yield _row(store, EVERYWHERE, store % 40 + 1)
        for number in range(SHORT_IN_EACH):
            yield _row(store, _short_item(store, number), int(number >= _OUT_IN_EACH))


def _short_item(store: int, number: int) -> str:
    """Return the name of an item that is short in a store: in every store others are, and some in more than others."""
    return f"Item {(store * 7 + number * number * 31) % 3000 + 100:07}"


def _row(store: int, name_of_item: str, count: int) -> dict[str, Any]:
    row = {"Store": name(store), "Item": name_of_item, "Count": count, "AsOf": "20261122T083652.123Z"}
    if count < 2 and name_of_item != EVERYWHERE:
        row |= {"Short": "low" if count else "out", "Since": f"2026-11-{store % 20 + 1:02}T08:00:00.000Z"}
    return row


def _alerts() -> Iterator[dict[str, Any]]:
    for store in range(1, STORES):
        for number in range(ALERTS_OF_EACH):
            short = _short_item(store, number)
            at = f"2026-11-{store % 20 + 1:02}T08:{number:02}:{store % 60:02}.123Z"
            token = f"{at.replace('-', '').replace(':', '')}-0065A1B2C3D4E5F607-{store:08x}"
            yield {
                "Store": name(store), "Alert": f"{token}#OUT_OF_STOCK#{short}", "Item": short, "Event": "OUT_OF_STOCK",
                "Count": 0, "Previous": 7, "At": at, "Upload": token, "UploadKey": f"uploads/{name(store)}/stock.csv",
                "State": "sent", "Log": "all", "Open": "out",
            }  # fmt: skip


def _uploads() -> Iterator[dict[str, Any]]:
    for number in range(_UPLOADS):
        at = f"2026-11-22T08:{number // 60:02}:{number % 60:02}.123Z"
        yield {
            "Scope": "all", "Token": f"{at.replace('-', '').replace(':', '')}-0065A1B2C3D4E5F607-{number:08x}",
            "Key": f"uploads/{name(number)}/stock.csv", "Size": 30_000, "At": at, "State": "loaded", "Mode": "rows",
            "Stores": [name(number)], "StoreCount": 1, "Rows": 1000, "Changed": 20, "Unchanged": 980, "Superseded": 0,
            "Repeated": 0, "Rejected": 0, "Removed": 0, "Finished": at,
        }  # fmt: skip


def _outlooks() -> Iterator[dict[str, Any]]:
    """Yield what the index of forecasts has of every store, without forecasts of items, and their sum."""
    days = {days: {"In": 960 * int(days), "Days": 1000 * int(days)} for days in ("7", "30", "90")}
    for store in range(STORES):
        top = [
            {"Item": f"Item {number:07}", "Count": 4, "Soon": 0.5, "First": 2, "Last": 9, "Lost": 1.5}
            for number in range(10)
        ]
        yield {
            "Store": name(store), "Part": "none", "All": "all", "Likely": store % 1000 / 1000, "At": _AT,
            "Day": _AT[:10], "Parts": 1, "Soon": 12, "Lost": 30.5, "Known": 900, "Top": top, "Availability": days,
        }  # fmt: skip
    yield {"Store": "*", "Part": "availability", "At": _AT, "Stores": STORES, "Availability": days}


def _catalogue() -> Iterator[dict[str, Any]]:
    """Yield a catalogue of 100,000 items, in which those that _rows() says are short."""
    short: dict[str, list[int]] = {}
    for store in range(1, STORES):
        for number in range(SHORT_IN_EACH):
            short.setdefault(_short_item(store, number), [0, 0])[number >= _OUT_IN_EACH] += 1
    entries = [Entry(f"Item {number:07}", 700, units=28_000) for number in range(_ITEMS)]
    entries = [
        entry._replace(out=short[entry.item][0], low=short[entry.item][1]) if entry.item in short else entry
        for entry in entries
    ]
    base, parts_short = pack(entries), pack(entry for entry in entries if entry.is_short)
    for key, packs in (("items#1", base), ("short#1", parts_short)):
        for number, packed in enumerate(packs):
            yield item({"Catalogue": key, "Part": f"{number:04}"}) | {"Entries": {"B": packed}}
    told = {"Parts": len(base), "ShortParts": len(parts_short), "Items": _ITEMS, "Counted": True}
    yield item({"Catalogue": "head", "Part": "head", "Version": "1", "At": _AT, **told})
