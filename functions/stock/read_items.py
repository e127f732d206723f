"""Reading single items of several tables in one request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from stock.attributes import Item, item
from stock.dynamodb import DynamoDB, pause

_KEYS_A_CALL = 100
_TIMES_TO_ASK = 12


@dataclass(frozen=True)
class Key:
    """The key of an item: its table, and the names and values of its key attributes."""

    table: str
    names: tuple[str, ...]
    values: tuple[str, ...]


def read_items(dynamodb: DynamoDB, keys: Iterable[Key]) -> dict[Key, Item]:
    """Return the items that have the given keys, read strongly consistent; absent ones are left out.

    Raises TimeoutError if some stay unread.
    """
    wanted = list(dict.fromkeys(keys))
    batches = [wanted[at : at + _KEYS_A_CALL] for at in range(0, len(wanted), _KEYS_A_CALL)]

    def read(batch: list[Key]) -> dict[Key, Item]:
        names = {key.table: key.names for key in batch}
        request: dict[str, Any] = {table: {"Keys": [], "ConsistentRead": True} for table in names}
        for key in batch:
            request[key.table]["Keys"].append(item(dict(zip(key.names, key.values, strict=True))))
        found: dict[Key, Item] = {}
        for attempt in range(_TIMES_TO_ASK):
            answer = dynamodb.call("BatchGetItem", {"RequestItems": request})
            for table, rows in answer["Responses"].items():
                for row in rows:
                    found[Key(table, names[table], tuple(row[name]["S"] for name in names[table]))] = row
            request = answer.get("UnprocessedKeys") or {}
            if not request:
                return found
            pause(attempt)
        raise TimeoutError(f"DynamoDB left keys of {', '.join(request)} unread, {_TIMES_TO_ASK} times over")

    return {key: row for found in dynamodb.each(read, batches) for key, row in found.items()}
