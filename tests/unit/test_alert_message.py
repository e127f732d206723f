"""What alerts look like."""

import json
import string
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stock.levels import Event, Level
from stock.time_zone import time_zone, zone_named
from telling.alert_message import (
    Head,
    Line,
    Soon,
    Upload,
    attribute_text,
    by_importance,
    email,
    messages,
    shown_name,
    sms,
    subject,
    to_ascii,
)
from telling.language import Texts

ROOT = Path(__file__).parents[2]
UPLOAD = Upload("20261122T083652.123Z-0065A1B2C3D4E5F607-1a2b", "uploads/Berlin/today.csv", "ann@example.com")
HEAD = Head(
    "Berlin",
    Event.OUT_OF_STOCK,
    "2026-11-22T08:36:52.123Z",
    zone_named("Europe/Berlin"),
    UPLOAD,
    "https://onhand.example",
)
SCHEMA = json.loads((ROOT / "docs" / "alert.schema.json").read_text())


def line(item: str, previous: int | None = 12, count: int | None = 0, level: Level = Level.OUT) -> Line:
    """An item of a message."""
    return Line(f"key of {item}", item, count, previous, level)


def publish(lines: list[Line], head: Head = HEAD, language: str = "en") -> list[dict[str, Any]]:
    """What is published, with the bodies unpacked; every JSON is checked against the schema."""
    found = []
    for message, part in messages(head, lines, Texts.load(language)):
        assert part
        assert len(message["Message"].encode()) < 256 * 1024 - 2048
        bodies = json.loads(message["Message"])
        machine = json.loads(bodies["default"])
        Draft202012Validator(SCHEMA).validate(machine)
        assert len(message["Subject"]) < 100
        assert set(message["Subject"]) <= set(string.printable) - set("\n\r\t\x0b\x0c")
        found.append({**message, **bodies, "machine": machine})
    return found


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_an_email_says_what_where_when_and_who() -> None:
    (message,) = publish([line("Echo Plus")])
    assert message["Subject"] == "Out of stock: Echo Plus in Berlin"
    assert message["email"] == (
        "An item is out of stock in Berlin:\n\n"
        "  Echo Plus (before: 12)\n\n"
        "When:  2026-11-22 09:36 CET\n"
        "File:  Berlin/today.csv, sent by ann@example.com\n"
        "See:   https://onhand.example/store?name=Berlin&show=out\n\n"
        "You get this because you subscribed to the stock alerts of onhand.\n"
    )
    assert message["sms"] == "Berlin: out of stock: Echo Plus"
    assert message["MessageAttributes"]["store"]["StringValue"] == "Berlin"
    assert message["MessageAttributes"]["event"]["StringValue"] == "OUT_OF_STOCK"


def test_it_speaks_german() -> None:
    (message,) = publish([line("Süßstoff"), line("Möhren", None)], language="de")
    assert message["Subject"] == "Ausverkauft: 2 Artikel in Berlin"
    assert "  Süßstoff (vorher: 12)\n  Möhren (vorher nicht bekannt)\n" in message["email"]
    assert "22.11.2026, 09:36 Uhr CET" in message["email"]
    (message,) = publish([line("Süßstoff")], language="de")
    assert message["Subject"] == "Ausverkauft: Suessstoff in Berlin"


@pytest.mark.parametrize("level", [Level.OK, Level.LOW])
def test_an_item_that_is_back_but_low_is_marked(level: Level) -> None:
    head = replace(HEAD, event=Event.BACK_IN_STOCK, upload=None)
    (message,) = publish([line("Echo Plus", 0, 3, level)], head)
    assert ("still at or below its reorder point" in message["email"]) == (level == Level.LOW)
    assert "none (changed by hand" in message["email"]
    assert message["machine"]["upload"] is None


def test_an_item_that_is_back_before_it_could_be_said_that_it_ran_out() -> None:
    (message,) = publish([line("Echo Plus", level=Level.OK)])
    assert "Echo Plus (back meanwhile)" in message["email"]


def test_the_most_important_come_first() -> None:
    lines = [line("b", 2, 4), line("c", 90, 1), line("a", None, 7), line("d", 2, 9)]
    assert [one.item for one in by_importance(Event.OUT_OF_STOCK, lines)] == ["c", "b", "d", "a"]
    assert [one.item for one in by_importance(Event.LOW_STOCK, lines)] == ["c", "b", "a", "d"]
    assert [one.item for one in by_importance(Event.BACK_IN_STOCK, lines)] == ["d", "a", "b", "c"]


