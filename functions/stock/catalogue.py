"""The catalogue: every item of the chain once, with how many stores carry it, and in how many it is out or low.

No AWS in here.

It is a sum over the rows of the table Inventory. So what changes a row changes the catalogue by a difference, and
differences may be added up in any order. The dashboard reads the same packs (dashboard/src/data/catalogue.ts).
"""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from stock.attributes import Item
from stock.levels import Level
from stock.packs import Columns, in_packs, unpacked
from stock.rows import count_of, level_of

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


class Entry(NamedTuple):
    """An item of the catalogue, or a difference to one: how many stores carry it, in how many it is out, and low.

    `units`: the sum of its counts.
    """

    item: str
    stores: int = 0
    out: int = 0
    low: int = 0
    units: int = 0

    @property
    def is_short(self) -> bool:
        """Whether it is out or low anywhere."""
        return self.out != 0 or self.low != 0


class Totals(NamedTuple):
    """Sums over a catalogue. `rows`: an item counts once for each store that carries it."""

    items: int
    rows: int
    out: int
    low: int
    units: int


def entry_of(item: str, row: Item | None) -> Entry:
    """Return what one row (in DynamoDB's JSON; None: there is none) is in the catalogue."""
    level = level_of(row)
    if row is None:
        return Entry(item)
    return Entry(item, 1, int(level == Level.OUT), int(level == Level.LOW), count_of(row) or 0)


def difference(record: Item) -> Entry | None:
    """Return by how much a record of the Inventory stream changes the catalogue; None: it does not.

    A record is as Lambda hands it over: `dynamodb` with `Keys`, `OldImage`, `NewImage`.
    """
    body = record["dynamodb"]
    item = body["Keys"]["Item"]["S"]
    return added_up([minus(entry_of(item, body.get("OldImage"))), entry_of(item, body.get("NewImage"))]).get(item)


def added_up(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Return the sum of entries and differences, by item, without those that are 0 all over."""
    sums: dict[str, list[int]] = {}
    for item, *numbers in entries:
        known = sums.setdefault(item, [0, 0, 0, 0])
        for at, number in enumerate(numbers):
            known[at] += number
    return {item: Entry(item, *numbers) for item, numbers in sums.items() if any(numbers)}


def minus(entry: Entry) -> Entry:
    """Return the difference that takes an entry away."""
    return Entry(entry.item, -entry.stores, -entry.out, -entry.low, -entry.units)


def totals(entries: Iterable[Entry]) -> Totals:
    """Return the sums over a catalogue."""
    items = rows = out = low = units = 0
    for entry in entries:
        items += entry.stores > 0
        rows += entry.stores
        out += entry.out
        low += entry.low
        units += entry.units
    return Totals(items, rows, out, low, units)


def folded(name: str) -> str:
    """Return a name as it is searched for and sorted by: no capitals, no accents (`Łódź` is `lodz`)."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_LETTERS)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def pack(entries: Iterable[Entry]) -> list[bytes]:
    """Return entries, or differences, as packs for the table Catalogue, sorted by their names as they are searched for.

    About 14 bytes an item; next to each other, names that begin alike take less.
    """
    return in_packs(sorted(entries, key=lambda entry: (folded(entry.item), entry.item)), _columns)


def _columns(entries: list[Entry]) -> Columns:
    return {
        "items": [entry.item for entry in entries],
        "stores": [entry.stores for entry in entries],
        "out": [entry.out for entry in entries],
        "low": [entry.low for entry in entries],
        "units": [entry.units for entry in entries],
    }


def unpack(packed: bytes) -> list[Entry]:
    """Return the entries of a pack."""
    columns = unpacked(packed)
    return [Entry(*each) for each in zip(*(columns[name] for name in ("items", *Entry._fields[1:])), strict=True)]
