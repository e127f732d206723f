"""Whether the stores and items are known of which somebody sets reorder points: for others they would do nothing."""

from collections.abc import Iterable, Iterator

from load_inventory import summaries
from load_inventory.clients import Clients
from load_inventory.inventory import cheaper_by_key, read_items, read_store
from read_file.csv_cells import spelled_out
from read_file.points_file import Mistake, Point
from read_file.reasons import Reason
from read_file.refused import Refused
from stock.likeness import like
from stock.reorder_points import ALL_STORES

SHOWN = 20
"""Mistakes for which the name is looked for that may be meant."""
_KEYS_AT_ONCE = 10_000
_MOST_KEYS = 1_000_000  # looked up for one file: about a tenth of a dollar, and some seconds


def strangers(clients: Clients, points: Iterable[Point]) -> list[Mistake]:
    """Return what is wrong with the names of a file, in the order of its lines.

    What is taken away may be of an item that is gone. Raises Refused if to find out would cost too much.
    """
    by_store: dict[str, dict[str, Point]] = {}
    for point in points:
        if point.point is not None:
            by_store.setdefault(point.store, {})[point.item] = point
    anywhere = by_store.pop(ALL_STORES, {})
    stores = summaries.read_stores(clients, list(by_store))
    found = list(_unknown_stores(clients, [asked for name, asked in by_store.items() if not stores[name].items]))
    for name, asked in by_store.items():
        if stores[name].items:
            found += _unknown_items(clients, asked, [name], _missing(clients, name, asked, stores[name].items))
    if anywhere:
        largest = [store.name for store in summaries.all_stores(clients)]
        found += _unknown_items(clients, anywhere, largest, _missing_anywhere(clients, largest, set(anywhere)))
    return sorted(found)


def _unknown_stores(clients: Clients, asked: list[dict[str, Point]]) -> Iterator[Mistake]:
    names = [store.name for store in summaries.all_stores(clients)] if asked else []
    for points in asked:
        for number, point in enumerate(points.values()):
            meant = like(point.store, names) if not number else None
            yield Mistake(point.line, _reason("unknown-store", meant, store=spelled_out(point.store)))


def _unknown_items(
    clients: Clients, asked: dict[str, Point], stores: list[str], missing: set[str]
) -> Iterator[Mistake]:
    """Yield the mistakes of the items that are missing, with what may be meant: an item of the first of the stores."""
    if not missing:
        return
    names = {item for page in read_store(clients, stores[0]) for item, _ in page} if stores else set()
    for number, item in enumerate(sorted(missing, key=lambda item: asked[item].line)):
        meant = like(item, names) if number < SHOWN else None
        shown = spelled_out(item)
        point = asked[item]
        if point.store == ALL_STORES:
            yield Mistake(point.line, _reason("unknown-item-anywhere", meant, item=shown))
        else:
            yield Mistake(point.line, _reason("unknown-item", meant, store=spelled_out(point.store), item=shown))


def _reason(key: str, meant: str | None, **names: str) -> Reason:
    return Reason.of(f"{key}-like", meant=spelled_out(meant), **names) if meant else Reason.of(key, **names)


def _missing(clients: Clients, store: str, asked: Iterable[str], items: int) -> set[str]:
    """Return which items a store of so many does not have."""
    missing = set(asked)
    if cheaper_by_key(len(missing), items):
        return missing - {item for _, item in read_items(clients, [(store, item) for item in missing])}
    for page in read_store(clients, store):
        missing.difference_update(item for item, _ in page)
    return missing


def _missing_anywhere(clients: Clients, stores: list[str], missing: set[str]) -> set[str]:
    """Return which items no store has. The first ones have the most, and are asked first."""
    at, looked_up = 0, 0
    while missing and at < len(stores):
        some = stores[at : at + (max(1, _KEYS_AT_ONCE // len(missing)) if at else 1)]
        at, looked_up = at + len(some), looked_up + len(some) * len(missing)
        if looked_up > _MOST_KEYS:
            raise Refused.of("too-many-strangers", items=len(missing))
        found = read_items(clients, [(store, item) for store in some for item in sorted(missing)])
        missing -= {item for _, item in found}
    return missing