def test_a_count_that_is_not_known_counts_as_none_left() -> None:
    lines = [line("a", 1, 1), line("b", None, None), line("c", 0, 0)]
    assert [one.item for one in by_importance(Event.OUT_OF_STOCK, lines)] == ["a", "b", "c"]
    assert [one.item for one in by_importance(Event.LOW_STOCK, lines)] == ["b", "c", "a"]
    assert [one.item for one in by_importance(Event.BACK_IN_STOCK, lines)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("event", "of_one", "said"),
    [
        (Event.OUT_OF_STOCK, line("Dot"), "Dot (before: 12)"),
        (Event.OUT_OF_STOCK, line("Dot", None), "Dot (not known before)"),
        (Event.OUT_OF_STOCK, line("Dot", None, 3, Level.LOW), "Dot (back meanwhile)"),
        (Event.OUT_OF_STOCK, line("Dot", None, 3, Level.GONE), "Dot (back meanwhile)"),
        (Event.LOW_STOCK, line("Dot", 12, 3, Level.LOW), "Dot: 3 left (before: 12)"),
        (Event.LOW_STOCK, line("Dot", None, 3, Level.LOW), "Dot: 3 left (not known before)"),
        (Event.LOW_STOCK, line("Dot", 12, 30, Level.OK), "Dot: 30 left (before: 12)"),
        (Event.BACK_IN_STOCK, line("Dot", 0, 30, Level.OK), "Dot: 30"),
        (Event.BACK_IN_STOCK, line("Dot", None, 30, Level.OK), "Dot: 30"),
        (Event.BACK_IN_STOCK, line("Dot", None, 3, Level.LOW), "Dot: 3, still at or below its reorder point"),
        (Event.BACK_IN_STOCK, line("Dot", 0, 0, Level.OUT), "Dot: 0"),
        (Event.BACK_IN_STOCK, line("Dot", 0, None, Level.GONE), "Dot: ?"),
    ],
)
def test_what_an_email_says_of_an_item(event: Event, of_one: Line, said: str) -> None:
    assert email(replace(HEAD, event=event), [of_one], Texts.load("en")).splitlines()[2] == f"  {said}"


@pytest.mark.parametrize(
    ("event", "show"),
    [
        (Event.OUT_OF_STOCK, "&show=out"),
        (Event.LOW_STOCK, "&show=low"),
        (Event.RUNS_OUT_SOON, "&show=soon"),
        (Event.BACK_IN_STOCK, ""),
    ],
)
def test_a_link_shows_the_items_that_a_message_is_about(event: Event, show: str) -> None:
    head = replace(HEAD, event=event, store="Bad Homburg/2")
    assert head.link == f"https://onhand.example/store?name=Bad%20Homburg%2F2{show}"


@pytest.mark.parametrize(
    ("key", "by", "said"),
    [
        ("uploads/Berlin/today.csv", "", "File:  Berlin/today.csv, sent by ?"),
        ("uploads/", "ann@example.com", "File:  ?, sent by ann@example.com"),
    ],
)
def test_who_sent_a_file_may_not_be_known(key: str, by: str, said: str) -> None:
    head = replace(HEAD, upload=Upload("", key, by))
    assert said in email(head, [line("Dot")], Texts.load("en")).splitlines()


def test_machines_are_told_everything() -> None:
    (message,) = publish([line("Süß")], replace(HEAD, groups=("coast", "north")))
    machine = message["machine"]
    assert machine.pop("texts") == {"email": message["email"], "sms": message["sms"]}
    assert machine == {
        "version": 1,
        "event": "OUT_OF_STOCK",
        "store": "Berlin",
        "groups": ["coast", "north"],
        "at": "2026-11-22T08:36:52.123Z",
        "upload": {"token": UPLOAD.token, "key": "uploads/Berlin/today.csv", "by": "ann@example.com"},
        "link": "https://onhand.example/store?name=Berlin&show=out",
        "part": 1,
        "parts": 1,
        "total": 1,
        "items": [{"alert": "key of Süß", "item": "Süß", "count": 0, "previous": 12, "level": "out"}],
    }
    assert message["MessageStructure"] == "json"
    assert "Süß" in message["Message"]


