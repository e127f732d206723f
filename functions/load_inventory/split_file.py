"""An upload that does not fit one invocation: sort its rows into parts, each a range of stores and items.

Because all rows of an item are in one part, parts cannot get in each other's way: they load in any order, at the same
time, and a repeated item ends with its last line however far apart its lines are (docs/order.md).
"""

import json
import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from typing import Any

from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.keys import Key, KeyRange
from load_inventory.upload import Upload
from read_file.csv_rows import Rejected, Row, read_rows

_encode = json.JSONEncoder(separators=(",", ":")).encode
_values = attrgetter(*(field.name for field in fields(Row)))

PARTS_PREFIX = "parts/"
MOST_STORES = 20_000  # in one upload
_SAMPLE = 20_000
_BUFFERED = 16_000_000  # characters, over all parts


@dataclass(frozen=True)
class Part:
    """The rows of an upload from `first` to before `end` (None: no bound), in `chunks` objects of the bucket."""

    number: int
    first: Key | None
    end: Key | None
    chunks: int

    def keys_of(self, store: str) -> KeyRange:
        """Return the part's range within a store."""
        first = self.first[1] if self.first and self.first[0] == store else None
        end = self.end[1] if self.end and self.end[0] == store else None
        return KeyRange(first, end)

    def at_ends(self, stores: set[str]) -> list[str]:
        """Return those of some stores in which the part begins or ends: maybe without a row of them."""
        return sorted({key[0] for key in (self.first, self.end) if key} & stores)

    def shares_store(self, store: str) -> bool:
        """Whether another part may hold items of a store that this one holds some of."""
        return self.keys_of(store) != KeyRange()


class Sample:
    """A random sample of the keys of a file, the same for every attempt at an upload."""

    def __init__(self, token: str) -> None:
        self._random = random.Random(token)  # noqa: S311, it spreads, and hides nothing
        self._keys: list[Key] = []
        self._seen = 0

    def add(self, row: Row | Rejected) -> None:
        """Take the next row of the file."""
        self._seen += 1
        if len(self._keys) < _SAMPLE:
            self._keys.append((row.store, row.item))
        elif (at := int(self._random.random() * self._seen)) < _SAMPLE:
            self._keys[at] = (row.store, row.item)

    def bounds(self, part_rows: int) -> list[Key]:
        """Return keys that cut the file into parts of about `part_rows` rows."""
        parts = -(-self._seen * 5 // (part_rows * 4))  # a fifth smaller, as a sample is not exact
        keys = sorted(set(self._keys))
        return sorted({keys[len(keys) * n // parts] for n in range(1, parts)})


@dataclass(frozen=True)
class Plan:
    """The parts of a split upload and the stores that it touches. It lies beside the parts."""

    parts: list[Part]
    stores: list[str]

    def write(self, clients: Clients, upload: Upload, run: str) -> None:
        """Keep the plan in the bucket."""
        body = json.dumps(asdict(self)).encode()
        clients.s3.put_object(Bucket=upload.bucket, Key=_plan_key(upload, run), Body=body)

    @classmethod
    def read(cls, clients: Clients, upload: Upload, run: str) -> "Plan":
        """Return the plan of a run from the bucket."""
        body = clients.s3.get_object(Bucket=upload.bucket, Key=_plan_key(upload, run))["Body"]
        plan = json.loads(body.read())
        return cls([_part(part) for part in plan["parts"]], plan["stores"])


def split_file(clients: Clients, attempt: Attempt, stores: set[str], sample: Sample) -> Plan:
    """Sort the rows of an upload into parts, and keep them in the bucket. Raises Refused as `read_rows` does.

    The attempt's mark names the run.
    """
    upload, run = attempt.upload, attempt.mark
    files = _PartFiles(clients, upload, run, sample.bounds(clients.settings.rows_of_a_part))
    for row in read_rows(upload.open(clients.s3)["Body"], upload.only_store, form=attempt.form):
        if isinstance(row, Row):
            files.add(row)
        elif row.known:
            files.add_mention(row)
    plan = Plan(files.finish(), sorted(stores))
    plan.write(clients, upload, run)
    return plan


def read_part(clients: Clients, upload: Upload, run: str, number: int, chunks: int) -> Iterator[Row | Key]:
    """Yield the rows of a part in the order of the file; a Key stands for an item that is only mentioned."""
    for chunk in range(chunks):
        key = _chunk_key(upload, run, number, chunk)
        body = clients.s3.get_object(Bucket=upload.bucket, Key=key)["Body"]
        for line in body.iter_lines(1 << 20):
            values = json.loads(line)
            yield (values[0], values[1]) if len(values) == 2 else Row(*values)


class _PartFiles:
    """Sorts rows into the objects of their parts. Holds a bounded number of characters, whatever the file."""

    def __init__(self, clients: Clients, upload: Upload, run: str, bounds: list[Key]) -> None:
        self._clients, self._upload, self._run = clients, upload, run
        self._bounds = bounds
        self._lines: list[list[str]] = [[] for _ in range(len(bounds) + 1)]
        self._chunks = [0] * (len(bounds) + 1)
        self._buffered = 0

    def add(self, row: Row) -> None:
        """Take a row."""
        self._add(row, _encode(_values(row)) + "\n")

    def add_mention(self, row: Rejected) -> None:
        """Take a rejected row whose item the file mentions nevertheless."""
        self._add(row, _encode((row.store, row.item)) + "\n")

    def finish(self) -> list[Part]:
        """Write what is left and return the parts."""
        self._flush()
        edges: list[Key | None] = [None, *self._bounds, None]
        return [Part(n, edges[n], edges[n + 1], chunks) for n, chunks in enumerate(self._chunks)]

    def _add(self, row: Row | Rejected, line: str) -> None:
        self._lines[bisect_right(self._bounds, (row.store, row.item))].append(line)
        self._buffered += len(line)
        if self._buffered > _BUFFERED:
            self._flush()

    def _flush(self) -> None:
        self._clients.each(self._put, [number for number, lines in enumerate(self._lines) if lines])
        self._buffered = 0

    def _put(self, number: int) -> None:
        key = _chunk_key(self._upload, self._run, number, self._chunks[number])
        body = "".join(self._lines[number]).encode()
        self._clients.s3.put_object(Bucket=self._upload.bucket, Key=key, Body=body)
        self._chunks[number] += 1
        self._lines[number].clear()


def _part(fields: dict[str, Any]) -> Part:
    first, end = (tuple(key) if (key := fields[name]) else None for name in ("first", "end"))
    return Part(fields["number"], first, end, fields["chunks"])


def _plan_key(upload: Upload, run: str) -> str:
    return f"{PARTS_PREFIX}{upload.token}/{run}/plan.json"


def _chunk_key(upload: Upload, run: str, number: int, chunk: int) -> str:
    return f"{PARTS_PREFIX}{upload.token}/{run}/{number:05d}-{chunk:05d}"
