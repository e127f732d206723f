"""The units from which `onhand cost` reckons: what an alert reads and writes, from the stream to the topic."""

from typing import Any

import pytest

from onhand import estimate
from stock.attributes import Item
from tests.alerts.conftest import NewWorld
from tests.alerts.world import World
from tests.meter import Meter

_STATE = "\n"  # with it begin the partition keys of alert states, which are in no index
_BY_TIME_AND_ITEM = 2


def cost_of(world: World, records: list[dict[str, Any]]) -> tuple[Meter, list[Item]]:
    """Deliver records and publish what comes of them; return what that consumed, and the statements."""
    meter = Meter(world.engine.endpoint != world.engine.dynamodb_endpoint)
    metered = meter.around(world.services.dynamodb.call)
    statements: list[Item] = []

    def call(operation: str, parameters: Item) -> Item:
        statements.extend(parameters.get("Statements", ()))
        return metered(operation, parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.services.dynamodb, "call", call)
        world.deliver(records)
        world.drain()
    return meter, statements


def write_units(statements: list[Item], opened: int) -> int:
    """Return the write units of statements, with those of the indexes, as AWS bills them.

    A statement about an alert is written to both indexes of all alerts; and, `opened` times, to that of open ones.
    """
    of_alerts = [each for each in statements if not is_about_state(each)]
    return len(statements) + _BY_TIME_AND_ITEM * len(of_alerts) + opened


def is_about_state(statement: Item) -> bool:
    return any(value.get("S", "").startswith(_STATE) for value in statement["Parameters"])


def happen(world: World, event: str, items: int) -> list[dict[str, Any]]:
    token = world.token()
    count, short = (0, "out") if event == "OUT_OF_STOCK" else (9, None)
    world.ledger(token, "loaded", **{event: items})
    return [world.change(f"Item {number}", count, token, short) for number in range(items)]


def test_an_alert_costs_what_the_estimate_says(new_world: NewWorld) -> None:
    world = new_world()
    cost_of(
        world, happen(world, "OUT_OF_STOCK", 1)
    )  # the first one has more to write: its state, and that of the store
    _, back = cost_of(world, happen(world, "BACK_IN_STOCK", 1))
    world.late += 3600
    _, out = cost_of(world, happen(world, "OUT_OF_STOCK", 1))

    # The alert enters the index of open ones and is noted there as sent; when the item is back, it leaves it.
    assert write_units(out, opened=2) == 11
    assert write_units(back, opened=1) == 13
    assert estimate.WRITES_AN_ALERT == (11 + 13) / 2


def test_alerts_of_one_message_read_what_the_estimate_says(new_world: NewWorld) -> None:
    world = new_world()
    items = 10
    cost_of(world, happen(world, "BACK_IN_STOCK", items))
    world.late += 3600
    cost_of(world, happen(world, "OUT_OF_STOCK", items))
    world.late += 3600
    meter, _ = cost_of(world, happen(world, "BACK_IN_STOCK", items))

    if not meter.local:
        pytest.skip("MiniStack reports the same whatever a request read")
    assert sum(meter.read.values()) <= items * estimate.READS_AN_ALERT + estimate.READS_A_GROUP
    assert len(world.received()) > 0
