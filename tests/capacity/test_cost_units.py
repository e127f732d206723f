"""The units from which `onhand cost` reckons: what loading a store's file reads and writes."""

from math import ceil

import pytest

from benchmarks.files import Shape, base, change
from benchmarks.files import csv as file_of
from onhand import estimate
from tests.capacity.test_capacity import CHANGED, EVENTS
from tests.capacity.world import World

SHAPE = Shape(stores=1, items=2000)


def test_an_upload_writes_what_the_estimate_says() -> None:
    assert (estimate.WRITES_AN_UPLOAD, estimate.WRITES_FOR_EVENTS) == (CHANGED, EVENTS)


def test_an_upload_reads_what_the_estimate_says(world: World) -> None:
    if not world.is_local:
        pytest.skip("MiniStack's Query reports the same whatever it read")
    world.stop_stream()
    first = base(SHAPE)
    world.load(file_of(first).decode())
    again = world.load(file_of(change(first, 0.02)).decode())

    assert again.read[world.settings.inventory] == ceil(SHAPE.items * estimate.ROW_BYTES / 4096)
    # AWS bills a unit for an item that is not there; DynamoDB Local does not. Each BatchGetItem asks for two.
    assert again.requests["BatchGetItem"] * 2 == estimate.READS_AN_UPLOAD
    assert sum(again.read.values()) - again.read[world.settings.inventory] <= estimate.READS_AN_UPLOAD
