"""A past and a future for browser tests: what Keep-History, Load-Inventory and Look-Ahead would have written by now."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from look_ahead.availability import Days
from look_ahead.outlook import likely_out, outlook
from stock import attributes
from stock.forecast import Forecast, pack
from stock.history import Change, kept

from .support import Stack

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def moment(days: float) -> str:
    """The time so many days ago, as tokens begin."""
    return f"{NOW - timedelta(days=days):%Y%m%dT%H%M%S}.000Z"


def token(store: str, days: float) -> str:
    """The order token of a store's upload so many days ago."""
    return f"{moment(days)}-0065A1B2C3D4E5F607-{crc32(store.encode()):08x}"


def remember(stack: Stack, store: str, counts: dict[str, list[tuple[float, int | None]]], *, late: float = 0) -> None:
    """Keep the counts of a store's items: from so many days ago on. They showed `late` days after their uploads."""
    for item, steps in counts.items():
        before = None
        for days, count in steps:
            change = Change(item, token(store, days), before, count)
            for entry in kept(store, moment(days - late), [change], 400):
                stack.dynamodb.put_item(TableName="History", Item=_binary(entry, "Changes"))
            before = count


def looked(stack: Stack, store: str, days: Iterable[float], by: str = "till-7") -> None:
    """Enter an upload about a store, so many days ago each, into the ledger and the list of uploads."""
    for ago in days:
        entry = {"Token": {"S": token(store, ago)}, "Key": {"S": f"uploads/{store}/{ago:g}-days-ago.csv"}}
        at = {"At": {"S": f"{NOW - timedelta(days=ago):%Y-%m-%dT%H:%M:%S}.000Z"}}
        record: dict[str, Any] = {
            "By": {"S": by},
            "State": {"S": "loaded"},
            "Stores": {"L": [{"S": store}]},
            "StoreCount": {"N": "1"},
        }
        stack.dynamodb.put_item(TableName="Uploads", Item={"Scope": {"S": f"store:{store}"}, **entry})
        stack.dynamodb.put_item(TableName="Uploads", Item={"Scope": {"S": "all"}, **entry, **at, **record})


def foresee(stack: Stack, store: str, forecasts: list[Forecast], shelf: float = 1.0) -> None:
    """Write the forecast of a store, of which a part was on the shelf in the last 7, 30 and 90 days."""
    carried = {days: float(days * len(forecasts)) for days in (7, 30, 90)}
    sums = outlook(
        forecasts, likely_out(forecasts, 7), {days: Days(all_ * shelf, all_) for days, all_ in carried.items()}
    )
    made = {"At": f"{NOW:%Y-%m-%dT%H:%M:%S}Z", "Day": f"{NOW:%Y-%m-%d}", "Parts": 1, "All": "all"}
    (packed,) = pack(forecasts)
    key = {"Store": {"S": store}, "Part": {"S": "0"}}
    stack.dynamodb.put_item(TableName="Forecasts", Item={**key, **attributes.item(sums | made), "Items": {"B": packed}})


def _binary(item: dict[str, dict[str, object]], name: str) -> dict[str, dict[str, object]]:
    """DynamoDB's own JSON, as boto3 takes it: it encodes bytes itself."""
    return {**item, name: {"B": base64.b64decode(str(item[name]["B"]))}}
