"""CSV on standard output, for programs and spreadsheets."""

import csv
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from read_file.csv_cells import FORMULA_SIGNS, visible

_SIGN = rf'["\u200b-\u200f\u2060\ufeff]*[{re.escape("".join(FORMULA_SIGNS))}]'
_FORMULA = re.compile(rf"^(?=\s*{_SIGN})|(?<=[,;|])(?={_SIGN})")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as they come. None is an empty cell, True is `yes` and False empty.

    Before what a spreadsheet would take for a formula goes an apostrophe, as in the dashboard's downloads: also where a
    cell would begin if it took another delimiter than a comma. Control characters become pictures of themselves.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else ""
    return _FORMULA.sub("'", visible(value)) if isinstance(value, str) else value
