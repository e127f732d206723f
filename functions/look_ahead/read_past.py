"""Reading what is known of a store: its rows, what its counts were, and when it was looked at."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

from look_ahead.demand import day
from look_ahead.services import Services
from look_ahead.store_past import StorePast
from stock.attributes import Item, text, whole_number
from stock.history import Change, steps, unpack
from stock.order_token import is_order_token
from stock.reorder_points import ALL_STORES
from stock.shards import name_of

PAST_DAYS = 120
"""So far back it is read: what is older counts for less than a seventh in a forecast (look_ahead/demand.py)."""

_DAY = 86_400


def read_past(services: Services, store: str, now: float) -> StorePast:
    """Return what is known of a store. `now`: epoch seconds."""
    since = datetime.fromtimestamp(now - PAST_DAYS * _DAY, UTC).strftime("%Y%m%dT%H%M%S")
    rows = services.dynamodb.begin(lambda: list(_rows(services, store)))
    ledger = services.dynamodb.begin(lambda: [_uploads(services, name, since) for name in (store, ALL_STORES)])
    begins = _history_begins(services, store)
    changes = [change for change in _changes(services, store, since) if change.token >= since]
    uploads, of_many = ledger()
    # An upload about many stores is in the ledger of all: that it is about this one, only what it changed here tells.
    uploads |= {change.token: of_many[change.token] for change in changes if change.token in of_many}
    withdrawn = {token for token, is_withdrawn in uploads.items() if is_withdrawn}
    known_since = max(since, begins or "~")
    looks = sorted(day(token) for token in uploads if token >= known_since and token not in withdrawn)
    found = rows()
    return StorePast(
        counts={text(row, "Item"): count for row, count in found},
        low={text(row, "Item") for row, _ in found if name_of(text(row, "Short")) == "low"},
        changed={text(row, "Item"): day(as_of) for row, _ in found if is_order_token(as_of := text(row, "AsOf"))},
        pasts=steps(changes, withdrawn),
        looks=looks,
    )


def _rows(services: Services, store: str) -> Iterator[tuple[Item, int]]:
    query = {
        "TableName": services.settings.inventory,
        "KeyConditionExpression": "#Store=:store",
        "ProjectionExpression": "#Item,#Count,#Short,#AsOf",
        "ExpressionAttributeNames": {f"#{name}": name for name in ("Store", "Item", "Count", "Short", "AsOf")},
        "ExpressionAttributeValues": {":store": {"S": store}},
    }
    for page in services.dynamodb.pages(query):
        for row in page:
            count = whole_number(row, "Count")
            if count is not None and count >= 0:
                yield row, count


def _changes(services: Services, store: str, since: str) -> Iterator[Change]:
    query = {
        "TableName": services.settings.history,
        "KeyConditionExpression": "#Store=:store AND Pack>=:since",
        "ExpressionAttributeNames": {"#Store": "Store"},
        "ExpressionAttributeValues": {":store": {"S": store}, ":since": {"S": since}},
    }
    for page in services.dynamodb.pages(query):
        for pack in page:
            yield from unpack(base64.b64decode(pack["Changes"]["B"]))


def _history_begins(services: Services, store: str) -> str:
    """Return the key of the first pack: before it, changes were not kept. "": there is none."""
    first = services.dynamodb.call("Query", {
        "TableName": services.settings.history,
        "KeyConditionExpression": "#Store=:store",
        "ProjectionExpression": "Pack",
        "ExpressionAttributeNames": {"#Store": "Store"},
        "ExpressionAttributeValues": {":store": {"S": store}},
        "Limit": 1,
    })["Items"]  # fmt: skip
    return text(first[0], "Pack") if first else ""


def _uploads(services: Services, name: str, since: str) -> dict[str, bool]:
    """Return the order tokens of the uploads that the ledger of a store has, and whether each was withdrawn."""
    query = {
        "TableName": services.settings.uploads,
        "KeyConditionExpression": "#Scope=:scope AND #Token>=:since",
        "ProjectionExpression": "#Token,Withdrawn",
        "ExpressionAttributeNames": {"#Scope": "Scope", "#Token": "Token"},
        "ExpressionAttributeValues": {":scope": {"S": f"store:{name}"}, ":since": {"S": since}},
    }
    return {text(entry, "Token"): "Withdrawn" in entry for page in services.dynamodb.pages(query) for entry in page}
