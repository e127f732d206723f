"""Counts, now and then, the stores that sent nothing for hours. There only with the parameter StoreSilentHours."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session

from stock.attributes import text, whole_number
from stock.dynamodb import DynamoDB
from stock.metrics import emit
from stock.silent_stores import silent_stores
from stock.steps import log_step

_NAMED = 20  # stores in a line of the log


def handle(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Emit the metric that the alarm watches, and log which stores it is about; return their number."""
    hours = float(os.environ["STORE_SILENT_HOURS"])
    found = silent_stores(_last_uploads(), hours, datetime.now(UTC))
    emit({"StoresSilent": len(found)})
    if found:
        log_step("silent", hours=hours, number=len(found), stores=dict(found[:_NAMED]))
    return {"silent": len(found)}


def _last_uploads() -> Iterator[tuple[str, str]]:
    scan: dict[str, Any] = {
        "TableName": os.environ["STORES_TABLE"],
        "ProjectionExpression": "#store,#items,LastUploadAt",
        "ExpressionAttributeNames": {"#store": "Store", "#items": "Items"},
    }
    for page in _dynamodb().pages(scan, "Scan"):
        for item in page:
            # One without any item was removed. What holds for all stores has none, either.
            if whole_number(item, "Items"):
                yield text(item, "Store"), text(item, "LastUploadAt")


@cache
def _dynamodb() -> DynamoDB:
    return DynamoDB(botocore.session.get_session(), threads=1)