def test_a_filter_finds_a_message_by_the_groups_of_its_store() -> None:
    (message,) = publish([line("Dot")], replace(HEAD, groups=("coast", "nörd")))
    assert message["MessageAttributes"]["group"] == {"DataType": "String.Array", "StringValue": '["coast","nörd"]'}
    (message,) = publish([line("Dot")])
    assert message["MessageAttributes"].keys() == {"event", "store"}


MORNING = replace(HEAD, event=Event.RUNS_OUT_SOON, upload=None)


def soon(item: str, chance: float, first: int, last: int | None) -> Line:
    """An item that will be out."""
    return Line(f"key of {item}", item, 12, None, Level.LOW, Soon(chance, first, last))


def test_what_will_be_out_is_said_with_a_range_of_days_the_most_likely_first() -> None:
    (message,) = publish([soon("Tap", 0.31, 4, None), soon("Dot", 0.9, 2, 6), soon("Plus", 0.97, 1, 1)], MORNING)
    assert message["Subject"] == "Will run out: 3 items in Berlin"
    assert message["email"] == (
        "3 items will probably run out soon in Berlin:\n\n"
        "  Plus: 12 left, out in 1 to 2 days\n"  # never one day
        "  Dot: 12 left, out in 2 to 6 days\n"
        "  Tap: 12 left, out in 4 days or later\n\n"
        "When:  2026-11-22 09:36 CET\n"
        "Why:   by how the counts went so far; what is ordered already is not known\n"
        "See:   https://onhand.example/store?name=Berlin&show=soon\n\n"
        "You get this because you subscribed to the stock alerts of onhand.\n"
    )
    assert message["sms"] == "Berlin: will run out: Plus, Dot, Tap"
    (plus, _, tap) = message["machine"]["items"]
    assert plus == {
        "alert": "key of Plus", "item": "Plus", "count": 12, "previous": None, "level": "low",
        "chance": 0.97, "first": 1, "last": 1,
    }  # fmt: skip
    assert tap["last"] is None


def test_what_will_be_out_in_german() -> None:
    (message,) = publish([soon("Dot", 0.9, 2, 6)], MORNING, "de")
    assert message["Subject"] == "Geht bald aus: Dot in Berlin"
    assert "  Dot: noch 12, in 2 bis 6 Tagen ausverkauft\n" in message["email"]


def test_what_has_no_chance_comes_after_what_has_one() -> None:
    lines = [line("a"), soon("c", 0.5, 1, 2), soon("b", 0.5, 1, 2)]
    assert [one.item for one in by_importance(Event.RUNS_OUT_SOON, lines)] == ["b", "c", "a"]


def test_500_items_are_one_message() -> None:
    (message,) = publish([line(f"Item {number}", number) for number in range(500)])
    assert message["Subject"] == "Out of stock: 500 items in Berlin"
    assert message["email"].count("(before:") == 50
    assert "… and 450 more" in message["email"]
    assert [item["previous"] for item in message["machine"]["items"]] == sorted(range(500), reverse=True)
    assert message["sms"].endswith("Item 489 +489 more")


@pytest.mark.parametrize(("items", "more"), [(50, ""), (51, "  … and 1 more"), (52, "  … and 2 more")])
def test_an_email_lists_fifty_items(items: int, more: str) -> None:
    (message,) = publish([line(f"Item {number}") for number in range(items)])
    lines = message["email"].splitlines()
    assert lines[2].startswith("  Item")
    assert lines[51].startswith("  Item")
    assert lines[52] == more


@pytest.mark.parametrize(
    ("items", "longer", "parts"), [(10, 0, [10]), (10, 1, [9, 1]), (20, 0, [10, 10]), (20, 1, [10, 9, 1])]
)
def test_a_message_has_room_for_160_000_bytes_of_items(items: int, longer: int, parts: list[int]) -> None:
    rest = len(r"""{\"alert\":\"\",\"item\":\"\",\"count\":0,\"previous\":12,\"level\":\"out\"}""") + len('"",')
    lines = [Line("", "x" * (16_000 - rest), 0, 12, Level.OUT) for _ in range(items)]
    lines[-1] = replace(lines[-1], item=lines[-1].item + "x" * longer)
    found = [*messages(HEAD, lines, Texts.load("en"))]
    assert [len(part) for _, part in found] == parts
    assert found[-1][0]["Subject"].endswith(f" ({len(parts)} of {len(parts)})") == (len(parts) > 1)


