"""What the rows of a store must be: the plain fold over its uploads, oldest first (docs/order.md). No AWS in here."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from read_file.csv_rows import Rejected, Row
from stock.history import Change
from stock.rows import LARGEST_COUNT


@dataclass
class Said:
    """What one upload says of a store.

    `rows`: item → count and reorder point (None: nothing) of its last row, or (`add_up`) of all of them together.
    `kept`: items of rows that were rejected.
    `removal`: nothing is left of the store.
    """

    token: str
    snapshot: bool = False
    add_up: bool = False
    rows: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    removal: bool = False

    @property
    def touches(self) -> bool:
        """Whether it says anything of the store: without a valid row of it, it does not."""
        return self.removal or bool(self.rows)

    def hear(self, row: Row | Rejected) -> None:
        """Take in the next row of the file that is the store's."""
        if isinstance(row, Row):
            self.hear_row(row.item, row.count, row.reorder_point)
        elif row.known:
            self.kept.add(row.item)

    def hear_row(self, item: str, count: int, point: int | None) -> None:
        """Take in what the next row says of an item."""
        if self.add_up and (before := self.rows.get(item)):
            count, point = min(before[0] + count, LARGEST_COUNT), before[1] if point is None else point
        self.rows[item] = count, point

    @property
    def mentioned(self) -> set[str]:
        """The items that a snapshot does not delist."""
        return self.rows.keys() | self.kept


@dataclass
class Folded:
    """A row as the uploads make it; `as_of` and `point_as_of` are the tokens of those that say so ("": none)."""

    count: int
    as_of: str
    point: int | None = None
    point_as_of: str = ""


@dataclass
class Fold:
    """A store after uploads. `delisted`: item → token of the snapshot that took it away last.

    `snapshot` is the newest one of the store ("": there is none), `mentioned` what it does not delist. `heard`: tokens
    of the uploads that touch the store.
    """

    rows: dict[str, Folded] = field(default_factory=dict)
    delisted: dict[str, str] = field(default_factory=dict)
    snapshot: str = ""
    mentioned: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)

    def hear(self, said: Said) -> None:
        """Take in what the next newer upload says."""
        if not said.touches:
            return
        self.heard.add(said.token)
        if said.snapshot:
            self._delist(said)
        for item, (count, point) in said.rows.items():
            row = self.rows.setdefault(item, Folded(count, said.token))
            row.count, row.as_of = count, said.token
            if point is not None:
                row.point, row.point_as_of = point, said.token
            self.delisted.pop(item, None)

    def _delist(self, said: Said) -> None:
        self.snapshot, self.mentioned = said.token, said.mentioned
        for item in self.rows.keys() - self.mentioned:
            del self.rows[item]
            self.delisted[item] = said.token

    def delisting(self, item: str, as_of: str) -> str:
        """Return the snapshot after which a row with that token is gone; "": there is none."""
        token = self.delisted.get(item, "")
        if not token and item not in self.mentioned:
            token = self.snapshot
        return token if item not in self.rows and as_of < token else ""


def changes(store: Fold, said: Said) -> list[Change]:
    """Let a store take in what the next newer upload says; return what that changes of its counts, for the history."""
    if not said.touches:
        return []
    concerned = said.rows.keys() | (store.rows.keys() if said.snapshot else set())
    before = {item: _count(store, item) for item in concerned}
    store.hear(said)
    after = {item: _count(store, item) for item in concerned}
    return [Change(item, said.token, before[item], after[item]) for item in before if before[item] != after[item]]


def _count(store: Fold, item: str) -> int | None:
    row = store.rows.get(item)
    return row.count if row else None


def fold(uploads: Iterable[Said]) -> Fold:
    """Return a store after uploads, given oldest first."""
    result = Fold()
    for said in uploads:
        result.hear(said)
    return result
