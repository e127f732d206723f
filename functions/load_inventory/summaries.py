"""The summary of a store, in the table Stores: what a Query of its rows would count (docs/order.md)."""

from dataclasses import dataclass, replace

from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.inventory import Mark, mark_rows, read_store
from load_inventory.rules import Points, Tally
from stock.attributes import Item, text, whole_number
from stock.order_token import event_time
from stock.partiql import Value, Values, insert, run, update
from stock.reorder_points import ALL_STORES, ReorderPoints
from stock.times import now

_TIMES_TO_RECOUNT = 50
_TIMES_TO_ADD = 10


@dataclass(frozen=True)
class Store:
    """A store as the table has it; one that was never heard of is empty.

    `version` rises with every change of the four counts, `epoch` with every recount, `points_version` with every
    change of reorder points of single items. `last_upload` is the token of the newest upload that touches the store,
    `summed_by` the mark of the attempt that changed the counts last.
    """

    name: str
    items: int = 0
    units: int = 0
    out: int = 0
    low: int = 0
    version: int = 0
    epoch: int = 0
    last_upload: str = ""
    general_point: int | None = None
    points_version: int = 0
    summed_by: str = ""
    known: bool = False


def enter_stores(clients: Clients, names: list[str]) -> dict[str, Store]:
    """Return stores by name, each of which has an item in the table from now on.

    To be called before their reorder points are read: who changes those of all stores has the ones recounted that the
    table holds.
    """
    found = read_stores(clients, names)
    if new := [name for name in names if not found[name].known]:
        run(clients.dynamodb, [insert(clients.settings.stores, {"Store": name}) for name in new])
        found |= read_stores(clients, new)
    return found


def read_stores(clients: Clients, names: list[str]) -> dict[str, Store]:
    """Return stores by name, read strongly consistent."""
    found = clients.dynamodb.get_many(clients.settings.stores, [{"Store": {"S": name}} for name in names])
    items = {text(item, "Store"): item for item in found}
    return {name: _store(name, items.get(name)) for name in names}


def all_stores(clients: Clients) -> list[Store]:
    """Return all stores that have items, those with the most first, read strongly consistent.

    Who has changed a reorder point must see the stores that are loaded with the old one.
    """
    scan: Item = {
        "TableName": clients.settings.stores,
        "ProjectionExpression": "#Store,#Items",
        "ExpressionAttributeNames": {"#Store": "Store", "#Items": "Items"},
        "ConsistentRead": True,
    }
    found = [_store(text(item, "Store"), item) for page in clients.dynamodb.pages(scan, "Scan") for item in page]
    return sorted((store for store in found if store.name != ALL_STORES), key=lambda store: -store.items)


def read_points(clients: Clients, stores: list[Store]) -> tuple[Store, dict[str, Points]]:
    """Return what holds for all stores, and the reorder points that hold for each of some stores, by name.

    To be called after the epochs of `stores` were read: who changes a reorder point has the stores recounted, so
    either these points are the new ones, or the epoch that was read is no longer right when the store is summed up.
    """
    of_all = read_stores(clients, [ALL_STORES])[ALL_STORES]
    general = _reorder_points(clients, of_all)
    return of_all, {store.name: Points(_reorder_points(clients, store), general) for store in stores}


def add(clients: Clients, attempt: Attempt, changes: list[tuple[Store, Tally]]) -> list[str]:
    """Add what an attempt changed to the summaries of stores, and note the upload; return those to be recounted.

    The stores are as read just now. Where others changed the counts since, they are read again; a store is recounted
    if it was recounted since, or if it cannot be told whether the addition was done: its answer may have been lost.
    """
    unsure: list[str] = []
    for _ in range(_TIMES_TO_ADD):
        held = run(clients.dynamodb, [_addition(clients, attempt, store, tally) for store, tally in changes])
        missed = [change for change, done in zip(changes, held, strict=True) if not done]
        found = read_stores(clients, [store.name for store, _ in missed]) if missed else {}
        changes = []
        for store, tally in missed:
            latest = found[store.name]
            if latest.summed_by == attempt.mark:
                continue
            if latest.epoch == store.epoch and (latest.version <= store.version + 1 or not tally.wrote):
                changes.append((latest, tally))
            else:
                unsure.append(store.name)
        if not changes:
            return unsure
    return unsure + [store.name for store, _ in changes]


