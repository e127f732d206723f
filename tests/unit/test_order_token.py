"""Order tokens."""

from typing import Any

from stock.order_token import event_time, order_token


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
