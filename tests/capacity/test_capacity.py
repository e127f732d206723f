"""I2 of the design: what did not change costs no write."""

import pytest

from load_inventory.inventory import cheaper_by_key
from tests.capacity.world import World
from tests.meter import Meter

ROWS = 2_000
BOOKKEEPING = 10  # write units per store and upload, at most


def csv(counts: dict[str, list[int]]) -> str:
    """Return a file with the counts of every store's items, the items numbered from 0."""
    rows = (f"{store},item-{at:05},{count}" for store, items in counts.items() for at, count in enumerate(items))
    return "\n".join(["store,item,count", *rows]) + "\n"


def inventory_units(world: World, meter: Meter) -> float:
    """Return the write units that Inventory and its index consumed.

    DynamoDB Local reports no capacity for PartiQL, MiniStack none for an index. So a statement counts as one unit (no
    row here is larger than 1 KB), and so does a row that the stream shows to enter or to leave the index.
    """
    table = world.prefix + "Inventory"
    records = [record["dynamodb"] for record in world.stream_records()]
    if not world.is_local:
        assert meter.written[table] == meter.statements
    assert len(records) == meter.statements  # every statement wrote a row, and nothing else did
    moves = sum(("Short" in r.get("NewImage", {})) != ("Short" in r.get("OldImage", {})) for r in records)
    return meter.statements + moves


def bookkeeping(world: World, meter: Meter) -> float:
    return meter.written[world.prefix + "Stores"] + meter.written[world.prefix + "Uploads"]


def test_a_reload_pays_for_changed_rows_only(world: World) -> None:
    first = world.load(csv({"Berlin": [7] * ROWS}))
    assert inventory_units(world, first) == ROWS
    assert bookkeeping(world, first) <= BOOKKEEPING

    for number, changed in enumerate((0, ROWS // 50, ROWS)):
        again = world.load(csv({"Berlin": [8 + number] * changed + [7] * (ROWS - changed)}))
        assert inventory_units(world, again) == changed
        assert bookkeeping(world, again) <= BOOKKEEPING


def test_a_reload_without_changes_writes_no_row(world: World) -> None:
    file = csv({"Berlin": [7, 0, 3] * 100})
    world.load(file)
    world.stream_records()
    again = world.load(file)
    assert again.statements == 0
    assert again.written[world.prefix + "Inventory"] == 0
    assert world.stream_records() == []


def test_a_row_that_enters_or_leaves_the_index_costs_one_more(world: World) -> None:
    world.load(csv({"Berlin": [7, 7, 0, 0, 1]}))
    world.stream_records()
    assert inventory_units(world, world.load(csv({"Berlin": [7, 0, 0, 0, 1]}))) == 2
    assert inventory_units(world, world.load(csv({"Berlin": [7, 0, 5, 0, 1]}))) == 2
    assert inventory_units(world, world.load(csv({"Berlin": [7, 3, 0, 4, 2]}))) == 4 + 3


@pytest.mark.parametrize("changed", [0, 1])
def test_bookkeeping_is_bounded_for_every_store_of_an_upload(world: World, changed: int) -> None:
    stores = [f"Store {number}" for number in range(5)]
    assert bookkeeping(world, world.load(csv({store: [7] * 20 for store in stores}))) <= BOOKKEEPING * len(stores)
    again = world.load(csv({store: [7 + changed] * 20 for store in stores}))
    assert bookkeeping(world, again) <= BOOKKEEPING * len(stores)


def test_a_small_file_for_a_large_store_is_read_by_key(world: World) -> None:
    world.load(csv({"Berlin": [7] * ROWS}))
    few = world.load(csv({"Berlin": [7] * 5}))
    assert few.requests["BatchGetItem"] == 1
    whole = world.load(csv({"Berlin": [7] * ROWS}))
    assert whole.requests["BatchGetItem"] == 0
    if world.is_local:  # MiniStack's Query reports the same whatever it read
        table = world.prefix + "Inventory"
        assert few.read[table] == 5
        # To read the file's rows by key would cost a unit each: the cheaper way is the one that is taken.
        assert cheaper_by_key(round(whole.read[table] * 0.7), ROWS)
        assert not cheaper_by_key(round(whole.read[table] * 1.3), ROWS)
