"""What is said, and what is held back."""

import pytest

from check_stock.changes import Event, Level
from check_stock.decide import Standing, Verdict, decide

NOW, WINDOW = 10_000.0, 600.0
OUT, LOW, BACK = Event.OUT_OF_STOCK, Event.LOW_STOCK, Event.BACK_IN_STOCK


def standing(level: str, said: str | None = None, ago: float = 60, said_alert: str | None = None) -> Standing:
    """An item at a level, of which something was said some seconds ago. The newest alerts have their events' names."""
    newest = {event: event.value for event in Event}
    told = Level(said) if said else None
    return Standing("Berlin", "Dot", True, Level(level), "1", None, newest, told, NOW - ago, said_alert)


@pytest.mark.parametrize(
    ("event", "level", "said", "ago", "verdict"),
    [
        (OUT, "out", None, 0, Verdict.SAY),
        (LOW, "low", None, 0, Verdict.SAY),
        (OUT, "out", "low", 60, Verdict.SAY),  # worse than what was said
        (OUT, "out", "ok", 60, Verdict.SAY),
        (LOW, "low", "ok", 60, Verdict.SAY),
        (OUT, "out", "out", 60, Verdict.LOOK_AGAIN),  # came and went
        (LOW, "low", "low", 60, Verdict.LOOK_AGAIN),
        (LOW, "low", "out", 60, Verdict.LOOK_AGAIN),
        (BACK, "ok", "out", 60, Verdict.LOOK_AGAIN),  # good news can wait
        (BACK, "ok", "out", 601, Verdict.SAY),
        (BACK, "low", "out", 601, Verdict.SAY),
        (OUT, "out", "out", 601, Verdict.SAY),
        (LOW, "low", "low", 601, Verdict.SAY),
        (LOW, "out", None, 0, Verdict.HOLD),  # the alert that it is out says more
        (LOW, "ok", None, 0, Verdict.HOLD),
        (OUT, "ok", None, 0, Verdict.SAY),  # over by now, but nobody has heard of it
        (OUT, "gone", None, 0, Verdict.HOLD),
        (BACK, "out", "out", 601, Verdict.HOLD),  # out again: nothing has changed for who was told
        (BACK, "ok", None, 0, Verdict.HOLD),  # the alert that it was out is still to come, and will say so
        (BACK, "ok", "ok", 601, Verdict.HOLD),
    ],
)
def test_a_new_alert(event: Event, level: str, said: str | None, ago: float, verdict: Verdict) -> None:
    assert decide(event, event.value, False, standing(level, said, ago), NOW, WINDOW) == verdict


@pytest.mark.parametrize(
    ("event", "level", "said", "ago", "verdict"),
    [
        (BACK, "ok", "out", 601, Verdict.SAY),
        (BACK, "ok", "ok", 601, Verdict.HOLD),
        (OUT, "out", "out", 601, Verdict.HOLD),
        (OUT, "out", "ok", 601, Verdict.SAY),
        (OUT, "out", "ok", 60, Verdict.LOOK_AGAIN),  # something else was said meanwhile: its time runs
        (LOW, "low", "low", 601, Verdict.HOLD),
        (LOW, "low", "out", 601, Verdict.SAY),
        (OUT, "ok", "out", 601, Verdict.HOLD),
    ],
)
def test_an_alert_that_was_held_back(event: Event, level: str, said: str | None, ago: float, verdict: Verdict) -> None:
    assert decide(event, event.value, True, standing(level, said, ago), NOW, WINDOW) == verdict


def test_an_alert_that_a_crashed_invocation_has_said_is_not_said_again() -> None:
    assert decide(OUT, "OUT_OF_STOCK", False, standing("out", "out", 601, "OUT_OF_STOCK"), NOW, 0) == Verdict.SAID


def test_an_older_alert_of_the_same_event_leaves_it_to_the_newer_one() -> None:
    assert decide(OUT, "an older one", False, standing("out"), NOW, WINDOW) == Verdict.HOLD


def test_back_in_stock_of_something_that_was_out_before_anybody_looked() -> None:
    unknown = Standing("Berlin", "Dot", True, Level.OK, "1", None, {BACK: "BACK_IN_STOCK"})
    assert decide(BACK, "BACK_IN_STOCK", False, unknown, NOW, WINDOW) == Verdict.SAY


def test_that_it_ran_out_is_not_said_after_it_was_said_that_it_is_back() -> None:
    assert decide(OUT, "OUT_OF_STOCK", False, standing("ok", "ok", 601, "BACK_IN_STOCK"), NOW, WINDOW) == Verdict.HOLD
