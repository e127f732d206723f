"""Keys of rows, and ranges of them. No AWS in here."""

from typing import NamedTuple

Key = tuple[str, str]
"""Store and item."""


class KeyRange(NamedTuple):
    """Items of a store from `first` to before `end`; None: no bound."""

    first: str | None = None
    end: str | None = None

    def holds(self, item: str) -> bool:
        """Whether an item is in it."""
        return (self.first is None or item >= self.first) and (self.end is None or item < self.end)


WHOLE_STORE = KeyRange()
