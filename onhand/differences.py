"""How the tables differ from what they must hold, and what puts each difference right. No AWS in here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from load_inventory.rules import Points, Stored
from onhand.fold import Fold, Folded

COUNTS = ("Items", "Units", "Out", "Low")


class Kind(StrEnum):
    """What differs."""

    ROW = "row"
    MARK = "mark"
    SUMMARY = "summary"
    LEDGER = "ledger"
    ALERT = "alert"
    GROUP = "group"


@dataclass(frozen=True)
class Difference:
    """What is not as it must be, with the remedy.

    `load`: tokens of the uploads that must be loaded again. `delete`: the row, with token `as_of`, must go first.
    `by_hand`: people wrote it, so it is put right only if somebody says so. `state`: the level that the alert state of
    the item has, if the alert that went with it was lost.
    """

    store: str
    kind: Kind
    item: str
    says: str
    load: tuple[str, ...] = ()
    delete: bool = False
    by_hand: bool = False
    as_of: str = ""
    state: str = ""


@dataclass
class Doubt:
    """Uploads that may or may not have been loaded: of what they mention nothing is said."""

    items: set[str] = field(default_factory=set)
    everything: bool = False

    def about(self, item: str) -> bool:
        """Whether nothing can be said of an item."""
        return self.everything or item in self.items


@dataclass
class Rows:
    """Compares the rows of a store with what its uploads say.

    `readable`: the uploads whose files were read, or that were refused, by token. A row of any other upload cannot be
    checked: its file is gone. `key_of`: token → key of the file, for words. Afterwards `unchecked` has the number of
    rows that could not be compared.
    """

    store: str
    fold: Fold
    doubt: Doubt
    readable: set[str]
    key_of: dict[str, str]
    unchecked: int = 0

    def compare(self, rows: dict[str, Stored]) -> list[Difference]:
        """Return how the rows of the table (by item) differ."""
        found = []
        for item in sorted(rows.keys() | self.fold.rows.keys()):
            if self.doubt.about(item):
                self.unchecked += 1
                continue
            row, right = rows.get(item), self.fold.rows.get(item)
            if row is None:
                assert right is not None  # the item is in one of the two
                says = f"row missing: {self._name(right.as_of)} says {right.count}"
                found.append(self._row(item, None, says, load=_sources(right)))
            elif right is None:
                found += self._surplus(item, row)
            else:
                found += self._differing(item, row, right)
        return found

    def _surplus(self, item: str, row: Stored) -> list[Difference]:
        """A row that no upload makes."""
        hand = not row.as_of
        if snapshot := self.fold.delisting(item, row.as_of):
            says = f"row is there, though {self._name(snapshot)} delisted the item"
            if hand:  # perhaps somebody wrote it after that
                return [self._row(item, row, f"{says}; written by hand, count {row.count}", delete=True, by_hand=True)]
            return [self._row(item, row, says, load=(snapshot,))]
        if hand:
            return [
                self._row(item, row, f"written by hand, count {row.count}: no upload has it", delete=True, by_hand=True)
            ]
        if row.as_of not in self.readable:
            self.unchecked += 1
            return []
        return [self._row(item, row, f"no upload has it: {self._name(row.as_of)} does not mention it", delete=True)]

    def _differing(self, item: str, row: Stored, right: Folded) -> list[Difference]:
        found = []
        if row.count != right.count:
            found += self._wrong_count(item, row, right)
        if row.point != right.point and not any(one.delete for one in found):
            found += self._wrong_point(item, row, right)
        return found

    def _wrong_count(self, item: str, row: Stored, right: Folded) -> list[Difference]:
        told = f"{self._name(right.as_of)} says {right.count}"
        if not row.as_of:
            return [self._row(item, row, f"written by hand, count {row.count}: {told}", load=(right.as_of,))]
        if row.as_of == right.as_of:
            return [self._row(item, row, f"count changed by hand to {row.count}: {told}", load=(right.as_of,))]
        if row.as_of < right.as_of:
            says = f"older value: {row.count} from {self._name(row.as_of)}; {told}"
            return [self._row(item, row, says, load=(right.as_of,))]
        if row.as_of not in self.readable:
            self.unchecked += 1
            return []
        says = f"count {row.count} as if from {self._name(row.as_of)}, which does not say so: {told}"
        return [self._row(item, row, says, load=_sources(right), delete=True)]

    def _wrong_point(self, item: str, row: Stored, right: Folded) -> list[Difference]:
        told = f"{self._name(right.point_as_of)} says {right.point}" if right.point_as_of else "no upload says one"
        if right.point_as_of and row.point_as_of <= right.point_as_of:
            where = f"from {self._name(row.point_as_of)}" if row.point_as_of else "by hand"
            has = "reorder point missing" if row.point is None else f"reorder point {row.point} {where}"
            return [self._row(item, row, f"{has}: {told}", load=(right.point_as_of,))]
        if row.point_as_of and row.point_as_of not in self.readable:
            self.unchecked += 1
            return []
        # To load an upload again takes no reorder point away: the row is made again.
        by_hand = not row.point_as_of
        where = " written by hand" if by_hand else f" as if from {self._name(row.point_as_of)}"
        says = f"reorder point {row.point}{where}: {told}"
        return [self._row(item, row, says, load=_sources(right), delete=True, by_hand=by_hand)]

    def _row(
        self,
        item: str,
        row: Stored | None,
        says: str,
        load: tuple[str, ...] = (),
        delete: bool = False,
        by_hand: bool = False,
    ) -> Difference:
        return Difference(self.store, Kind.ROW, item, says, load, delete, by_hand, row.as_of if row else "")

    def _name(self, token: str) -> str:
        key = self.key_of.get(token)
        return f"{key.removeprefix('uploads/')} ({token})" if key else f"upload {token}"


def _sources(row: Folded) -> tuple[str, ...]:
    return tuple(sorted({row.as_of, row.point_as_of} - {""}))


def marks(store: str, rows: dict[str, Stored], points: Points) -> list[Difference]:
    """Return the rows that are marked as out, low or neither, and are not."""
    found = []
    for item, row in sorted(rows.items()):
        right = points.short(item, row.count, row.point)
        if right != row.short:
            says = f"marked {row.short or 'as neither out nor low'}, must be {right or 'neither'} (count {row.count})"
            found.append(Difference(store, Kind.MARK, item, says))
    return found


def summary(store: str, rows: dict[str, Stored], told: dict[str, int | None]) -> list[Difference]:
    """Return how the summary of a store (its COUNTS; None: it lacks one) differs from its rows, as they are marked."""
    short_rows = [row.short for row in rows.values()]
    units = sum(row.count or 0 for row in rows.values())
    counted = dict(zip(COUNTS, (len(rows), units, short_rows.count("out"), short_rows.count("low")), strict=True))
    if not rows and all(told.get(name) is None for name in COUNTS):
        return []
    parts = [
        f"{'nothing' if told.get(name) is None else told[name]} for {name.lower()}, there are {counted[name]}"
        for name in COUNTS
        if told.get(name) != counted[name]
    ]
    return [Difference(store, Kind.SUMMARY, "", "summary says " + "; ".join(parts))] if parts else []


def ledger(store: str, heard: Iterable[str], hints: dict[str, str], key_of: dict[str, str]) -> list[Difference]:
    """Return the uploads that a late one would not ask, because the ledger does not lead to them.

    `heard`: tokens of the uploads that touch the store and must be in its ledger. `hints`: token of an entry → the
    newest upload that the table Stores names for the ledger that has it.
    """
    found = []
    for token in sorted(heard):
        name = f"{key_of.get(token, 'the upload').removeprefix('uploads/')} ({token})"
        if token not in hints:
            found.append(Difference(store, Kind.LEDGER, "", f"the ledger does not know {name}", load=(token,)))
        elif token > hints[token]:
            says = f"{name} is in the ledger, but the table Stores names an older one as the newest"
            found.append(Difference(store, Kind.LEDGER, "", says, load=(token,)))
    return found


@dataclass(frozen=True)
class AlertsOfItem:
    """The alerts of an item that are open, level by key, and what its alert state says ("": there is none)."""

    open: dict[str, str] = field(default_factory=dict)
    state: str = ""


def alerts(store: str, rows: dict[str, Stored], known: dict[str, AlertsOfItem]) -> list[Difference]:
    """Return how the open alerts of a store differ from its rows, as they are marked; `known` by item."""
    found = []
    for item in sorted(rows.keys() | known.keys()):
        row, of_item = rows.get(item), known.get(item, AlertsOfItem())
        level = _level(row)
        is_open = sorted(of_item.open.values())
        if level in ("out", "low"):
            if is_open == [level]:
                continue
            says = f"{level}, but no alert is open"
            if is_open:
                says = f"{level}, but the open alerts say {' and '.join(is_open)}"
        elif is_open:
            says = f"alert open as {' and '.join(is_open)}, though " + (
                "in stock" if row else "not in the list any more"
            )
        else:
            continue
        # Check-Stock acts on what has changed since the state, and closes what the state does not know to be open.
        is_lost = level in ("out", "low") and level not in is_open and of_item.state == level
        found.append(Difference(store, Kind.ALERT, item, says, state=level if is_lost else ""))
    return found


def _level(row: Stored | None) -> str:
    if row is None:
        return "gone"
    if row.count == 0:
        return "out"
    return "low" if row.short == "low" else "ok"


def lasting(first: list[Difference], second: list[Difference]) -> list[Difference]:
    """Return what was found twice: what was only on its way is not there any more."""
    before = {(one.store, one.kind, one.item) for one in first}
    return [one for one in second if (one.store, one.kind, one.item) in before]
