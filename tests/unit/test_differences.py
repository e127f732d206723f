"""What `onhand doctor` calls a difference, and what would put it right."""

from load_inventory.rules import Points, Stored
from onhand.differences import (
    AlertsOfItem,
    Difference,
    Doubt,
    Kind,
    Rows,
    alerts,
    lasting,
    ledger,
    marks,
    summary,
)
from onhand.fold import Said, fold
from stock.reorder_points import ReorderPoints

KEYS = {"t1": "uploads/Lima/a.csv", "t2": "uploads/Lima/b.csv", "t3": "uploads/Lima/c.csv"}
HEARD = [
    Said("t1", rows={"Dot": (5, 2), "Plus": (3, None), "Old": (1, None)}),
    Said("t2", rows={"Dot": (7, None)}),
]


def rows(table: dict[str, Stored], heard: list[Said] = HEARD, doubt: Doubt | None = None) -> list[Difference]:
    return Rows("Lima", fold(heard), doubt or Doubt(), set(KEYS), KEYS).compare(table)


RIGHT = {"Dot": Stored(7, "t2", 2, "t1"), "Plus": Stored(3, "t1"), "Old": Stored(1, "t1")}


def one(table: dict[str, Stored], heard: list[Said] = HEARD) -> Difference:
    (found,) = rows(RIGHT | table, heard)
    return found


def test_what_is_right_is_no_difference() -> None:
    assert rows(RIGHT) == []


def test_a_row_that_was_skipped_as_unchanged_keeps_its_older_token() -> None:
    assert rows(RIGHT, [*HEARD, Said("t3", rows={"Dot": (7, 2), "Plus": (3, None)})]) == []


def test_a_missing_row_needs_the_uploads_of_its_count_and_of_its_reorder_point() -> None:
    table = RIGHT.copy()
    del table["Dot"]
    (found,) = rows(table)
    assert found.says == "row missing: Lima/b.csv (t2) says 7"
    assert found.load == ("t1", "t2")


def test_an_older_value_says_where_it_is_from() -> None:
    found = one({"Dot": Stored(5, "t1", 2, "t1")})
    assert found.says == "older value: 5 from Lima/a.csv (t1); Lima/b.csv (t2) says 7"
    assert found.load == ("t2",)
    assert not found.delete


def test_a_count_that_was_changed_by_hand_is_loaded_again() -> None:
    assert one({"Plus": Stored(9, "t1")}).says == "count changed by hand to 9: Lima/a.csv (t1) says 3"
    found = one({"Plus": Stored(9)})
    assert found.says == "written by hand, count 9: Lima/a.csv (t1) says 3"
    assert (found.load, found.delete, found.by_hand) == (("t1",), False, False)


def test_a_row_by_hand_that_no_upload_has_is_reported_and_goes_only_if_somebody_says_so() -> None:
    found = one({"Mine": Stored(4)})
    assert found.says == "written by hand, count 4: no upload has it"
    assert (found.load, found.delete, found.by_hand) == ((), True, True)


def test_a_row_by_hand_that_says_what_the_uploads_say_is_right() -> None:
    assert rows(RIGHT | {"Plus": Stored(3)}) == []


def test_a_row_that_no_upload_has_goes() -> None:
    found = one({"Odd": Stored(4, "t2")})
    assert found.says == "no upload has it: Lima/b.csv (t2) does not mention it"
    assert (found.load, found.delete, found.by_hand, found.as_of) == ((), True, False, "t2")


def test_a_row_that_a_snapshot_delisted_needs_the_snapshot() -> None:
    snapshot = Said("t3", snapshot=True, rows={"Dot": (7, 2), "Plus": (3, None)})
    found = one({}, [*HEARD, snapshot])
    assert (found.item, found.load) == ("Old", ("t3",))
    assert found.says == "row is there, though Lima/c.csv (t3) delisted the item"


def test_a_row_whose_file_is_gone_cannot_be_compared() -> None:
    comparison = Rows("Lima", fold(HEARD), Doubt(), set(KEYS), KEYS)
    assert comparison.compare(RIGHT | {"Ancient": Stored(4, "t0"), "Plus": Stored(9, "t9")}) == []
    assert comparison.unchecked == 2
    assert one({"Plus": Stored(9, "t0")}).load == ("t1",), "but one that a newer upload has set is known"


