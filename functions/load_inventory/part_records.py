"""What is known of the parts of a split upload, in the table Uploads: an item for each, and one that counts them."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from load_inventory.attempt import expiry
from load_inventory.clients import Clients
from stock.attributes import Item, attribute, text, whole_number
from stock.dynamodb import ConditionFailed

APPLY, CHECK = "apply", "check"
"""The phases of a run: what may take too much from a store is checked first."""


def begin(clients: Clients, run: str, phase: str, parts: int) -> None:
    """Begin to count the parts of a run that are done in a phase, unless that was begun."""
    clients.dynamodb.call("UpdateItem", _update(clients, run, phase, "SET Parts=:parts, Expires=:expires") | {
        "ExpressionAttributeValues": {":parts": attribute(parts), ":expires": attribute(expiry())},
    })  # fmt: skip


def open_part(clients: Clients, run: str, phase: str, number: int, mark: str) -> bool:
    """Mark this attempt at a part as open; return whether the mark of another one was."""
    request = _update(clients, run, _name(phase, number), "SET Expires=:expires ADD #Open :mark") | {
        "ExpressionAttributeNames": {"#Open": "Open"},
        "ExpressionAttributeValues": {":mark": attribute({mark}), ":expires": attribute(expiry())},
        "ReturnValues": "ALL_OLD",
    }
    return "Open" in clients.dynamodb.call("UpdateItem", request).get("Attributes", {})


def close_part(clients: Clients, run: str, phase: str, number: int, mark: str, result: dict[str, Any]) -> None:
    """Record the result of a part, count it as done, both or neither, and close the mark; the first result counts."""
    name = _name(phase, number)
    record = _update(clients, run, name, "SET #Result=:result DELETE #Open :mark") | {
        "ConditionExpression": "attribute_not_exists(#Result)",
        "ExpressionAttributeNames": {"#Open": "Open", "#Result": "Result"},
        "ExpressionAttributeValues": {":mark": attribute({mark}), ":result": attribute(json.dumps(result))},
    }
    count = _update(clients, run, phase, "ADD Done :one, #Rows :rows") | {
        "ExpressionAttributeNames": {"#Rows": "Rows"},
        "ExpressionAttributeValues": {":one": attribute(1), ":rows": attribute(result.get("rows", 0))},
    }
    try:
        clients.dynamodb.call("TransactWriteItems", {"TransactItems": [{"Update": record}, {"Update": count}]})
    except ConditionFailed:
        closing = _update(clients, run, name, "DELETE #Open :mark") | {
            "ExpressionAttributeNames": {"#Open": "Open"},
            "ExpressionAttributeValues": {":mark": attribute({mark})},
        }
        with suppress(ConditionFailed):
            clients.dynamodb.call("UpdateItem", closing)


def progress(clients: Clients, run: str, phase: str) -> tuple[int, int, int]:
    """Return how many parts a run has, how many are done, and how many rows those had."""
    item = clients.dynamodb.get(clients.settings.uploads, _key(run, phase)) or {}
    return (
        whole_number(item, "Parts") or 0,
        whole_number(item, "Done") or 0,
        whole_number(item, "Rows") or 0,
    )


def results(clients: Clients, run: str, phase: str) -> Iterator[dict[str, Any]]:
    """Yield the results of the parts of a run."""
    query: Item = {
        "TableName": clients.settings.uploads,
        "KeyConditionExpression": "#Scope=:run AND begins_with(#Token,:phase)",
        "ExpressionAttributeNames": {"#Scope": "Scope", "#Token": "Token"},
        "ExpressionAttributeValues": {":run": {"S": _scope(run)}, ":phase": {"S": f"{phase}."}},
        "ConsistentRead": True,
    }
    for page in clients.dynamodb.pages(query):
        for item in page:
            yield json.loads(text(item, "Result"))


def _update(clients: Clients, run: str, name: str, expression: str) -> Item:
    return {"TableName": clients.settings.uploads, "Key": _key(run, name), "UpdateExpression": expression}


def _key(run: str, name: str) -> Item:
    return {"Scope": {"S": _scope(run)}, "Token": {"S": name}}


def _scope(run: str) -> str:
    return f"parts:{run}"


def _name(phase: str, number: int) -> str:
    return f"{phase}.{number:05d}"
