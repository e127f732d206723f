"""From records of the stream to what they tell of counts. They are made by hand, as AWS documents those of a stream."""

import pytest

from keep_history.changes import changes_of
from stock.attributes import Item, item
from stock.history import Change, is_by_hand

NOON = 1795348800.0  # 2026-11-22T12:00:00Z
EARLY, LATE = "20261122T083652.123Z-0065A1B2C3D4E5F607-1a2b", "20261122T120001.050Z-0065A1B2C3D4E5F608-1a2b"


def row(count: int | str | None = None, as_of: str = "", **more: str) -> Item:
    values = {"Store": "Berlin", "Item": "Echo Dot"} | ({"Count": count} if count is not None else {})
    return item(values | ({"AsOf": as_of} if as_of else {}) | more)


def record(old: Item | None, new: Item | None, number: int = 1, seconds: float = 0) -> Item:
    image = new or old or {}
    images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
    return {
        "dynamodb": {
            "ApproximateCreationDateTime": NOON + seconds,
            "SequenceNumber": str(number),
            "Keys": {name: image[name] for name in ("Store", "Item")},
            **images,
        },
    }


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (None, row(5, EARLY), Change("Echo Dot", EARLY, None, 5)),
        (row(5, EARLY), row(0, LATE), Change("Echo Dot", LATE, 5, 0)),
        (row(7, LATE), row(5, EARLY), Change("Echo Dot", EARLY, 7, 5)),  # the later one was withdrawn
        (row(5), row(5, EARLY), Change("Echo Dot", EARLY, 5, 5)),  # so far only somebody had said so
        (row("many"), row(5, EARLY), Change("Echo Dot", EARLY, None, 5)),
    ],
)
def test_what_an_upload_says_is_kept_under_its_token(old: Item | None, new: Item, change: Change) -> None:
    assert changes_of([record(old, new)])["Berlin"].changes == [change]


@pytest.mark.parametrize("new", [row(3, EARLY), row(3), row(3, "yesterday")])
def test_what_somebody_wrote_is_kept_under_the_second_and_its_place(new: Item) -> None:
    (change,) = changes_of([record(row(5, EARLY), new, number=77)])["Berlin"].changes
    assert change == Change("Echo Dot", f"20261122T120000.000Z-hand-{77:040}", 5, 3)
    assert is_by_hand(change.token)


@pytest.mark.parametrize("count", ["many", -1])
def test_a_count_that_is_no_whole_number_is_unknown(count: int | str) -> None:
    assert [change.after for change in changes_of([record(row(5), row(count))])["Berlin"].changes] == [None]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (row(5, EARLY), None),  # which upload delisted it, the record does not say
        (row(5, EARLY), row(5, EARLY, PointAsOf=LATE)),
        (row(5, EARLY), row(5, EARLY, Short="low")),
        (row(5), row(5, "yesterday")),
        (None, row()),
    ],
)
def test_what_says_nothing_of_a_count_is_not_kept(old: Item | None, new: Item | None) -> None:
    assert changes_of([record(old, new)]) == {}


def test_each_store_has_its_own_and_no_change_is_of_a_later_second() -> None:
    records = [
        record(None, row(5, EARLY)),
        record(None, row(2, EARLY, Store="Bern"), seconds=1),
        record(None, row(6, EARLY, Item="Echo Plus"), seconds=30),
        record(row(1, EARLY), None, seconds=40),
    ]
    found = changes_of(records)
    assert {store: told.since for store, told in found.items()} == {
        "Berlin": "20261122T120030.000Z",
        "Bern": "20261122T120001.000Z",
    }
    assert [change.item for change in found["Berlin"].changes] == ["Echo Dot", "Echo Plus"]
    # S3's clock may be ahead of DynamoDB's.
    assert changes_of([record(None, row(5, LATE))])["Berlin"].since == "20261122T120001.000Z"
