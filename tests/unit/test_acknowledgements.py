"""What people said of an item, and which of its alerts need no attention because of it."""

import json
from pathlib import Path

import pytest

from stock.acknowledgements import Acknowledgement, Kind, acknowledgement, key_of
from stock.levels import Event

CASES = json.loads(Path(__file__).with_name("acknowledgements.json").read_text())
"""With which dashboard/tests/acknowledgements.test.ts tests the dashboard, too."""


def key(event: str, day: int = 1) -> str:
    return f"2026120{day}T080000.000Z-0#{event}#tea"


@pytest.mark.parametrize(("kind", "today", "covered"), CASES["said_of_it"])
def test_the_alert_that_it_was_said_of_is_covered_until_the_day(kind: str, today: str, covered: bool) -> None:
    said = Acknowledgement(Kind(kind), key("OUT_OF_STOCK"), "2026-12-03")
    assert said.covers(key("OUT_OF_STOCK"), Event.OUT_OF_STOCK, today) == covered


@pytest.mark.parametrize(("kind", "said_of", "comes", "covered"), CASES["said_of_another"])
def test_what_comes_later_waits_if_it_is_not_worse_and_no_goods_came(
    kind: str, said_of: str, comes: str, covered: bool
) -> None:
    said = Acknowledgement(Kind(kind), key(said_of), "2026-12-30")
    assert said.covers(key(comes, day=2), comes, "2026-12-02") == covered


def test_who_takes_care_of_an_alert_takes_care_of_no_older_one() -> None:
    said = Acknowledgement(Kind.ACK, key("LOW_STOCK", day=2), "")
    assert not said.covers(key("LOW_STOCK", day=1), Event.LOW_STOCK, "2026-12-02")


@pytest.mark.parametrize("item", ["tea", "tea #5"])
def test_what_is_said_is_read_with_its_day(item: str) -> None:
    alert = f"20261201T080000.000Z-0#LOW_STOCK#{item}"
    found = acknowledgement({"Kind": {"S": "ordered"}, "Of": {"S": alert}, "Until": {"S": "2026-12-30"}})
    assert found == Acknowledgement(Kind.ORDERED, alert, "2026-12-30")


def test_whatever_somebody_wrote_there_says_something_or_nothing() -> None:
    assert acknowledgement(None) is None
    assert acknowledgement({"Kind": {"N": "1"}, "Of": {"S": key("LOW_STOCK")}}) is None
    assert acknowledgement({"Kind": {"S": "ordered"}, "Of": {"S": "no key"}, "Until": {"S": "2026-12-30"}}) is None
    assert acknowledgement({"Kind": {"S": "ordered"}, "Of": {"S": "no#key"}, "Until": {"S": "2026-12-30"}}) is None
    said = acknowledgement({"Kind": {"S": "snooze"}, "Of": {"S": key("LOW_STOCK")}, "Until": {"M": {}}})
    assert said
    assert not said.covers(key("LOW_STOCK"), Event.LOW_STOCK, "2026-12-01")


def test_the_key_of_the_longest_name_fits() -> None:
    assert key_of("tea") == "item#tea"
    assert len(key_of("ü" * 512).encode()) <= 1024
