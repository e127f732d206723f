"""What a stack holds, as it is found from outside, and in words what of that is not as it must be."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from onhand.stack import Aws
from onhand.stack_state import state_of
from stock.attributes import whole_number
from stock.reorder_points import NO_REORDER_POINTS, ReorderPoints, reorder_point, short
from stock.shards import name_of
from tests.order.fold import Row, Stock

Place = tuple[str, str]
"""A store and an item."""

_NAMED = 3  # of the uploads that have not ended as they must
_DEPTH: Final = "ApproximateNumberOfMessages"


@dataclass
class Right:
    """What a stack must hold: the last state of every upload, by key, and the stock; `points` are those of stores."""

    ends: dict[str, str]
    stock: Stock
    points: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> dict[Place, Row]:
        """Every row."""
        return {(store, item): row for store, rows in self.stock.items() for item, row in rows.items()}

    @property
    def short(self) -> dict[Place, str]:
        """What is `out` or `low`: its row is marked so, and an alert is open."""
        levels = {place: self._level(*place, row) for place, row in self.rows.items()}
        return {place: level for place, level in levels.items() if level}

    @property
    def summaries(self) -> dict[str, list[int]]:
        """Items, units, and how many items are out and low, of every store."""
        marks = Counter((store, level) for (store, _), level in self.short.items())
        units = {store: sum(row.count or 0 for row in rows.values()) for store, rows in self.stock.items()}
        return {
            store: [len(rows), units[store], marks[store, "out"], marks[store, "low"]]
            for store, rows in self.stock.items()
        }

    def _level(self, store: str, item: str, row: Row) -> str | None:
        of_store = ReorderPoints(self.points.get(store))
        return short(row.count, reorder_point(item, row.point, of_store, NO_REORDER_POINTS))


def wrong_stock(aws: Aws, right: Right) -> list[str]:
    """Return what is wrong of uploads, rows, their marks, and summaries."""
    ends, found = states(aws), {_place(row): row for row in scan(aws.dynamodb, "Inventory")}
    wrong = _unlike(ends, right.ends)
    rows = {place: Row(whole_number(row, "Count"), whole_number(row, "ReorderPoint")) for place, row in found.items()}
    marks = {place: name_of(row["Short"]["S"]) for place, row in found.items() if "Short" in row}
    summaries = {
        row["Store"]["S"]: [whole_number(row, name) or 0 for name in ("Items", "Units", "Out", "Low")]
        for row in scan(aws.dynamodb, "Stores")
    }
    return [f"{key} is {ends.get(key, 'not on record')}" for key in wrong[:_NAMED]] + _in_words({
        "uploads have not ended as they must": len(wrong),
        "rows are wrong": len(_unlike(rows, right.rows)),
        "marks are wrong": len(_unlike(marks, right.short)),
        "summaries are wrong": len(_unlike(summaries, right.summaries)),
    })  # fmt: skip


def wrong_alerts(aws: Aws, right: Right) -> list[str]:
    """Return what is wrong of open alerts."""
    is_open = {_place(row) for row in scan(aws.dynamodb, "Alerts") if "Open" in row}
    return _in_words({"open alerts are wrong": len(is_open ^ right.short.keys())})


def given_up(aws: Aws) -> list[str]:
    """Return how many messages failed for good."""
    queues = [url for name, url in outputs(aws).items() if re.fullmatch(r"(DeadLetter|Failed\w+)QueueUrl", name)]
    assert queues, "there are queues for what failed for good"
    asked = (aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[_DEPTH])["Attributes"] for url in queues)
    return _in_words({"messages were given up": sum(int(each[_DEPTH]) for each in asked)})


def states(aws: Aws) -> dict[str, str]:
    """Return the states of the uploads that are on record, by key; loaded as lost, one may be there twice."""
    found = [row for row in scan(aws.dynamodb, "Uploads") if row["Scope"]["S"].startswith("all")]
    found.sort(key=lambda row: row["State"]["S"] == "loaded")
    return {row["Key"]["S"]: row["State"]["S"] for row in found}


def outputs(aws: Aws) -> dict[str, str]:
    """Return the outputs of the stack, whatever version it is of."""
    state = state_of(aws, "onhand")
    assert state, "there is a stack"
    return state.outputs


def scan(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    """Return all items of a table."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def _place(row: dict[str, Any]) -> Place:
    return row["Store"]["S"], row["Item"]["S"]


def _unlike(found: dict[Any, Any], right: dict[Any, Any]) -> list[Any]:
    """Return the keys of what is not as it must be, is missing, or is too much."""
    return sorted(key for key in found.keys() | right.keys() if found.get(key) != right.get(key))


def _in_words(wrong: dict[str, int]) -> list[str]:
    return [f"{number} {what}" for what, number in wrong.items() if number]
