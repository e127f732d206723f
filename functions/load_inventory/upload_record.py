"""The record of an upload, in the table Uploads: what people see of it, and which attempts at it are at work."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.log import load_again
from load_inventory.upload import Upload
from load_inventory.withdrawal import Withdrawal, newest
from read_file.csv_rows import Refused
from read_file.reasons import Reason
from stock.attributes import Item, attribute, text
from stock.dynamodb import ConditionFailed
from stock.metrics import emit
from stock.shards import upload_scopes
from stock.steps import log_step
from stock.times import now, seconds_since

LOADING, LOADED, REFUSED, FAILED, WITHDRAWN = "loading", "loaded", "refused", "failed", "withdrawn"
_SHOWN_STORES = 10
_COUNTED = ("Changed", "Unchanged", "Superseded", "Repeated", "Rejected", "Removed")


@dataclass(frozen=True)
class Before:
    """What the record said before an attempt began: `state` "" if there was none; the marks that were open.

    `form`: by which format the upload is read, decided once, by the first attempt.
    """

    state: str = ""
    live: bool = False
    decision: str | None = None
    marks: frozenset[str] = frozenset()
    form: str = ""
    withdrawal: Withdrawal | None = None
    carried_out: bool = True

    @property
    def finished(self) -> bool:
        """Whether the upload had been loaded or refused, and what was asked about it last had been carried out."""
        return self.state in (LOADED, REFUSED, WITHDRAWN) and self.carried_out


def locate(clients: Clients, upload: Upload) -> Upload:
    """Return the upload with the scope that has its record, or shall have it.

    That is its shard, but for one that was begun before there were several: the marks of attempts at it must be found.
    """
    scope, *before = upload_scopes(upload.token, clients.settings.shards)
    if any(clients.dynamodb.get(clients.settings.uploads, _key(older, upload.token)) for older in before):
        return upload
    return replace(upload, scope=scope)


def start(clients: Clients, upload: Upload, mark: str, live: bool, asked: Withdrawal | None, form: str) -> Before:
    """Put an upload on record as being loaded, unless it is, and this attempt as open; return what was there before.

    `asked`: what the log has of requests about it. `form`: the format to read it by, unless that was decided before.
    """
    first: dict[str, Any] = {
        "Key": upload.key, "VersionId": upload.version_id, "Size": upload.size, "At": upload.at,
        "By": upload.principal, "State": LOADING, "Started": now(), "Expires": _expires(clients), "Format": form,
    }  # fmt: skip
    if asked:
        first["Withdrawal"] = asked.attributes()
    sets = [f"#{name}=if_not_exists(#{name},:{name})" for name in first]
    values = {f":{name}": attribute(value) for name, value in first.items()}
    if live:
        sets.append("Live=:live")
        values[":live"] = attribute(True)
    request = _update(clients, upload, f"SET {', '.join(sets)} ADD #Open :mark") | {
        "ExpressionAttributeNames": {f"#{name}": name for name in (*first, "Open")},
        "ExpressionAttributeValues": values | {":mark": attribute({mark})},
        "ReturnValues": "ALL_OLD",
    }
    old: Item = clients.dynamodb.call("UpdateItem", request).get("Attributes", {})
    before = Before(
        text(old, "State"),
        "Live" in old,
        text(old, "Decision") or None,
        frozenset(old["Open"]["SS"]) if "Open" in old else frozenset(),
        text(old, "Format") if "Format" in old else form,
        withdrawal := _withdrawal(old),
        withdrawal is None or text(old, "CarriedOut") == withdrawal.as_of,
    )
    if before.state == FAILED:
        _take_up_again(clients, upload)
    return before


def _take_up_again(clients: Clients, upload: Upload) -> None:
    request = _update(clients, upload, "SET #State=:loading REMOVE Reason, Finished") | {
        "ConditionExpression": "#State=:failed",
        "ExpressionAttributeNames": {"#State": "State"},
        "ExpressionAttributeValues": {":loading": attribute(LOADING), ":failed": attribute(FAILED)},
    }
    with suppress(ConditionFailed):
        clients.dynamodb.call("UpdateItem", request)


def at_work(clients: Clients, tokens: Iterable[str]) -> set[str]:
    """Return those of some uploads that S3 announced and that are not through: what is written of them is not quiet."""
    keys = [_key(scope, token) for token in tokens for scope in upload_scopes(token, clients.settings.shards)]
    names = {
        "ProjectionExpression": "#Token,#State,Live",
        "ExpressionAttributeNames": {"#Token": "Token", "#State": "State"},
    }
    found = clients.dynamodb.get_many(clients.settings.uploads, keys, names)
    return {text(item, "Token") for item in found if "Live" in item and text(item, "State") in (LOADING, FAILED)}


def note(
    clients: Clients,
    upload: Upload,
    facts: dict[str, Any],
    only_if: tuple[str, ...] = (),
    closes: set[str] | None = None,
) -> bool:
    """Write facts to the record of an upload, if its state is one of `only_if` (none: any); return whether it was.

    `closes`: marks of attempts that are through.
    """
    names = {f"#{name}": name for name in facts}
    values = {f":{name}": attribute(fact) for name, fact in facts.items()}
    expression = "SET " + ", ".join(f"#{name}=:{name}" for name in facts)
    if FAILED in only_if and "Reason" not in facts:
        expression += " REMOVE Reason"
    if closes:
        expression += " DELETE #Open :Open"
        names["#Open"], values[":Open"] = "Open", attribute(closes)
    request = _update(clients, upload, expression)
    if only_if:
        states = {f":if{number}": attribute(state) for number, state in enumerate(only_if)}
        request["ConditionExpression"] = f"#State IN ({','.join(states)})"
        names["#State"] = "State"
        values |= states
    request |= {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    try:
        clients.dynamodb.call("UpdateItem", request)
    except ConditionFailed:
        return False
    return True


def decide(clients: Clients, upload: Upload, decision: str) -> str:
    """Record what is decided about a snapshot, unless that is decided already; return what counts."""
    request = _update(clients, upload, "SET Decision=if_not_exists(Decision,:decision)") | {
        "ExpressionAttributeValues": {":decision": attribute(decision)},
        "ReturnValues": "ALL_NEW",
    }
    return text(clients.dynamodb.call("UpdateItem", request)["Attributes"], "Decision")


def withdraw(clients: Clients, upload: Upload, withdrawal: Withdrawal) -> bool:
    """Record that an upload is withdrawn, or not any more; return whether it is as was asked.

    It is not if the upload was not loaded, or if a newer request was recorded.
    """
    request = _update(clients, upload, "SET #State=:state, Withdrawal=:withdrawal") | {
        "ConditionExpression": (
            "#State IN (:loaded,:withdrawn) AND (attribute_not_exists(Withdrawal) OR Withdrawal.AsOf<=:as_of)"
        ),
        "ExpressionAttributeNames": {"#State": "State"},
        "ExpressionAttributeValues": {
            ":state": attribute(LOADED if withdrawal.back else WITHDRAWN),
            ":withdrawal": attribute(withdrawal.attributes()),
            ":as_of": attribute(withdrawal.as_of),
            ":loaded": attribute(LOADED),
            ":withdrawn": attribute(WITHDRAWN),
        },
    }
    try:
        clients.dynamodb.call("UpdateItem", request)
    except ConditionFailed:
        return False
    return True


class Place(NamedTuple):
    """Where the object of an upload is, and whether somebody asked to withdraw the upload before."""

    key: str
    version_id: str
    asked: bool


def where(clients: Clients, token: str) -> Place | None:
    """Return where the object of an upload is; None: it is not on record."""
    for scope in upload_scopes(token, clients.settings.shards):
        if record := clients.dynamodb.get(clients.settings.uploads, _key(scope, token)):
            return Place(text(record, "Key"), text(record, "VersionId"), "Withdrawal" in record)
    return None


def through(attempt: Attempt) -> dict[str, Any]:
    """Return how an attempt that was not refused leaves the upload, as facts for its record."""
    asked = {"Withdrawal": attempt.withdrawal.attributes()} if attempt.withdrawal else {}
    return {"State": WITHDRAWN if attempt.withdrawn else LOADED, **asked}


def new_stores(names: Iterable[str]) -> dict[str, Any]:
    """Return which stores an upload is the first of, as facts for its record: none, if there are none."""
    found = sorted(set(names))
    return {"NewStores": found[:_SHOWN_STORES], "NewStoreCount": len(found)} if found else {}


def more_new_stores(some: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return what two parts of an upload found of that; one that both found counts once, as far as it is named."""
    if not (some and more):
        return some or more
    names = {*some["NewStores"], *more["NewStores"]}
    twice = len(some["NewStores"]) + len(more["NewStores"]) - len(names)
    number = some["NewStoreCount"] + more["NewStoreCount"] - twice
    return {"NewStores": sorted(names)[:_SHOWN_STORES], "NewStoreCount": number}


