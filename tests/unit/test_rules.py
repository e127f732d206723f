"""What uploads make of a row. They are called t1 to t9, as they follow each other."""

import pytest

from load_inventory.rules import (
    News,
    Points,
    Stored,
    Tally,
    Verdict,
    Wanted,
    delists,
    differs,
    is_needed,
    level,
    row_after,
    row_without,
    total,
    verdict,
)
from read_file.csv_rows import Row
from stock.levels import Event, Level
from stock.reorder_points import ReorderPoints, reorder_point, short

NO_POINTS = Points()
LOW_AT_10 = Points(of_store=ReorderPoints(general=10))


def row(count: int, point: int | None = None) -> Row:
    return Row(2, "Berlin", "tea", count, point)


def news(*uploads: tuple[str, int | None, int | None]) -> News:
    """What uploads, newest first, together say of an item: token, count (None: delisted), reorder point (None: -)."""
    heard = News()
    for token, count, point in uploads:
        heard.hear(None if count is None else row(count, point), token, live=True)
    return heard


# ---- What uploads together say --------------------------------------------------------------------------------------


def test_the_newest_upload_sets_the_count() -> None:
    heard = news(("t5", 7, None), ("t3", 4, None))
    assert (heard.count, heard.as_of) == (7, "t5")


def test_the_reorder_point_is_from_the_newest_upload_that_has_one() -> None:
    heard = news(("t5", 7, None), ("t3", 4, 9), ("t1", 4, 2))
    assert (heard.point, heard.point_as_of) == (9, "t3")


def test_a_delisted_item_has_no_reorder_point_from_before() -> None:
    heard = news(("t5", 7, None), ("t3", None, None), ("t1", 4, 9))
    assert (heard.count, heard.as_of, heard.point, heard.point_as_of) == (7, "t5", None, "t3")


def test_what_was_heard_is_live_unless_it_was_replayed() -> None:
    assert news(("t5", 7, None), ("t3", 4, 9)) == News(7, "t5", point=9, point_as_of="t3")


def test_older_uploads_need_not_be_asked_once_count_and_reorder_point_are_known() -> None:
    assert not News().complete
    assert not news(("t5", 7, None)).complete
    assert news(("t5", 7, None), ("t3", 4, 9)).complete
    assert news(("t5", 7, 9)).complete
    assert news(("t5", None, None)).complete


def test_count_and_reorder_point_are_live_if_the_upload_that_they_are_from_is() -> None:
    heard = News()
    heard.hear(row(7), "t5", live=False)
    heard.hear(row(4, 9), "t3", live=True)
    assert (heard.live, heard.point_live) == (False, True)


# ---- What that makes of the row -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heard", "stored", "after"),
    [
        (news(("t5", 7, None)), None, (7, "t5", None, "")),
        (news(("t5", 7, 9)), None, (7, "t5", 9, "t5")),
        (news(("t5", 7, None), ("t3", 4, 9)), None, (7, "t5", 9, "t3")),
        (news(("t5", None, None)), None, None),
        # What is stored stays where it is newer ...
        (news(("t5", 7, None)), Stored(4, "t3"), (7, "t5", None, "")),
        (news(("t5", 7, None)), Stored(4, "t7"), (4, "t7", None, "")),
        (news(("t5", 7, 9)), Stored(4, "t7"), (4, "t7", 9, "t5")),
        (news(("t5", 7, 9)), Stored(4, "t3", 2, "t3"), (7, "t5", 9, "t5")),
        (news(("t5", 7, 9)), Stored(4, "t7", 2, "t7"), (4, "t7", 2, "t7")),
        # ... and the reorder point where nobody speaks of it.
        (news(("t5", 7, None)), Stored(4, "t3", 2, "t1"), (7, "t5", 2, "t1")),
        # A delisted item is gone; or, if it came back since, its reorder point from before is.
        (news(("t5", None, None)), Stored(4, "t3", 2, "t3"), None),
        (news(("t5", None, None)), Stored(4, "t7", 2, "t3"), (4, "t7", None, "")),
        (news(("t5", None, None)), Stored(4, "t7", 2, "t7"), (4, "t7", 2, "t7")),
        # A row that was written by hand is older than every upload.
        (news(("t5", 7, None)), Stored(4), (7, "t5", None, "")),
        (news(("t5", 7, None)), Stored(None), (7, "t5", None, "")),
        (news(("t5", None, None)), Stored(4), None),
        # The same upload once more.
        (news(("t5", 7, 9)), Stored(7, "t5", 9, "t5"), (7, "t5", 9, "t5")),
        # And once more after somebody wrote other numbers into the row, by hand.
        (news(("t5", 7, 9)), Stored(4, "t5", 2, "t5"), (7, "t5", 9, "t5")),
        # A row that no upload speaks of.
        (News(), Stored(4), (4, "", None, "")),
        (News(), Stored(4, "t3", 2, "t3"), (4, "t3", 2, "t3")),
        (News(), None, None),
    ],
)
def test_the_row_after_the_news(
    heard: News, stored: Stored | None, after: tuple[int, str, int | None, str] | None
) -> None:
    wanted = row_after(heard, stored)
    assert (wanted and (wanted.count, wanted.as_of, wanted.point, wanted.point_as_of)) == after


