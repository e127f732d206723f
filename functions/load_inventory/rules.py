"""What uploads make of a row: which of them counts, what changes, and what that adds up to. No AWS in here.

A row has two columns that uploads speak of: the count (and with it whether the row exists) and the reorder point. For
each of them the newest upload that speaks of it counts; docs/order.md tells the whole.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from read_file.csv_rows import Row
from stock.levels import Event, Level, event_of
from stock.reorder_points import NO_REORDER_POINTS, ReorderPoints, reorder_point, short


@dataclass(slots=True)
class Stored:
    """A row of the table.

    `count` is None if it is no whole number, `as_of` is "" if no upload wrote it: people write rows by hand, too.
    `as_of` and `point_as_of` are the tokens of the uploads that count and reorder point are from. `odd`: somebody left
    something in their place that is no token, so no condition tells whether the row is still the same.
    """

    count: int | None
    as_of: str = ""
    point: int | None = None
    point_as_of: str = ""
    short: str | None = None
    quiet: bool = False
    odd: bool = False


@dataclass(slots=True)
class Wanted:
    """A row as it shall be. `quiet`: it is written by a replay, and raises no alert."""

    count: int | None
    as_of: str
    point: int | None
    point_as_of: str
    quiet: bool


@dataclass(slots=True)
class News:
    """What uploads together say of an item, given newest first: an older one only adds what was left open.

    `count` None with `as_of` set: the item is delisted. `as_of` or `point_as_of` "": nobody has spoken of that yet.
    `live` and `point_live`: the upload was announced by S3, not only replayed.
    """

    count: int | None = None
    as_of: str = ""
    live: bool = True
    point: int | None = None
    point_as_of: str = ""
    point_live: bool = True

    def hear(self, row: Row | None, token: str, live: bool) -> None:
        """Take in what the next older upload says: its row, or None, if it delists the item with all its columns."""
        if not self.as_of:
            self.count, self.as_of, self.live = row.count if row else None, token, live
        if not self.point_as_of and (row is None or row.reorder_point is not None):
            self.point, self.point_as_of, self.point_live = row.reorder_point if row else None, token, live

    @property
    def complete(self) -> bool:
        """Whether no older upload can add anything."""
        return self.point_as_of != ""


def row_after(news: News, stored: Stored | None) -> Wanted | None:
    """Return the row as it is after the news, if the table holds `stored`; None: there is no row then.

    What is stored stays where its token is newer than the news.
    """
    takes_count = news.as_of != "" and (stored is None or news.as_of >= stored.as_of)
    if (takes_count or stored is None) and news.count is None:
        return None
    if stored is None:
        return Wanted(news.count, news.as_of, news.point, _point_token(news), not news.live)
    count, as_of, quiet = stored.count, stored.as_of, stored.quiet
    point, point_as_of = stored.point, stored.point_as_of
    if news.point_as_of and news.point_as_of >= stored.point_as_of:
        point, point_as_of, quiet = news.point, _point_token(news), not news.point_live
    if takes_count:
        count, as_of, quiet = news.count, news.as_of, not news.live
    return Wanted(count, as_of, point, point_as_of, quiet)


def row_without(news: News, stored: Stored | None, withdrawn: Collection[str]) -> Wanted | None:
    """Return the row as it is without what withdrawn uploads said, if the table holds `stored`; None: there is none.

    `news` is what all other uploads say. A row that nobody else speaks of goes.
    """
    if stored is None:
        return row_after(news, None)
    if stored.as_of in withdrawn:
        if not news.as_of:
            return None
        stored = replace(stored, as_of="")
    if stored.point_as_of in withdrawn:
        stored = replace(stored, point=None, point_as_of="")
    return row_after(news, stored)


def _point_token(news: News) -> str:
    return "" if news.point is None else news.point_as_of


@dataclass(frozen=True)
class Points:
    """The reorder points that hold for a store beside those of its rows: its own and those of all stores."""

    of_store: ReorderPoints = NO_REORDER_POINTS
    of_all: ReorderPoints = NO_REORDER_POINTS

    def short(self, item: str, count: int | None, own: int | None) -> str | None:
        """Return whether a row is `out`, `low` or neither (None); `own` is the row's own reorder point."""
        if count == 0:
            return "out"
        return short(count, reorder_point(item, own, self.of_store, self.of_all))


