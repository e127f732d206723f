"""What is lost: where rows, summaries, open alerts or what people were told differ from what the files say."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks.simulation.chain import Chain
from benchmarks.simulation.days import Stock
from stock.attributes import Item, text, whole_number
from stock.dynamodb import DynamoDB


def lost(chain: Chain, stock: Stock) -> Counter[str]:
    """Return how much of what is wrong in the tables, read from the engine itself; empty: nothing is lost."""
    dynamodb = chain.engine
    wrong: Counter[str] = Counter()
    for store, counts in stock.counts.items():
        out = {item for item, count in counts.items() if count == 0}
        rows = {text(row, "Item"): row for row in _query(dynamodb, "Inventory", store)}
        found = {item: whole_number(row, "Count") for item, row in rows.items()}
        wrong["rows"] += _differ(found, dict(counts))
        short = {item: text(row, "Short").partition(".")[0] for item, row in rows.items() if "Short" in row}
        wrong["rows marked as out"] += _differ(short, dict.fromkeys(out, "out"))
        summary = dynamodb.get("Stores", {"Store": {"S": store}}) or {}
        expected = {"Items": len(counts), "Units": sum(counts.values()), "Out": len(out), "Low": 0}
        wrong["summaries"] += {name: whole_number(summary, name) for name in expected} != expected
        opened = Counter(text(alert, "Item") for alert in _query(dynamodb, "Alerts", store) if "Open" in alert)
        wrong["open alerts"] += _differ(dict(opened), dict.fromkeys(out, 1))
        told = {item for item, level in chain.topic.last[store].items() if level == "out"}
        wrong["items told of last"] += len(told ^ out)
    return +wrong


def _differ(found: dict[str, Any], expected: dict[str, Any]) -> int:
    return sum(found.get(name) != expected.get(name) for name in found.keys() | expected.keys())


def _query(dynamodb: DynamoDB, table: str, store: str) -> Iterator[Item]:
    pages = dynamodb.pages({
        "TableName": table,
        "KeyConditionExpression": "#s=:s",
        "ExpressionAttributeNames": {"#s": "Store"},
        "ExpressionAttributeValues": {":s": {"S": store}},
        "ConsistentRead": True,
    })  # fmt: skip
    for page in pages:
        yield from page
