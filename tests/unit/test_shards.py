"""Over which keys is spread what belongs to all stores."""

import pytest

from stock.shards import all_of, name_of, of_store, upload_scopes


def test_shard_0_has_the_plain_name_and_the_others_are_numbered() -> None:
    assert all_of("out", 1) == ["out"]
    assert all_of("out", 11) == ["out", *(f"out.0{number}" for number in range(1, 10)), "out.10"]


@pytest.mark.parametrize(
    ("store", "shards", "key"),
    [
        ("Berlin", 1, "out"),
        ("Berlin", 8, "out.03"),
        ("Berlin", 16, "out.11"),
        ("Lima", 8, "out.02"),
        ("Zürich", 8, "out.06"),
    ],
)
def test_a_store_stays_in_its_shard(store: str, shards: int, key: str) -> None:
    """Another version of the program must find it there."""
    assert of_store("out", store, shards) == key


@pytest.mark.parametrize(
    ("ends", "shards", "scopes"),
    [
        ("b", 1, ["all"]),
        ("0", 8, ["all"]),
        ("3", 8, ["all.03", "all"]),
        ("b", 8, ["all.03", "all"]),
        ("b", 16, ["all.11", "all"]),
        ("f", 16, ["all.15", "all"]),
    ],
)
def test_an_upload_is_in_its_shard_or_in_shard_0_from_before_there_were_several(
    ends: str, shards: int, scopes: list[str]
) -> None:
    assert upload_scopes(f"20261122T083652.123Z-0065A1B2C3D4E5F607-1a2{ends}", shards) == scopes


def test_the_name_of_a_shard() -> None:
    assert [name_of(shard) for shard in ("out", "out.07")] == ["out", "out"]