def test_a_row_is_quiet_if_what_changes_it_is_a_replay() -> None:
    replayed = News()
    replayed.hear(row(7), "t5", live=False)
    assert row_after(replayed, None) == Wanted(7, "t5", None, "", quiet=True)
    assert row_after(replayed, Stored(4, "t3")) == Wanted(7, "t5", None, "", quiet=True)


def test_a_live_row_does_not_become_quiet_by_a_replay_that_does_not_change_it() -> None:
    replayed = News()
    replayed.hear(row(7), "t5", live=False)
    assert row_after(replayed, Stored(4, "t7")) == Wanted(4, "t7", None, "", quiet=False)


@pytest.mark.parametrize("live", [True, False])
def test_a_row_is_quiet_if_its_new_reorder_point_is_from_a_replay(live: bool) -> None:
    heard = News()
    heard.hear(row(7, 9), "t5", live)
    after = Wanted(4, "t7", 9, "t5", quiet=not live)
    assert row_after(heard, Stored(4, "t7", 2, "t3", quiet=live)) == after


@pytest.mark.parametrize(
    ("others", "stored", "after"),
    [
        # t5 is withdrawn: what it said goes, and what the others say comes back.
        (news(("t3", 4, None)), Stored(7, "t5"), (4, "t3", None, "")),
        (news(("t3", 4, 2)), Stored(7, "t5", 9, "t5"), (4, "t3", 2, "t3")),
        (news(("t3", 4, None)), Stored(7, "t5", 9, "t5"), (4, "t3", None, "")),
        (news(("t3", 4, 2)), Stored(7, "t5", 2, "t3"), (4, "t3", 2, "t3")),
        (News(), Stored(7, "t5", 9, "t5"), None),
        (news(("t3", None, None)), Stored(7, "t5"), None),
        # It delisted the item.
        (news(("t3", 4, 2)), None, (4, "t3", 2, "t3")),
        (News(), None, None),
        # It said only the reorder point that holds.
        (news(("t7", 8, None), ("t3", 4, 2)), Stored(8, "t7", 9, "t5"), (8, "t7", 2, "t3")),
        (News(), Stored(8, "t7", 9, "t5"), (8, "t7", None, "")),
        # The row is from others altogether.
        (news(("t7", 8, 6)), Stored(8, "t7", 6, "t7"), (8, "t7", 6, "t7")),
        (News(), Stored(8, "t7", 6, "t7"), (8, "t7", 6, "t7")),
        (News(), Stored(8), (8, "", None, "")),
    ],
)
def test_the_row_without_what_a_withdrawn_upload_said(
    others: News, stored: Stored | None, after: tuple[int, str, int | None, str] | None
) -> None:
    wanted = row_without(others, stored, {"t5"})
    assert (wanted and (wanted.count, wanted.as_of, wanted.point, wanted.point_as_of)) == after


# ---- Whether a row is to be written ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "writes"),
    [
        (Stored(4, "t3"), True),
        (Stored(5, "t3"), False),
        (Stored(4, "t7"), False),
        (Stored(5, "t7"), False),
        (Stored(5, "t5"), False),
        (Stored(4, "t5"), True),  # changed by hand after this very upload
        (Stored(4), True),  # written by hand
        (Stored(5), False),
        (Stored(None), True),
    ],
)
def test_a_row_is_written_only_if_the_count_differs_and_is_not_newer(stored: Stored, writes: bool) -> None:
    assert differs(row(5), stored, "t5", NO_POINTS) is writes


@pytest.mark.parametrize(
    ("point", "stored", "writes"),
    [
        (None, Stored(5, "t3", 9, "t3", "low"), False),  # a file without reorder points leaves them as they are
        (9, Stored(5, "t3", 9, "t3", "low"), False),
        (6, Stored(5, "t3", 9, "t3", "low"), True),
        (6, Stored(5, "t3"), True),
        (6, Stored(5, "t7"), True),  # a newer file without reorder points has said nothing of them
        (6, Stored(5, "t7", 9, "t7", "low"), False),
        (6, Stored(5, "t5", 9, "t5", "low"), True),  # changed by hand after this very upload
    ],
)
def test_a_row_is_written_if_the_reorder_point_differs_and_is_not_newer(
    point: int | None, stored: Stored, writes: bool
) -> None:
    assert differs(row(5, point), stored, "t5", NO_POINTS) is writes


