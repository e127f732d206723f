"""What is known of an item's alerts, after one change more."""

from dataclasses import replace

import pytest

from check_stock.alert_state import AlertState
from check_stock.changes import Change
from stock.levels import Event, Level

KEY = ("Berlin", "Dot")
NEW = AlertState(*KEY)
IS_OUT = replace(NEW, level=Level.OUT, order="1")


def change(before: str, level: str, order: str = "2", quiet: bool = False) -> Change:
    return Change(*KEY, Level(before), Level(level), 1, 2, "t1", True, "2026-11-22T08:36:52.123Z", order, quiet)


def test_an_item_is_known_from_its_first_change_on() -> None:
    assert NEW.row_key == KEY
    assert not NEW.is_known
    assert NEW.after(change("ok", "out"), None).is_known


def test_a_state_knows_the_alerts_up_to_its_change() -> None:
    alerts = [change("ok", "out", order).alert(Event.OUT_OF_STOCK) for order in ("1", "2", "3")]
    assert [replace(NEW, order="2").knows(alert) for alert in alerts] == [True, True, False]


@pytest.mark.parametrize(
    ("state", "before", "now", "event"),
    [
        (NEW, "out", "ok", Event.BACK_IN_STOCK),  # nothing is known: the record says it
        (NEW, "ok", "low", Event.LOW_STOCK),
        (IS_OUT, "ok", "low", Event.BACK_IN_STOCK),  # a record between them was lost
        (IS_OUT, "ok", "out", None),
    ],
)
def test_what_is_known_counts_more_than_what_a_record_says_of_before(
    state: AlertState, before: str, now: str, event: Event | None
) -> None:
    assert state.event(change(before, now)) == event


def test_only_what_was_delisted_is_back_because_people_believe_that_it_is_out() -> None:
    is_low = replace(NEW, level=Level.LOW, order="1", published=Level.OUT)
    assert is_low.event(change("low", "ok")) is None


def test_what_is_listed_again_and_low_is_not_back_though_people_may_have_been_told_something() -> None:
    delisted = replace(NEW, order="1", delisted=Level.OK, claimed=True)
    assert delisted.event(change("gone", "low")) == Event.LOW_STOCK


def test_a_delisted_item_was_what_is_known_of_it() -> None:
    delisted = IS_OUT.after(change("ok", "gone"), None)
    assert delisted.delisted == Level.OUT
    assert delisted.after(change("ok", "gone", "3"), None).delisted == Level.OUT  # that it was back meanwhile was lost


def test_a_replay_is_not_what_people_were_told_newest() -> None:
    now_out = change("ok", "out")
    told = now_out.alert(Event.OUT_OF_STOCK)
    assert NEW.after(now_out, told).newest == {Event.OUT_OF_STOCK: told.key}
    assert NEW.after(change("ok", "out", quiet=True), told).newest == {}


@pytest.mark.parametrize(
    ("now", "quiet", "published"),
    [
        ("low", True, Level.LOW),
        ("ok", True, Level.OK),
        ("gone", True, Level.GONE),
        ("low", False, None),
        ("out", True, None),  # it was so before the replay, and nobody has heard of that
    ],
)
def test_people_are_taken_to_know_what_a_replay_changed(now: str, quiet: bool, published: Level | None) -> None:
    assert IS_OUT.after(change("out", now, quiet=quiet), None).published == published
