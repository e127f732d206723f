"""Whether an upload is loaded is decided once: what is recorded first counts for every attempt."""

from typing import Any

import pytest

from load_inventory import decision
from load_inventory.attempt import Attempt
from load_inventory.decision import decide
from load_inventory.upload import Upload
from read_file.reasons import Reason
from read_file.refused import Refused

CLIENTS: Any = None
UPLOAD = Upload("t5", "bucket", "uploads/a.csv", "1", 0, {})
ATTEMPT = Attempt(UPLOAD, "a mark")
TOO_MUCH = Reason.of("removes-too-much", removed=3, items=10, store="Berlin", limit=20)
Records = dict[str, str]


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Records:
    """The decision, as the table and the bucket have it."""
    kept: Records = {}

    def record(_clients: Any, upload: Upload, decided: str) -> str:
        assert upload is UPLOAD
        # A table keeps a text, and returns another object each time.
        return kept.setdefault("table", str(decided)).encode().decode()

    def put_event(_clients: Any, attempt: Attempt, decided: str) -> None:
        assert attempt is ATTEMPT
        kept["bucket"] = decided

    monkeypatch.setattr("load_inventory.upload_record.decide", record)
    monkeypatch.setattr(decision, "put_event", put_event)
    return kept


def test_what_takes_little_is_loaded(records: Records) -> None:
    decide(CLIENTS, ATTEMPT, None)
    assert records == {"table": "apply", "bucket": "apply"}


def test_what_takes_too_much_is_refused_unless_its_sender_insists(records: Records) -> None:
    with pytest.raises(Refused) as refused:
        decide(CLIENTS, ATTEMPT, TOO_MUCH)
    assert refused.value.reason is TOO_MUCH  # with the values that it is made of, for other languages
    assert refused.value.may_insist
    assert records == {"table": TOO_MUCH, "bucket": TOO_MUCH}


def test_what_was_loaded_once_is_loaded_again_whatever_it_would_take_by_now(records: Records) -> None:
    decide(CLIENTS, ATTEMPT, None)
    decide(CLIENTS, ATTEMPT, TOO_MUCH)
    assert records == {"table": "apply", "bucket": "apply"}


@pytest.mark.parametrize("now", [None, TOO_MUCH, "a reason that sorts before", "the reasons of today"])
def test_what_was_refused_once_stays_refused_for_the_same_reason(records: Records, now: str | None) -> None:
    records["table"] = "because of that"
    with pytest.raises(Refused, match=r"^because of that$"):
        decide(CLIENTS, ATTEMPT, now)
    assert records == {"table": "because of that", "bucket": "because of that"}
