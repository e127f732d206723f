"""A person sets reorder points through the bucket: all of a file or nothing, and for each item the newest request."""

import json
from typing import Any

import pytest

from load_inventory import check_points, set_points
from onhand.items import plain
from stock.messages import Recount
from tests.capacity.world import World

STOCK = "store,item,count\nBerlin,tea,3\nBerlin,jam,3\nParis,tea,3\n"


def answer(world: World, store: str = "") -> dict[str, Any]:
    key = f"checked/{store}null.json"
    found: dict[str, Any] = json.loads(world.s3.get_object(Bucket=world.bucket, Key=key)["Body"].read())
    return found


def points(world: World) -> dict[tuple[str, str], int | None]:
    rows = map(plain, world.client.scan(TableName=world.settings.reorder_points)["Items"])
    return {(row["Store"], row["Item"]): row.get("ReorderPoint") for row in rows}


def test_what_a_file_says_is_set_with_who_and_when_and_the_stores_are_recounted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.load(STOCK)
    sent: list[str] = []
    monkeypatch.setattr(world.clients, "send_all", sent.extend)
    world.load("item,reorder_point\ntea,5\njam,\ngone,\n", "points/Berlin/", **{"uploaded-by": "ann@example.com"})
    assert answer(world, "Berlin/") == {"Set": 1, "Removed": 2, "Superseded": 0}
    assert points(world) == {("Berlin", "tea"): 5, ("Berlin", "jam"): None, ("Berlin", "gone"): None}
    key = {"Store": {"S": "Berlin"}, "Item": {"S": "tea"}}
    row = plain(world.client.get_item(TableName=world.settings.reorder_points, Key=key)["Item"])
    assert (row["SetBy"], row["AsOf"][:19]) == ("ann@example.com", "20261122T090000.000")
    assert sent == [Recount("Berlin").body()]
    world.load("store,item,reorder_point\n,tea,4\n", "points/")
    assert sent[1:] == [Recount(store).body() for store in ("Berlin", "Paris")]


def test_nothing_is_set_of_a_file_with_a_name_that_nobody_knows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.load(STOCK)
    world.load("item,reorder_point\ntea,5\njum,5\nTea,5\n", "points/Berlin/")
    said = answer(world, "Berlin/")
    assert said["Refused"] == "Nothing was set: 2 of the rows cannot be. Mend them and send the file again."
    assert [(each["Line"], each["Reason"]) for each in said["First"]] == [
        (3, "Berlin has no item “jum”"),  # too short for a guess
        (4, "Berlin has no item “Tea”: did you mean “tea”?"),
    ]
    world.load("store,item,reorder_point\n*,jam,5\n,Téa,5\nberlin,tea,5\nRome,tea,5\n", "points/")
    assert [(each["Line"], each["Reason"]) for each in answer(world)["First"]] == [
        (3, "no store has an item “Téa”: did you mean “tea”?"),
        (4, "there is no store “berlin” that has any items: did you mean “Berlin”?"),
        (5, "there is no store “Rome” that has any items"),
    ]
    monkeypatch.setattr(check_points, "_MOST_KEYS", 1)
    world.load("store,item,reorder_point\n*,jum,5\n", "points/")
    assert "1 of the items" in answer(world)["Refused"]
    assert points(world) == {}
    world.load("item,reorder_point\njum,5\n", "points/Berlin/", force="true")
    assert points(world) == {("Berlin", "jum"): 5}


def test_an_older_request_is_not_set_over_a_newer_one_that_took_the_point_away(world: World) -> None:
    world.load(STOCK)
    world.load_late("item,reorder_point\ntea,\n", "points/Berlin/", 9)
    world.load_late("item,reorder_point\ntea,5\njam,5\n", "points/Berlin/", 8)
    assert answer(world, "Berlin/") == {"Set": 1, "Removed": 0, "Superseded": 1}
    assert points(world) == {("Berlin", "tea"): None, ("Berlin", "jam"): 5}


def test_what_was_decided_about_a_request_is_not_decided_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.load(STOCK)

    def die(*_: Any) -> None:
        raise OSError

    with monkeypatch.context() as dying:
        dying.setattr(set_points, "_raise_version", die)
        with pytest.raises(OSError):
            world.load_late("item,reorder_point\ntea,5\n", "points/Paris/", 9)
    world.load_late("store,item,count\n", "uploads/Paris/", 10, mode="removal")
    world.load_late("item,reorder_point\ntea,5\n", "points/Paris/", 9)
    assert answer(world, "Paris/")["Set"] == 1


def test_a_point_costs_a_unit_and_its_item_is_looked_up_the_cheaper_way(world: World) -> None:
    world.load("store,item,count\n" + "".join(f"Berlin,item {number},1\n" for number in range(200)))
    names = world.settings
    one = world.load("item,reorder_point\nitem 7,5\n", "points/Berlin/")
    many = world.load("item,reorder_point\n" + "".join(f"item {number},5\n" for number in range(200)), "points/Berlin/")
    assert one.written[names.reorder_points] == 1
    assert many.written[names.reorder_points] == 200
    assert (one.requests["BatchGetItem"], one.requests["Query"]) == (2, 0)  # the store, the item
    assert (many.requests["BatchGetItem"], many.requests["Query"]) == (1, 1)
