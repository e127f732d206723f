"""What the command line says of an upload."""

from decimal import Decimal
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from onhand.uploads import plain, rejected_rows, repeated_rows, summary

LOADED: dict[str, Any] = {"Key": "uploads/Berlin/a.csv", "State": "loaded", "Rows": 6, "StoreCount": 1, "Changed": 6}


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (LOADED, "✓ Berlin/a.csv loaded: 6 rows of 1 store (6 changed)"),
        (LOADED | {"Changed": 0, "Rows": 0}, "✓ Berlin/a.csv loaded: 0 rows of 1 store (nothing)"),
        (
            LOADED | {"Rows": 12345, "Changed": 12000, "Repeated": 300, "Rejected": 45, "StoreCount": 20},
            "! Berlin/a.csv loaded: 12,345 rows of 20 stores (12,000 changed, 300 repeated, 45 rejected)",
        ),
        (LOADED | {"Removed": 1}, "✓ Berlin/a.csv loaded: 6 rows of 1 store (6 changed, 1 item delisted)"),
        (LOADED | {"State": "refused", "Reason": "no [header]"}, "✗ Berlin/a.csv refused: no [header]"),
        (LOADED | {"State": "loading", "Parts": 4, "PartsDone": 1}, "… Berlin/a.csv is loading, part 1 of 4"),
        (LOADED | {"Key": "uploads/[bold].csv"}, "✓ [bold].csv loaded: 6 rows of 1 store (6 changed)"),
    ],
)
def test_a_line_for_each_upload(upload: dict[str, Any], said: str) -> None:
    assert Text.from_markup(summary(upload)).plain == said


def test_rejected_rows_show_what_stands_in_the_file() -> None:
    row = {"Line": 7, "Reason": "the count is missing", "Store": "[red]Berlin", "Item": "=1+1", "Count": ""}
    table = rejected_rows({"FirstRejected": [row]})
    assert table is not None
    console = Console(width=100)
    with console.capture() as shown:
        console.print(table)
    assert "[red]Berlin" in shown.get()
    assert "the count is missing" in shown.get()
    assert rejected_rows({}) is None


def test_repeated_rows_in_words() -> None:
    rows = [{"Line": n, "LastLine": 9, "Item": f"i{n}"} for n in range(2, 6)]
    said = repeated_rows({"FirstRepeated": rows, "Repeated": 28})
    assert said is not None
    assert said.endswith("i4 (line 4, again in 9) and 25 more")
    assert repeated_rows({}) is None


def test_numbers_become_pythons_own() -> None:
    item = {
        "a": {"N": "7"},
        "b": {"N": "0.5"},
        "c": {"L": [{"N": "1"}]},
        "d": {"M": {"e": {"N": "2"}}},
        "f": {"S": "x"},
    }
    assert plain(item) == {"a": 7, "b": 0.5, "c": [1], "d": {"e": 2}, "f": "x"}
    assert not isinstance(plain(item)["a"], Decimal)
