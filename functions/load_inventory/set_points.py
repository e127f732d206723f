"""Setting reorder points of single items, as people ask for it through the bucket (docs/data-model.md)."""

import json
from collections import Counter
from typing import Any

from load_inventory import summaries
from load_inventory.attempt import expiry
from load_inventory.check_points import SHOWN, strangers
from load_inventory.clients import Clients
from load_inventory.put_answer import put_answer
from load_inventory.upload import Upload, is_forced
from load_inventory.uploaded_by import uploaded_by
from load_inventory.uploaded_file import open_upload
from read_file.points_file import Mistake, Point, read_points
from read_file.refused import Refused
from stock.attributes import Item, attribute, text
from stock.dynamodb import ConditionFailed
from stock.messages import Record, Recount
from stock.reorder_points import ALL_STORES
from stock.steps import log_step

Answer = dict[str, Any]
_APPLY = "apply"
_LONGEST_NAME = 200  # characters of who asks


def set_points(clients: Clients, event: Record) -> None:
    """Set what an object says, all of it or nothing, and answer what was done or why not.

    To do it again is safe: for each item in each store the newest request counts, whichever is carried out last.
    """
    upload = Upload.of_event(event)
    try:
        content = open_upload(clients, upload)
        points, mistakes = read_points(content["Body"], upload.only_store)
        refusal = _refusal(clients, points, mistakes, is_forced(content["Metadata"]))
        by = (uploaded_by(content["Metadata"]) or upload.principal)[:_LONGEST_NAME]
        answer = _decide(clients, upload, refusal) or _apply(clients, upload, by, points)
    except Refused as error:
        answer = error.answer()
    put_answer(clients, upload, answer)
    log_step("points refused" if "Refused" in answer else "points set", upload=upload.token, key=upload.key)


def _refusal(clients: Clients, points: list[Point], mistakes: list[Mistake], forced: bool) -> Answer:
    """Return the answer to a request that nothing is done of; empty if it may be carried out."""
    try:
        if not mistakes and not forced:
            mistakes = strangers(clients, points)
    except Refused as error:
        return error.answer()
    return _wrong(mistakes) if mistakes else {}


def _wrong(mistakes: list[Mistake]) -> Answer:
    first = [{"Line": line, **reason.facts()} for line, reason in mistakes[:SHOWN]]
    return Refused.of("wrong-points", mistakes=len(mistakes)).answer() | {"Mistakes": len(mistakes), "First": first}


def _decide(clients: Clients, upload: Upload, refusal: Answer) -> Answer:
    """Record whether a request is carried out, unless that is decided already; return the refusal that counts, if any.

    Items come and go: a later attempt might refuse what an earlier one has half done.
    """
    answer = clients.dynamodb.call("UpdateItem", {
        "TableName": clients.settings.uploads,
        "Key": {"Scope": {"S": "points"}, "Token": {"S": upload.token}},
        "UpdateExpression": "SET Decision=if_not_exists(Decision,:decision), Expires=:expires",
        "ExpressionAttributeValues": {
            ":decision": attribute(json.dumps(refusal) if refusal else _APPLY), ":expires": attribute(expiry()),
        },
        "ReturnValues": "ALL_NEW",
    })  # fmt: skip
    decision = text(answer["Attributes"], "Decision")
    counts: Answer = {} if decision == _APPLY else json.loads(decision)
    return counts


def _apply(clients: Clients, upload: Upload, by: str, points: list[Point]) -> Answer:
    """Write reorder points, then have the stores recounted that they hold for: the order is that of data-model.md."""
    done = Counter(clients.each(lambda point: _write(clients, upload.token, by, point), points))
    names = {point.store for point in points}
    for name in sorted(names):
        _raise_version(clients, name)
    if ALL_STORES in names:
        names |= {store.name for store in summaries.all_stores(clients)}
    clients.send_all([Recount(name).body() for name in sorted(names - {ALL_STORES})])
    return {what: done[what] for what in ("Set", "Removed", "Superseded")}


def _write(clients: Clients, token: str, by: str, point: Point) -> str:
    """Write one reorder point and return what was done: Superseded, if a newer request speaks of it.

    One that is taken away leaves who did it and when, as long as an older request may still come.
    """
    values: Item = {":token": attribute(token), ":by": attribute(by)}
    if point.point is None:
        change = "SET AsOf=:token, SetBy=:by, Expires=:expires REMOVE ReorderPoint"
        values[":expires"] = attribute(expiry())
    else:
        change = "SET AsOf=:token, SetBy=:by, ReorderPoint=:point REMOVE Expires"
        values[":point"] = attribute(point.point)
    request = {
        "TableName": clients.settings.reorder_points,
        "Key": {"Store": {"S": point.store}, "Item": {"S": point.item}},
        "UpdateExpression": change,
        "ConditionExpression": "attribute_not_exists(AsOf) OR AsOf<=:token",
        "ExpressionAttributeValues": values,
    }
    try:
        clients.dynamodb.call("UpdateItem", request)
    except ConditionFailed:
        return "Superseded"
    return "Removed" if point.point is None else "Set"


def _raise_version(clients: Clients, store: str) -> None:
    clients.dynamodb.call("UpdateItem", {
        "TableName": clients.settings.stores,
        "Key": {"Store": {"S": store}},
        "UpdateExpression": "ADD PointsVersion :one",
        "ExpressionAttributeValues": {":one": attribute(1)},
    })  # fmt: skip
