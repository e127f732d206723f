"""What there is to be told in the morning. No AWS in here."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import NamedTuple

from stock.acknowledgements import Kind

RowKey = tuple[str, str]
"""Store and item."""


class Alert(NamedTuple):
    """An alert of an item of a store, and when what it tells happened (ISO UTC). `key`: its sort key."""

    at: str
    store: str
    item: str
    key: str

    @property
    def row(self) -> RowKey:
        """The row that it is about."""
        return self.store, self.item


class Soon(NamedTuple):
    """An item that will probably be out in `first` to `last` days (None: nobody knows the last)."""

    chance: float
    store: str
    item: str
    count: int  # type: ignore[assignment]  # a tuple has a method of that name; nobody needs it here
    first: int
    last: int | None

    @property
    def row(self) -> RowKey:
        """The row that it is about."""
        return self.store, self.item


@dataclass(frozen=True)
class Morning:
    """What there is to be told of some stores.

    `now`, `since`: this moment, and that of the last digest (ISO UTC); what came since is new. `silent_since`: for so
    long the `silent` stores sent no file, with when they sent the last one. `out`, `low`: what is open and nobody takes
    care of, newest first; `counts` of low items as they are now, of the first ones at least. `taken`: of how many
    others somebody takes care, by kind. `soon`: what will be out and nobody has ordered, most likely first, of each
    store the ten most likely; `soon_count`: how many there are in all.
    """

    now: str
    since: str
    silent_since: str
    zone: tzinfo
    stores: int
    out: list[Alert] = field(default_factory=list)
    low: list[Alert] = field(default_factory=list)
    counts: dict[RowKey, int] = field(default_factory=dict)
    taken: Counter[Kind] = field(default_factory=Counter)
    back: list[Alert] = field(default_factory=list)
    soon: list[Soon] = field(default_factory=list)
    soon_count: int = 0
    silent: list[tuple[str, str]] = field(default_factory=list)
