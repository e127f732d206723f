"""What is published, and what is held back."""

import pytest

from check_stock.alert import Alert
from check_stock.alert_state import AlertState
from check_stock.what_to_publish import Verdict, what_to_publish
from stock.alert_log import State
from stock.levels import Event, Level

NOW, WINDOW = 10_000.0, 600.0
OUT, LOW, BACK = Event.OUT_OF_STOCK, Event.LOW_STOCK, Event.BACK_IN_STOCK


def state(level: str, published: str | None = None, ago: float = 60, alert: str | None = None) -> AlertState:
    """An item at a level, published some seconds ago to be at another. The newest alerts have their events' names."""
    return AlertState(
        "Berlin",
        "Dot",
        level=Level(level),
        order="1",
        newest={event: event.value for event in Event},
        published=Level(published) if published else None,
        published_at=NOW - ago,
        published_alert=alert,
    )


def decide(
    event: Event, known: AlertState, held: bool = False, key: str | None = None, now: str | None = None
) -> Verdict:
    """What to do with an alert of an item, whose row is at the level of its state, or at another one now."""
    where = State.HELD if held else State.CLAIMED
    alert = Alert(key or event.value, "Berlin", "Dot", event, None, None, "", "1", None, where)
    return what_to_publish(alert, known, Level(now) if now else known.level, NOW, WINDOW)


@pytest.mark.parametrize(
    ("event", "level", "published", "ago", "verdict"),
    [
        (OUT, "out", None, 0, Verdict.PUBLISH),
        (LOW, "low", None, 0, Verdict.PUBLISH),
        (OUT, "out", "low", 60, Verdict.PUBLISH),  # worse than what people were told
        (OUT, "out", "ok", 60, Verdict.PUBLISH),
        (LOW, "low", "ok", 60, Verdict.PUBLISH),
        (OUT, "out", "out", 60, Verdict.LOOK_AGAIN),  # came and went
        (LOW, "low", "low", 60, Verdict.LOOK_AGAIN),
        (LOW, "low", "out", 60, Verdict.LOOK_AGAIN),
        (BACK, "ok", "out", 60, Verdict.LOOK_AGAIN),  # good news can wait
        (BACK, "ok", "out", 601, Verdict.PUBLISH),
        (BACK, "low", "out", 601, Verdict.PUBLISH),
        (OUT, "out", "out", 601, Verdict.PUBLISH),
        (OUT, "out", "out", 600, Verdict.PUBLISH),
        (LOW, "low", "low", 601, Verdict.PUBLISH),
        (LOW, "out", None, 0, Verdict.HOLD),  # the alert that it is out has more in it
        (LOW, "ok", None, 0, Verdict.HOLD),
        (OUT, "ok", None, 0, Verdict.PUBLISH),  # over by now, but nobody has heard of it
        (OUT, "gone", None, 0, Verdict.HOLD),
        (BACK, "gone", "out", 601, Verdict.HOLD),  # delisted
        (BACK, "out", "out", 601, Verdict.HOLD),  # out again: nothing has changed for who was told
        (BACK, "ok", None, 0, Verdict.HOLD),  # the alert that it was out is still to come, and will tell so
        (BACK, "ok", "ok", 601, Verdict.HOLD),
    ],
)
def test_a_new_alert(event: Event, level: str, published: str | None, ago: float, verdict: Verdict) -> None:
    assert decide(event, state(level, published, ago)) == verdict


@pytest.mark.parametrize(
    ("event", "level", "published", "ago", "verdict"),
    [
        (BACK, "ok", "out", 601, Verdict.PUBLISH),
        (BACK, "ok", "ok", 601, Verdict.HOLD),
        (OUT, "out", "out", 601, Verdict.HOLD),
        (OUT, "out", "ok", 601, Verdict.PUBLISH),
        (OUT, "out", "ok", 60, Verdict.LOOK_AGAIN),  # people were told something else meanwhile: its time runs
        (LOW, "low", "low", 601, Verdict.HOLD),
        (LOW, "low", "out", 601, Verdict.PUBLISH),
        (OUT, "ok", "out", 601, Verdict.HOLD),
        (OUT, "ok", "low", 601, Verdict.HOLD),  # over by now
    ],
)
def test_an_alert_that_was_held_back(
    event: Event, level: str, published: str | None, ago: float, verdict: Verdict
) -> None:
    assert decide(event, state(level, published, ago), held=True) == verdict


def test_an_alert_that_a_crashed_invocation_has_published_is_not_published_again() -> None:
    known = state("out", "out", 601, "OUT_OF_STOCK")
    assert decide(OUT, known) == Verdict.PUBLISHED


@pytest.mark.parametrize("key", ["an older one", "AN OLDER ONE"])
def test_an_older_alert_of_the_same_event_leaves_it_to_the_newer_one(key: str) -> None:
    assert decide(OUT, state("out"), key=key) == Verdict.HOLD


def test_what_people_said_to_be_ordered_waits_unless_it_is_over() -> None:
    alert = Alert("LOW_STOCK", "Berlin", "Dot", LOW, None, None, "", "1", None)
    assert what_to_publish(alert, state("low"), Level.LOW, NOW, WINDOW, waits=True) == Verdict.WAIT
    assert what_to_publish(alert, state("low"), Level.OK, NOW, WINDOW, waits=True) == Verdict.HOLD


def test_back_in_stock_of_something_that_was_out_before_anybody_looked() -> None:
    unknown = AlertState("Berlin", "Dot", level=Level.OK, order="1", newest={BACK: "BACK_IN_STOCK"})
    assert decide(BACK, unknown) == Verdict.PUBLISH


def test_that_it_ran_out_is_not_published_after_that_it_is_back() -> None:
    assert decide(OUT, state("ok", "ok", 601, "BACK_IN_STOCK")) == Verdict.HOLD
    for another in ("A", "Z"):  # that it was back an earlier time
        assert decide(OUT, state("ok", "ok", 601, another)) == Verdict.PUBLISH


def test_the_row_of_now_decides_and_not_the_stream() -> None:
    assert decide(OUT, state("out"), now="gone") == Verdict.HOLD
    assert decide(BACK, state("ok", "out", 601), now="out") == Verdict.HOLD
    # It is back before the stream says so. That it was back after it ran out the last time is no reason to keep quiet.
    assert decide(OUT, state("out", "ok", 601, "BACK_IN_STOCK"), now="ok") == Verdict.PUBLISH


def test_after_a_crash_people_may_have_been_told_that_it_ran_out() -> None:
    known = state("ok", None)
    assert decide(BACK, known) == Verdict.HOLD
    assert decide(BACK, AlertState(**(vars(known) | {"claimed": True}))) == Verdict.PUBLISH
