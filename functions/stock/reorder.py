"""Whether a row is short: out of stock, or low."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ReorderPoints:
    """Reorder points that people set beside the files: of one store, or (store `*`) of all."""

    store: int | None = None
    items: dict[str, int] = field(default_factory=dict)


NO_REORDER_POINTS = ReorderPoints()


def reorder_point(item: str, own: int | None, of_store: ReorderPoints, of_all: ReorderPoints) -> int | None:
    """Return the reorder point of an item in a store, the most specific one first; None: there is none.

    `own` is the row's, from the column `reorder_point` of a file.
    """
    if of_store.items or of_all.items or own is not None:
        for point in (of_store.items.get(item), own, of_all.items.get(item)):
            if point is not None:
                return point
    return of_all.store if of_store.store is None else of_store.store


def short(count: int, point: int | None) -> str | None:
    """Return `out` if the count is 0, `low` if it is at or below the reorder point, else None."""
    if count == 0:
        return "out"
    return "low" if point is not None and count <= point else None