def test_a_row_whose_mark_is_wrong_is_written() -> None:
    assert differs(row(5), Stored(5, "t3"), "t5", LOW_AT_10)
    assert differs(row(5), Stored(5, "t5"), "t5", LOW_AT_10)
    assert not differs(row(5), Stored(5, "t3", short="low"), "t5", LOW_AT_10)


def test_what_a_table_returns_is_equal_without_being_the_same_object() -> None:
    count, point, mark = int("1000"), int("2000"), "LOW".lower()
    stored = Stored(int("1000"), "t3", int("2000"), "t3", mark)
    assert not differs(row(count, point), stored, "t5", NO_POINTS)


@pytest.mark.parametrize(
    ("wanted", "mark", "is_other"),
    [
        (Wanted(5, "t5", 9, "t5", quiet=True), "low", False),  # tokens alone are no reason to write
        (Wanted(4, "t5", 9, "t5", quiet=True), "low", True),
        (Wanted(6, "t5", 9, "t5", quiet=True), "low", True),
        (Wanted(5, "t5", 8, "t5", quiet=True), "low", True),
        (Wanted(5, "t5", None, "", quiet=True), "low", True),
        (Wanted(5, "t5", 9, "t5", quiet=True), None, True),
        (None, None, True),
    ],
)
def test_a_row_is_written_if_it_is_another_than_it_shall_be(
    wanted: Wanted | None, mark: str | None, is_other: bool
) -> None:
    assert is_needed(Stored(5, "t3", 9, "t3", "low"), wanted, mark) is is_other


def test_a_row_that_is_missing_is_written_and_one_that_shall_not_be_is_not_missed() -> None:
    assert is_needed(None, Wanted(5, "t5", None, "", quiet=False), None)
    assert not is_needed(None, None, None)


def test_a_snapshot_removes_only_what_is_older() -> None:
    assert delists(Stored(5, "t3"), "t5")
    assert delists(Stored(5), "t5")
    assert not delists(Stored(5, "t5"), "t5")
    assert not delists(Stored(5, "t7"), "t5")


def test_a_snapshot_erases_a_reorder_point_that_is_older() -> None:
    assert delists(Stored(5, "t7", 9, "t3"), "t5")
    assert not delists(Stored(5, "t7", 9, "t7"), "t5")
    assert not delists(Stored(5, "t7", 9, "t5"), "t5")
    assert not delists(Stored(5, "t7"), "t5")


@pytest.mark.parametrize(
    ("stored", "became"),
    [
        (Stored(5, "t3"), Verdict.UNCHANGED),
        (Stored(5), Verdict.UNCHANGED),
        (Stored(5, "t7"), Verdict.SUPERSEDED),
        (Stored(5, "t5"), Verdict.CHANGED),  # by an earlier attempt
        (Stored(4, "t7", 9, "t5"), Verdict.CHANGED),
    ],
)
def test_what_became_of_a_row_that_needs_no_write(stored: Stored, became: str) -> None:
    assert verdict(stored, "t5") == became


# ---- Reorder points -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "of_store", "of_all", "point"),
    [
        (None, ReorderPoints(), ReorderPoints(), None),
        (None, ReorderPoints(), ReorderPoints(1), 1),
        (None, ReorderPoints(2), ReorderPoints(1), 2),
        (None, ReorderPoints(2), ReorderPoints(1, {"tea": 3}), 3),
        (None, ReorderPoints(2, {"tea": 5}), ReorderPoints(1), 5),
        (4, ReorderPoints(2), ReorderPoints(1, {"tea": 3}), 4),
        (4, ReorderPoints(2, {"tea": 5}), ReorderPoints(1, {"tea": 3}), 5),
        (4, ReorderPoints(2, {"milk": 5}), ReorderPoints(1, {"milk": 3}), 4),
        (None, ReorderPoints(0), ReorderPoints(1), 0),
    ],
)
def test_the_most_specific_reorder_point_holds(
    own: int | None, of_store: ReorderPoints, of_all: ReorderPoints, point: int | None
) -> None:
    assert reorder_point("tea", own, of_store, of_all) == point


def test_out_is_zero_and_low_is_at_or_below_the_reorder_point() -> None:
    assert [short(count, 3) for count in (0, 1, 3, 4)] == ["out", "low", "low", None]
    assert short(1, None) is None


def test_a_count_that_nobody_can_read_is_neither_out_nor_low() -> None:
    assert short(None, 3) is None
    assert LOW_AT_10.short("tea", None, own=3) is None


