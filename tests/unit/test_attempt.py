"""What an attempt at an upload knows of itself, and for how long it may be at work."""

from types import SimpleNamespace

import pytest

from load_inventory import attempt
from load_inventory.attempt import Attempt
from load_inventory.upload import Upload
from load_inventory.withdrawal import Withdrawal

UPLOAD = Upload("t5", "bucket", "uploads/a.csv", "1", 0, {})
WITHDRAWN = Withdrawal("t7", back=False, by="Ann", why="the wrong file")
TAKEN_BACK = Withdrawal("t9", back=True, by="Ann", why="it was right")
NOW = 1_795_000_000
FIFTEEN_DAYS = 1_296_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is NOW, and a bit."""
    monkeypatch.setattr(attempt, "time", SimpleNamespace(time=lambda: NOW + 0.25))


@pytest.mark.parametrize(
    ("withdrawal", "withdrawn", "taken_back", "asks_after"),
    [
        (None, False, False, "t5"),
        (WITHDRAWN, True, False, "0"),  # all others: what it said is to be said by somebody else
        (TAKEN_BACK, False, True, "t5"),
    ],
)
def test_what_was_asked_last_tells_whether_an_upload_is_withdrawn(
    withdrawal: Withdrawal | None, withdrawn: bool, taken_back: bool, asks_after: str
) -> None:
    it = Attempt(UPLOAD, "a mark", withdrawal=withdrawal)
    assert (it.withdrawn, it.taken_back, it.asks_after) == (withdrawn, taken_back, asks_after)


def test_an_attempt_is_the_first_one_at_a_live_upload_unless_something_else_is_said() -> None:
    it = Attempt(UPLOAD, "a mark")
    assert (it.quiet, it.doubtful, it.again) == (False, False, False)
    assert it.token == "t5"


def test_every_order_token_is_greater_than_what_a_withdrawn_upload_asks_after() -> None:
    assert Attempt(UPLOAD, "a mark", withdrawal=WITHDRAWN).asks_after < "20261122T083652.123Z-01-ab"


def test_a_mark_begins_with_the_second_in_which_it_was_made(clock: None) -> None:
    assert attempt.new_mark("i-1") == "1795000000-i-1"


def test_an_attempt_is_over_when_no_message_can_live_any_more(clock: None) -> None:
    old, young = f"{NOW - FIFTEEN_DAYS}-a-1", f"{NOW - FIFTEEN_DAYS + 1}-b-2"
    assert attempt.over(frozenset([old, young])) == {old}
    assert attempt.expiry() == NOW + FIFTEEN_DAYS


def test_a_mark_of_exactly_that_age_is_not_over_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "time", SimpleNamespace(time=lambda: NOW))
    assert not attempt.over(frozenset([f"{NOW - FIFTEEN_DAYS}-a"]))
