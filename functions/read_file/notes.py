"""What is said of an upload besides its rows: what was assumed, and what was not read. No AWS in here."""

from typing import Any

_SHOWN = 20  # titles
_CELL = 40  # characters
_FORMAT = 200  # characters
TEXTS = {
    "lines-before": "The columns are named in line {Line}. What stands above was not read.",
    "columns-assumed": "Taken for {Columns}.",
    "columns-not-read": "Not read: {Titles}.",
    "store-of-folder": "There is no column of stores: all rows are of “{Store}”, whose folder it is.",
    "format": "Read with the format “{Format}”.",
    "encoding": "Read as {Encoding}.",
    "sheet": "Read: the sheet “{Sheet}” of the workbook. Not read: {Sheets}.",
    "header-again": "Lines that name the columns again, and are no rows: {Rows}, the first is line {Line}.",
    "negative": "Counts below 0, taken as 0: {Rows}, the first in line {Line} (“{Cell}”).",
    "points-not-read": (
        "Reorder points that are no whole numbers, and were left as they are: {Rows}, the first in line {Line} "
        "(“{Cell}”). The counts of these rows were taken."
    ),
    "left-out": "Rows left out, as the format says: {Rows}, the first is line {Line}.",
    "added-up": "The counts of all rows of an item were added up.",
}
"""Key → the sentence. The dashboard has them in its other languages: `dashboard/src/i18n/said.de.json`."""


class Notes:
    """Collects notes, one of each kind."""

    def __init__(self) -> None:
        self._notes: dict[str, dict[str, Any]] = {}

    def add(self, key: str, **values: Any) -> None:
        """Note something that is known once."""
        self._notes[key] = values

    def titles(self, titles: list[str]) -> None:
        """Note which columns are not read, if any."""
        if titles:
            self.add("columns-not-read", Titles=[title[:_CELL] for title in titles[:_SHOWN]])

    def format(self, said: str) -> None:
        """Note by which format the file is read."""
        self.add("format", Format=said if len(said) <= _FORMAT else said[:_FORMAT] + "…")

    def sheets(self, names: tuple[str, ...]) -> None:
        """Note which sheet of a workbook is read, the first of these, and which are not."""
        first, *others = (name[:_CELL] for name in names[: _SHOWN + 1])
        self.add("sheet", Sheet=first, Sheets=others)

    def count(self, key: str, line: int, cell: str = "") -> None:
        """Note one more row of a kind; its line and cell, if it is the first."""
        note = self._notes.setdefault(key, {"Rows": 0, "Line": line, "Cell": cell[:_CELL]})
        note["Rows"] += 1

    def facts(self) -> list[dict[str, Any]]:
        """Return the notes as an upload's record has them: `Key`, `Text` in English, and the values it is made of."""
        return [{"Key": key, "Text": _text(key, values)} | values for key, values in self._notes.items()]


def _text(key: str, values: dict[str, Any]) -> str:
    return TEXTS[key].format(**{name: _shown(value) for name, value in values.items()})


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(f"“{each}”" for each in value)
    if isinstance(value, dict):
        return ", ".join(f"the {column}: “{title}”" for column, title in value.items())
    return value
