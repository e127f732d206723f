"""I2 of the design: what did not change costs no write."""

from dataclasses import replace

import pytest

from benchmarks.files import Shape, base, change, index_moves
from benchmarks.files import csv as file_of
from load_inventory.inventory import cheaper_by_key
from tests.capacity.world import World
from tests.meter import Meter

ROWS = 2_000

# Write units on the tables Uploads and Stores for an upload about one store:
UNCHANGED = 4  # its record begins and ends, the ledger's entry, the hint to it
CHANGED = UNCHANGED + 1  # the summary of the store
EVENTS = 1  # how many rows ran out or low, or came back, if any did
NEW_STORE = 1  # the first hint, as there was none to be raised


def csv(counts: dict[str, list[int]]) -> str:
    """Return a file with the counts of every store's items, the items numbered from 0."""
    rows = (f"{store},item-{at:05},{count}" for store, items in counts.items() for at, count in enumerate(items))
    return "\n".join(["store,item,count", *rows]) + "\n"


def inventory_units(world: World, meter: Meter) -> float:
    """Return the write units that Inventory and its two indexes consumed.

    No engine reports those of the indexes: a row that the stream shows to enter or to leave them counts as one in each.
    """
    table = world.settings.inventory
    records = [record["dynamodb"] for record in world.stream_records()]
    units = meter.write_units(table)
    assert len(records) == units == meter.statements_of[table]  # every statement wrote a row, and nothing else did
    return units + 2 * sum(("Short" in r.get("NewImage", {})) != ("Short" in r.get("OldImage", {})) for r in records)


def bookkeeping(world: World, meter: Meter) -> float:
    """Return the write units of all other tables."""
    return sum(meter.write_units(table) for table in world.tables if table != world.settings.inventory)


# These two come first: a write takes DynamoDB Local the longer, the more records are in its streams.


def test_a_chain_file_of_which_little_changed_costs_a_33rd_of_blind_writing(world: World) -> None:
    if not world.is_local:
        pytest.skip("MiniStack's Query reports the same whatever it read")
    world.stop_stream()
    shape = Shape(stores=50, items=400)
    first = base(shape)
    second = change(first, 0.02)
    world.load(file_of(first).decode())

    again = world.load(file_of(second).decode())

    assert again.write_units(world.settings.inventory) == 0.02 * shape.rows
    written = sum(map(again.write_units, world.tables)) + index_moves(first, second)
    read = sum(again.read.values())
    price = written + read / 5  # a write unit costs as much as five read units
    blind = shape.rows  # batch_writer writes every row
    assert price <= blind / 33


def test_a_small_file_for_a_large_store_is_read_by_key(world: World) -> None:
    world.stop_stream()
    world.load(csv({"Berlin": [7] * ROWS}))
    table = world.settings.inventory
    few = world.load(csv({"Berlin": [7] * 5}))
    whole = world.load(csv({"Berlin": [7] * ROWS}))
    assert whole.requests["Query"] == few.requests["Query"] + 1
    if world.is_local:  # MiniStack's Query reports the same whatever it read
        assert few.read[table] == 5
        # To read the file's rows by key would cost a unit each: the cheaper way is the one that is taken.
        assert cheaper_by_key(round(whole.read[table] * 0.7), ROWS)
        assert not cheaper_by_key(round(whole.read[table] * 1.3), ROWS)


def test_a_reload_pays_for_changed_rows_only(world: World) -> None:
    first = world.load(csv({"Berlin": [7] * ROWS}))
    assert inventory_units(world, first) == ROWS
    assert bookkeeping(world, first) == CHANGED + NEW_STORE

    for number, changed in enumerate((0, ROWS // 50, ROWS)):
        again = world.load(csv({"Berlin": [8 + number] * changed + [7] * (ROWS - changed)}))
        assert inventory_units(world, again) == changed
        assert bookkeeping(world, again) == (CHANGED if changed else UNCHANGED)


def test_a_reload_without_changes_writes_no_row(world: World) -> None:
    file = csv({"Berlin": [7, 0, 3] * 100})
    world.load(file)
    world.stream_records()
    again = world.load(file)
    assert again.statements_of[world.settings.inventory] == 0
    assert again.written[world.settings.inventory] == 0
    assert world.stream_records() == []


def test_with_more_shards_only_what_changes_is_written(world: World) -> None:
    world.load(csv({"Berlin": [7, 0, 3]}))
    world.clients.settings = replace(world.settings, shards=16)
    for changed in (1, 0):
        again = world.load(csv({"Berlin": [7, 0, 0]}))
        assert again.statements_of[world.settings.inventory] == changed


def test_a_row_that_enters_or_leaves_the_indexes_costs_one_more_in_each(world: World) -> None:
    world.load(csv({"Berlin": [7, 7, 0, 0, 1]}))
    world.stream_records()
    assert inventory_units(world, world.load(csv({"Berlin": [7, 0, 0, 0, 1]}))) == 1 + 2
    assert inventory_units(world, world.load(csv({"Berlin": [7, 0, 5, 0, 1]}))) == 1 + 2
    assert inventory_units(world, world.load(csv({"Berlin": [7, 3, 0, 4, 2]}))) == 4 + 2 * 3


def test_to_count_events_costs_a_unit_only_if_there_are_any(world: World) -> None:
    assert bookkeeping(world, world.load(csv({"Berlin": [7, 7, 0]}))) == CHANGED + NEW_STORE + EVENTS
    assert bookkeeping(world, world.load(csv({"Berlin": [7, 0, 3]}))) == CHANGED + EVENTS
    assert bookkeeping(world, world.load(csv({"Berlin": [9, 0, 3]}))) == CHANGED


# Up to 20 stores, an upload is entered into the ledger of each; beyond that once, for all stores.
@pytest.mark.long
@pytest.mark.parametrize(("stores", "unchanged", "changed"), [(5, 2, 3), (20, 2, 3), (50, 1, 1)])
def test_bookkeeping_is_bounded_for_every_store_of_an_upload(
    world: World, stores: int, unchanged: int, changed: int
) -> None:
    names = [f"Store {number}" for number in range(stores)]
    an_upload = UNCHANGED if stores > 20 else UNCHANGED - 2  # whatever the number of its stores
    first = world.load(csv({name: [7] * 20 for name in names}))
    # The item of all stores is new, too.
    assert bookkeeping(world, first) <= an_upload + NEW_STORE + (changed + NEW_STORE) * stores
    again = world.load(csv({name: [7] * 20 for name in names}))
    assert bookkeeping(world, again) == an_upload + unchanged * stores
    again = world.load(csv({name: [8] + [7] * 19 for name in names}))
    assert bookkeeping(world, again) == an_upload + changed * stores