def test_an_item_that_alone_is_more_than_a_message_holds_is_sent_nevertheless() -> None:
    lines = [line("a" * 170_000), line("b")]
    assert [part for _, part in messages(HEAD, lines, Texts.load("en"))] == [lines[:1], lines[1:]]


def test_what_one_message_cannot_hold_is_split_and_nothing_is_left_out() -> None:
    names = [f"{number} " + '"\\ü' * 60 for number in range(500)]
    found = publish([line(name) for name in names])
    assert len(found) > 1
    parts = [message["machine"] for message in found]
    assert [part["part"] for part in parts] == list(range(1, len(parts) + 1))
    assert {(part["parts"], part["total"]) for part in parts} == {(len(parts), 500)}
    assert sorted(item["item"] for part in parts for item in part["items"]) == sorted(names)
    ends = [message["Subject"].removeprefix("Out of stock: ") for message in found]
    assert ends == [f"{len(part['items'])} items in Berlin ({n} of {len(parts)})" for n, part in enumerate(parts, 1)]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "name", ["Dot", "Ein sehr langer Name " * 20, "电视机" * 80, "a\nb\r\x00\x1b[31m", "😀" * 300, '"{x}"']
)
def test_any_name_fits_in_every_kind_of_text(name: str, language: str) -> None:
    for event in Event:
        head = replace(HEAD, event=event, store=name)
        soon = Soon(0.5, 1, 9) if event == Event.RUNS_OUT_SOON else None
        for lines in ([line(name)], [line(name + str(n)) for n in range(30)]):
            (message,) = publish([replace(one, soon=soon) for one in lines], head, language)
            text = message["sms"]
            assert len(text) <= 140 if text.isascii() else len(text.encode("utf-16-le")) <= 140
            assert "\n" not in text
            assert not set(message["email"]) & {"\x00", "\x1b", "\r"}
            assert not set(message["MessageAttributes"]["store"]["StringValue"]) & set("\n\r\x00\x1b")


def test_an_sms_names_as_many_items_as_it_holds() -> None:
    texts = Texts.load("en")
    few = sms(HEAD, [line("Dot"), line("Plus")], texts)
    many = sms(HEAD, [line(f"Thing number {n}") for n in range(40)], texts)
    assert few == "Berlin: out of stock: Dot, Plus"
    assert many.endswith(" more")
    assert 100 < len(many) <= 140


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["x" * 100], "x" * 100),
        (["x" * 101], "x" * 99 + "..."),
        (["x" * 100, "y" * 16], "x" * 100 + ", " + "y" * 16),
        (["x" * 100, "y" * 17], "x" * 100 + " +1 more"),
        (["ü" * 48], "ü" * 48),
        (["ü" * 49], "ü" * 45 + "..."),
        (["ü" * 49, "Dot"], "ü" * 37 + "... +1 more"),
        (["ü" * 49, "Dot", "Tap"], "ü" * 37 + "... +2 more"),
        (["ü" * 44 + "  y" * 4], "ü" * 44 + "..."),
        (["😀" * 24], "😀" * 24),
        (["😀" * 25], "😀" * 22 + "..."),
        ([*"abcdefghijklmnopqrst"], ", ".join("abcdefghijklmnopqrst")),
        ([*"abcdefghijklmnopqrstuv"], ", ".join("abcdefghijklmnopqrst") + " +2 more"),
    ],
)
def test_an_sms_is_140_bytes_at_most(names: list[str], said: str) -> None:
    assert sms(HEAD, [line(name) for name in names], Texts.load("en")) == f"Berlin: out of stock: {said}"


@pytest.mark.parametrize(
    ("length", "suffix", "end"),
    [
        (75, "", "x in Berlin"),
        (76, "", "x in Be..."),
        (77, "", "x in B..."),
        (78, "", "x in..."),
        (79, "", "x in..."),
        (80, "", "x i..."),
        (66, "(2 of 3)", "x in Berlin (2 of 3)"),
        (67, "(2 of 3)", "x in Be... (2 of 3)"),
    ],
)
def test_a_subject_is_99_characters_at_most(length: int, suffix: str, end: str) -> None:
    text = subject(HEAD, [line("x" * length)], Texts.load("en"), suffix)
    assert text == "Out of stock: " + "x" * (length - 1) + end
    assert len(text) <= 99


