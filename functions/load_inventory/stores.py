"""The Stores table: a summary of every store, and the reorder points that people set."""

from dataclasses import dataclass

from load_inventory.decide import Tally
from load_inventory.inventory import Mark, mark_rows, read_store
from load_inventory.ledger import now
from load_inventory.services import Services
from stock.dynamodb import ConditionFailed, Item
from stock.reorder import NO_REORDER_POINTS, ReorderPoints, reorder_point, short

ALL_STORES = "*"
_TIMES_TO_RECOUNT = 50


@dataclass(frozen=True)
class Store:
    """A store as an upload finds it. `epoch` rises with every recount, `version` with every change of the counts."""

    name: str
    items: int = 0
    version: int = 0
    epoch: int = 0
    snapshot: str = ""
    last_upload: str = ""
    points: ReorderPoints = NO_REORDER_POINTS


def get_store(services: Services, name: str) -> Store:
    """Return a store, read strongly consistent; one that was never heard of is empty."""
    item = services.dynamodb.get(services.settings.stores, {"Store": {"S": name}}) or {}

    def number(attribute: str) -> int:
        return int(item.get(attribute, {"N": "0"})["N"])

    point = item.get("ReorderPoint")
    points = {item: int(value["N"]) for item, value in item.get("ReorderPoints", {"M": {}})["M"].items()}
    return Store(
        name,
        number("Items"),
        number("Version"),
        number("Epoch"),
        item.get("Snapshot", {"S": ""})["S"],
        item.get("LastUpload", {"S": ""})["S"],
        ReorderPoints(int(point["N"]) if point else None, points),
    )


def add_to_summary(services: Services, store: Store, token: str, at: str, tally: Tally, closing: Item) -> bool:
    """Add what an upload changed to the store's summary, and close its ledger entry, both or neither.

    `closing` is the update of the ledger entry. Returns False, with nothing done, if the store was recounted since
    `store` was read, if the entry was closed before, or if a newer upload was noted: then recount.
    """
    changes = {":i": tally.items, ":u": tally.units, ":o": tally.out, ":l": tally.low, ":one": 1}
    values: Item = {name: {"N": str(value)} for name, value in changes.items()}
    condition = "attribute_not_exists(Epoch)"
    if store.epoch:
        condition = "Epoch=:epoch"
        values[":epoch"] = {"N": str(store.epoch)}
    update = "ADD #items :i, Units :u, #out :o, Low :l, Version :one"
    if token > store.last_upload:
        update += " SET LastUpload=:token, LastUploadAt=:at"
        condition += " AND (attribute_not_exists(LastUpload) OR LastUpload<:token)"
        values |= {":token": {"S": token}, ":at": {"S": at}}
    summary = {
        "TableName": services.settings.stores,
        "Key": {"Store": {"S": store.name}},
        "UpdateExpression": update,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {"#items": "Items", "#out": "Out"},
        "ExpressionAttributeValues": values,
    }
    try:
        services.dynamodb.call("TransactWriteItems", {"TransactItems": [{"Update": summary}, {"Update": closing}]})
    except ConditionFailed:
        return False
    return True


def note_upload(services: Services, store: str, token: str, at: str) -> None:
    """Note that an upload was loaded, unless a newer one is noted already."""
    _update_if(
        services,
        store,
        "SET LastUpload=:t, LastUploadAt=:at, #items=if_not_exists(#items,:no), Units=if_not_exists(Units,:no),"
        " #out=if_not_exists(#out,:no), Low=if_not_exists(Low,:no)",
        "attribute_not_exists(LastUpload) OR LastUpload<:t",
        {":t": {"S": token}, ":at": {"S": at}, ":no": {"N": "0"}},
        {"#items": "Items", "#out": "Out"},
    )


def note_snapshot(services: Services, store: str, token: str) -> None:
    """Note that a snapshot is applied: older uploads no longer bring back items that the store does not hold."""
    condition = "attribute_not_exists(#snapshot) OR #snapshot<:t"
    _update_if(services, store, "SET #snapshot=:t", condition, {":t": {"S": token}}, {"#snapshot": "Snapshot"})


def recount(services: Services, name: str) -> None:
    """Count a store anew, and mark its rows anew as out or low.

    What makes the result right while others write is argued in docs/order.md.
    Raises TimeoutError if others changed the store all the while.
    """
    for _ in range(_TIMES_TO_RECOUNT):
        store = get_store(services, name)
        counts = _count(services, store)
        values = {f":{key}": {"N": str(value)} for key, value in counts.items()}
        values |= {":one": {"N": "1"}, ":version": {"N": str(store.version)}}
        if _update_if(
            services,
            name,
            "SET #items=:items, Units=:units, #out=:out, Low=:low ADD Version :one, Epoch :one",
            "Version=:version" + ("" if store.version else " OR attribute_not_exists(Version)"),
            values,
            {"#items": "Items", "#out": "Out"},
        ):
            return
    raise TimeoutError(f"The store {name!r} changed during each of {_TIMES_TO_RECOUNT} recounts")


def _count(services: Services, store: Store) -> dict[str, int]:
    points = get_store(services, ALL_STORES).points
    counts = {"items": 0, "units": 0, "out": 0, "low": 0}
    for page in read_store(services, store.name):
        wrong: list[Mark] = []
        for item, stored in page:
            point = reorder_point(item, stored.reorder_point, store.points, points)
            state = short(stored.count, point)
            counts["items"] += 1
            counts["units"] += stored.count
            if state:
                counts[state] += 1
            if state != stored.short:
                wrong.append(Mark(item, stored, state))
        mark_rows(services, store.name, wrong, now())
    return counts


def _update_if(
    services: Services, store: str, update: str, condition: str, values: Item, names: Item | None = None
) -> bool:
    request: Item = {
        "TableName": services.settings.stores,
        "Key": {"Store": {"S": store}},
        "UpdateExpression": update,
        "ConditionExpression": condition,
        "ExpressionAttributeValues": values,
    }
    if names:
        request["ExpressionAttributeNames"] = names
    try:
        services.dynamodb.call("UpdateItem", request)
    except ConditionFailed:
        return False
    return True
