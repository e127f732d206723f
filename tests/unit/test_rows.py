"""What rows and records of the stream say, as both functions that read the stream take it."""

import pytest

from stock.attributes import Item, item
from stock.rows import count_of, position, upload_of

UPLOAD, LATER = "20261122T083652.123Z-0065A1B2C3D4E5F607-1a2b", "20261122T093652.123Z-0065A1B2C3D4E5F608-1a2b"
LABEL = "2026-11-01T08:00:00.000"


def record(label: str, number: str) -> Item:
    arn = f"arn:aws:dynamodb:eu-central-1:123456789012:table/Inventory/stream/{label}"
    return {"eventSourceARN": arn, "dynamodb": {"SequenceNumber": number}}


@pytest.mark.parametrize(
    ("count", "whole"),
    [
        ("7", 7),
        ("7.0", 7),
        ("2.5", None),
        ("-1", None),
        ("0", 0),
        ("999999999999999", 999_999_999_999_999),
        ("1000000000000000", None),
    ],
)
def test_a_count_is_a_whole_number_or_unknown(count: str, whole: int | None) -> None:
    assert count_of({"Count": {"N": count}}) == whole
    assert count_of({}) is None


def test_positions_sort_as_things_happened() -> None:
    newer = LABEL.replace("2026", "2027")
    places = [record(LABEL, "900"), record(LABEL, "5000"), record(newer, "5"), record(newer, "21")]
    assert list(map(position, places)) == sorted(map(position, places))
    assert position(places[0]) == f"{LABEL}/{'900':0>40}"  # states hold positions of years ago


@pytest.mark.parametrize(
    ("before", "after", "upload"),
    [
        (None, UPLOAD, UPLOAD),
        (UPLOAD, LATER, LATER),
        (LATER, UPLOAD, UPLOAD),
        (UPLOAD, UPLOAD, ""),
        (UPLOAD, None, ""),
        (None, None, ""),
        (UPLOAD, "yesterday", ""),
    ],
)
def test_an_upload_made_a_row_if_its_token_is_new_there(before: str | None, after: str | None, upload: str) -> None:
    old, new = (item({"AsOf": token} if token else {}) for token in (before, after))
    assert upload_of(old, new) == upload
