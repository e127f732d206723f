"""CSV on standard output, for programs and spreadsheets."""

import csv
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from read_file.csv_cells import FORMULA_SIGNS


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as they come. None is an empty cell, True is `yes` and False empty.

    Before a text that a spreadsheet would take for a formula goes an apostrophe, as in the dashboard's downloads.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
