"""A message that lists what there is in some stores: its text, and its HTML for mail."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from telling.listing import Listing, Row, Section, as_html, as_text

OUT = Section(
    "Out of stock: 3",
    [
        Row("Berlin", "Dot", "since 07:12", "https://onhand.example/store?name=Berlin&find=Dot"),
        Row("Ulm", "Tap <b>", "since 06:40", "https://onhand.example/store?name=Ulm&find=Tap"),
    ],
    left=1,
)
SILENT = Section("Silent: 1", [Row("Lima", "", "last file yesterday", "https://onhand.example/store?name=Lima")])
LISTING = Listing(
    "en",
    "every store (3): 3 out of stock",
    ["Today, every store.", "2 more are ordered."],
    [OUT, SILENT],
    "Open the dashboard",
    "https://onhand.example/alerts?a=1&b=2",
    "… and {n} more",
    "You get this as digest <a1>.",
)


def test_a_row_is_about_an_item_of_a_store_or_about_the_store() -> None:
    assert [row.name for row in OUT.rows] == ["Dot, Berlin", "Tap <b>, Ulm"]
    assert [row.name for row in SILENT.rows] == ["Lima"]


def test_its_text() -> None:
    assert as_text(LISTING) == (
        "Today, every store.\n"
        "2 more are ordered.\n\n"
        "Out of stock: 3\n"
        "  Dot, Berlin: since 07:12\n"
        "  Tap <b>, Ulm: since 06:40\n"
        "  … and 1 more\n\n"
        "Silent: 1\n"
        "  Lima: last file yesterday\n\n"
        "Open the dashboard: https://onhand.example/alerts?a=1&b=2\n\n"
        "You get this as digest <a1>.\n"
    )


def test_its_html() -> None:
    html = re.sub("<style>.*</style>", "", as_html(LISTING))
    assert html == (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        "<title>every store (3): 3 out of stock</title></head><body>"
        "<h1>every store (3): 3 out of stock</h1>"
        "<p>Today, every store.</p><p>2 more are ordered.</p>"
        "<h2>Out of stock: 3</h2><table>"
        '<tr><td><a href="https://onhand.example/store?name=Berlin&amp;find=Dot">Dot</a></td>'
        "<td>Berlin</td><td>since 07:12</td></tr>"
        '<tr><td><a href="https://onhand.example/store?name=Ulm&amp;find=Tap">Tap &lt;b&gt;</a></td>'
        "<td>Ulm</td><td>since 06:40</td></tr>"
        "</table><p>… and 1 more</p>"
        "<h2>Silent: 1</h2><table>"
        '<tr><td><a href="https://onhand.example/store?name=Lima">Lima</a></td><td>last file yesterday</td></tr>'
        "</table>"
        '<p><a href="https://onhand.example/alerts?a=1&amp;b=2">Open the dashboard</a></p>'
        '<p class="small">You get this as digest &lt;a1&gt;.</p></body></html>'
    )


def test_nothing_is_said_to_be_left_out_where_nothing_is() -> None:
    all_there = replace(LISTING, sections=[replace(OUT, left=0)])
    assert "more</p>" not in as_html(all_there)
    assert "… and" not in as_text(all_there)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


def _tags(html: str) -> list[str]:
    parser = _Tags()
    parser.feed(html)
    return [f"{tag} {' '.join(name for name, _ in attrs)}" for tag, attrs in parser.found]


@pytest.mark.parametrize("name", ['"><script>alert(1)</script>', "' onclick=x", "&lt;b&gt;", "{n} {x}"])
def test_no_name_makes_markup(name: str) -> None:
    def listing(name: str) -> Listing:
        rows = [Row(name, name, name, f"/{name}"), Row(name, "", name, f"/{name}")]
        return Listing(name, name, [name], [Section(name, rows, 1)], name, f"/{name}", "{n} more", name)

    assert _tags(as_html(listing(name))) == _tags(as_html(listing("Dot")))
