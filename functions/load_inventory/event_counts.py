"""How many rows of a store an upload moved out of stock, low, or back: so that Check-Stock knows when it has all."""

from collections import Counter

from load_inventory.attempt import expiry
from load_inventory.clients import Clients
from stock.levels import Event
from stock.partiql import Values, insert, run


def add(clients: Clients, token: str, events: dict[str, Counter[Event]]) -> None:
    """Add what an attempt moved, by store, to what other attempts at the upload or at other parts of it did."""
    stores = [store for store, counts in events.items() if counts]
    rows: list[Values] = [
        {
            "Scope": _scope(store),
            "Token": token,
            "Expires": expiry(),
            **{str(event): number for event, number in events[store].items()},
        }
        for store in stores
    ]
    held = run(clients.dynamodb, [insert(clients.settings.uploads, row) for row in rows])
    for store, done in zip(stores, held, strict=True):
        if not done:
            _add_to(clients, store, token, events[store])


def _add_to(clients: Clients, store: str, token: str, counts: Counter[Event]) -> None:
    clients.dynamodb.call("UpdateItem", {
        "TableName": clients.settings.uploads,
        "Key": {"Scope": {"S": _scope(store)}, "Token": {"S": token}},
        "UpdateExpression": "ADD " + ", ".join(f"{event} :{event}" for event in counts),
        "ExpressionAttributeValues": {f":{event}": {"N": str(number)} for event, number in counts.items()},
    })  # fmt: skip


def _scope(store: str) -> str:
    return f"events:{store}"
