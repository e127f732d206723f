"""From changes to alerts, alert states and groups."""

from dataclasses import replace

import pytest

from check_stock.alert_state import AlertState
from check_stock.changes import Change
from check_stock.what_to_record import ToRecord, what_to_record
from stock.alert_log import State
from stock.levels import Level

KEY = ("Berlin", "Dot")
NEW = AlertState(*KEY)


def change(before: str, level: str, order: str, upload: str = "t1", quiet: bool = False) -> Change:
    """A change of Dot by an upload."""
    return Change(*KEY, Level(before), Level(level), 1, 2, upload, True, "2026-11-22T08:36:52.123Z", order, quiet)


def record(state: AlertState, *changes: Change) -> tuple[ToRecord, AlertState]:
    """What follows, and the state after it."""
    found = what_to_record({KEY: state}, list(changes))
    return found, found.moves[0][1] if found.moves else state


def test_an_alert_is_open_while_the_item_is_short() -> None:
    found, state = record(NEW, change("ok", "out", "1"))
    assert [alert.key for alert in found.alerts] == ["t1#OUT_OF_STOCK#Dot"]
    assert found.open == {("Berlin", "t1#OUT_OF_STOCK#Dot"): "out"}
    assert [group.event for group in found.groups] == ["OUT_OF_STOCK"]
    found, state = record(state, change("out", "low", "2", "t2"))
    assert [(end.key, end.order) for end in found.closings] == [("t1#OUT_OF_STOCK#Dot", "2")]
    assert found.open == {("Berlin", "t2#BACK_IN_STOCK#Dot"): "low"}
    found, state = record(state, change("low", "ok", "3", "t3"))
    assert not found.alerts
    assert [end.key for end in found.closings] == ["t2#BACK_IN_STOCK#Dot"]
    assert state.open_alert is None


def test_an_alert_that_comes_again_under_its_key_is_not_closed() -> None:
    _, out = record(NEW, change("ok", "out", "1"))
    for changes in ([change("gone", "out", "2")], [change("out", "gone", "2"), change("gone", "out", "3")]):
        found, state = record(out, *changes)
        assert not found.closings
        assert state.open_alert == "t1#OUT_OF_STOCK#Dot"
    assert found.open == {("Berlin", "t1#OUT_OF_STOCK#Dot"): "out"}


def test_a_known_change_records_nothing_and_asks_for_its_groups_again() -> None:
    _, state = record(NEW, change("ok", "out", "1"), change("out", "low", "2"))
    for level, events in (("out", {"OUT_OF_STOCK"}), ("low", {"LOW_STOCK", "BACK_IN_STOCK"}), ("gone", set())):
        for order in ("1", "2"):
            found, after = record(state, change("ok", level, order))
            assert not found.alerts
            assert after is state
            assert {group.event for group in found.groups} == events
    found, _ = record(state, change("ok", "out", "1", quiet=True))
    assert not found.groups


@pytest.mark.parametrize("first", [change("ok", "low", "1"), change("gone", "ok", "3")], ids=["known", "no alert"])
def test_what_is_to_do_for_one_item_does_not_depend_on_the_change_before(first: Change) -> None:
    other = ("Berlin", "Show")
    known = {KEY: replace(NEW, order="2" if first.order == "1" else ""), other: AlertState(*other)}
    found = what_to_record(known, [first, replace(change("ok", "out", "4"), item="Show")])
    assert [(alert.item, alert.event) for alert in found.alerts] == [("Show", "OUT_OF_STOCK")]


@pytest.mark.parametrize(
    ("delisted", "published", "claimed", "level", "event"),
    [
        ("out", None, False, "ok", "BACK_IN_STOCK"),
        ("out", None, False, "low", "BACK_IN_STOCK"),
        ("out", "out", False, "out", "OUT_OF_STOCK"),
        ("ok", "out", False, "ok", "BACK_IN_STOCK"),
        ("low", None, False, "low", "LOW_STOCK"),
        ("ok", None, False, "ok", None),
        ("ok", None, True, "ok", "BACK_IN_STOCK"),
        ("low", "low", False, "ok", None),
    ],
)
def test_what_is_listed_again_is_back_if_it_was_out_or_people_believe_so(
    delisted: str, published: str | None, claimed: bool, level: str, event: str | None
) -> None:
    told = Level(published) if published else None
    known = replace(NEW, order="1", delisted=Level(delisted), published=told, claimed=claimed)
    assert known.event(change("gone", level, "2")) == event


def test_an_item_that_was_delisted_keeps_what_it_was_until_it_is_listed_again() -> None:
    _, state = record(NEW, change("ok", "out", "1"), change("out", "gone", "2"))
    assert (state.level, state.delisted) == ("gone", "out")
    _, state = record(state, change("gone", "ok", "3"))
    assert (state.level, state.delisted) == ("ok", None)


def test_of_a_replay_people_are_taken_to_know() -> None:
    found, state = record(NEW, change("ok", "out", "1", quiet=True))
    assert [alert.state for alert in found.alerts] == [State.QUIET]
    assert not found.groups
    assert found.open
    assert (state.published, state.published_at) == ("out", 0)


def test_rows_that_never_had_an_alert_need_no_state() -> None:
    for one in (change("gone", "ok", "1"), change("ok", "gone", "1"), change("low", "ok", "1")):
        found, _ = record(NEW, one)
        assert found == ToRecord()
