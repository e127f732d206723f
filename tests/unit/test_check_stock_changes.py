"""From two images of a row to what happened. The records are made by hand, as AWS documents those of a stream."""

from typing import Any

import pytest

from check_stock.changes import Change, change_of_record, change_of_row, just_after
from stock.alert_log import fit_key
from stock.levels import Event, Level, event_of
from stock.rows import level_of

UPLOAD = "20261122T083652.123Z-0065A1B2C3D4E5F607-1a2b"
LABEL = "2026-11-01T08:00:00.000"
STREAM = f"arn:aws:dynamodb:eu-central-1:123456789012:table/Inventory/stream/{LABEL}"
LATER = "20261122T093652.123Z-0065A1B2C3D4E5F608-1a2b"


def row(count: Any, as_of: str | None = UPLOAD, **more: Any) -> dict[str, Any]:
    """An image of a row."""
    image = {"Store": {"S": "Berlin"}, "Item": {"S": "Echo Dot"}, "Count": {"N": str(count)}, **more}
    return image | ({"AsOf": {"S": as_of}} if as_of else {})


def record(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    """A record of the stream."""
    images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
    keys = {"Store": {"S": "Berlin"}, "Item": {"S": "Echo Dot"}}
    return {
        "eventSource": "aws:dynamodb",
        "eventSourceARN": STREAM,
        "dynamodb": {
            "ApproximateCreationDateTime": 1795336612.0,
            "SequenceNumber": "4421584500000000017450439091",
            "Keys": keys,
            **images,
        },
    }


@pytest.mark.parametrize(
    ("before", "now", "event"),
    [
        ("gone", "out", "OUT_OF_STOCK"),
        ("ok", "out", "OUT_OF_STOCK"),
        ("low", "out", "OUT_OF_STOCK"),
        ("out", "out", None),
        ("gone", "low", "LOW_STOCK"),
        ("ok", "low", "LOW_STOCK"),
        ("low", "low", None),
        ("out", "low", "BACK_IN_STOCK"),
        ("out", "ok", "BACK_IN_STOCK"),
        ("low", "ok", None),
        ("gone", "ok", None),
        ("out", "gone", None),
        ("low", "gone", None),
    ],
)
def test_an_event_is_a_way_from_one_level_to_another(before: str, now: str, event: str | None) -> None:
    assert event_of(Level(before), Level(now)) == event


@pytest.mark.parametrize(
    ("image", "level"),
    [
        (None, "gone"),
        (row(0), "out"),
        (row(0, Short={"S": "low"}), "out"),
        (row(3, Short={"S": "low"}), "low"),
        (row(3, Short={"S": "out"}), "ok"),
        (row(3), "ok"),
        (row("0.0"), "out"),
        (row("0.5"), "ok"),
        (row("2.5"), "ok"),
        (row("-1"), "ok"),
        (row("1E+130"), "ok"),
        ({"Store": {"S": "Berlin"}, "Item": {"S": "Echo Dot"}}, "ok"),
        ({"Count": {"S": "0"}}, "ok"),
    ],
)
def test_a_count_of_0_is_out_whatever_the_row_says_besides(image: dict[str, Any] | None, level: str) -> None:
    assert level_of(image) == level


def test_an_alert_has_the_same_key_in_every_delivery() -> None:
    change = change_of_record(record(row(5), row(0, LATER)))
    assert change is not None
    assert change.alert(Event.OUT_OF_STOCK).key == f"{LATER}#OUT_OF_STOCK#Echo Dot"
    assert (change.at, change.previous, change.count, change.upload) == ("2026-11-22T09:36:52.123Z", 5, 0, True)
    assert change == change_of_record(record(row(5), row(0, LATER)))


@pytest.mark.parametrize("as_of", [UPLOAD, None, "yesterday", "#"])
def test_a_row_that_somebody_else_changed_goes_by_the_second_and_its_place_in_the_stream(as_of: str | None) -> None:
    change = change_of_record(record(row(5), row(0, as_of, Quiet={"BOOL": True})))
    assert change is not None
    assert change.token == "20261122T083652.000Z-hand"
    assert (change.at, change.upload, change.quiet) == ("2026-11-22T08:36:52.000Z", False, False)
    alert = change.alert(Event.OUT_OF_STOCK)
    assert alert.key.startswith("20261122T083652.000Z-hand#OUT_OF_STOCK#Echo Dot#2026-11-01T08:00:00.000/0000")
    assert alert.upload is None
    assert alert.group.by_hand


def test_a_replay_is_quiet_and_a_new_reorder_point_is_not() -> None:
    quiet = {"BOOL": True}
    replayed = change_of_record(record(row(5), row(0, LATER, Quiet=quiet)))
    marked = change_of_record(record(row(3, Quiet=quiet), row(3, Quiet=quiet, Short={"S": "low"})))
    low = row(3, Quiet=quiet, Short={"S": "low"})
    with_point = change_of_record(record(row(3, Quiet=quiet), low | {"PointAsOf": {"S": LATER}}))
    without = change_of_record(record(row(3, Quiet=quiet, PointAsOf={"S": LATER}), low))
    assert replayed is not None
    assert marked is not None
    assert with_point is not None
    assert without is not None
    assert (replayed.quiet, marked.quiet, marked.level) == (True, False, Level.LOW)
    assert (with_point.quiet, without.quiet) == (True, True)


@pytest.mark.parametrize("as_of", ["0", "yesterday"])
def test_who_writes_another_token_by_hand_is_not_quiet_though_the_reorder_point_is_new(as_of: str) -> None:
    quiet = {"BOOL": True}
    by_hand = change_of_record(record(row(3, Quiet=quiet), row(0, as_of, Quiet=quiet, PointAsOf={"S": LATER})))
    assert by_hand is not None
    assert not by_hand.quiet


@pytest.mark.parametrize(
    ("before", "now", "is_short"),
    [("out", "ok", True), ("ok", "low", True), ("low", "gone", True), ("gone", "ok", False)],
)
def test_a_change_matters_by_itself_if_the_row_is_or_was_short(before: str, now: str, is_short: bool) -> None:
    change = Change("Berlin", "Dot", Level(before), Level(now), 1, 2, UPLOAD, True, "", "1")
    assert change.is_short == is_short
    assert change.row_key == ("Berlin", "Dot")


def test_a_change_that_leaves_the_level_is_nothing() -> None:
    assert change_of_record(record(row(0), row(0, LATER))) is None
    assert change_of_record(record(row(7), row(5, LATER))) is None


def test_a_recheck_comes_right_after_what_is_known() -> None:
    known, later = f"{LABEL}/900", f"{LABEL}/901"
    places = [known, just_after(known), just_after(just_after(known)), later]
    assert places == sorted(set(places))
    assert places[1:3] == [f"{known}+000001", f"{known}+000002"]
    assert just_after("") < known


def test_a_row_that_differs_from_what_is_known_gets_the_alert_that_the_stream_would_have_raised() -> None:
    found = change_of_row("Berlin", "Echo Dot", row(0, LATER), Level.OK, "known", 1795336612.0)
    lost = change_of_record(record(row(5), row(0, LATER)))
    assert found is not None
    assert lost is not None
    assert found.alert(Event.OUT_OF_STOCK).key == lost.alert(Event.OUT_OF_STOCK).key
    assert (found.count, found.previous, found.quiet) == (0, None, False)
    assert change_of_row("Berlin", "Echo Dot", row(0, LATER), Level.OUT, "known", 1795336612.0) is None


@pytest.mark.parametrize(
    ("as_of", "marks", "quiet"),
    [(LATER, {}, False), (LATER, {"Quiet": {"BOOL": True}}, True), (None, {"Quiet": {"BOOL": True}}, False)],
)
def test_of_a_row_that_was_out_it_is_known_what_was_there(as_of: str | None, marks: Any, quiet: bool) -> None:
    low = row(3, as_of, Short={"S": "low"}, **marks)
    found = change_of_row("Berlin", "Echo Dot", low, Level.OUT, "known", 1795336612.0)
    assert found is not None
    assert (found.level, found.count, found.previous, found.quiet) == (Level.LOW, 3, 0, quiet)


def test_a_key_that_is_too_long_for_dynamodb_stays_unique() -> None:
    one, other = (fit_key("ü" * 1000 + end, 1024) for end in ("a", "b"))
    assert len(one.encode()) <= 1024
    assert one != other
    assert fit_key("short") == "short"
