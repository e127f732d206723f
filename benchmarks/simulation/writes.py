"""What a write does to the keys of a table and its indexes, and its record in the stream. No AWS in here.

It reads the statements that functions/stock/partiql.py makes, and no others. An entry of an index costs nothing if the
row does not change; one unit if it does; and one at each of two keys if it moves. A row has 1 KB at most.
"""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from benchmarks.simulation.limits import Key
from stock.attributes import Item

_WORDS = re.compile(r"""(INSERT INTO|UPDATE|DELETE FROM) "([^"]+)"(.*)""", re.DOTALL)
_INSERTED = re.compile(r"'([^']+)':\?")
_SET = re.compile(r' SET "([^"]+)"=\?')
_REMOVED = re.compile(r' REMOVE "([^"]+)"')
_EQUAL = re.compile(r'"([^"]+)"([=<])\?')


@dataclass
class Table:
    """A table: names of the hash and range keys, its own and those of its indexes; its rows, if it has indexes."""

    name: str
    keys: tuple[str, ...]
    indexes: dict[str, tuple[str, str]] = field(default_factory=dict)
    rows: dict[tuple[str, ...], Item] = field(default_factory=dict)


def table_of(description: dict[str, Any]) -> Table:
    """Return a table as DescribeTable tells of it."""

    def names(schema: list[dict[str, str]]) -> tuple[str, ...]:
        return tuple(part["AttributeName"] for part in sorted(schema, key=lambda part: part["KeyType"]))

    indexes = {each["IndexName"]: names(each["KeySchema"]) for each in description.get("GlobalSecondaryIndexes", [])}
    assert all(each["Projection"]["ProjectionType"] == "ALL" for each in description.get("GlobalSecondaryIndexes", []))
    return Table(description["TableName"], names(description["KeySchema"]), indexes)  # type: ignore[arg-type]


@dataclass
class Write:
    """One statement: the row's key, and the row before and after it."""

    table: Table
    key: tuple[str, ...]
    before: Item | None
    after: Item | None

    @property
    def table_key(self) -> Key:
        return Key(self.table.name, self.key[0])

    def index_units(self) -> dict[Key, float]:
        """Return the units that the write takes from keys of indexes."""
        units: dict[Key, float] = {}
        if self.before == self.after:
            return units
        for index, names in self.table.indexes.items():
            entries = {entry for row in (self.before, self.after) if (entry := _entry(row, names))}
            for partition, _ in entries:
                key = Key(f"{self.table.name}.{index}", partition)
                units[key] = units.get(key, 0) + 1
        return units

    def apply(self) -> None:
        """Note that it was done."""
        if self.after is None:
            self.table.rows.pop(self.key, None)
        else:
            self.table.rows[self.key] = self.after


def _entry(row: Item | None, names: tuple[str, str]) -> tuple[str, str] | None:
    if row is None or not all(name in row for name in names):
        return None
    return row[names[0]]["S"], row[names[1]]["S"]


def write_of(tables: dict[str, Table], statement: Item) -> Write:
    """Return what a statement is to write."""
    verb, name, inserted, sets, removes, conditions = _parse(statement["Statement"])
    table, values = tables[name], statement["Parameters"]
    if verb == "INSERT INTO":
        row = dict(zip(inserted, values, strict=True))
        key = tuple(row[part]["S"] for part in table.keys)
        return Write(table, key, table.rows.get(key), row)
    equal = dict(zip(conditions, values[len(sets) :], strict=True))
    key = tuple(equal[part]["S"] for part in table.keys)
    before = table.rows.get(key)
    if verb == "DELETE FROM" or not table.indexes:
        return Write(table, key, before, None)
    after = {**(before or {}), **dict(zip(sets, values, strict=False))}
    for removed in removes:
        after.pop(removed, None)
    return Write(table, key, before, after)


@cache
def _parse(text: str) -> tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    words = _WORDS.match(text)
    if not words:
        raise ValueError(f"this is no statement of functions/stock/partiql.py: {text}")
    verb, name, rest = words.groups()
    head, _, where = rest.partition(" WHERE ")
    # A condition with < is about another attribute than the key: its name does not matter, but its place does.
    conditions = tuple(each[1] if each[2] == "=" else f"<{each[1]}" for each in _EQUAL.finditer(where))
    found = [tuple(pattern.findall(head)) for pattern in (_INSERTED, _SET, _REMOVED)]
    return verb, name, found[0], found[1], found[2], conditions


class Stream:
    """The records of a table's stream, made from its writes as AWS documents them."""

    LABEL = "2026-11-01T08:00:00.000"

    def __init__(self, table: str, clock: Callable[[], float], put: Callable[[str, Item], None]) -> None:
        """`put` gets the partition key and the record."""
        self.table, self._clock, self._put = table, clock, put
        self._numbers = itertools.count(10**20)

    def add(self, write: Write) -> None:
        """Put the record of a write that was done into the stream, if it changed anything."""
        if write.before == write.after:
            return
        images = {name: row for name, row in (("OldImage", write.before), ("NewImage", write.after)) if row is not None}
        self._put(write.key[0], {
            "eventSource": "aws:dynamodb",
            "eventSourceARN": f"arn:aws:dynamodb:us-east-1:000000000000:table/{self.table}/stream/{self.LABEL}",
            "eventName": "REMOVE" if write.after is None else "MODIFY" if write.before is not None else "INSERT",
            "dynamodb": {
                "ApproximateCreationDateTime": int(self._clock()),
                "SequenceNumber": str(next(self._numbers)),
                "Keys": dict(zip(write.table.keys, ({"S": part} for part in write.key), strict=True)),
                **images,
            },
        })  # fmt: skip
