"""The units from which `onhand cost` reckons: what the morning of a store reads and writes."""

import os
import random

import pytest

from look_ahead.read_past import PAST_DAYS
from onhand import estimate
from stock.messages import LookAhead
from tests.look_ahead.conftest import NewWorld
from tests.look_ahead.world import World
from tests.meter import Meter

ITEMS = int(os.environ.get("ITEMS", "1000"))  # docs/cost.md has the figures of 10,000
CHANGED = 0.02


def fill(world: World, items: int) -> None:
    """A store with names as long as an EAN, with nothing in common; 2 % are sold each day, and sometimes more come."""
    chance = random.Random(7)
    counts: dict[str, int | None] = {str(chance.randrange(10**12, 10**13)): 40 for _ in range(items)}
    world.upload(PAST_DAYS - 0.5, counts)
    for ago in range(PAST_DAYS - 1, 0, -1):
        sold = {}
        for name in chance.sample(sorted(counts), int(items * CHANGED)):
            left = (counts[name] or 0) - chance.randint(1, 6)
            sold[name] = counts[name] = left if left >= 0 else 40
        world.upload(ago, sold)


def test_a_morning_costs_what_the_estimate_says(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world = new_world()
    if not world.engine.is_local:
        pytest.skip("MiniStack reports the same whatever a request read")
    fill(world, ITEMS)
    world.deliver(LookAhead(world.store).body())
    world.late += 86_400
    meter = Meter(local=True)
    monkeypatch.setattr(world.services.dynamodb, "call", meter.around(world.services.dynamodb.call))
    world.deliver(LookAhead(world.store).body())
    chain = estimate.Chain(stores=1, items=ITEMS, uploads=1, changed=CHANGED, viewers=0, alerts=0)
    writes, reads = sum(meter.written.values()), sum(meter.read.values())
    assert 0.75 * estimate.writes_of_a_morning(chain) <= writes <= estimate.writes_of_a_morning(chain)
    assert 0.75 * estimate.reads_of_a_morning(chain) <= reads <= estimate.reads_of_a_morning(chain)
