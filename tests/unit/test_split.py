"""Cutting a file into parts."""

import random

from load_inventory.csv_file import Row
from load_inventory.split import Part, Sample


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


def test_the_same_upload_is_always_cut_at_the_same_places() -> None:
    rows = [Row(n, "store", f"item {n}", 1, None) for n in range(50_000)]
    assert sample(rows).bounds(1000) == sample(rows).bounds(1000)


def test_an_item_repeated_all_over_is_one_part() -> None:
    rows = [Row(n, "store", "the same", n, None) for n in range(1000)]
    assert sample(rows).bounds(100) == [("store", "the same")]


def test_a_part_knows_its_range_within_a_store() -> None:
    part = Part(1, ("Berlin", "m"), ("Karachi", "d"), 1)
    assert part.items_of("Berlin") == ("m", None)
    assert part.items_of("Dublin") == (None, None)
    assert part.items_of("Karachi") == (None, "d")
