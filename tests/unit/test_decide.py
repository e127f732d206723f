"""What becomes of a row, given what the table holds."""

import pytest

from load_inventory.csv_file import Row
from load_inventory.decide import Stored, Verdict, View, decide, delists
from stock.reorder import ReorderPoints, reorder_point, short

NOW = View(token="t5")
EARLIER, LATER = "t3", "t7"


def row(count: int, point: int | None = None) -> Row:
    return Row(2, "Berlin", "tea", count, point)


@pytest.mark.parametrize(
    ("stored", "verdict"),
    [
        (None, Verdict.WRITE),
        (Stored(5, EARLIER), Verdict.UNCHANGED),
        (Stored(4, EARLIER), Verdict.WRITE),
        (Stored(4, LATER), Verdict.SUPERSEDED),
        (Stored(5, LATER), Verdict.SUPERSEDED),
        (Stored(5, "t5"), Verdict.OWN),
        (Stored(5, None), Verdict.UNCHANGED),
        (Stored(4, None), Verdict.WRITE),
    ],
)
def test_a_row_is_written_only_if_it_differs_and_nothing_newer_has_spoken(
    stored: Stored | None, verdict: Verdict
) -> None:
    assert decide(row(5), stored, NOW) is verdict


def test_a_new_item_that_a_newer_snapshot_does_not_have_stays_away() -> None:
    assert decide(row(5), None, View("t5", snapshot=LATER)) is Verdict.SUPERSEDED
    assert decide(row(5), None, View("t5", snapshot=EARLIER)) is Verdict.WRITE


def test_settling_stamps_just_the_rows_of_the_late_upload() -> None:
    settling = View("t5", settle="t4")
    assert decide(row(5), Stored(5, "t4"), settling) is Verdict.STAMP
    assert decide(row(5), Stored(5, EARLIER), settling) is Verdict.UNCHANGED


def test_a_row_whose_mark_is_wrong_is_written() -> None:
    with_point = View("t5", of_store=ReorderPoints(store=10))
    assert decide(row(5), Stored(5, EARLIER), with_point) is Verdict.WRITE
    assert decide(row(5), Stored(5, EARLIER, short="low"), with_point) is Verdict.UNCHANGED


def test_a_file_without_reorder_points_leaves_them_as_they_are() -> None:
    assert decide(row(5), Stored(5, EARLIER, reorder_point=9, short="low"), NOW) is Verdict.UNCHANGED
    assert decide(row(5, point=2), Stored(5, EARLIER, reorder_point=9, short="low"), NOW) is Verdict.WRITE


def test_a_snapshot_removes_only_what_is_older() -> None:
    assert delists(Stored(5, EARLIER), "t5")
    assert delists(Stored(5, None), "t5")
    assert not delists(Stored(5, LATER), "t5")


@pytest.mark.parametrize(
    ("own", "of_store", "of_all", "point"),
    [
        (None, ReorderPoints(), ReorderPoints(), None),
        (None, ReorderPoints(), ReorderPoints(1), 1),
        (None, ReorderPoints(2), ReorderPoints(1), 2),
        (None, ReorderPoints(2), ReorderPoints(1, {"tea": 3}), 3),
        (4, ReorderPoints(2), ReorderPoints(1, {"tea": 3}), 4),
        (4, ReorderPoints(2, {"tea": 5}), ReorderPoints(1, {"tea": 3}), 5),
        (4, ReorderPoints(2, {"milk": 5}), ReorderPoints(1, {"milk": 3}), 4),
    ],
)
def test_the_most_specific_reorder_point_holds(
    own: int | None, of_store: ReorderPoints, of_all: ReorderPoints, point: int | None
) -> None:
    assert reorder_point("tea", own, of_store, of_all) == point


def test_out_is_zero_and_low_is_at_or_below_the_reorder_point() -> None:
    assert [short(count, 3) for count in (0, 1, 3, 4)] == ["out", "low", "low", None]
    assert short(1, None) is None
