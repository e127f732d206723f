"""Rejected rows, as the reader makes them."""

from read_file.csv_columns import find_columns
from read_file.csv_header import Header
from read_file.csv_rows import Rejected
from read_file.file_format import FOUND_OUT
from read_file.reasons import Reason

COLUMNS = find_columns(["store", "item", "count"], FOUND_OUT, None)
assert COLUMNS
HEADER = Header(",", COLUMNS, 1)


def rejected(line: int, store: str, item: str, count: str = "many", known: bool = False) -> Rejected:
    """Return a rejected row of a file with the columns store, item and count."""
    reason = Reason.of("not-a-number", column="count", cell=count)
    return Rejected(line, reason, store, item, count, [store, item, count], HEADER, known)
