"""Who may ask to withdraw an upload, and which request holds."""

import pytest

from load_inventory.withdrawal import Withdrawal, asked_about, may_ask, newest

TOKEN = "20261122T083652.123Z-01-ab"


def asked(as_of: str, back: bool = False) -> Withdrawal:
    return Withdrawal(as_of, back, by="Ann", why="the wrong file")


def test_the_newest_request_holds() -> None:
    first, second = asked("t5"), asked("t7", back=True)
    assert newest(first, second) == newest(second, first) == second
    assert newest(None, first) == first
    assert newest(None) is newest() is None


@pytest.mark.parametrize(
    ("key", "token"),
    [
        (f"withdrawals/{TOKEN}", TOKEN),
        (f"withdrawals/Berlin/{TOKEN}", TOKEN),
        (f"uploads/{TOKEN}", None),
        ("withdrawals/a.csv", None),
        ("withdrawals/", None),
        ("withdrawals/20261350T083652.123Z-01-ab", None),  # there is no such day
    ],
)
def test_a_request_is_about_the_upload_that_it_is_called_after(key: str, token: str | None) -> None:
    assert asked_about(key) == token


@pytest.mark.parametrize(
    ("request_key", "upload_key", "may"),
    [
        (f"withdrawals/{TOKEN}", "uploads/a.csv", True),
        (f"withdrawals/{TOKEN}", "uploads/Berlin/a.csv", True),
        (f"withdrawals/Berlin/{TOKEN}", "uploads/Berlin/a.csv", True),
        (f"withdrawals/Berlin/{TOKEN}", "uploads/Berlin/2026/a.csv", True),
        (f"withdrawals/Berlin/{TOKEN}", "uploads/Karachi/a.csv", False),
        (f"withdrawals/Karachi/{TOKEN}", "uploads/Berlin/a.csv", False),
        (f"withdrawals/Berlin/{TOKEN}", "uploads/a.csv", False),
    ],
)
def test_who_may_put_such_an_upload_may_withdraw_it(request_key: str, upload_key: str, may: bool) -> None:
    assert may_ask(request_key, upload_key) is may


def test_a_request_is_recorded_in_the_table_and_in_the_bucket() -> None:
    it = asked("t7", back=True)
    assert it.attributes() == {"AsOf": "t7", "Back": True, "By": "Ann", "Why": "the wrong file"}
    assert it.kept() == {"as_of": "t7", "back": True, "by": "Ann", "why": "the wrong file"}
    assert Withdrawal(**it.kept()) == it