def test_what_is_short_depends_on_all_reorder_points() -> None:
    points = Points(ReorderPoints(2), ReorderPoints(1, {"tea": 3}))
    assert [points.short("tea", count, own=None) for count in (0, 1, 3, 4)] == ["out", "low", "low", None]
    assert [points.short("milk", count, own=None) for count in (0, 2, 3)] == ["out", "low", None]
    assert points.short("tea", 4, own=4) == "low"


# ---- What it adds up to ---------------------------------------------------------------------------------------------


def test_a_tally_adds_up_what_changes_in_a_summary() -> None:
    tally = Tally()
    tally.note(None, Wanted(7, "t5", None, "", quiet=False), None, "t5")
    tally.note(Stored(4, "t3", short="low"), Wanted(0, "t5", None, "", quiet=False), "out", "t5")
    tally.note(Stored(9, "t3"), None, None, "t5")
    assert (tally.items, tally.units, tally.out, tally.low) == (1 + 0 - 1, 7 - 4 - 9, 1, -1)
    assert tally.wrote == 3
    assert not tally.doubtful


@pytest.mark.parametrize(
    ("before", "count", "mark", "adds"),
    [
        (None, 7, None, (1, 7, 0, 0)),
        (None, 3, "low", (1, 3, 0, 1)),
        (None, 0, "out", (1, 0, 1, 0)),
        (Stored(7, "t3"), None, None, (-1, -7, 0, 0)),
        (Stored(3, "t3", short="low"), None, None, (-1, -3, 0, -1)),
        (Stored(0, "t3", short="out"), None, None, (-1, 0, -1, 0)),
        (Stored(None, "t3"), 7, None, (0, 7, 0, 0)),
    ],
)
def test_what_a_write_adds_to_a_summary(
    before: Stored | None, count: int | None, mark: str | None, adds: tuple[int, int, int, int]
) -> None:
    tally = Tally()
    tally.note(before, None if count is None else Wanted(count, "t5", None, "", quiet=False), mark, "t5")
    assert (tally.items, tally.units, tally.out, tally.low) == adds


def test_a_row_that_was_written_by_hand_makes_a_tally_doubtful() -> None:
    tally = Tally()
    tally.note(Stored(4), Wanted(7, "t5", None, "", quiet=False), None, "t5")
    assert tally.doubtful


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        (None, "out", Event.OUT_OF_STOCK),
        (None, "low", Event.LOW_STOCK),
        ("low", "out", Event.OUT_OF_STOCK),
        ("out", None, Event.BACK_IN_STOCK),
        ("out", "low", Event.BACK_IN_STOCK),
        ("low", None, None),
        ("out", "out", None),
    ],
)
def test_a_tally_counts_events(before: str | None, after: str | None, event: Event | None) -> None:
    tally = Tally()
    tally.note(Stored(4, "t3", short=before), Wanted(5, "t5", None, "", quiet=False), after, "t5")
    assert dict(tally.events) == ({event: 1} if event else {})


def test_a_new_row_that_is_out_is_an_event_and_one_that_goes_is_none() -> None:
    tally = Tally()
    tally.note(Stored(0, "t3", short="out"), None, None, "t5")
    assert not tally.events
    tally.note(None, Wanted(0, "t5", None, "", quiet=False), "out", "t5")
    assert dict(tally.events) == {Event.OUT_OF_STOCK: 1}


def test_events_of_replays_and_of_other_uploads_are_not_counted() -> None:
    tally = Tally()
    tally.note(None, Wanted(0, "t5", None, "", quiet=True), "out", "t5")
    tally.note(None, Wanted(0, "t7", None, "", quiet=False), "out", "t5")  # mended, as t7 says
    tally.note(None, Wanted(0, "t3", None, "", quiet=False), "out", "t5")  # t5 is withdrawn, and t3 counts again
    assert not tally.events


def test_a_row_has_a_level_by_its_mark() -> None:
    assert level(False, None) is Level.GONE
    assert [level(True, mark) for mark in (None, "low", "out")] == [Level.OK, Level.LOW, Level.OUT]


def test_the_tallies_of_all_stores_are_one_upload() -> None:
    berlin, karachi = Tally(removed=1), Tally(removed=2)
    berlin.rows.update({Verdict.CHANGED: 3, Verdict.UNCHANGED: 1})
    karachi.rows.update({Verdict.CHANGED: 4})
    assert total([berlin, karachi]) == {"Changed": 7, "Unchanged": 1, "Superseded": 0, "Removed": 3}
    assert total([Tally()]) == total([]) == {"Changed": 0, "Unchanged": 0, "Superseded": 0, "Removed": 0}
