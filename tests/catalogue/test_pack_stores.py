"""The packs of all stores say what the table Stores says, whatever call is the last of an invocation."""

import base64
from contextlib import suppress

import pytest

from keep_catalogue import pack_stores as packing
from keep_catalogue.pack_stores import pack_stores
from stock.attributes import item
from stock.packs import unpacked
from tests.alerts.world import Crash
from tests.catalogue.world import World
from tests.engines import create_tables

TABLE, FEW = "PackedStores", 3


@pytest.fixture
def chain(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world with one store more than are read from the table itself, and what holds for all stores."""
    monkeypatch.setattr(packing, "FEW", FEW)
    with suppress(world.client.exceptions.ResourceNotFoundException):
        world.client.delete_table(TableName=TABLE)
    create_tables(world.client, "Packed", ("Stores",))
    for number in range(FEW):
        summary(world, f"Store {number}", number)
    summary(world, "Łódź", 7, "2026-11-22T08:36:52.123Z")
    world.client.put_item(TableName=TABLE, Item=item({"Store": "*", "TimeZone": "Europe/Warsaw"}))
    return world


def summary(world: World, store: str, out: int, at: str = "") -> None:
    values = {"Store": store, "Items": 10, "Units": 300, "Out": out, "Low": 0} | ({"LastUploadAt": at} if at else {})
    world.client.put_item(TableName=TABLE, Item=item(values))


def pack(world: World) -> int:
    with world.crasher.invocation(of_stream=False):
        return pack_stores(world.dynamodb, TABLE, "Catalogue")


def packed(world: World) -> dict[str, int]:
    """Stores and how many of their items are out, as who reads the packs takes them: of each number the later one."""
    packs = {row["Part"]["S"].partition("#")[2]: row for row in _rows(world)}
    columns = [unpacked(base64.b64decode(row["Entries"]["B"])) for row in packs.values()]
    return {store: out for each in columns for store, out in zip(each["stores"], each["out"], strict=True)}


def _rows(world: World) -> list[dict[str, dict[str, str]]]:
    rows = [row for page in world.dynamodb.pages({"TableName": "Catalogue"}, "Scan") for row in page]
    return sorted(rows, key=lambda row: row["Part"]["S"])


def in_table(world: World) -> dict[str, int]:
    rows = world.client.scan(TableName=TABLE)["Items"]
    return {row["Store"]["S"]: int(row["Out"]["N"]) for row in rows if "Items" in row}


def test_only_what_changed_is_written_and_a_small_chain_not_at_all(chain: World) -> None:
    assert pack(chain) == len(_rows(chain))
    assert packed(chain) == in_table(chain)
    assert pack(chain) == 0
    last = _rows(chain)[-1]["Part"]["S"]
    summary(chain, "Łódź", 8, "2026-11-22T08:36:52.123Z")
    assert pack(chain) == 1
    assert packed(chain) == in_table(chain)
    (new,) = [row for row in _rows(chain) if row["Part"]["S"] > last]
    assert "Łódź" in unpacked(base64.b64decode(new["Entries"]["B"]))["stores"]
    assert len({row["Part"]["S"].partition("#")[2] for row in _rows(chain)}) == len(_rows(chain))
    summary(chain, "Ulm", 1)
    pack(chain)
    chain.client.delete_item(TableName=TABLE, Key=item({"Store": "Łódź"}))  # who restored the table to an earlier time
    pack(chain)
    assert packed(chain) == in_table(chain), "a pack of which all stores are gone is gone, too"
    chain.client.delete_item(TableName=TABLE, Key=item({"Store": "Store 1"}))
    assert pack(chain) == 0


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_a_crash_leaves_the_next_run_mends(chain: World, moment: str) -> None:
    packs = pack(chain)
    for number in range(1, 8):
        for store in range(3):
            summary(chain, f"Store {store}", 1000 * number + store)
        chain.crasher.at = len(chain.crasher.calls) + number, moment
        with suppress(Crash):
            pack(chain)
        assert packed(chain).keys() == in_table(chain).keys()
        chain.crasher.at = None
        pack(chain)
        assert packed(chain) == in_table(chain)
        assert len(_rows(chain)) == packs
