"""Rejected rows, as the reader makes them."""

from load_inventory.csv_columns import find_columns
from load_inventory.csv_header import Header
from load_inventory.csv_rows import Rejected
from load_inventory.file_format import FOUND_OUT
from load_inventory.reasons import Reason

COLUMNS = find_columns(["store", "item", "count"], FOUND_OUT, None)
assert COLUMNS
HEADER = Header(",", COLUMNS, 1)


def rejected(line: int, store: str, item: str, count: str = "many", known: bool = False) -> Rejected:
    """Return a rejected row of a file with the columns store, item and count."""
    reason = Reason.of("not-a-number", column="count", cell=count)
    return Rejected(line, reason, store, item, count, [store, item, count], HEADER, known)