def look_again(clients: Clients, attempt: Attempt) -> None:
    """Have the upload loaded again if somebody asked to withdraw it, or to take that back, since the attempt began."""
    upload = attempt.upload
    record = clients.dynamodb.get(clients.settings.uploads, _key(upload.scope, upload.token)) or {}
    if newest(attempt.withdrawal, _withdrawal(record)) != attempt.withdrawal:
        clients.send(load_again(clients, upload.bucket, upload.token, upload.version_id).body())


def note_progress(clients: Clients, upload: Upload, parts: int, rows: int) -> None:
    """Write to the record of an upload how many parts are done, and their rows, unless more are or all is done."""
    request = _update(clients, upload, "SET PartsDone=:parts, RowsDone=:rows") | {
        "ConditionExpression": "#State=:loading AND PartsDone<:parts",
        "ExpressionAttributeNames": {"#State": "State"},
        "ExpressionAttributeValues": {
            ":parts": attribute(parts), ":rows": attribute(rows), ":loading": attribute(LOADING),
        },
    }  # fmt: skip
    with suppress(ConditionFailed):
        clients.dynamodb.call("UpdateItem", request)


def finish(clients: Clients, attempt: Attempt, facts: dict[str, Any]) -> None:
    """Record the result of an attempt at an upload (`State`, row counts, and why) and close its mark.

    A result that is there stays, as it tells what the upload did when it came; only `Finished` is written again.
    """
    upload, closes = attempt.upload, {attempt.mark, *attempt.over}
    ends = {"Finished": now()} | ({"CarriedOut": attempt.withdrawal.as_of} if attempt.withdrawal else {})
    facts = facts | ends
    # It may be `failed` because another message, for the upload or for a part of it, was tried too often.
    if note(clients, upload, facts, only_if=(LOADING, FAILED), closes=closes):
        counts = {f"Rows{name}": facts[name] for name in _COUNTED if name in facts}
        emit({f"Uploads{facts['State'].title()}": 1, **counts, "SecondsToRow": seconds_since(upload.at)})
    else:
        look_again(clients, attempt)
        note(clients, upload, ends, only_if=(LOADED, REFUSED, WITHDRAWN), closes=closes)
    log_step(facts["State"], upload=upload.token, key=upload.key, **facts)