class Verdict:
    """What becomes of a row of an upload; the names are those of the record's attributes."""

    CHANGED = "Changed"
    UNCHANGED = "Unchanged"
    SUPERSEDED = "Superseded"


def differs(row: Row, stored: Stored, token: str, points: Points) -> bool:
    """Return whether an upload with that token would change a stored row, as far as older and equal tokens go."""
    point = stored.point
    if row.reorder_point is not None and token >= stored.point_as_of:
        point = row.reorder_point
    if point != stored.point:
        return True
    if token < stored.as_of:
        return False
    return stored.count != row.count or stored.short != points.short(row.item, row.count, point)


def tokens(row: Stored | Wanted | News) -> tuple[str, ...]:
    """Return the tokens of what uploads say of a row."""
    return row.as_of, row.point_as_of


def is_needed(stored: Stored | None, wanted: Wanted | None, state: str | None) -> bool:
    """Return whether a row differs from what it shall be."""
    if stored is None or wanted is None:
        return not (stored is None and wanted is None)
    return (stored.count, stored.point, stored.short) != (wanted.count, wanted.point, state)


def verdict(stored: Stored, token: str) -> str:
    """Return what became of a row of an upload that needs no write (any more)."""
    if token in tokens(stored):
        return Verdict.CHANGED  # by an earlier attempt
    return Verdict.SUPERSEDED if stored.as_of > token else Verdict.UNCHANGED


def delists(stored: Stored, token: str) -> bool:
    """Return whether a snapshot with that token would delete a row that it does not mention, or erase its point."""
    return stored.as_of < token or (stored.point is not None and stored.point_as_of < token)


@dataclass
class Tally:
    """What became of the rows of an upload in a store, and by how much that changes the store's summary.

    `doubtful`: the summary's differences may be wrong, since it cannot be told who wrote a row.
    """

    rows: Counter[str] = field(default_factory=Counter)  # verdict → rows
    removed: int = 0
    wrote: int = 0
    items: int = 0
    units: int = 0
    out: int = 0
    low: int = 0
    events: Counter[Event] = field(default_factory=Counter)
    doubtful: bool = False

    def note(self, before: Stored | None, after: Wanted | None, state: str | None, token: str) -> None:
        """Note a write: the row was `before`, is `after` now (None: gone), and `state` is its new Short."""
        self.wrote += 1
        if before is not None:
            self._shift(before.count, before.short, -1)
            self.doubtful |= before.odd or not before.as_of  # the summary may not know a row that was written by hand
        if after is None:
            return
        self._shift(after.count, state, 1)
        event = event_of(level(before is not None, before.short if before else None), level(True, state))
        if event and not after.quiet and after.as_of == token:
            self.events[event] += 1

    def _shift(self, count: int | None, state: str | None, sign: int) -> None:
        self.items += sign
        self.units += sign * (count or 0)
        self.out += sign * (state == "out")
        self.low += sign * (state == "low")


def level(exists: bool, state: str | None) -> Level:
    """Return the level of a row with that Short."""
    if not exists:
        return Level.GONE
    return Level(state) if state else Level.OK


def total(tallies: Iterable[Tally]) -> dict[str, int]:
    """Return what became of the rows of all stores of an upload, by the names of its record's attributes."""
    facts = dict.fromkeys((Verdict.CHANGED, Verdict.UNCHANGED, Verdict.SUPERSEDED, "Removed"), 0)
    for tally in tallies:
        for name, number in tally.rows.items():
            facts[name] += number
        facts["Removed"] += tally.removed
    return facts
