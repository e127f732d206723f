"""What is posted in a channel: of a message that lists something, and of an alert; cut until it fits."""

from collections.abc import Callable
from typing import Any

import pytest

from stock.levels import Event, Level
from stock.time_zone import zone_named
from telling.alert_message import LISTED, Head, Line, Upload, email
from telling.language import Texts
from telling.listing import Listing, Row, Section
from telling.post import Part, Post, of_alert, of_listing

MORE = "… and {n} more"


def post(*parts: Part) -> Post:
    return Post("Title", list(parts), "See", "https://onhand.example", MORE)


def at_most(lines: int) -> Callable[[Post], bool]:
    """A channel that takes so many lines. What it is offered must get shorter and shorter."""
    offered: list[int] = []

    def fits(one: Post) -> bool:
        number = sum(len(part.lines) for part in one.parts)
        assert number not in offered
        offered.append(number)
        return number <= lines

    return fits


def test_what_is_left_out_of_a_part_is_said_after_its_lines() -> None:
    assert post().lines_of(Part("Out", ["a", "b"], left=7)) == ["a", "b", "… and 7 more"]
    assert post().lines_of(Part("Out", ["a", "b"])) == ["a", "b"]


def test_a_part_has_all_its_lines_if_nobody_says_otherwise() -> None:
    assert Part("Out", ["a"]).left == 0


@pytest.mark.parametrize(
    ("most", "out", "low"),
    [
        (5, Part("Out", ["a", "b", "c"], 10), Part("Low", ["d", "e"])),
        (4, Part("Out", ["a", "b"], 11), Part("Low", ["d", "e"])),
        (3, Part("Out", ["a"], 12), Part("Low", ["d", "e"])),
        (2, Part("Out", ["a"], 12), Part("Low", ["d"], 1)),
        (1, Part("Out", [], 13), Part("Low", ["d"], 1)),
        (0, Part("Out", [], 13), Part("Low", [], 2)),
    ],
)
def test_lines_of_the_longest_part_are_left_out_first(most: int, out: Part, low: Part) -> None:
    whole = post(Part("Out", ["a", "b", "c"], 10), Part("Low", ["d", "e"]))
    assert whole.cut(at_most(most)) == post(out, low)


def test_of_parts_that_look_alike_just_one_is_cut() -> None:
    assert post(Part("", ["a"]), Part("", ["a"])).cut(at_most(1)) == post(Part("", [], 1), Part("", ["a"]))


def test_a_listing_is_posted_with_its_first_lines_and_its_sections() -> None:
    rows = [Row("Ulm", "Dot", "since 07:12", "https://onhand.example/store"), Row("Lima", "", "no file", "")]
    listing = Listing(
        "en", "2 out of stock", ["Today."], [Section("Out: 3", rows, 1)], "Open it", "https://x", MORE, "Bye."
    )
    assert of_listing(listing) == Post(
        "2 out of stock",
        [Part("", ["Today."]), Part("Out: 3", ["Dot, Ulm: since 07:12", "Lima: no file"], 1)],
        "Open it",
        "https://x",
        MORE,
    )


def alert(items: int) -> dict[str, Any]:
    """An alert of so many items, with what of it is posted."""
    head = Head(
        "Berlin",
        Event.OUT_OF_STOCK,
        "2026-11-22T08:36:52.123Z",
        zone_named("Europe/Berlin"),
        Upload("", "uploads/Berlin/today.csv", "ann@example.com"),
        "https://onhand.example",
    )
    lines = [Line("", f"Item {n}", 0, 12, Level.OUT) for n in range(items)]
    text = email(head, lines, Texts.load("en"))
    return {"items": [{"item": line.item} for line in lines], "link": head.link, "texts": {"email": text}}


def test_an_alert_is_posted_as_its_email_without_the_last_lines() -> None:
    assert of_alert(alert(2), "Open the dashboard", MORE) == Post(
        "2 items are out of stock in Berlin",
        [
            Part("", ["Item 0 (before: 12)", "Item 1 (before: 12)"]),
            Part("", ["When:  2026-11-22 09:36 CET", "File:  Berlin/today.csv, sent by ann@example.com"]),
        ],
        "Open the dashboard",
        "https://onhand.example/store?name=Berlin&show=out",
        MORE,
    )


@pytest.mark.parametrize("left", [0, 1, 450])
def test_items_that_the_email_leaves_out_are_counted(left: int) -> None:
    listed, _ = of_alert(alert(LISTED + left), "See", MORE).parts
    assert (len(listed.lines), listed.left) == (LISTED, left)