def refuse(clients: Clients, attempt: Attempt, refusal: Refused) -> None:
    """Record why an upload is refused, and whether its sender may insist, and close the attempt's mark."""
    finish(clients, attempt, refused(refusal))


def refused(refusal: Refused) -> dict[str, Any]:
    """Return a refusal as facts for an upload's record."""
    facts: dict[str, Any] = {"State": REFUSED, "Reason": str(refusal)}
    if isinstance(refusal.reason, Reason):
        facts["ReasonOf"] = refusal.reason.facts()
    return facts | ({"MayInsist": True} if refusal.may_insist else {})


def close(clients: Clients, upload: Upload, marks: set[str]) -> None:
    """Close the marks of attempts that had nothing to do."""
    clients.dynamodb.call("UpdateItem", _update(clients, upload, "DELETE #Open :marks") | {
        "ExpressionAttributeNames": {"#Open": "Open"},
        "ExpressionAttributeValues": {":marks": attribute(marks)},
    })  # fmt: skip


def fail(clients: Clients, upload: Upload, reason: str) -> None:
    """Record that the last try at an upload failed, unless the upload is through. `onhand redrive` tries it again."""
    if note(clients, upload, {"State": FAILED, "Reason": reason, "Finished": now()}, only_if=(LOADING,)):
        emit({"UploadsFailed": 1})


def _withdrawal(record: Item) -> Withdrawal | None:
    if "Withdrawal" not in record:
        return None
    found = record["Withdrawal"]["M"]
    return Withdrawal(text(found, "AsOf"), found["Back"]["BOOL"], text(found, "By"), text(found, "Why"))


def _update(clients: Clients, upload: Upload, expression: str) -> Item:
    key = _key(upload.scope, upload.token)
    return {"TableName": clients.settings.uploads, "Key": key, "UpdateExpression": expression}


def _key(scope: str, token: str) -> Item:
    return {"Scope": {"S": scope}, "Token": {"S": token}}


def _expires(clients: Clients) -> int:
    return int(time.time()) + clients.settings.keep_uploads_days * 86_400
