"""A person says through the bucket how files are read: it is kept if it is a format, and the newest one counts."""

import json
from dataclasses import replace

from load_inventory.keep_format import keep_format
from onhand.items import plain
from tests.capacity.world import World


def kept(world: World) -> str | None:
    key = {"Scope": {"S": "format"}, "Token": {"S": "*"}}
    item = world.client.get_item(TableName=world.settings.uploads, Key=key).get("Item")
    return plain(item)["Format"] if item else None


def test_a_format_is_tried_kept_and_used(world: World) -> None:
    file = "Filiale,Artikel,Soll,Ist\nBerlin,tea,7,3\n"
    refused, _ = world.check(file)
    assert refused["Columns"]["Titles"] == ["Filiale", "Artikel", "Soll", "Ist"]
    tried, _ = world.check(file, format=json.dumps({"count": ["Ist"]}))
    assert [row["Count"] for row in tried["FirstRows"]] == [3]
    assert tried["Columns"]["Count"] == "Ist"
    assert kept(world) is None

    world.load(json.dumps({"count": ["Ist"]}), "formats/")
    world.load(json.dumps({"counts": ["Soll"]}), "formats/")

    answer = json.loads(world.s3.get_object(Bucket=world.bucket, Key="checked/null.json")["Body"].read())
    assert answer == {"Refused": answer["Refused"]}
    assert "counts" in answer["Refused"]
    assert kept(world) == '{"count":["Ist"]}'
    world.load(file)
    assert plain(world.record())["Changed"] == 1


def test_what_is_no_format_is_refused_in_words(world: World) -> None:
    for text in ("", "[1]", '{"count": 5}', "\ud83e".encode("utf-8", "replace").decode()):
        world.load(text, "formats/")
        answer = json.loads(world.s3.get_object(Bucket=world.bucket, Key="checked/null.json")["Body"].read())
        assert list(answer) == ["Refused"]
    assert kept(world) is None
    tried, _ = world.check("store,item,count\nBerlin,tea,1\n", format='{"nonsense": 1}')
    assert tried["Upload"]["State"] == "refused"


def test_a_change_that_comes_after_a_newer_one_is_not_said_to_be_kept(world: World) -> None:
    newer, older = json.dumps({"count": ["Ist"]}), json.dumps({"count": ["Soll"]})
    world.load(older, "formats/")
    world.load(newer, "formats/")
    world.load_late(older, "formats/", 1)
    answer = json.loads(world.s3.get_object(Bucket=world.bucket, Key="checked/null.json")["Body"].read())
    assert list(answer) == ["Refused", "ReasonOf"]
    assert kept(world) == newer.replace(" ", "")


def test_what_the_deployment_does_with_counts_below_0_does_not_become_the_stores_own_wish(world: World) -> None:
    world.clients.settings = replace(world.settings, negative_counts="reject")
    world.load(json.dumps({"count": ["Ist"]}), "formats/")
    assert kept(world) == '{"count":["Ist"]}'


def test_a_change_that_is_gone_is_answered(world: World) -> None:
    thing = {"key": "formats/gone.json", "size": 2, "sequencer": "01"}
    keep_format(
        world.clients,
        {"eventTime": "2026-11-22T09:00:00.000Z", "s3": {"bucket": {"name": world.bucket}, "object": thing}},
    )
    answer = json.loads(world.s3.get_object(Bucket=world.bucket, Key="checked/null.json")["Body"].read())
    assert "was deleted" in answer["Refused"]
