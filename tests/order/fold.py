"""The oracle: what the tables must hold after uploads, by the plain fold over them in the order of their tokens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A row of a file. `count` None: it is rejected, but its store and item are known. `point` None: a blank cell."""

    store: str
    item: str
    count: int | None
    point: int | None = None


@dataclass(frozen=True)
class File:
    """A file as it is uploaded."""

    lines: tuple[Line, ...]
    snapshot: bool = False
    points: bool = False  # it has the column reorder_point
    removes: str | None = None  # a store of which nothing is left

    @property
    def stores(self) -> set[str]:
        """The stores that it touches."""
        return {line.store for line in self.lines if line.count is not None} | (
            {self.removes} if self.removes else set()
        )


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    count: int | None
    point: int | None


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
    for item, line in {line.item: line for line in lines if line.count is not None}.items():
        before = rows.get(item)
        point = before.point if before else None
        if file.points and line.point is not None:
            point = line.point
        rows[item] = Row(line.count, point)
