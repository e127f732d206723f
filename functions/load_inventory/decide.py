"""What to do with a row of an upload, given what the table holds. Pure: no AWS here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from load_inventory.csv_file import Row
from stock.reorder import NO_REORDER_POINTS, ReorderPoints, reorder_point, short


@dataclass(slots=True)
class Stored:
    """A row of the table. `as_of` is None if the row was not written by onhand."""

    count: int
    as_of: str | None
    reorder_point: int | None = None
    short: str | None = None
    since: str | None = None
    quiet: bool = False


class Verdict(Enum):
    """What becomes of a row of an upload."""

    WRITE = auto()
    STAMP = auto()  # its count is right already, but the row must bear this upload's token
    OWN = auto()  # an earlier attempt at this upload wrote it
    UNCHANGED = auto()
    SUPERSEDED = auto()  # a newer upload has spoken


@dataclass(frozen=True)
class View:
    """What an upload sees of a store: its own token, and what is known of the store beside its rows.

    `snapshot`: token of the newest snapshot applied to the store. `settle`: the late token whose rows are stamped.
    """

    token: str
    snapshot: str = ""
    settle: str | None = None
    of_store: ReorderPoints = field(default=NO_REORDER_POINTS)
    of_all: ReorderPoints = field(default=NO_REORDER_POINTS)

    def short(self, row: Row, stored: Stored | None) -> str | None:
        """Return the state that the row will have: `out`, `low` or None."""
        if row.count == 0:
            return "out"
        return short(row.count, reorder_point(row.item, self.own_point(row, stored), self.of_store, self.of_all))

    @staticmethod
    def own_point(row: Row, stored: Stored | None) -> int | None:
        """Return the row's own reorder point: a file that gives none leaves the stored one as it is."""
        if row.reorder_point is not None or stored is None:
            return row.reorder_point
        return stored.reorder_point


def decide(row: Row, stored: Stored | None, view: View) -> Verdict:
    """Return what to do with a row of an upload; `stored` is what the table holds of it, None: nothing."""
    if stored is None:
        # A newer snapshot has spoken of every item: this one is gone since.
        return Verdict.SUPERSEDED if view.snapshot > view.token else Verdict.WRITE
    as_of = stored.as_of or ""
    if as_of > view.token:
        return Verdict.SUPERSEDED
    if (
        stored.count != row.count
        or stored.reorder_point != view.own_point(row, stored)
        or stored.short != view.short(row, stored)
    ):
        return Verdict.WRITE
    if as_of == view.token:
        return Verdict.OWN
    return Verdict.STAMP if as_of == view.settle else Verdict.UNCHANGED


def delists(stored: Stored, token: str) -> bool:
    """Return whether a snapshot removes a stored row that it does not mention."""
    return (stored.as_of or "") < token


@dataclass
class Tally:
    """What became of the rows of an upload in a store, and what that changes in the store's summary."""

    changed: int = 0
    unchanged: int = 0
    superseded: int = 0
    removed: int = 0
    wrote: bool = False  # this attempt wrote a row
    found_own: bool = False  # an earlier attempt did
    doubtful: bool = False  # who wrote a row could not be told: `items` to `low` may be wrong
    unsettled: bool = False  # a row that this upload does not mention bears the token to settle
    items: int = 0
    units: int = 0
    out: int = 0
    low: int = 0

    def count(self, verdict: Verdict) -> None:
        """Count a row that needs no write, or whose write was done."""
        if verdict in (Verdict.WRITE, Verdict.OWN):
            self.changed += 1
        elif verdict is Verdict.SUPERSEDED:
            self.superseded += 1
        else:
            self.unchanged += 1
        if verdict is Verdict.OWN:
            self.found_own = True

    def shift(self, stored: Stored | None, sign: int) -> None:
        """Add (`sign` 1) or take away (-1) a row from the summary's difference."""
        if stored is not None:
            self.items += sign
            self.units += sign * stored.count
            self.out += sign * (stored.short == "out")
            self.low += sign * (stored.short == "low")

    @property
    def sums(self) -> list[int]:
        """The summary's difference, and 1 if a row was written: what `add` takes."""
        return [self.items, self.units, self.out, self.low, int(self.wrote)]

    def add(self, sums: Iterable[int]) -> None:
        """Add the sums of another tally."""
        items, units, out, low, wrote = sums
        self.items += items
        self.units += units
        self.out += out
        self.low += low
        self.wrote |= bool(wrote)
