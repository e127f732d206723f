"""The oracle: what the tables must hold after uploads, by the plain fold over them in the order of their tokens."""

from dataclasses import dataclass, replace
from typing import NamedTuple


@dataclass(frozen=True)
class Line:
    """A row of a file. `count` None: it is rejected, but its store and item are known. `point` None: a blank cell."""

    store: str
    item: str
    count: int | None
    point: int | None = None


class Joined(NamedTuple):
    """Two files in one: the titles of the first, those of the second, and which line is the first below these."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    at: int


@dataclass(frozen=True)
class File:
    """A file as it is uploaded, and as it is read.

    It has a second column of counts, `ON_ORDER` more than the first one each, which a format may take instead. How it
    was `joined` makes no difference to what it says: a line without the column reorder_point has no point.
    """

    lines: tuple[Line, ...]
    snapshot: bool = False
    points: bool = False  # it has the column reorder_point
    removes: str | None = None  # a store of which nothing is left
    add_up: bool = False
    joined: Joined | None = None

    @property
    def stores(self) -> set[str]:
        """The stores that it touches."""
        return {line.store for line in self.lines if line.count is not None} | (
            {self.removes} if self.removes else set()
        )

    @property
    def lacks_a_part_of_a_sum(self) -> bool:
        """Whether its rows are to be added up and one was rejected: then it is refused, and says nothing."""
        return self.add_up and any(line.count is None for line in self.lines)


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    count: int | None
    point: int | None


PLAIN, SECOND_COLUMN, ADD_UP = "", '{"count":["onorder"]}', '{"add_up":true}'
FORMATS = (PLAIN, SECOND_COLUMN, ADD_UP)
ON_ORDER = 2
COLUMNS, POINT, SHELF = ("store", "item", "count", "onorder"), "reorder_point", "shelf"  # no shelf is read


def as_read(file: File, form: str) -> File:
    """Return a file as one of the formats has it read."""
    if form == SECOND_COLUMN:
        lines = (line if line.count is None else replace(line, count=line.count + ON_ORDER) for line in file.lines)
        return replace(file, lines=tuple(lines))
    return replace(file, add_up=form == ADD_UP)


Stock = dict[str, dict[str, Row]]
"""Store → item → row."""


def fold(files: list[File]) -> Stock:
    """Return the stock after files, oldest first."""
    stock: Stock = {}
    for file in files:
        for store in file.stores:
            _apply(file, store, stock.setdefault(store, {}))
    return stock


def _apply(file: File, store: str, rows: dict[str, Row]) -> None:
    lines = [line for line in file.lines if line.store == store]
    if file.snapshot:
        for item in rows.keys() - {line.item for line in lines}:
            del rows[item]
    for item in {line.item for line in lines if line.count is not None}:
        mine = [line for line in lines if line.item == item and line.count is not None]
        if not file.add_up:
            mine = mine[-1:]
        points = [line.point for line in mine if file.points and line.point is not None]
        before = rows.get(item)
        point = points[-1] if points else before.point if before else None
        rows[item] = Row(sum(line.count or 0 for line in mine), point)


Points = dict[tuple[str, str], int | None]
"""What a request sets: (store, item) → its reorder point, None: it is taken away."""


def fold_points(requests: list[Points]) -> dict[tuple[str, str], int]:
    """Return the reorder points of items after requests, oldest first."""
    held: Points = {}
    for request in requests:
        held |= request
    return {row: point for row, point in held.items() if point is not None}
