"""Objects of the bucket with keys and metadata that nobody expects: each ends in a state that can be read."""

from typing import Any

import pytest

from load_inventory.upload import answer_key
from tests.hostile.world import World

LONG = "a" * 1010  # with `uploads/` and `/b.csv`, the longest key that S3 takes
GROWS = "\u0958" * 330  # 990 bytes, which are twice as many as `clean` composes them
BIDI, MARKUP = "\u202egnp.exe", "<img src=x onerror=alert(1)>"
NAMES = [
    "a.csv", "Berlin/a.csv", "../a.csv", "Berlin/../a.csv", "./a.csv", "/a.csv", "//a.csv", "Berlin%2Fa.csv", "%.csv",
    "%E0%80.csv", "Ber+lin/a+b .csv", "🏬/📦.csv", f"{BIDI}/{BIDI}.csv", f"{MARKUP}/{MARKUP}.csv", "*/a.csv", "null",
    "a\tb\x1b[31m.csv", "'; DROP TABLE Inventory;--.csv", "=cmd|' /C calc'!A0.csv", LONG, f"{GROWS}/a.csv",
    f"{'x' * 1000}/a.csv", f"Berlin/{'z' * 1000}",
]  # fmt: skip


def test_whatever_a_file_is_called_it_is_loaded_or_refused(world: World) -> None:
    keys = {f"uploads/{name}" for name in NAMES}
    for key in keys:
        world.put(key)
    assert world.run("uploads") == 0
    states = {key: row["State"]["S"] for key, row in world.uploads().items() if key in keys}
    assert states.keys() == keys
    assert set(states.values()) == {"loaded", "refused"}
    assert states["uploads/Berlin%2Fa.csv"] == states["uploads/Berlin/a.csv"] == states[f"uploads/{LONG}"] == "loaded"
    # A row of Berlin is none of the store whose folder it lies in: such a file is loaded without it, or refused.
    assert states[f"uploads/{GROWS}/a.csv"] == states["uploads/*/a.csv"] == states["uploads//a.csv"] == "refused"
    assert world.dead_letters("uploads") == []


@pytest.mark.parametrize("prefix", ["checks", "formats", "points"])
def test_who_asks_is_answered_if_s3_takes_the_key_of_the_answer(ministack_world: World, prefix: str) -> None:
    world, answers = ministack_world, 0
    said = {"formats": "[" * 9000, "points": "item,reorder_point\ntea,🍵\n"}
    versions = {f"{prefix}/{name}": world.put(f"{prefix}/{name}", said.get(prefix, "?" * 99)) for name in NAMES}
    assert world.run("uploads") == 0
    assert world.dead_letters("uploads") == []
    for key, version in versions.items():
        answer = answer_key(key, version)
        if len(answer.encode()) <= 1024 and ".." not in key:
            found = world.answer(answer)
            answers += bool(found.get("Refused") or found["Upload"]["State"] == "refused")
    assert answers > len(NAMES) - 6


def test_a_format_for_all_stores_is_not_kept_for_a_folder_that_is_no_stores(ministack_world: World) -> None:
    world = ministack_world
    for folder in ("", "\u200b", "*", GROWS, "x" * 960):
        world.put(f"formats/{folder}/f", '{"decimal": ","}')
    assert world.run("uploads") == 0
    kept = world.engine.dynamodb.query(
        TableName=world.table("Uploads"), KeyConditionExpression="#s = :format",
        ExpressionAttributeNames={"#s": "Scope"}, ExpressionAttributeValues={":format": {"S": "format"}},
    )["Items"]  # fmt: skip
    assert kept == []


HEADERS: list[dict[str, Any]] = [
    {"mode": "removal"}, {"mode": "snapshots"}, {"mode": "x" * 1900}, {"mode": "SNAPSHOT", "force": "TRUE"},
    {"uploaded_by": "=?utf-8?B?////?="}, {"uploaded_by": "=?unicode_escape?Q?=5Cud800?="},
    {"uploaded_by": "=?idna?Q?" + "a" * 1800 + "?="},
    {"uploaded_by": "=?utf-8?Q?=E2=80=AE=1B[31m?="}, {"uploaded_by": MARKUP}, {"uploaded_by": "=?rot13?Q?a?="},
    {"uploaded_by": "=?punycode?Q?" + "9" * 1500 + "?="}, {"kept_format": "=1+1"},
    {"repeats": "add", "format": "[" * 1900},
    {"take_back": "true"}, {"force": "no", "mode": "-"},
]  # fmt: skip


def test_whatever_the_metadata_says_a_file_is_loaded(ministack_world: World) -> None:
    world = ministack_world
    for number, headers in enumerate(HEADERS):
        for prefix in ("uploads", "checks", "points", "withdrawals"):
            world.put(f"{prefix}/Head/{number}.csv", "item,count\ntea,1\n", **headers)
    assert world.run("uploads") == 0
    assert world.dead_letters("uploads") == []
    records = [row for key, row in world.uploads().items() if key.startswith("uploads/Head/")]
    assert [row["State"]["S"] for row in records] == ["loaded"] * len(HEADERS)
    assert all(row["By"]["S"].isprintable() for row in records)
