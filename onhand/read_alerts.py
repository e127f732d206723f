"""The table Alerts: what is open, and the log. Read in the order in which it is kept, and no further than is needed."""

import hashlib
import time
from collections.abc import Iterable, Iterator
from heapq import merge
from typing import Any, NamedTuple

from onhand.items import plain
from onhand.stack import Stack
from stock.shards import all_of, name_of
from stock.times import iso

Alert = dict[str, Any]
"""An item of the table Alerts, see docs/data-model.md."""

LEVELS = {"OUT_OF_STOCK": "out", "LOW_STOCK": "low"}
"""Event → what an alert of it is as long as it is open."""

_SOON_SECONDS = 28 * 86_400  # the longest time of SoonDays
_NAMES = ("Store", "Alert", "Item", "Event", "At", "State")


def short_id(alert: Alert) -> str:
    """A name for an alert that can be typed."""
    return hashlib.sha256(f"{alert['Store']}\0{alert['Alert']}".encode()).hexdigest()[:8]


class Which(NamedTuple):
    """Which alerts: of a store, of an item, of an event (such as `LOW_STOCK`; None: of any), from when on (ISO UTC).

    `there`: the stores of a group; None: of all.
    """

    store: str | None = None
    item: str | None = None
    event: str | None = None
    start: str = "0"
    there: frozenset[str] | None = None

    def take(self, alerts: Iterable[Alert]) -> Iterator[Alert]:
        """Yield those that are of the item, of the event and of the group."""
        return (
            one
            for one in alerts
            if self.item in (None, one["Item"])
            if self.event in (None, one["Event"])
            if self.there is None or one["Store"] in self.there
        )


EVERY = Which()


def open_alerts(stack: Stack, which: Which = EVERY, page: int | None = None) -> Iterator[Alert]:
    """The alerts of what is out or low still, longest first.

    `page`: how many are read at a time of each key (None: as many as DynamoDB sends). Who wants five, reads five; but
    those of a group may be few of many.
    """
    store, item, event, start, there = which
    page = page if there is None else None
    if store is not None:
        of_store = _query(stack, None, ("Store", store), ("Alert", _token(start)), only_open=True)
        return which.take(sorted(of_store, key=_at))
    if item is not None:
        return which.take(_query(stack, "ByItem", ("Item", item), ("At", start), only_open=True))
    levels = list(LEVELS.values()) if event is None else [LEVELS[event]] if event in LEVELS else []
    keys = [key for level in levels for key in all_of(level, stack.shards)]
    found = (_query(stack, "OpenAlerts", ("Open", key), ("At", start), page=page) for key in keys)
    return which.take(merge(*found, key=_at))


def log(stack: Stack, which: Which = EVERY, page: int | None = None) -> Iterator[Alert]:
    """All alerts, newest first. `page`: as above."""
    store, item, _, start, there = which
    page = page if there is None else None
    if store is not None:
        return which.take(_query(stack, None, ("Store", store), ("Alert", _token(start)), newest=True, page=page))
    if item is not None:
        return which.take(_query(stack, "ByItem", ("Item", item), ("At", start), newest=True, page=page))
    keys = all_of("all", stack.shards)
    found = (_query(stack, "ByTime", ("Log", key), ("At", start), newest=True, page=page) for key in keys)
    return which.take(merge(*found, key=_at, reverse=True))


def of_what_runs_out(stack: Stack, which: Which = EVERY) -> Iterator[Alert]:
    """The alerts of the last days about what will run out, newest first: these are neither open nor over."""
    return log(stack, which._replace(event="RUNS_OUT_SOON", start=iso(time.time() - _SOON_SECONDS)))


def _token(start: str) -> str:
    """How order tokens of that moment begin."""
    return start.replace("-", "").replace(":", "")


def _at(alert: Alert) -> str:
    return str(alert["At"])


def _query(
    stack: Stack,
    index: str | None,
    key: tuple[str, str],
    first: tuple[str, str],
    newest: bool = False,
    only_open: bool = False,
    page: int | None = None,
) -> Iterator[Alert]:
    """Alerts of one key, from the first of a range on, in its order, or newest first."""
    query: dict[str, Any] = {
        "TableName": stack.outputs.AlertsTable,
        "KeyConditionExpression": "#key = :key AND #range >= :first",
        "ExpressionAttributeNames": {"#key": key[0], "#range": first[0]},
        "ExpressionAttributeValues": {":key": {"S": key[1]}, ":first": {"S": first[1]}},
        "ScanIndexForward": not newest,
    }
    if index:
        query["IndexName"] = index
    if only_open:
        query["FilterExpression"] = "attribute_exists(#open)"
        query["ExpressionAttributeNames"]["#open"] = "Open"
    pages = stack.dynamodb.get_paginator("query").paginate(**query, PaginationConfig={"PageSize": page} if page else {})
    for found in pages:
        for alert in filter(_is_alert, map(plain, found["Items"])):
            yield alert | {name: name_of(str(alert[name])) for name in ("Log", "Open") if name in alert}


def _is_alert(item: dict[str, Any]) -> bool:
    """Whether an item has what every alert has: others may have written to the table, too."""
    return all(isinstance(item.get(name), str) for name in _NAMES)
