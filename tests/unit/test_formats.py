"""`onhand format learn`: how a file is understood, and what is kept of it."""

from pathlib import Path

import pytest
import typer

from load_inventory.formats import names_for
from onhand import formats
from onhand.console import UserError
from read_file.file_format import Format

TILL = """Stock of 28.11.
Article no.;Description;On hand
001;Tin;1.200
002;Pot;4
"""


@pytest.fixture
def till(tmp_path: Path) -> Path:
    path = tmp_path / "till.csv"
    path.write_text(TILL)
    return path


def learned(till: Path, *settings: str) -> str:
    look = formats._look(till, "Berlin", formats._given(list(settings)))
    return look.refusal or formats._pinned(look).in_words()


def test_what_was_found_is_kept_with_what_was_said(till: Path) -> None:
    assert learned(till, "item=Article no.", "thousands=.") == "item=Article no., count=On hand, thousands=."


def test_of_a_plain_file_nothing_is_kept(tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text("Store,ITEM,count,Reorder Point\nBerlin,tea,1,\n")
    assert learned(plain) == ""


def test_what_cannot_be_understood_says_why(till: Path) -> None:
    assert learned(till).startswith("Several columns may be the item")


def test_first_rows_are_shown_as_they_would_be_understood(till: Path, capsys: pytest.CaptureFixture[str]) -> None:
    formats.learn(till, "Berlin", ["item=Article no."], dry_run=True)
    said = " ".join(capsys.readouterr().out.split())
    assert "3 Berlin 001 1.200 rejected: the count" in said
    assert "4 Berlin 002 4" in said
    assert "Rows that would be loaded: 1, rejected: 1" in said
    assert "Would be kept for Berlin: item=Article no., count=On hand" in said


def test_a_person_says_which_column_is_which(till: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["", "Description", "", "", "blank", ""])
    monkeypatch.setattr(typer, "prompt", lambda _asked, default, **_shown: next(answers) or default)
    assert formats._corrected(formats._look(till, "Berlin", Format())) == Format(item=("Description",), thousands=" ")


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("uploads/chain.csv", ["*"]),
        ("uploads/Berlin/day/a.csv", ["Berlin", "*"]),
        ("uploads/ Berlin /a.csv", ["Berlin", "*"]),
        ("uploads//a.csv", ["*"]),  # DynamoDB takes no empty key,
        ("uploads/*/a.csv", ["*"]),  # and none twice
    ],
)
def test_a_store_has_a_format_of_its_own_or_that_of_all(key: str, names: list[str]) -> None:
    assert names_for(key) == names


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("item", "NAME=VALUE is wanted"),
        ("sku=Article", "A format has no “sku”"),
        ("decimal=;", "The decimal sign “;” is not known"),
        ("add_up=perhaps", "“add_up” of a format is true or false"),
        ("leave_out=" + "x" * 4000, "at most 4,000 characters long"),
        ("lines_before=few", "“lines_before” of a format is a number"),
    ],
)
def test_a_format_that_is_none_is_said_in_words(setting: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        formats._given([setting])


def test_a_format_is_shown_as_it_is_said() -> None:
    said = ["item=SKU", "item=Article", "delimiter=tab", "thousands=blank", "lines_before=3", "add_up=true"]
    assert formats._given(said).in_words().split(", ") == [
        "delimiter=tab", "lines_before=3", "item=SKU", "item=Article", "thousands=blank", "add_up=true",
    ]  # fmt: skip
