"""The dashboard's German sentences of what Load-Inventory says of a file: each there is, with the same values."""

import json
from pathlib import Path
from string import Formatter

import pytest

from read_file import notes, reasons

SAID = json.loads((Path(__file__).parents[2] / "dashboard/src/i18n/said.de.json").read_text("utf-8"))


def _values(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize(("german", "english"), [(SAID["notes"], notes.TEXTS), (SAID["reasons"], reasons.TEXTS)])
def test_every_sentence_has_a_german_one_with_the_same_values(german: dict[str, str], english: dict[str, str]) -> None:
    assert {key: _values(text) for key, text in german.items()} == {key: _values(text) for key, text in english.items()}