def test_what_an_upload_under_way_mentions_is_not_compared() -> None:
    assert rows(RIGHT | {"Plus": Stored(9)}, doubt=Doubt({"Plus"})) == []
    assert rows({}, doubt=Doubt(everything=True)) == []


def test_a_missing_or_older_reorder_point_is_loaded_again() -> None:
    assert one({"Dot": Stored(7, "t2")}).says == "reorder point missing: Lima/a.csv (t1) says 2"
    found = one({"Dot": Stored(7, "t2", 9)})
    assert (found.says, found.load) == ("reorder point 9 by hand: Lima/a.csv (t1) says 2", ("t1",))


def test_a_reorder_point_that_no_upload_says_cannot_be_taken_away_by_loading() -> None:
    found = one({"Plus": Stored(3, "t1", 9, "t2")})
    assert found.says == "reorder point 9 as if from Lima/b.csv (t2): no upload says one"
    assert (found.load, found.delete, found.by_hand) == (("t1",), True, False)
    assert one({"Plus": Stored(3, "t1", 9)}).by_hand


def test_marks_follow_count_and_reorder_point() -> None:
    table = {"a": Stored(0), "b": Stored(2, short="low"), "c": Stored(9, short="out"), "d": Stored(4)}
    found = marks("Lima", table, Points(ReorderPoints(items={"d": 5}), ReorderPoints(2)))
    assert {each.item: each.says for each in found} == {
        "a": "marked as neither out nor low, must be out (count 0)",
        "c": "marked out, must be neither (count 9)",
        "d": "marked as neither out nor low, must be low (count 4)",
    }
    assert marks("Lima", {"a": Stored(0, short="out")}, Points()) == []


def test_a_summary_is_what_its_rows_add_up_to() -> None:
    table = {"a": Stored(0, short="out"), "b": Stored(2, short="low")}
    told: dict[str, int | None] = {"Items": 2, "Units": 2, "Out": 1, "Low": 1}
    assert summary("Lima", table, told) == []
    (found,) = summary("Lima", table, told | {"Items": 3, "Low": None})
    assert found.says == "summary says 3 for items, there are 2; nothing for low, there are 1"
    assert summary("Lima", {}, dict.fromkeys(told)) == []


def test_the_ledger_must_lead_to_every_upload() -> None:
    assert ledger("Lima", {"t1", "t2"}, {"t1": "t2", "t2": "t2"}, KEYS) == []
    missing, behind = ledger("Lima", {"t1", "t2"}, {"t2": "t1"}, KEYS)
    assert (missing.says, missing.load) == ("the ledger does not know Lima/a.csv (t1)", ("t1",))
    assert behind.load == ("t2",)


def test_the_open_alerts_are_what_is_out_or_low() -> None:
    table = {"a": Stored(0, short="out"), "b": Stored(2, short="low"), "c": Stored(9)}
    known = {"a": AlertsOfItem({"k": "out"}, "out"), "b": AlertsOfItem({"k": "low"}, "low")}
    assert alerts("Lima", table, known) == []
    told = {each.item: (each.says, each.state) for each in alerts("Lima", table, {})}
    assert told == {"a": ("out, but no alert is open", ""), "b": ("low, but no alert is open", "")}
    known = {
        "b": AlertsOfItem({"k": "out"}, "out"),
        "c": AlertsOfItem({"k": "low"}, "ok"),
        "d": AlertsOfItem({"k": "out"}),
    }
    told = {each.item: (each.says, each.state) for each in alerts("Lima", table | {"a": Stored(5)}, known)}
    assert told == {
        "b": ("low, but the open alerts say out", ""),
        "c": ("alert open as low, though in stock", ""),
        "d": ("alert open as out, though not in the list any more", ""),
    }


def test_an_alert_that_was_lost_while_its_state_was_not() -> None:
    (found,) = alerts("Lima", {"a": Stored(0, short="out")}, {"a": AlertsOfItem({}, "out")})
    assert found.state == "out"


def test_only_what_is_seen_twice_lasts() -> None:
    first = [Difference("Lima", Kind.ROW, "a", "older value"), Difference("Lima", Kind.ALERT, "b", "x")]
    second = [Difference("Lima", Kind.ROW, "a", "older value still"), Difference("Oslo", Kind.ALERT, "b", "x")]
    assert lasting(first, second) == second[:1]
