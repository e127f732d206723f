"""The Uploads table: a record of every upload, and the ledger of the uploads that touch each store."""

import json
import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from load_inventory.services import Services
from load_inventory.upload import Delivery, Upload
from stock.dynamodb import ConditionFailed, Item
from stock.metrics import emit

logger = logging.getLogger("load_inventory")
_COUNTED = ("Changed", "Unchanged", "Superseded", "Repeated", "Rejected", "Removed")
_KEEP_RUNS = 15 * 86_400  # seconds: longer than any message lives


@dataclass(frozen=True)
class Entry:
    """An upload as the ledger of a store knows it. `items` names its set of items; None: not known."""

    token: str
    event: dict[str, Any]
    items: str | None


def start(services: Services, upload: Upload, by: str, mode: str) -> Item:
    """Record that an upload is being loaded, unless that is on record; return the record."""
    first = {
        "Key": {"S": upload.key}, "VersionId": {"S": upload.version_id}, "Size": {"N": str(upload.size)},
        "At": {"S": upload.at}, "By": {"S": by}, "Mode": {"S": mode}, "State": {"S": "loading"},
        "Started": {"S": now()}, "Expires": {"N": str(_expires(services))},
    }  # fmt: skip
    names = {f"#{name}": name for name in first}
    request = _update(
        services, "all", upload.token, "SET " + ", ".join(f"{n}=if_not_exists({n},:{n[1:]})" for n in names)
    )
    request |= {
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {f":{name}": value for name, value in first.items()},
        "ReturnValues": "ALL_NEW",
    }
    record: Item = services.dynamodb.call("UpdateItem", request)["Attributes"]
    return record


