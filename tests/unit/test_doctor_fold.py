"""The fold of `onhand doctor` and of the history against the oracle of the order tests, with files made at random."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from onhand.fold import Fold, Said, changes, fold
from read_file.csv_rows import read_rows
from stock.history import Past, steps
from tests.order import fold as oracle

STORE = "Lima"
NOT_A_COUNT = "4 pcs"

lines = st.builds(
    oracle.Line,
    store=st.sampled_from((STORE, STORE, STORE, "Oslo")),
    item=st.sampled_from("pqr"),
    count=st.sampled_from((0, 5, 7, None)),
    point=st.sampled_from((None, 0, 6)),
)
files = st.builds(
    oracle.File, lines=st.lists(lines, min_size=1, max_size=6).map(tuple), snapshot=st.booleans(), points=st.booleans()
)


def said(number: int, file: oracle.File) -> Said:
    """What a file says of the store, read by the reader that the function has."""
    rows = [f"{at.store},{at.item},{NOT_A_COUNT if at.count is None else at.count}" for at in file.lines]
    if file.points:
        rows = [f"{row},{at.point if at.point is not None else ''}" for row, at in zip(rows, file.lines, strict=True)]
    text = "\n".join(["store,item,count" + (",reorder_point" if file.points else ""), *rows])
    result = Said(token(number), file.snapshot)
    for row in read_rows(io.BytesIO(text.encode())):
        if row.store == STORE:
            result.hear(row)
    return result


def token(number: int) -> str:
    return f"2026112{number}"


@settings(max_examples=500, deadline=None)
@given(st.lists(files, max_size=6))
def test_it_is_the_fold_of_the_oracle(uploads: list[oracle.File]) -> None:
    found = fold(said(number, file) for number, file in enumerate(uploads)).rows
    right = oracle.fold(uploads).get(STORE, {})
    assert {item: oracle.Row(row.count, row.point) for item, row in found.items()} == right


@settings(max_examples=300, deadline=None)
@given(st.lists(files, max_size=6))
def test_what_it_changes_is_the_history(uploads: list[oracle.File]) -> None:
    """The steps of every item are its counts by the oracle, after each of the uploads."""
    store = Fold()
    told = steps(change for number, file in enumerate(uploads) for change in changes(store, said(number, file)))
    for number in range(len(uploads)):
        right = oracle.fold(uploads[: number + 1]).get(STORE, {})
        for item in "pqr":
            past = [step.after for step in told.get(item, Past(None, [])).steps if step.token <= token(number)]
            assert (past[-1] if past else None) == (right[item].count if item in right else None)


@settings(max_examples=300, deadline=None)
@given(st.lists(files, min_size=1, max_size=6))
def test_the_uploads_that_it_names_are_enough_to_make_the_row(uploads: list[oracle.File]) -> None:
    """What a repair loads again: the row comes out of these uploads alone."""
    heard = [said(number, file) for number, file in enumerate(uploads)]
    for item, row in fold(heard).rows.items():
        again = fold(one for one in heard if one.token in (row.as_of, row.point_as_of))
        assert again.rows[item] == row


@settings(max_examples=300, deadline=None)
@given(st.lists(files, min_size=1, max_size=6))
def test_a_snapshot_that_delisted_an_item_is_named(uploads: list[oracle.File]) -> None:
    heard = [said(number, file) for number, file in enumerate(uploads)]
    whole, before = fold(heard), Fold()
    for one in heard:
        there = set(before.rows)
        before.hear(one)
        for item in there - before.rows.keys():
            if item not in whole.rows:
                assert whole.delisting(item, as_of="") >= one.token


def test_a_row_that_is_newer_than_the_snapshot_is_not_delisted_by_it() -> None:
    result = fold([Said("1", rows={"p": (1, None)}), Said("2", snapshot=True, rows={"q": (1, None)})])
    assert result.delisting("p", as_of="1") == "2"
    assert result.delisting("p", as_of="3") == ""
    assert result.delisting("never heard of", as_of="1") == "2"
    assert result.delisting("q", as_of="1") == ""
