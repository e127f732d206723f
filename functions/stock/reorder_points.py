"""Reorder points: at which count an item is low. No AWS in here."""

from dataclasses import dataclass, field

ALL_STORES = "*"
"""Stands for all stores where a store is named; no store may be called so."""


@dataclass(frozen=True)
class ReorderPoints:
    """Reorder points that people set beside the files: of one store, or of all.

    `general` holds for every item, `items` (item → point) for single ones.
    """

    general: int | None = None
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
    return of_all.general if of_store.general is None else of_store.general


def short(count: int | None, point: int | None) -> str | None:
    """Return `out` if the count is 0, `low` if it is at or below the reorder point, else None.

    A count of None is one that nobody can read: it is neither.
    """
    if count is None:
        return None
    if count == 0:
        return "out"
    return "low" if point is not None and count <= point else None
