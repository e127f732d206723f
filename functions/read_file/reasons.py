"""Why a row is rejected: in words, and as a key and values, for other languages. No AWS in here."""

from typing import Any

TEXTS = {
    "missing": "the {column} is missing",
    "name-too-long": "the {column} is longer than {bytes} bytes",
    "control-character": "the {column} holds a control character, such as a tab",
    "invisible-character": (
        "the {column} holds an invisible character, {character}, that turns letters around: type the name again"
    ),
    "shortened": "a spreadsheet has shortened the {column} “{cell}”: format the column as text and write all digits",
    "star": "“*” is not a store's name: it stands for all stores",
    "other-store": "this folder is for the store “{store}” only",
    "too-large": "the {column} is too large",
    "below-0": "the {column} “{cell}” is below 0",
    "not-a-number": "the {column} “{cell}” is not a whole number: write digits 0 to 9 only, such as 1200",
    "ambiguous-number": (
        "the {column} “{cell}” is not a whole number for certain, as its sign may stand for thousands or for decimals: "
        "write digits 0 to 9 only, such as 1200"
    ),
    "too-many-cells": (
        "the row has {cells} columns, the first line has {width}: put quotes around a name or a number that holds the "
        "delimiter, and delete cells that stand behind the last column"
    ),
    "no-counts": "no store has a count in this row",
    "too-long": "the line is longer than {most:,} characters",
    "quotes": (
        "the quotes do not match (a quote inside a name is written twice, and a name holds no line break): {line}"
    ),
}
"""Key → the sentence. The dashboard has them in its other languages: `dashboard/src/i18n/said.de.json`."""


class Reason(str):
    """A reason in English, which was made of `key` and `values`."""

    key: str
    values: dict[str, Any]

    @classmethod
    def of(cls, key: str, **values: Any) -> "Reason":
        """Return the reason of a key."""
        reason = cls(TEXTS[key].format(**values))
        reason.key, reason.values = key, values
        return reason
