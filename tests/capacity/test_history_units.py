"""What the history of a store costs on top of a day, as `onhand cost` reckons it, and what reading it costs."""

import math
import random
import time
from collections.abc import Iterator

import pytest

from benchmarks.files import Counts, Shape, base, change
from keep_history.handler import keep
from onhand import estimate
from stock.attributes import Item, item
from stock.dynamodb import DynamoDB
from tests.capacity.world import World
from tests.engines import session
from tests.meter import Meter

STORE, ITEMS, CHANGED, DAYS = "Store 000", 10_000, 0.02, 90
READS_A_WRITE = 5  # for the price of a write unit


class Metered:
    """The table History of a test, and a client of it that counts."""

    def __init__(self, world: World) -> None:
        self.table, self.meter = world.settings.history, Meter(local=True)
        self.dynamodb = DynamoDB(session(), threads=1)
        self.dynamodb.call = self.meter.around(self.dynamodb.call)  # type: ignore[method-assign, assignment]

    def keep(self, records: list[Item]) -> float:
        """Keep a day; return the write units that it took."""
        before = self.meter.written[self.table]
        keep(self.dynamodb, self.table, records, 400)
        return self.meter.written[self.table] - before


@pytest.fixture
def history(world: World) -> Metered:
    if not world.is_local:
        pytest.skip("MiniStack's Query reports the same whatever it read")
    return Metered(world)


def test_to_keep_a_day_costs_at_most_a_fiftieth_of_it_and_90_days_are_read_for_40_units(history: Metered) -> None:
    units = [history.keep(records) for records in days()]
    assert max(units) == estimate.writes_of_a_pack(ITEMS * CHANGED)
    writes = ITEMS * CHANGED + estimate.WRITES_AN_UPLOAD
    reads = math.ceil(ITEMS * estimate.ROW_BYTES / 4096) + estimate.READS_AN_UPLOAD
    assert max(units) <= 0.02 * (writes + reads / READS_A_WRITE)

    # An item's changes lie among those of the others of its store.
    query = {
        "TableName": history.table,
        "KeyConditionExpression": "#store=:store",
        "ExpressionAttributeNames": {"#store": "Store"},
        "ExpressionAttributeValues": {":store": {"S": STORE}},
    }
    assert sum(len(page) for page in history.dynamodb.pages(query)) == DAYS
    assert history.meter.read[history.table] <= 40


def days() -> Iterator[list[Item]]:
    """Yield the records of each day of a store: names of items have nothing in common but the length of an EAN."""
    names = map(str, random.Random(1).sample(range(10**12, 10**13), ITEMS))
    counts: Counts = {STORE: dict(zip(names, base(Shape(1, ITEMS))[STORE].values(), strict=True))}
    for day in range(DAYS):
        before, counts = counts[STORE], change(counts, CHANGED, seed=day)
        changed = {name: count for name, count in counts[STORE].items() if count != before[name]}
        yield [record(day, name, before[name], count) for name, count in changed.items()]


def record(day: int, name: str, before: int, after: int) -> Item:
    created = 1795348800 + 86_400 * day
    token = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(created))}.123Z-0065A1B2C3D4E5F607-1a2b"
    key = {"Store": STORE, "Item": name}
    return {
        "dynamodb": {
            "ApproximateCreationDateTime": created,
            "SequenceNumber": "1",
            "Keys": item(key),
            "OldImage": item(key | {"Count": before, "AsOf": "before"}),
            "NewImage": item(key | {"Count": after, "AsOf": token}),
        },
    }
