"""The ledger: which uploads touch a store. It is kept in the table Uploads, hints to it in Stores (docs/order.md)."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.formats import written
from load_inventory.summaries import Store
from load_inventory.upload import ROWS
from stock.attributes import Item, attribute, text
from stock.dynamodb import ConditionFailed
from stock.partiql import insert, run, update
from stock.reorder_points import ALL_STORES

MOST_STORES = 20
"""An upload about more stores is entered once, for all stores, and not for each of them."""


@dataclass(frozen=True, order=True)
class Entry:
    """An upload as the ledger knows it. `form`: the format by which its file is read. `withdrawn`: it says nothing."""

    token: str
    key: str
    version_id: str
    mode: str
    form: str = ""
    withdrawn: bool = False

    @property
    def lists_all(self) -> bool:
        """Whether it delists what it does not mention."""
        return self.mode != ROWS


def register(clients: Clients, attempt: Attempt, stores: Iterable[str], mode: str) -> None:
    """Enter an upload into the ledger of the stores that it touches, before it reads any row of them.

    The entry and its hint may be seen in any order: only who has written both reads rows.
    """
    names = sorted(stores)
    if len(names) > MOST_STORES:
        names = [ALL_STORES]
    upload, settings = attempt.upload, clients.settings
    withdrawn = {"Withdrawn": attempt.withdrawn or None}
    entry: dict[str, Any] = {
        "Token": upload.token,
        "Key": upload.key,
        "VersionId": upload.version_id,
        "Mode": mode,
    } | withdrawn
    if form := written(attempt.form):
        entry["Format"] = form
    expires = int(time.time()) + settings.keep_uploads_days * 86_400
    hint = {"LastUpload": upload.token, "LastUploadAt": upload.at}
    entries = [insert(settings.uploads, {"Scope": _scope(name)} | entry | {"Expires": expires}) for name in names]
    hints = [update(settings.stores, {"Store": name}, hint, {"<LastUpload": upload.token}) for name in names]
    held = run(clients.dynamodb, entries + hints)  # an entry that is there already is as it would be
    if attempt.withdrawal:  # but for that
        keys = [{"Scope": _scope(name), "Token": upload.token} for name in names]
        run(clients.dynamodb, [update(settings.uploads, key, withdrawn) for key in keys])
    for name, newest in zip(names, held[len(names) :], strict=True):
        if not newest:  # there is a newer hint, or none (and an older one may come at this moment)
            _first_hint(clients, name, hint)


def newer(clients: Clients, token: str, stores: Iterable[Store], of_all: Store) -> dict[str, list[Entry]]:
    """Return the uploads that are newer than `token`, newest first, for each store (by name) that has any.

    `stores` and `of_all` (what holds for all stores) are as read just now: they have the hints.
    """
    everywhere = _query(clients, ALL_STORES, token) if of_all.last_upload > token else []
    found = {}
    for store in stores:
        own = _query(clients, store.name, token) if store.last_upload > token else []
        if own or everywhere:
            found[store.name] = sorted({*own, *everywhere}, reverse=True)
    return found


def speaking(entries: Iterable[Entry]) -> list[Entry]:
    """Return those of some uploads that were not withdrawn."""
    return [entry for entry in entries if not entry.withdrawn]


def _first_hint(clients: Clients, store: str, hint: dict[str, str]) -> None:
    with suppress(ConditionFailed):
        clients.dynamodb.call("UpdateItem", {
            "TableName": clients.settings.stores,
            "Key": {"Store": {"S": store}},
            "UpdateExpression": "SET LastUpload=:LastUpload, LastUploadAt=:LastUploadAt",
            "ConditionExpression": "attribute_not_exists(LastUpload) OR LastUpload<:LastUpload",
            "ExpressionAttributeValues": {f":{name}": attribute(value) for name, value in hint.items()},
        })  # fmt: skip


def _query(clients: Clients, store: str, token: str) -> list[Entry]:
    query: Item = {
        "TableName": clients.settings.uploads,
        "KeyConditionExpression": "#Scope=:scope AND #Token>:token",
        "ExpressionAttributeNames": {"#Scope": "Scope", "#Token": "Token"},
        "ExpressionAttributeValues": {":scope": {"S": _scope(store)}, ":token": {"S": token}},
        "ConsistentRead": True,
    }
    return [
        Entry(
            text(item, "Token"),
            text(item, "Key"),
            text(item, "VersionId"),
            text(item, "Mode"),
            text(item, "Format"),
            "Withdrawn" in item,
        )
        for page in clients.dynamodb.pages(query)
        for item in page
    ]


def _scope(store: str) -> str:
    return f"store:{store}"
