"""The formats that are kept for stores, in the table Uploads, and by which of them an upload is read."""

import json
from dataclasses import replace

from load_inventory.clients import Clients
from load_inventory.upload import only_store
from read_file.csv_cells import clean
from read_file.file_format import FOUND_OUT, Format, FormatError
from stock.alert_log import LONGEST_SORT_KEY
from stock.attributes import Item, text
from stock.json_text import parsed
from stock.reorder_points import ALL_STORES

SCOPE = "format"
"""Partition of the table Uploads that holds the formats; their sort key is the store, `*`: all that have none."""


def format_key(store: str) -> Item:
    """Return the key of the item that holds the format of a store, or of all stores."""
    return {"Scope": {"S": SCOPE}, "Token": {"S": store}}


def names_for(key: str) -> list[str]:
    """Return for which stores a format may be kept by which an object under a key is read: the first one counts."""
    names = clean(only_store(key) or ""), ALL_STORES
    # A folder may be called anything: also nothing, or `*`, or something that is no key of DynamoDB.
    return [name for name in dict.fromkeys(names) if 0 < len(name.encode()) <= LONGEST_SORT_KEY]


def format_now(clients: Clients, key: str) -> str:
    """Return the format by which the object under a key is read from now on, as `written`."""
    form = format_kept(clients, key)
    return form if clients.settings.negative_counts == "zero" else written(_rejecting(read_format(form)))


def format_kept(clients: Clients, key: str) -> str:
    """Return the format that is kept for the object under a key, as `written`; "" if none is."""
    names = names_for(key)
    found = clients.dynamodb.get_many(clients.settings.uploads, [format_key(name) for name in names])
    kept = {text(item, "Token"): text(item, "Format") for item in found}
    return next((kept[name] for name in names if name in kept), "")


def _rejecting(form: Format) -> Format:
    """Return a format with what holds in a deployment where counts below 0 are rejected, unless it says otherwise."""
    return form if form.negative else replace(form, negative="reject")


def written(form: Format) -> str:
    """Return a format as a text for tables, logs and messages; "" if it says nothing."""
    return "" if form == FOUND_OUT else json.dumps(form.as_json(), ensure_ascii=False, separators=(",", ":"))


def read_format(kept: str) -> Format:
    """Return the format of a text that `written` gave."""
    return Format.of_json(json.loads(kept)) if kept else FOUND_OUT


def corrected(kept: str, changes: str) -> Format:
    """Return the format that a text of `written` is with changes of it, JSON as `Format.as_json` has it.

    Raises FormatError if that is none.
    """
    try:
        found = parsed(changes)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise FormatError("A format is a JSON object.")
    return Format.of_json((json.loads(kept) if kept else {}) | found)


def as_asked(form: Format, metadata: dict[str, str]) -> Format:
    """Return a format with what the sender of one object asks for in its metadata.

    `kept-format: ignore`: the file is one of onhand's own, whatever is kept. `repeats: add`: the counts of an item's
    rows are added up.
    """
    form = FOUND_OUT if metadata.get("kept-format", "").lower() == "ignore" else form
    return replace(form, add_up=True) if metadata.get("repeats", "").lower() == "add" else form
