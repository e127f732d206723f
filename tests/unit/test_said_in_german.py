"""The dashboard's German sentences of what Load-Inventory says of a file: each there is, with the same values."""

import json
from pathlib import Path
from string import Formatter

import pytest

from load_inventory import upload_record
from read_file import notes, reasons
from read_file.csv_rows import SIGNS
from read_file.file_bytes import KINDS
from read_file.file_format import Format, FormatError
from read_file.refused import Refused
from read_file.workbook import NO_WORKBOOK

SAID = json.loads((Path(__file__).parents[2] / "dashboard/src/i18n/said.de.json").read_text("utf-8"))


def _values(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize(
    ("german", "english"),
    [(SAID["notes"], notes.TEXTS), (SAID["reasons"], reasons.TEXTS), (SAID["files"], reasons.FILES)],
)
def test_every_sentence_has_a_german_one_with_the_same_values(german: dict[str, str], english: dict[str, str]) -> None:
    assert {key: _values(text) for key, text in german.items()} == {key: _values(text) for key, text in english.items()}


def test_no_key_is_of_a_row_and_of_a_file() -> None:
    assert not reasons.TEXTS.keys() & reasons.FILES.keys()


def test_kinds_of_files_and_signs_have_german_words() -> None:
    assert SAID["kinds"].keys() == {kind for _, kind in (*KINDS, *NO_WORKBOOK)}
    assert SAID["signs"].keys() == set(SIGNS.values())


def test_a_record_says_what_its_reason_is_made_of() -> None:
    row = reasons.Reason.of("missing", column="count")
    refusal = Refused.of("added-up-line", line=7, reason=row)
    facts = upload_record.refused(refusal)
    assert facts["Reason"] == facts["ReasonOf"]["Reason"] == str(refusal)
    assert facts["Reason"].startswith("Line 7 cannot be loaded: the count is missing. The counts of")
    assert facts["ReasonOf"]["Values"] == {"line": 7, "reason": row.facts()}
    assert upload_record.refused(Refused("as it was decided")) == {"State": "refused", "Reason": "as it was decided"}


def test_names_in_a_reason_are_quoted_and_columns_are_not() -> None:
    said = reasons.Reason.of("columns-missing", columns=["store", "count"], titles=["Shop", "Pieces"])
    assert said.endswith("Missing: store, count. Found: “Shop”, “Pieces”.")
    assert "Found: nothing." in reasons.Reason.of("columns-missing", columns=["count"], titles=[])


def test_a_format_that_is_refused_says_what_its_reason_is_made_of() -> None:
    with pytest.raises(FormatError) as refused:
        Format.of_json({"item": ["Qty"], "count": ["Qty"]})
    answer = Refused(refused.value.reason).answer()
    assert answer["ReasonOf"]["Key"] == "format-column-twice"
    assert answer["ReasonOf"]["Values"] == {"title": "Qty", "other": "item", "column": "count"}
