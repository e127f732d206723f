"""Reading what there is to be told of some stores. Every figure is of all of them, not of what is listed."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import merge
from typing import Any

from send_digest.morning import Alert, Morning, RowKey, Soon
from send_digest.services import Services
from stock import shards
from stock.acknowledgements import Acknowledgement, Kind, acknowledgement, key_of
from stock.attributes import Item, item, text, whole_number
from stock.forecast import LIKELY
from stock.levels import Event
from stock.reorder_points import ALL_STORES
from stock.rows import count_of
from stock.silent_stores import silent_stores
from stock.time_zone import zone_named
from stock.times import iso, seconds
from telling.digest import Digest

_DAY = 86_400
_LATE = 900
"""Seconds. What an upload changed before a digest may have come to the tables after it: it is new in the next one."""
_FORECAST_HOLDS = 2 * _DAY  # seconds
_LOW_COUNTED = 50
"""Of so many low items the counts are read: the first ones, which are listed."""


Stores = dict[str, str]
"""The stores that a digest is about, and when each sent its last file."""


def gather(services: Services, digest: Digest) -> Morning:
    """Return what a digest has to tell at this moment."""
    now = services.clock()
    since = seconds(digest.last_sent) - _LATE if digest.last_sent else now - _DAY
    zone = zone_named(digest.zone) if digest.zone else UTC
    last_uploads = _last_uploads(services, digest)
    today = datetime.fromtimestamp(now, zone).date().isoformat()
    is_out, is_low = (_open(services, level, last_uploads) for level in ("out", "low"))
    out, taken_out = _to_do(services, is_out, Event.OUT_OF_STOCK, today)
    low, taken_low = _to_do(services, is_low, Event.LOW_STOCK, today)
    out_now = {alert.row for alert in is_out}
    soon, soon_count, taken_soon = _soon(services, last_uploads, now, today, out_now)
    silent_since = min(since, now - _DAY)
    silent = silent_stores(last_uploads.items(), (now - silent_since) / 3600, datetime.fromtimestamp(now, UTC))
    return Morning(
        iso(now), iso(since), iso(silent_since), zone, len(last_uploads), out, low,
        counts=_counts(services, low[:_LOW_COUNTED]),
        taken=taken_out + taken_low + taken_soon,
        back=_back(services, last_uploads, since, out_now),
        soon=soon, soon_count=soon_count, silent=silent,
    )  # fmt: skip


def _last_uploads(services: Services, digest: Digest) -> dict[str, str]:
    """Return the stores that a digest is about, as far as they have items, and when each sent its last file."""
    projection = {
        "ProjectionExpression": "#Store,#Items,#LastUploadAt",
        "ExpressionAttributeNames": {f"#{name}": name for name in ("Store", "Items", "LastUploadAt")},
    }
    table = services.settings.stores
    if digest.group or digest.stores:
        stores = _members(services, digest.group) if digest.group else digest.stores
        rows = services.dynamodb.get_many(table, [item({"Store": store}) for store in stores], projection)
    else:
        rows = [row for page in services.dynamodb.pages({"TableName": table} | projection, "Scan") for row in page]
    found = {text(row, "Store"): text(row, "LastUploadAt") for row in rows if whole_number(row, "Items")}
    return {store: at for store, at in found.items() if store != ALL_STORES}


def _members(services: Services, group: str) -> list[str]:
    """Return the stores of a group."""
    query = {
        "TableName": services.settings.groups,
        "KeyConditionExpression": "#Group=:group",
        "ProjectionExpression": "#Store",
        "ExpressionAttributeNames": {"#Group": "Group", "#Store": "Store"},
        "ExpressionAttributeValues": {":group": {"S": group}},
    }
    return [text(row, "Store") for page in services.dynamodb.pages(query) for row in page]


def _open(services: Services, level: str, stores: Stores) -> list[Alert]:
    """Return the open alerts of a level, newest first."""
    return [alert for alert in _alerts(services, "OpenAlerts", "Open", level) if alert.store in stores]


def _to_do(services: Services, found: list[Alert], event: Event, today: str) -> tuple[list[Alert], Counter[Kind]]:
    """Return the alerts that nobody takes care of, and of how many somebody does. `event`: what they tell."""
    said = _said(services, [alert.row for alert in found])
    taken: Counter[Kind] = Counter()
    left = []
    for alert in found:
        what = said.get(alert.row)
        if what and what.covers(alert.key, event, today):
            taken[what.kind] += 1
        else:
            left.append(alert)
    return left, taken


def _said(services: Services, rows: list[RowKey]) -> dict[RowKey, Acknowledgement]:
    """Return what people said of items, by store and item."""
    keys = {(store, key_of(name)): (store, name) for store, name in rows}
    found = services.dynamodb.get_many(
        services.settings.acknowledgements,
        [item({"Store": store, "Alert": key}) for store, key in keys],
        {
            "ProjectionExpression": "#Store,#Alert,#Kind,#Of,#Until",
            "ExpressionAttributeNames": {f"#{name}": name for name in ("Store", "Alert", "Kind", "Of", "Until")},
        },
    )
    return {keys[text(row, "Store"), text(row, "Alert")]: said for row in found if (said := acknowledgement(row))}


def _back(services: Services, stores: Stores, since: float, out: set[RowKey]) -> list[Alert]:
    """Return what came back since, each item once, newest first; without what is out again."""
    found: dict[RowKey, Alert] = {}
    for alert in _alerts(services, "ByTime", "Log", "all", iso(since), Event.BACK_IN_STOCK):
        if alert.store in stores and alert.row not in out:
            found.setdefault(alert.row, alert)
    return list(found.values())


def _alerts(
    services: Services, index: str, key: str, value: str, first: str = "0", event: Event | None = None
) -> Iterator[Alert]:
    """Yield the alerts of all shards of a key of an index, newest first; of one event, if one is given."""
    names = ("At", "Store", "Item", "Alert")
    query: dict[str, Any] = {
        "TableName": services.settings.alerts,
        "IndexName": index,
        "KeyConditionExpression": "#key=:key AND #At>=:first",
        "ProjectionExpression": ",".join(f"#{name}" for name in names),
        "ExpressionAttributeNames": {"#key": key} | {f"#{name}": name for name in names},
        "ExpressionAttributeValues": {":first": {"S": first}},
        "ScanIndexForward": False,
    }
    if event:
        query["FilterExpression"] = "#event=:event"
        query["ExpressionAttributeNames"]["#event"] = "Event"
        query["ExpressionAttributeValues"][":event"] = {"S": event}

    def of_shard(shard: str) -> Iterator[Alert]:
        values = query["ExpressionAttributeValues"] | {":key": {"S": shard}}
        for page in services.dynamodb.pages(query | {"ExpressionAttributeValues": values}):
            for row in page:
                yield Alert(*(text(row, name) for name in names))

    found = (of_shard(shard) for shard in shards.all_of(value, services.settings.shards))
    return merge(*found, key=lambda alert: alert.at, reverse=True)


def _counts(services: Services, low: list[Alert]) -> dict[RowKey, int]:
    """Return how many there are of low items at this moment, as far as that is known."""
    keys = [item({"Store": alert.store, "Item": alert.item}) for alert in low]
    rows = services.dynamodb.get_many(services.settings.inventory, keys)
    counts = {(text(row, "Store"), text(row, "Item")): count_of(row) for row in rows}
    return {row: count for row, count in counts.items() if count is not None}


def _soon(
    services: Services, stores: Stores, now: float, today: str, out: set[RowKey]
) -> tuple[list[Soon], int, Counter[Kind]]:
    """Return what stores will probably run out of by their last forecast, most likely first; how much it is in all; and
    of how many others somebody says that they are ordered, or to be left alone.

    Of a store, the ten most likely items are known. A forecast that is older than two days tells nothing, nor does one
    of what is out meanwhile.
    """
    found: list[Soon] = []
    number = 0
    for shard in shards.all_of("all", services.settings.shards):
        for outlook in _outlooks(services, shard):
            if text(outlook, "Store") in stores and text(outlook, "At") > iso(now - _FORECAST_HOLDS):
                number += whole_number(outlook, "Soon") or 0
                found += _likely(outlook)
    still = [one for one in found if one.row not in out]
    said = _said(services, [one.row for one in still])
    taken = {row: what.kind for row, what in said.items() if what.covers("", Event.RUNS_OUT_SOON, today)}
    left = [one for one in still if one.row not in taken]
    order = sorted(left, key=lambda one: (-one.chance, one.store, one.item))
    return order, number - len(found) + len(left), Counter(taken.values())


def _outlooks(services: Services, shard: str) -> Iterator[Item]:
    query = {
        "TableName": services.settings.forecasts,
        "IndexName": "BySoon",
        "KeyConditionExpression": "#All=:all AND #Likely>=:likely",
        "ProjectionExpression": "#Store,#At,#Soon,#Top",
        "ExpressionAttributeNames": {f"#{name}": name for name in ("All", "Likely", "Store", "At", "Soon", "Top")},
        "ExpressionAttributeValues": {":all": {"S": shard}, ":likely": {"N": str(LIKELY)}},
    }
    for page in services.dynamodb.pages(query):
        yield from page


def _likely(outlook: Item) -> Iterator[Soon]:
    for entry in outlook["Top"]["L"]:
        one = entry["M"]
        chance, first = float(one["Soon"]["N"]), whole_number(one, "First")
        if chance >= LIKELY and first is not None:
            count, last = whole_number(one, "Count") or 0, whole_number(one, "Last")
            yield Soon(chance, text(outlook, "Store"), text(one, "Item"), count, first, last)
