"""`onhand alerts --open` reads what it shows and no more, whatever else is open; on either engine."""

from itertools import islice
from types import SimpleNamespace
from typing import Any

import pytest

from onhand.read_alerts import Alert, Which, log, open_alerts
from stock import shards
from tests.capacity.world import World

STORES, ITEMS = 40, 15
SHARDS = 16
EVENTS = {"out": "OUT_OF_STOCK", "low": "LOW_STOCK", "": "OUT_OF_STOCK"}


class Alerts:
    """A table of alerts, some of them over, what a command needs to read it, and how many items that takes."""

    def __init__(self, world: World) -> None:
        self.read = 0
        self.stack: Any = SimpleNamespace(
            dynamodb=world.client, shards=SHARDS, outputs=SimpleNamespace(AlertsTable=world.prefix + "Alerts")
        )
        world.client.meta.events.register("after-call.dynamodb.Query", self._count)
        self.all = [_alert(number) for number in range(STORES * ITEMS)]
        for at in range(0, len(self.all), 25):
            put = [
                {"PutRequest": {"Item": {name: {"S": value} for name, value in one.items()}}}
                for one in self.all[at:][:25]
            ]
            world.client.batch_write_item(RequestItems={self.stack.outputs.AlertsTable: put})

    def _count(self, parsed: dict[str, Any], **_: Any) -> None:
        self.read += parsed["ScannedCount"]


def _alert(number: int) -> Alert:
    # Neither stores nor levels follow each other in the order of time.
    at = f"2026-11-22T09:{number * 7 % 600 // 60:02}:{number * 7 % 600 % 60:02}.000Z"
    store, item, level = f"Shop {number % STORES}", f"item {number // STORES}", ("out", "low", "")[number % 3]
    token = at.replace("-", "").replace(":", "")
    opened = {"Open": shards.of_store(level, store, SHARDS)} if level else {}
    return {
        "Store": store, "Alert": f"{token}-{number}#{EVENTS[level]}#{item}", "Item": item, "Event": EVENTS[level],
        "At": at, "State": "sent", "Log": shards.of_store("all", store, SHARDS), **opened,
    }  # fmt: skip


@pytest.fixture
def alerts(world: World) -> Alerts:
    return Alerts(world)


def names(found: Any) -> list[str]:
    return [one["Alert"] for one in found]


def test_the_five_longest_open_cost_five_of_each_key(alerts: Alerts) -> None:
    found = list(islice(open_alerts(alerts.stack, page=5), 5))
    longest = sorted((one for one in alerts.all if "Open" in one), key=lambda one: one["At"])[:5]
    assert [one["At"] for one in found] == [one["At"] for one in longest]
    assert alerts.read <= 2 * SHARDS * 5


WAYS = (
    Which(),
    Which("Shop 7"),
    Which("Shop 7", "item 2"),
    Which(item="item 3"),
    Which(event="LOW_STOCK"),
    Which("Shop 7", event="OUT_OF_STOCK"),
    Which(event="BACK_IN_STOCK"),
    Which(start="2026-11-22T09:02:00.000Z"),
    Which("Shop 8", start="2026-11-22T09:01:00.000Z"),
)


def test_what_is_read_is_what_a_plain_look_at_all_finds(alerts: Alerts) -> None:
    for which in WAYS:
        alerts.read = 0
        wanted = [
            one
            for one in alerts.all
            if which.store in (None, one["Store"])
            and which.item in (None, one["Item"])
            and which.event in (None, one["Event"])
            and one["At"] >= which.start
        ]
        assert sorted(names(log(alerts.stack, which))) == sorted(names(wanted)), which
        found = list(open_alerts(alerts.stack, which))
        assert sorted(names(found)) == sorted(names(one for one in wanted if "Open" in one)), which
        assert found == sorted(found, key=lambda one: one["At"])
        assert {one["Open"] for one in found} <= {"out", "low"}
        of_one = ITEMS if which.store else STORES if which.item else len(alerts.all)
        assert alerts.read <= 2 * of_one, which
