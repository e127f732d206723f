"""Rows of the table Inventory, and what its stream says of them. No AWS in here."""

from stock import shards
from stock.attributes import Item, text, whole_number
from stock.levels import Level
from stock.order_token import is_order_token

LARGEST_COUNT = 999_999_999_999_999
"""Every program that reads it, JavaScript too, holds it exactly. People write up to 38 digits by hand: no count is."""

_SEQUENCE_DIGITS = 40


def count_of(row: Item) -> int | None:
    """Return the count of a row; None if somebody wrote none that is a whole number, below 0, or too large."""
    count = whole_number(row, "Count")
    return count if count is not None and 0 <= count <= LARGEST_COUNT else None


def level_of(row: Item | None) -> Level:
    """Return the level of a row. It is out if its count is exactly 0, whatever else the row says."""
    if row is None:
        return Level.GONE
    if whole_number(row, "Count") == 0:
        return Level.OUT
    return Level.LOW if shards.name_of(text(row, "Short")) == Level.LOW else Level.OK


def upload_of(old: Item, new: Item) -> str:
    """Return the order token of the upload that made one row of another; "" if none did.

    A row that changed under the same AsOf was changed by hand or by a new reorder point; so was one without AsOf.
    """
    as_of = text(new, "AsOf")
    return as_of if is_order_token(as_of) and as_of != text(old, "AsOf") else ""


def position(record: Item) -> str:
    """Return where in the streams of the table a record is, as a text that sorts.

    A stream's label, the time at which it was made, ends its ARN. Sequence numbers begin again with a new stream.
    """
    label = record.get("eventSourceARN", "").partition("/stream/")[2]
    return f"{label}/{record['dynamodb']['SequenceNumber']:0>{_SEQUENCE_DIGITS}}"