def recount(clients: Clients, name: str, upload: str = "") -> None:
    """Count a store, mark its rows as out, low or neither, and note the upload (its token), if one is given.

    What makes the result right while others write is argued in docs/order.md.
    Raises TimeoutError if others changed the store all the while.
    """
    for _ in range(_TIMES_TO_RECOUNT):
        store = enter_stores(clients, [name])[name]
        counted = _count(clients, store)
        values: Values = {
            "Items": counted.items, "Units": counted.units, "Out": counted.out, "Low": counted.low,
            "Version": store.version + 1, "Epoch": store.epoch + 1, "SummedBy": "recount",
            **_last_upload(store, upload),
        }  # fmt: skip
        if run(clients.dynamodb, [_write(clients, store, values)])[0]:
            return
    raise TimeoutError(f"The store {name!r} changed during each of {_TIMES_TO_RECOUNT} recounts")


def _addition(clients: Clients, attempt: Attempt, store: Store, tally: Tally) -> Item:
    return _write(clients, store, {
        "Items": store.items + tally.items, "Units": store.units + tally.units,
        "Out": store.out + tally.out, "Low": store.low + tally.low,
        "Version": store.version + 1, "SummedBy": attempt.mark, **_last_upload(store, attempt.token),
    })  # fmt: skip


def _write(clients: Clients, store: Store, values: Values) -> Item:
    same: dict[str, Value] = {"Version": store.version or None, "Epoch": store.epoch or None}
    if "LastUpload" in values:
        same["LastUpload"] = store.last_upload or None  # a hint of the ledger: a newer one must not be written over
    return update(clients.settings.stores, {"Store": store.name}, values, same)


def _last_upload(store: Store, upload: str) -> dict[str, str]:
    if upload <= store.last_upload:
        return {}
    return {"LastUpload": upload, "LastUploadAt": event_time(upload)}


def _count(clients: Clients, store: Store) -> Store:
    _, points = read_points(clients, [store])
    items = units = out = low = 0
    for page in read_store(clients, store.name):
        wrong: list[Mark] = []
        for item, stored in page:
            state = points[store.name].short(item, stored.count, stored.point)
            items += 1
            units += stored.count or 0
            out += state == "out"
            low += state == "low"
            if state != stored.short:
                wrong.append(Mark(item, stored, state))
        mark_rows(clients, store.name, wrong, now())
    return replace(store, items=items, units=units, out=out, low=low)


def _reorder_points(clients: Clients, store: Store) -> ReorderPoints:
    if not store.points_version:
        return ReorderPoints(store.general_point)
    version, items = clients.cache.points.get(store.name, (0, {}))
    if version != store.points_version:
        items = _read_reorder_points(clients, store.name)
        clients.cache.points[store.name] = store.points_version, items
    return ReorderPoints(store.general_point, items)


def _read_reorder_points(clients: Clients, store: str) -> dict[str, int]:
    query = {
        "TableName": clients.settings.reorder_points,
        "KeyConditionExpression": "#Store=:store",
        "ExpressionAttributeNames": {"#Store": "Store"},
        "ExpressionAttributeValues": {":store": {"S": store}},
        "ConsistentRead": True,
    }
    found = {
        text(row, "Item"): whole_number(row, "ReorderPoint") for page in clients.dynamodb.pages(query) for row in page
    }
    return {item: point for item, point in found.items() if point is not None}


def _store(name: str, item: Item | None) -> Store:
    if item is None:
        return Store(name)

    def number(attribute: str) -> int:
        return whole_number(item, attribute) or 0

    return Store(
        name,
        items=number("Items"),
        units=number("Units"),
        out=number("Out"),
        low=number("Low"),
        version=number("Version"),
        epoch=number("Epoch"),
        last_upload=text(item, "LastUpload"),
        general_point=whole_number(item, "ReorderPoint"),
        points_version=number("PointsVersion"),
        summed_by=text(item, "SummedBy"),
        known=True,
    )
