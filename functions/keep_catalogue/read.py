"""Reading the table Catalogue: the catalogue of one moment, though it is folded meanwhile. No AWS in here."""

import base64
from collections.abc import Callable, Iterable
from typing import NamedTuple

from stock.attributes import Item, text
from stock.catalogue import Entry, added_up, unpack

HEAD, DELTAS = "head", "deltas"
"""Partition keys."""
_TIMES_TO_READ = 10

Pages = Callable[[Item], Iterable[list[Item]]]
"""Yields the items of a Query, given its parameters."""


class Catalogue(NamedTuple):
    """The entries by item. `counted`: it was compared with the rows once; without that, nobody knows what it lacks."""

    entries: dict[str, Entry]
    counted: bool


def read_catalogue(table: str, pages: Pages) -> Catalogue:
    """Return the catalogue. Raises TimeoutError if it is folded again and again."""
    for _ in range(_TIMES_TO_READ):
        head = read_head(table, pages)
        packs = read_parts(table, pages, text(head, "Version")) + all_of(pages, partition(table, DELTAS))
        if text(read_head(table, pages), "Version") == text(head, "Version"):
            entries = added_up(entry for pack in packs for entry in entries_of(pack))
            return Catalogue(entries, "Counted" in head)
    raise TimeoutError(f"The catalogue was folded during each of {_TIMES_TO_READ} reads")


def read_head(table: str, pages: Pages) -> Item:
    """Return the head; an empty one, if there is none yet."""
    return next(iter(all_of(pages, partition(table, HEAD))), {})


def read_parts(table: str, pages: Pages, version: str) -> list[Item]:
    """Return the parts of the base; `version` "": there is none yet."""
    return all_of(pages, partition(table, items_of(version))) if version else []


def items_of(version: str) -> str:
    """Return the partition key of the parts of a version."""
    return f"items#{version}"


def short_of(version: str) -> str:
    """Return the partition key of the parts that hold what is out or low anywhere."""
    return f"short#{version}"


def entries_of(pack: Item) -> list[Entry]:
    """Return what a part of the base, or a delta, holds; as DynamoDB's JSON has it, or botocore."""
    packed = (pack.get("Changes") or pack["Entries"])["B"]
    return unpack(packed if isinstance(packed, bytes) else base64.b64decode(packed))


def partition(table: str, name: str) -> Item:
    """Return the Query of a partition, strongly consistent: a delta that is folded must not be read any more."""
    return {
        "TableName": table,
        "KeyConditionExpression": "#Catalogue = :name",
        "ExpressionAttributeNames": {"#Catalogue": "Catalogue"},
        "ExpressionAttributeValues": {":name": {"S": name}},
        "ConsistentRead": True,
    }


def all_of(pages: Pages, query: Item) -> list[Item]:
    """Return all items of a Query."""
    return [item for page in pages(query) for item in page]
