"""Cutting a file into parts."""

import random
from dataclasses import replace

import pytest

from load_inventory.clients import Settings
from load_inventory.keys import Key, KeyRange
from load_inventory.split_file import Part, Sample
from read_file.csv_rows import Row
from tests.unit.rejected_rows import rejected


def sample(rows: list[Row]) -> Sample:
    it = Sample("a token")
    for row in rows:
        it.add(row)
    return it


def test_parts_are_about_as_large_as_they_may_be() -> None:
    rows = [Row(n, f"store {n % 7}", f"item {n:06}", 1, None) for n in range(100_000)]
    random.Random(1).shuffle(rows)
    bounds = sample(rows).bounds(part_rows=10_000)
    keys = sorted((row.store, row.item) for row in rows)
    sizes = [
        sum(first <= key < end for key in keys)
        for first, end in zip([("", ""), *bounds], [*bounds, ("~", "")], strict=True)
    ]
    assert sum(sizes) == 100_000
    assert max(sizes) <= 10_000


def test_parts_of_one_store_that_run_at_the_same_time_are_written_in_half_of_the_functions_time() -> None:
    parts = Settings(
        "Inventory", "Stores", "Uploads", "ReorderPoints", "History", "a queue", part_rows=50_000, concurrency=100
    )
    assert 100 * parts.rows_of_a_part / 1000 <= 900 / 2
    assert replace(parts, concurrency=4).rows_of_a_part == 50_000


def test_the_same_upload_is_always_cut_at_the_same_places() -> None:
    rows = [Row(n, "store", f"item {n}", 1, None) for n in range(50_000)]
    assert sample(rows).bounds(1000) == sample(rows).bounds(1000)


def test_an_item_repeated_all_over_is_one_part() -> None:
    rows = [Row(n, "store", "the same", n, None) for n in range(1000)]
    assert sample(rows).bounds(100) == [("store", "the same")]


def test_rejected_rows_count_where_the_file_is_cut() -> None:
    it = sample([Row(n, "Berlin", f"item {n:03}", 1, None) for n in range(100)])
    for n in range(100, 200):
        it.add(rejected(n, "Berlin", f"item {n}", known=True))
    assert it.bounds(125) == [("Berlin", "item 100")]


def test_what_is_empty_or_fits_is_not_cut() -> None:
    assert sample([]).bounds(100) == []
    assert sample([Row(2, "Berlin", "tea", 1, None)]).bounds(100) == []


MIDDLE = Part(1, ("Berlin", "m"), ("Karachi", "d"), chunks=1)
FIRST = Part(0, None, ("Berlin", "m"), chunks=1)
ONE_STORE = Part(1, ("Berlin", "d"), ("Berlin", "m"), chunks=1)


@pytest.mark.parametrize(
    ("part", "store", "keys"),
    [
        (MIDDLE, "Berlin", KeyRange("m", None)),
        (MIDDLE, "Dublin", KeyRange()),
        (MIDDLE, "Karachi", KeyRange(None, "d")),
        (FIRST, "Berlin", KeyRange(None, "m")),
        (FIRST, "Aachen", KeyRange()),
        (ONE_STORE, "Berlin", KeyRange("d", "m")),
    ],
)
def test_a_part_knows_its_range_within_a_store(part: Part, store: str, keys: KeyRange) -> None:
    assert part.keys_of(store) == keys
    assert part.shares_store(store) is (keys != KeyRange())


@pytest.mark.parametrize(
    ("first", "end", "at_ends"),
    [
        (("Berlin", "m"), ("Karachi", "d"), ["Berlin", "Karachi"]),
        (("Berlin", "d"), ("Berlin", "m"), ["Berlin"]),
        (None, ("Berlin", "m"), ["Berlin"]),
        (("Berlin", "m"), None, ["Berlin"]),
        (None, None, []),
        (("Oslo", "a"), ("Pusan", "a"), []),  # only rejected rows name them: the upload does not touch them
    ],
)
def test_a_part_names_the_stores_that_it_begins_and_ends_in(
    first: Key | None, end: Key | None, at_ends: list[str]
) -> None:
    assert Part(1, first, end, chunks=0).at_ends({"Berlin", "Dublin", "Karachi"}) == at_ends


@pytest.mark.parametrize(
    ("keys", "held"),
    [
        (KeyRange(), "abcde"),
        (KeyRange("b", None), "bcde"),
        (KeyRange(None, "d"), "abc"),
        (KeyRange("b", "d"), "bc"),
    ],
)
def test_a_key_range_has_its_first_item_and_not_its_end(keys: KeyRange, held: str) -> None:
    assert [item for item in "abcde" if keys.holds(item)] == list(held)