def test_an_sms_of_a_store_with_a_long_name_is_cut_in_the_name_of_the_item() -> None:
    head = replace(HEAD, store="S" * 60)
    texts = Texts.load("en")
    assert sms(head, [line("x" * 64)], texts) == "S" * 60 + ": out of stock: " + "x" * 64
    assert sms(head, [line("x" * 65)], texts) == "S" * 60 + ": out of stock: " + "x" * 61 + "..."
    assert (
        sms(head, [line("x" * 60), line("b"), line("c")], texts) == f"{'S' * 60}: out of stock: {'x' * 53}... +2 more"
    )


def test_a_long_name_leaves_an_sms_in_ascii_which_holds_twice_as_much() -> None:
    text = sms(replace(HEAD, store="S" * 101), [line("Dot")], Texts.load("en"))
    assert text == "S" * 99 + "...: out of stock: Dot"


def test_a_long_subject_is_cut() -> None:
    text = subject(HEAD, [line("x" * 200)], Texts.load("en"), " (2 of 3)")
    assert len(text) == 99
    assert text.endswith("... (2 of 3)")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Café", "Cafe"),
        ("Zürich", "Zuerich"),
        ("Zu\u0308rich", "Zuerich"),
        ("日本", "??"),
        ("a\tb\nc", "a b c"),
        ("wait…", "wait..."),
        ("~ !\x7f\x00", "~ !??"),
    ],
)
def test_a_subject_is_plain_ascii(text: str, plain: str) -> None:
    assert to_ascii(text) == plain


@pytest.mark.parametrize("store", ["Bad  Homburg", " Berlin ", "Zürich\u00a0HB", "a\u200db"])
def test_the_name_of_a_store_is_an_attribute_as_it_is_and_on_one_line_for_people(store: str) -> None:
    (message,) = publish([line("Dot")], replace(HEAD, store=store))
    assert message["MessageAttributes"]["store"]["StringValue"] == store
    assert message["machine"]["store"] == store
    assert message["sms"].startswith(" ".join(store.replace("\u200d", " ").split()) + ":")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Bad \t Homburg\n", "Bad Homburg"),
        ("a\x00b\u200dc", "a b c"),
        ("x" * 100, "x" * 100),
        ("x" * 101, "x" * 99 + "…"),
    ],
)
def test_a_name_is_shown_on_one_line_and_not_too_long(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_an_attribute_has_no_control_characters() -> None:
    assert attribute_text("a\x00b\ud800c\u200dd\n") == "a b c\u200dd "


def test_a_count_that_nobody_can_read_is_a_question_mark() -> None:
    (message,) = publish([line("Dot", 0, None, Level.OK)], replace(HEAD, event=Event.BACK_IN_STOCK))
    assert "  Dot: ?\n" in message["email"]
    assert message["machine"]["items"][0]["count"] is None


def test_a_store_has_its_own_time_zone_or_that_of_all() -> None:
    berlin, delhi = {"TimeZone": {"S": "Europe/Berlin"}}, {"TimeZone": {"S": "Asia/Kolkata"}}
    assert str(time_zone(berlin, delhi)) == "Europe/Berlin"
    assert str(time_zone({"Store": {"S": "x"}}, delhi)) == "Asia/Kolkata"
    assert time_zone(None, None) is UTC


def test_time_zones() -> None:
    assert str(zone_named("Asia/Kolkata")) == "Asia/Kolkata"
    assert zone_named("Mars/Olympus") is UTC
    assert zone_named("../etc/passwd") is UTC


def test_time_zones_without_a_zone_database(monkeypatch: pytest.MonkeyPatch) -> None:
    import zoneinfo

    class NoZones:
        def __init__(self, name: str) -> None:
            raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", NoZones)
    zone_named.cache_clear()
    head = replace(HEAD, zone=zone_named("Europe/Berlin"))
    (message,) = publish([line("Echo Plus")], head)
    zone_named.cache_clear()
    assert "09:36 CET" in message["email"]
