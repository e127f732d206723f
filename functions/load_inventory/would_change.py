"""What an upload would change, row by row, as far as people want to see it. No AWS in here."""

import threading
from bisect import insort
from collections.abc import Iterator
from typing import Any

from load_inventory.share import Write

SHOWN = 20
"""Rows of each kind: an answer does not grow with the file."""

NEW_ITEMS, TO_ZERO, OTHER_COUNTS, DELISTED = "NewItems", "ToZero", "OtherCounts", "Delisted"
_KINDS = (NEW_ITEMS, TO_ZERO, OTHER_COUNTS, DELISTED)


class WouldChange:
    """Counts the writes of each kind, and keeps those with the greatest differences. Threads may share it."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(_KINDS, 0)
        self._greatest: dict[str, list[Write]] = {kind: [] for kind in _KINDS}
        self._lock = threading.Lock()

    def add(self, write: Write) -> None:
        """Take a write that would be done."""
        with self._lock:
            for kind in _kinds(write):
                self._counts[kind] += 1
                insort(self._greatest[kind], write, key=_order)
                del self._greatest[kind][SHOWN:]

    def answer(self) -> dict[str, Any]:
        """Return for each kind how many there are, and the first `{Store, Item, Count, Previous}`, greatest first.

        A row without `Count` is delisted; one without `Previous` is of an item that the store does not have yet.
        """
        return {
            kind: {"Count": self._counts[kind], "First": [*map(_shown, writes)]}
            for kind, writes in self._greatest.items()
        }


def _kinds(write: Write) -> Iterator[str]:
    stored, wanted = write.stored, write.wanted
    if wanted is None:
        yield DELISTED
        return
    if stored is None:
        yield NEW_ITEMS
    if wanted.count == 0 and (stored is None or stored.count != 0):
        yield TO_ZERO
    elif stored is not None and stored.count != wanted.count:
        yield OTHER_COUNTS


def _order(write: Write) -> tuple[int, str, str]:
    """Greatest difference first; of equal ones those whose names come first."""
    return -_difference(write), write.store, write.item


def _difference(write: Write) -> int:
    count = (write.wanted.count if write.wanted else None) or 0
    return abs(count - ((write.stored.count if write.stored else None) or 0))


def _shown(write: Write) -> dict[str, Any]:
    row: dict[str, Any] = {"Store": write.store, "Item": write.item}
    if write.wanted is not None:
        row["Count"] = write.wanted.count
    if write.stored is not None:
        row["Previous"] = write.stored.count
    return row
