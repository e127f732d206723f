"""A check writes nothing, and what it says is what loading the same file then does."""

import json
from dataclasses import replace
from typing import Any

import pytest

from load_inventory.rules import Verdict
from onhand.items import plain
from tests.capacity.world import World

BEFORE = (
    "store,item,count,reorder_point\nBerlin,tea,9,\nBerlin,milk,4,\nBerlin,rice,3,2\nBerlin,salt,0,\nBerlin,oil,800,\n"
)
FILE = (
    "store,item,count\nBerlin,tea,0\nBerlin,milk,4\nBerlin,salt,70\nBerlin,cocoa,5\nBerlin,cocoa,0\n"
    "Berlin,rice,many\nBerlim,tea,1\n"
)
COUNTED = (Verdict.CHANGED, Verdict.UNCHANGED, Verdict.SUPERSEDED, "Removed", "Rows", "Repeated", "Rejected")


@pytest.mark.parametrize("metadata", [{}, {"mode": "snapshot", "force": "true"}])
def test_a_check_writes_nothing_and_tells_what_loading_does(world: World, metadata: dict[str, str]) -> None:
    world.load(BEFORE)
    by_hand = {"Store": {"S": "Berlin"}, "Item": {"S": "by hand"}, "Count": {"N": "2.5"}}
    world.client.put_item(TableName=world.settings.inventory, Item=by_hand)
    before = world.contents()

    answer, meter = world.check(FILE, **metadata)

    assert world.contents() == before
    assert sum(map(meter.write_units, world.tables)) == 0
    assert [row["Line"] for row in answer["FirstRows"]] == [2, 3, 4, 6, 8]  # 5 is repeated in 6, 7 is rejected
    assert answer["FirstRows"][0] == {"Line": 2, "Store": "Berlin", "Item": "tea", "Count": 0, "ReorderPoint": None}
    changes = answer["Changes"]
    assert changes["NewStores"] == {"Count": 1, "First": [{"Store": "Berlim", "Items": 1}]}
    assert rows(changes["NewItems"]) == [("Berlim", "tea", 1, None), ("Berlin", "cocoa", 0, None)]
    assert rows(changes["ToZero"]) == [("Berlin", "tea", 0, 9), ("Berlin", "cocoa", 0, None)]
    assert rows(changes["OtherCounts"]) == [("Berlin", "salt", 70, 0)]
    delisted = [("Berlin", "oil", None, 800), ("Berlin", "by hand", None, None)]
    assert rows(changes["Delisted"]) == (delisted if metadata else [])
    assert changes["Removals"]["First"] == ([{"Store": "Berlin", "Removed": 2, "Items": 6}] if metadata else [])
    world.load(FILE, **metadata)
    loaded = plain(world.record())
    assert {name: answer["Upload"][name] for name in COUNTED} == {name: loaded[name] for name in COUNTED}


def test_a_check_of_a_snapshot_that_would_be_refused_says_so_and_what_it_would_delist(world: World) -> None:
    world.load(BEFORE)
    before = world.contents()
    file = "store,item,count\nBerlin,tea,9\n"

    answer, _ = world.check(file, mode="snapshot")

    assert world.contents() == before
    world.load(file, mode="snapshot")
    refused = plain(world.record())
    assert (answer["Upload"]["State"], answer["Upload"]["MayInsist"]) == ("refused", True)
    assert answer["Upload"]["Reason"] == refused["Reason"]
    assert "would remove 4 of the 5 items" in refused["Reason"]
    assert answer["Changes"]["Delisted"]["Count"] == 4
    assert refused["MayInsist"]
    forced, _ = world.check(file, mode="snapshot", force="true")
    assert (forced["Upload"]["State"], forced["Upload"]["Removed"]) == ("checked", 4)


def test_a_file_that_does_not_fit_is_read_and_not_compared(world: World) -> None:
    world.clients.settings = replace(world.settings, part_rows=3)
    before = world.contents()

    answer, _ = world.check(FILE, mode="snapshot")

    assert world.contents() == before
    assert "Changes" not in answer
    assert (answer["Upload"]["State"], answer["Upload"]["Rows"], answer["Upload"]["Rejected"]) == ("checked", 7, 1)
    assert "Changed" not in answer["Upload"]


def test_a_check_of_a_removal_tells_what_would_be_gone(world: World) -> None:
    world.load(BEFORE)
    world.load("", "checks/Berlin/", mode="removal")
    answer = json.loads(world.s3.get_object(Bucket=world.bucket, Key="checked/Berlin/null.json")["Body"].read())
    assert (answer["Upload"]["State"], answer["Upload"]["Removed"]) == ("checked", 5)
    assert answer["Changes"]["Delisted"]["Count"] == 5


def rows(found: dict[str, Any]) -> list[tuple[str, str, int | None, int | None]]:
    """Return the first of some changes, after seeing that these are all."""
    assert found["Count"] == len(found["First"])
    return [(row["Store"], row["Item"], row.get("Count"), row.get("Previous")) for row in found["First"]]
