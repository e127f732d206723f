"""Reading what is known of a store: its rows, what its counts were, and when it was looked at."""

from collections.abc import Iterator
from datetime import UTC, datetime

from look_ahead.demand import day
from look_ahead.services import Services
from look_ahead.store_past import StorePast
from stock.alert_log import fit_key
from stock.attributes import Item, text, whole_number
from stock.history import Change, changes_of, steps
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
    known_since, changes = _history(services, store, since)
    uploads, of_many = ledger()
    # An upload about many stores is in the ledger of all: that it is about this one, only what it changed here tells.
    uploads |= {change.token: of_many[change.token] for change in changes if change.token in of_many}
    withdrawn = {token for token, is_withdrawn in uploads.items() if is_withdrawn}
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


def _history(services: Services, store: str, since: str) -> tuple[str, list[Change]]:
    """Return from when on the history of a store tells all, as order tokens begin, and what it tells since then.

    That is `since`, if something is kept that is older; else the beginning of what is kept. "~", which sorts behind
    all: nothing is.
    """
    query = {
        "TableName": services.settings.history,
        "ExpressionAttributeNames": {"#Store": "Store"},
        "ExpressionAttributeValues": {":store": {"S": store}, ":since": {"S": since}},
    }
    begins, changes = "~", []
    for page in services.dynamodb.pages(query | {"KeyConditionExpression": "#Store=:store AND Pack>=:since"}):
        for pack in page:
            begins = min(begins, text(pack, "Pack"))
            changes += [change for change in changes_of(pack) if change.token >= since]
    # Of what is older, the newest: the very first pack of a store has all its items, and is paid for as a whole.
    before = {"KeyConditionExpression": "#Store=:store AND Pack<:since", "ProjectionExpression": "Pack"}
    older = services.dynamodb.call("Query", query | before | {"ScanIndexForward": False, "Limit": 1})["Items"]
    return since if older else begins, changes


def _uploads(services: Services, name: str, since: str) -> dict[str, bool]:
    """Return the order tokens of the uploads that the ledger of a store has, and whether each was withdrawn."""
    query = {
        "TableName": services.settings.uploads,
        "KeyConditionExpression": "#Scope=:scope AND #Token>=:since",
        "ProjectionExpression": "#Token,Withdrawn",
        "ExpressionAttributeNames": {"#Scope": "Scope", "#Token": "Token"},
        "ExpressionAttributeValues": {":scope": {"S": fit_key(f"store:{name}")}, ":since": {"S": since}},
    }
    return {text(entry, "Token"): "Withdrawn" in entry for page in services.dynamodb.pages(query) for entry in page}
