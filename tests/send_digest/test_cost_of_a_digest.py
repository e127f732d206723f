"""The units from which `onhand cost` reckons: what a digest of all stores reads and writes."""

import pytest

from onhand import estimate
from stock.acknowledgements import Kind
from stock.messages import SendDigest
from tests.meter import Meter
from tests.send_digest.conftest import NewWorld

STORES = 40
ALERTS = 5  # that are open in a store


def test_a_digest_costs_what_the_estimate_says(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world = new_world()
    if not world.engine.is_local:
        pytest.skip("MiniStack reports the same whatever a request read")
    for store in map(str, range(STORES)):
        world.store(store)
        for number in range(ALERTS):
            item = str(10**12 + number)
            alert = world.short(store, item, hours_ago=2, count=number % 2)
            # DynamoDB Local takes nothing for what is not there, AWS as much as for a small item.
            world.say(store, item, alert, Kind.SNOOZE, "2026-11-01")
    meter = Meter(local=True)
    monkeypatch.setattr(world.services.dynamodb, "call", meter.around(world.services.dynamodb.call))
    world.deliver(SendDigest(world.digest().id, world.now()).body())
    chain = estimate.Chain(stores=STORES, items=0, uploads=1, changed=0, viewers=1, alerts=ALERTS)
    assert sum(meter.written.values()) == estimate.WRITES_A_DIGEST
    read = sum(meter.read.values())
    assert 0.75 * estimate.reads_of_a_digest(chain) <= read <= estimate.reads_of_a_digest(chain)
