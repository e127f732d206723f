"""What the catalogue of items costs on top of the rows that changed, as `onhand cost` reckons it."""

import random
import time

import pytest

from keep_catalogue.fold import fold
from keep_catalogue.keep import keep_catalogue
from onhand import estimate
from stock.attributes import Item, item
from stock.dynamodb import DynamoDB
from tests.capacity.world import World
from tests.engines import session
from tests.meter import Meter

ITEMS, CHANGED, SHORT = 10_000, 0.02, 0.05
_LATER = 700  # seconds


class Metered:
    """The table Catalogue of a test, records of a store's rows, and a client that counts."""

    def __init__(self, world: World) -> None:
        self.table, self.meter = world.prefix + "Catalogue", Meter(local=True)
        self.dynamodb = DynamoDB(session(), threads=1)
        self.dynamodb.call = self.meter.around(self.dynamodb.call)  # type: ignore[method-assign, assignment]
        self.chance = random.Random(1)
        self.names = list(map(str, self.chance.sample(range(10**12, 10**13), ITEMS)))  # with nothing in common
        self.rows: dict[str, Item] = {}
        self.sequence = 0

    def upload(self, names: list[str]) -> list[Item]:
        """Give items another count; return the records of that."""
        return [self._record(name) for name in names]

    def _record(self, name: str) -> Item:
        self.sequence += 1
        key = {"Store": "Store 000", "Item": name}
        before = self.rows.get(name)
        is_out = self.chance.random() < SHORT
        count = 0 if is_out else self.chance.randrange(1, 100)
        self.rows[name] = item(key | {"Count": count} | ({"Short": "out"} if is_out else {}))
        images = {"NewImage": self.rows[name]} | ({"OldImage": before} if before else {})
        return {"dynamodb": {"SequenceNumber": str(self.sequence), "Keys": item(key), **images}}

    def keep(self, records: list[Item]) -> float:
        """Keep a batch; return the write units that it took."""
        before = self.meter.written[self.table]
        keep_catalogue(self.dynamodb, self.table, records)
        return self.meter.written[self.table] - before

    def fold(self) -> float:
        """Fold, if it is time; return the write units that it took."""
        before = self.meter.written[self.table]
        fold(self.dynamodb, self.table, lambda: time.time() + _LATER)
        return self.meter.written[self.table] - before


def test_a_row_that_changed_costs_a_tenth_of_a_unit_more(world: World) -> None:
    if not world.is_local:
        pytest.skip("MiniStack reports one unit for whatever is written")
    of = Metered(world)
    for at in range(0, ITEMS, ITEMS // 20):
        of.keep(of.upload(of.names[at : at + ITEMS // 20]))
    of.fold()  # the first base
    kept: list[float] = []
    folded: list[float] = []
    uploads = []
    while len(folded) < 2:  # from one fold to the next, so that a version is deleted, too
        before = len(kept)
        while not (units := of.fold()):
            kept.append(of.keep(of.upload(of.chance.sample(of.names, int(ITEMS * CHANGED)))))
        folded.append(units)
        uploads.append(len(kept) - before)
    changes = int(ITEMS * CHANGED)
    deletion = estimate.writes_of_a_delta(changes) - kept[-1]  # reckoned: of many in a transaction, it reports one
    print(f"{kept[-1]} units a batch, {folded[-1]} a fold of {uploads[-1]}")  # noqa: T201 - shown with -s
    assert deletion == kept[-1] - estimate.WRITES_A_POSITION
    assert folded[-1] == pytest.approx(estimate.writes_of_a_fold(ITEMS), rel=0.1)
    assert uploads[-1] == pytest.approx(estimate.deltas_of_a_fold(ITEMS, changes), abs=2)
    assert kept[-1] + deletion + folded[-1] / uploads[-1] <= 0.1 * changes
