"""What an upload makes of single rows; of uploads that come in any order, one after the other, it is their plain fold.

They are called t1 to t9, as they follow each other.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from load_inventory.attempt import Attempt
from load_inventory.rules import News, Points, Stored, Wanted
from load_inventory.share import Share, Write
from load_inventory.upload import Upload
from read_file.csv_rows import Row
from stock.reorder_points import ReorderPoints
from tests.order.fold import File, Line, fold

LOW_AT_10 = Points(of_store=ReorderPoints(general=10))


def of_t5(count: int = 7, point: int | None = None, quiet: bool = False, **facts: Any) -> Share:
    """What t5 says of Berlin: a row for tea."""
    attempt = Attempt(Upload("t5", "bucket", "uploads/a.csv", "1", 0, {}), "a mark", quiet)
    return Share(attempt, "Berlin", {"tea": Row(2, "Berlin", "tea", count, point)}, **facts)


def withdrawn(**facts: Any) -> Share:
    return of_t5(withdrawn=frozenset({"t5"}), **facts)


def news(*uploads: tuple[str, int | None]) -> News:
    """What other uploads, newest first, together say of tea: token, count (None: delisted)."""
    heard = News()
    for token, count in uploads:
        heard.hear(None if count is None else Row(2, "Berlin", "tea", count, None), token, live=True)
    return heard


def row(count: int, token: str) -> Wanted:
    return Wanted(count, token, None, "", quiet=False)


# ---- Of which items an upload speaks, and whether it alone would change their rows -----------------------------------


def test_a_snapshot_speaks_of_all_items_but_those_of_rejected_rows() -> None:
    snapshot, rows = of_t5(snapshot=True, kept={"milk"}), of_t5()
    items = ("tea", "milk", "rice")
    assert [snapshot.speaks_of(item) for item in items] == [True, False, True]
    assert [snapshot.delists(item) for item in items] == [False, False, True]
    assert [rows.speaks_of(item) for item in items] == [True, False, False]
    assert not any(rows.delists(item) for item in items)


@pytest.mark.parametrize(
    ("share", "item", "stored", "changes"),
    [
        (of_t5(), "tea", Stored(4, "t3"), True),
        (of_t5(), "tea", Stored(7, "t3"), False),
        (of_t5(), "tea", Stored(4, "t7"), False),
        (of_t5(), "rice", Stored(4, "t3"), False),
        (of_t5(snapshot=True), "rice", Stored(4, "t3"), True),
        (of_t5(snapshot=True), "rice", Stored(4, "t7"), False),
        # To take out what it said, whatever that was.
        (withdrawn(), "tea", Stored(7, "t5"), True),
        (withdrawn(), "tea", Stored(8, "t7", 9, "t5"), True),
        (withdrawn(), "tea", Stored(8, "t7"), False),
        (withdrawn(), "tea", Stored(4, "t3"), False),
    ],
)
def test_whether_an_upload_would_change_a_row(share: Share, item: str, stored: Stored, changes: bool) -> None:
    assert share.would_change(item, stored) is changes


# ---- The write that a row needs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "stored", "newer", "wanted", "delisted_by"),
    [
        (of_t5(), None, None, row(7, "t5"), ""),
        (of_t5(), Stored(4, "t3"), None, row(7, "t5"), ""),
        (of_t5(quiet=True), Stored(4, "t3"), None, Wanted(7, "t5", None, "", quiet=True), ""),
        (of_t5(), Stored(4, "t3"), news(("t7", 8)), row(8, "t7"), ""),
        (of_t5(), Stored(4, "t3"), news(("t7", None)), None, "t7"),
        # A newer upload had to be asked, and the row is as it says: its token spares the next late one the question.
        (of_t5(), Stored(4, "t3"), news(("t7", 4)), row(4, "t7"), ""),
        # t5 is withdrawn: others count again, with their tokens, too.
        (withdrawn(), Stored(7, "t5"), news(("t3", 4)), row(4, "t3"), ""),
        (withdrawn(), Stored(7, "t5"), news(("t3", 7)), row(7, "t3"), ""),
        (withdrawn(), Stored(7, "t5"), news(("t3", None)), None, "t3"),
        (withdrawn(), Stored(7, "t5"), None, None, ""),
        (withdrawn(), None, news(("t3", 4)), row(4, "t3"), ""),
    ],
)
def test_what_is_written(
    share: Share, stored: Stored | None, newer: News | None, wanted: Wanted | None, delisted_by: str
) -> None:
    assert share.decide("tea", stored, newer) == Write("Berlin", "tea", stored, wanted, None, delisted_by)


def test_a_snapshot_deletes_what_it_does_not_mention() -> None:
    assert of_t5(snapshot=True).decide("rice", Stored(4, "t3"), None) == Write(
        "Berlin", "rice", Stored(4, "t3"), None, None, delisted_by="t5"
    )


@pytest.mark.parametrize(("share", "others"), [(of_t5(), None), (withdrawn(), news(("t3", 4)))])
def test_a_row_is_marked_by_the_reorder_points_of_its_store(share: Share, others: News | None) -> None:
    share.points = LOW_AT_10
    write = share.decide("tea", Stored(20, "t5"), others)
    assert write
    assert write.state == "low"


@pytest.mark.parametrize(
    ("share", "stored", "others", "became"),
    [
        (of_t5(), Stored(7, "t3"), None, "Unchanged"),
        (of_t5(), Stored(7, "t5"), None, "Changed"),  # by an earlier attempt
        (of_t5(), Stored(8, "t7"), news(("t7", 8)), "Superseded"),
        (of_t5(), Stored(7, "t3"), news(("t7", 7)), "Superseded"),
        (of_t5(), None, news(("t7", None)), "Superseded"),
        # t6 has delisted the item, with its reorder point, and t7 has brought it back.
        (of_t5(point=9), Stored(8, "t7"), news(("t7", 8), ("t6", None)), "Superseded"),
        (withdrawn(), Stored(8, "t7"), news(("t7", 8)), "Superseded"),
        (withdrawn(), Stored(4, "t3"), news(("t3", 4)), "Unchanged"),
        (withdrawn(), None, None, "Superseded"),
    ],
)
def test_what_became_of_a_row_for_which_nothing_is_written(
    share: Share, stored: Stored | None, others: News | None, became: str
) -> None:
    assert share.decide("tea", stored, others) is None
    assert share.tally.rows == {became: 1}


def test_only_rows_of_the_upload_become_something() -> None:
    share = of_t5()
    share.leave("tea", Stored(7, "t3"))
    share.leave("milk", Stored(7, "t3"))
    assert share.tally.rows == {"Unchanged": 1}


# ---- What was written ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "wanted", "rows", "removed"),
    [
        ("tea", row(7, "t5"), {"Changed": 1}, 0),
        ("tea", Wanted(8, "t7", 9, "t5", quiet=False), {"Changed": 1}, 0),  # its reorder point counts
        ("tea", row(8, "t7"), {"Superseded": 1}, 0),
        ("tea", None, {"Superseded": 1}, 0),  # a newer snapshot does not mention it
        ("rice", None, {}, 1),
        ("rice", row(8, "t7"), {}, 0),
    ],
)
def test_writes_are_counted_by_what_became_of_the_uploads_rows(
    item: str, wanted: Wanted | None, rows: dict[str, int], removed: int
) -> None:
    share = of_t5(snapshot=True)
    share.note(Write("Berlin", item, Stored(4, "t3"), wanted, None))
    assert (share.tally.rows, share.tally.removed, share.tally.wrote) == (rows, removed, 1)


# ---- Uploads in any order --------------------------------------------------------------------------------------------

lines = st.builds(Line, st.just("A"), st.just("tea"), st.sampled_from((5, 7)), st.sampled_from((None, 1, 6)))
mentions = st.builds(lambda line: File((line,), points=True), lines)
delisting = st.just(File((Line("A", "milk", 1),), snapshot=True))
uploads = st.lists(st.one_of(mentions, mentions, delisting), min_size=1, max_size=5)


def rows_of(file: File) -> dict[str, Row]:
    return {line.item: Row(2, "A", line.item, line.count or 0, line.point) for line in file.lines}


def load(stored: Stored | None, token: str, files: dict[str, File]) -> Stored | None:
    """Load the item from one upload, as an attempt does that knows the newer ones."""
    upload = Upload(token, "bucket", "uploads/a.csv", "1", 0, {})
    share = Share(Attempt(upload, "a mark"), "A", rows_of(files[token]), files[token].snapshot)
    if not (share.would_change("tea", stored) if stored else "tea" in share.rows):
        return stored
    news = News()
    for other in sorted((other for other in files if other > token), reverse=True):
        if not news.complete:
            news.hear(rows_of(files[other]).get("tea"), other, live=True)
    write = share.decide("tea", stored, news)
    if write is None:
        return stored
    wanted = write.wanted
    if wanted is None:
        return None
    return Stored(wanted.count, wanted.as_of, wanted.point, wanted.point_as_of, write.state, wanted.quiet)


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(uploads.flatmap(lambda files: st.permutations(list(enumerate(files)))))
def test_any_order_ends_as_the_fold(order: list[tuple[int, File]]) -> None:
    stored: Stored | None = None
    come: dict[str, File] = {}
    for number, file in order:
        come[f"t{number}"] = file
        stored = load(stored, f"t{number}", come)
    right = fold([file for _, file in sorted(order, key=lambda pair: pair[0])])["A"].get("tea")
    assert (stored and (stored.count, stored.point)) == (right and (right.count, right.point))
