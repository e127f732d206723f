"""What a share makes of one item whose uploads come in any order, one after the other, is the plain fold of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from load_inventory.attempt import Attempt
from load_inventory.rules import News, Stored
from load_inventory.share import Share
from load_inventory.upload import Upload
from read_file.csv_rows import Row
from tests.order.fold import File, Line, fold

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
