"""Which store a new name is probably meant to be. The dashboard's own rules are tested with the same names."""

import json
from pathlib import Path

import pytest

from stock.likeness import like, told_apart

CASES = json.loads(Path(__file__).with_name("likeness.json").read_text("utf-8"))


@pytest.mark.parametrize(("name", "meant", "_why"), CASES["meant"])
def test_likeness(name: str, meant: str | None, _why: str) -> None:
    assert like(name, CASES["known"]) == meant


@pytest.mark.parametrize(("name", "meant", "shown"), CASES["told_apart"])
def test_what_looks_like_something_else_is_named(name: str, meant: str, shown: str) -> None:
    assert told_apart(name, meant) == shown
