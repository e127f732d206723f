"""Order tokens."""

from typing import Any

import pytest

from stock.order_token import event_time, is_order_token, is_token_of_changes, order_token


def event(time: str, sequencer: str, key: str = "uploads/a.csv", version: str = "v") -> dict[str, Any]:
    return {"eventTime": time, "s3": {"object": {"key": key, "versionId": version, "sequencer": sequencer}}}


def test_the_later_event_has_the_greater_token() -> None:
    assert order_token(event("2026-11-22T08:00:00.001Z", "00")) > order_token(event("2026-11-22T08:00:00.000Z", "FF"))


def test_at_the_same_time_the_sequencer_decides() -> None:
    time = "2026-11-22T08:00:00.000Z"
    assert order_token(event(time, "0055AED6DCD90281E6")) > order_token(event(time, "0055AED6DCD90281E5"))


def test_sequencers_of_different_lengths_are_padded_on_the_right() -> None:
    time = "2026-11-22T08:00:00.000Z"
    assert order_token(event(time, "0056")) > order_token(event(time, "0055AED6DCD90281E5"))


def test_a_token_looks_the_same_in_every_version() -> None:
    """Rows, records and keys of the ledger hold tokens of years ago, and are compared with those of today."""
    token = order_token(event("2026-11-22T08:36:52.123Z", "0055aed6"))
    assert token == "20261122T083652.123Z-0055AED60000000000-44dfdd1a"
    assert is_order_token(token)


@pytest.mark.parametrize(
    ("text", "is_token", "is_of_changes"),
    [
        ("20261122T083652.123Z-0-0", True, True),
        ("20261122T083652.123Z-hand", False, True),
        ("20261122T083652.123Z-foot", False, False),
        ("20261122T083652.123Z-hand2", False, False),
        ("20261322T083652.123Z-0-0", False, False),
        ("20261322T083652.123Z-hand", False, False),
        ("20261122T083652.123Z-0-0#", False, False),
        ("20261122T083652.123Z-0a-0", False, False),
        ("20261122T083652Z-0-0", False, False),
        ("yesterday", False, False),
        ("", False, False),
    ],
)
def test_what_others_wrote_is_no_token(text: str, is_token: bool, is_of_changes: bool) -> None:
    assert is_order_token(text) == is_token
    assert is_token_of_changes(text) == is_of_changes


def test_two_uploads_never_share_a_token() -> None:
    same = ("2026-11-22T08:00:00.000Z", "0055")
    tokens = {order_token(event(*same, key, version)) for key in ("uploads/a", "uploads/b") for version in ("1", "2")}
    assert len(tokens) == 4


def test_a_time_without_milliseconds_is_understood() -> None:
    assert order_token(event("2026-11-22T08:00:00Z", "00")) < order_token(event("2026-11-22T08:00:00.001Z", "00"))


def test_the_event_time_can_be_read_from_the_token() -> None:
    assert event_time(order_token(event("2026-11-22T08:36:52.123Z", "00"))) == "2026-11-22T08:36:52.123Z"


def test_an_upload_without_a_sequencer_comes_first_at_its_time() -> None:
    """S3's list of versions has none: `onhand replay --lost` makes such an event."""
    listed = {"eventTime": "2026-11-22T08:00:00.000Z", "s3": {"object": {"key": "uploads/a.csv", "versionId": "v"}}}
    assert order_token(listed) < order_token(event("2026-11-22T08:00:00.000Z", "0055"))
    assert order_token(listed) > order_token(event("2026-11-22T07:59:59.999Z", "FF"))