def note(services: Services, upload: Upload, facts: dict[str, Any], only_if: str | None = None) -> bool:
    """Write facts (attribute → str, int, list or dict) to the record of an upload.

    `only_if` is the state that the record must be in; returns whether it was.
    """
    names = {f"#{name}": name for name in facts}
    request = _update(services, "all", upload.token, "SET " + ", ".join(f"#{name}=:{name}" for name in facts))
    values = {f":{name}": _value(fact) for name, fact in facts.items()}
    if only_if is not None:
        request["ConditionExpression"] = "#State=:only_if"
        names["#State"] = "State"
        values[":only_if"] = {"S": only_if}
    request |= {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    try:
        services.dynamodb.call("UpdateItem", request)
    except ConditionFailed:
        return False
    return True


def note_progress(services: Services, upload: Upload, parts: int, rows: int) -> None:
    """Write to the record of an upload how many parts are done, and their rows, unless more are or all is done."""
    request = _update(services, "all", upload.token, "SET PartsDone=:parts, RowsDone=:rows")
    request |= {
        "ConditionExpression": "#State=:loading AND PartsDone<:parts",
        "ExpressionAttributeNames": {"#State": "State"},
        "ExpressionAttributeValues": {":parts": _value(parts), ":rows": _value(rows), ":loading": _value("loading")},
    }
    with suppress(ConditionFailed):
        services.dynamodb.call("UpdateItem", request)


def finish(services: Services, upload: Upload, facts: dict[str, Any]) -> None:
    """Record the result of an upload, unless it has one: `State` (`loaded` or `refused`), row counts, and why."""
    if note(services, upload, facts | {"Finished": now()}, only_if="loading"):
        counts = {f"Rows{name}": facts[name] for name in _COUNTED if name in facts}
        emit("Load-Inventory", {f"Uploads{facts['State'].title()}": 1, **counts})
    logger.info(facts["State"].title(), extra={"upload": upload.token, "key": upload.key} | facts)


def register(services: Services, delivery: Delivery, store: str) -> bool:
    """Enter an upload into the ledger of a store and mark this attempt as open there.

    Returns whether another attempt, or an earlier one under the same name, had been left open: then rows that bear
    the upload's token may not have been looked at again, nor counted (docs/order.md).
    """
    upload = delivery.upload
    request = _update(
        services,
        _scope(store),
        upload.token,
        "SET #Key=:key, VersionId=:version, #Event=:event, Expires=:expires ADD #Open :attempt",
    )
    request |= {
        "ExpressionAttributeNames": {"#Key": "Key", "#Event": "Event", "#Open": "Open"},
        "ExpressionAttributeValues": {
            ":key": {"S": upload.key},
            ":version": {"S": upload.version_id},
            ":event": {"S": json.dumps(upload.event, separators=(",", ":"))},
            ":expires": {"N": str(_expires(services))},
            ":attempt": {"SS": [delivery.attempt]},
        },
        "ReturnValues": "ALL_OLD",
    }
    return "Open" in services.dynamodb.call("UpdateItem", request).get("Attributes", {})


def closing(services: Services, delivery: Delivery, store: str, items: str | None) -> Item:
    """Return the update that closes this attempt in the ledger of a store, on condition that it is open."""
    update = "DELETE #Open :attempt"
    values: Item = {":attempt": {"SS": [delivery.attempt]}, ":name": {"S": delivery.attempt}}
    if items is not None:
        update += " SET #Items=:items"
        values[":items"] = {"S": items}
    request = _update(services, _scope(store), delivery.upload.token, update)
    names = {"#Open": "Open"} | ({"#Items": "Items"} if items is not None else {})
    return request | {
        "ConditionExpression": "contains(#Open,:name)",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def close(services: Services, delivery: Delivery, store: str, items: str | None) -> None:
    """Close this attempt in the ledger of a store."""
    with suppress(ConditionFailed):  # another delivery of the same message was quicker
        services.dynamodb.call("UpdateItem", closing(services, delivery, store, items))


def newer(services: Services, store: str, token: str) -> list[Entry]:
    """Return the uploads of a store that are newer than `token`, newest first, read strongly consistent.

    Of several with the same set of items only the newest counts: it speaks of everything that the others do.
    """
    query = {
        "TableName": services.settings.uploads,
        "KeyConditionExpression": "#Scope=:scope AND #Token>:token",
        "ProjectionExpression": "#Token,#Event,#Items",
        "ExpressionAttributeNames": {"#Scope": "Scope", "#Token": "Token", "#Event": "Event", "#Items": "Items"},
        "ExpressionAttributeValues": {":scope": {"S": _scope(store)}, ":token": {"S": token}},
        "ConsistentRead": True,
        "ScanIndexForward": False,
    }
    return distinct(
        Entry(item["Token"]["S"], json.loads(item["Event"]["S"]), item["Items"]["S"] if "Items" in item else None)
        for page in services.dynamodb.pages(query)
        for item in page
    )


def distinct(entries: Iterable[Entry]) -> list[Entry]:
    """Drop every entry whose set of items is that of an entry before it."""
    seen: set[str] = set()
    kept = []
    for entry in entries:
        if entry.items is None or entry.items not in seen:
            kept.append(entry)
        if entry.items is not None:
            seen.add(entry.items)
    return kept


def start_run(services: Services, delivery: Delivery, phase: str, parts: int, open_before: bool) -> None:
    """Begin to keep the results of the parts of a split upload, unless that was begun."""
    update = "SET Parts=if_not_exists(Parts,:parts), Results=if_not_exists(Results,:none)"
    values: Item = {
        ":parts": {"N": str(parts)},
        ":none": {"M": {}},
        ":expires": {"N": str(int(time.time()) + _KEEP_RUNS)},
    }
    if open_before:
        update += ", OpenBefore=:true"
        values[":true"] = {"BOOL": True}
    request = _update(services, *_run(delivery, phase), update + ", Expires=if_not_exists(Expires,:expires)")
    request["ExpressionAttributeValues"] = values
    services.dynamodb.call("UpdateItem", request)


def note_writing(services: Services, delivery: Delivery, number: int) -> None:
    """Record that a part is about to write rows, and if so, that an earlier delivery of it was, too."""
    if str(number) in _add_part(services, delivery, "Wrote", number):
        _add_part(services, delivery, "WroteTwice", number)


def note_part(services: Services, delivery: Delivery, phase: str, number: int, result: dict[str, Any]) -> "Run":
    """Record the result of a part, and return the run with the results so far."""
    request = _update(services, *_run(delivery, phase), "SET Results.#number=:result")
    request |= {
        "ExpressionAttributeNames": {"#number": str(number)},
        "ExpressionAttributeValues": {":result": {"S": json.dumps(result, separators=(",", ":"))}},
        "ReturnValues": "ALL_NEW",
    }
    run: Item = services.dynamodb.call("UpdateItem", request)["Attributes"]
    return Run(
        int(run["Parts"]["N"]),
        {number: json.loads(text["S"]) for number, text in run["Results"]["M"].items()},
        frozenset(run.get("Wrote", {"NS": ()})["NS"]),
        frozenset(run.get("WroteTwice", {"NS": ()})["NS"]),
        "OpenBefore" in run,
    )


@dataclass(frozen=True)
class Run:
    """What is known of the parts of a split upload: how many there are, and the results, by number, of those done.

    `wrote`: parts that began to write, in `wrote_twice` in two deliveries. `open_before`: an attempt at this upload had
    been left open when the run began.
    """

    parts: int
    results: dict[str, dict[str, Any]]
    wrote: frozenset[str]
    wrote_twice: frozenset[str]
    open_before: bool


def _add_part(services: Services, delivery: Delivery, attribute: str, number: int) -> list[str]:
    """Add a part to a set of the run that applies the upload; return what was in it before."""
    request = _update(services, *_run(delivery, "apply"), f"ADD {attribute} :number")
    request |= {"ExpressionAttributeValues": {":number": {"NS": [str(number)]}}, "ReturnValues": "UPDATED_OLD"}
    before: list[str] = (
        services.dynamodb.call("UpdateItem", request).get("Attributes", {}).get(attribute, {}).get("NS", [])
    )
    return before


def now() -> str:
    """Return the time, ISO 8601 UTC to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _run(delivery: Delivery, phase: str) -> tuple[str, str]:
    return f"run:{delivery.attempt}", f"{delivery.upload.token}.{phase}"


def _scope(store: str) -> str:
    return f"store:{store}"


def _key(scope: str, token: str) -> Item:
    return {"Scope": {"S": scope}, "Token": {"S": token}}


def _update(services: Services, scope: str, token: str, expression: str) -> Item:
    return {"TableName": services.settings.uploads, "Key": _key(scope, token), "UpdateExpression": expression}


def _expires(services: Services) -> int:
    return int(time.time()) + services.settings.keep_uploads_days * 86_400


def _value(fact: Any) -> Item:
    if isinstance(fact, str):
        return {"S": fact}
    if isinstance(fact, int):
        return {"N": str(fact)}
    if isinstance(fact, list):
        return {"L": [_value(each) for each in fact]}
    return {"M": {name: _value(each) for name, each in fact.items()}}
