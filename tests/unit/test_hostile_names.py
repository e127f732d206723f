"""Names that are markup, turn letters around, break lines or never end, in everything that is sent to people."""

import json
from datetime import UTC
from html.parser import HTMLParser

import pytest

from post_to_channel.as_card import as_card
from post_to_channel.as_slack import as_slack
from send_digest.compose import compose
from send_digest.morning import Alert, Morning
from stock.levels import Event, Level
from telling.alert_message import Head, Line, Upload, messages
from telling.digest import Digest, How
from telling.language import LANGUAGES, Texts
from telling.listing import as_html, as_text
from telling.post import of_alert, of_listing

NAMES = [
    "<script>alert(1)</script>", '" onmouseover="alert(1)', "javascript:alert(1)", "<!channel> <https://a|b> *_~`@here",
    "\u202egnp.exe\u2066", "a\n\nBcc: everybody@example.com\r\n\r\nb", "\x1b[31m\x00\x07", "W" * 900,
    "{0}{n}{__class__}%s%n", "אבג 12", "🏳️‍🌈" * 60,
]  # fmt: skip


class Tags(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"{tag} {name}" for name, _ in attrs)}
        self.links += [value or "" for name, value in attrs if name == "href"]


def is_clean(text: str) -> bool:
    return all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_an_alert(name: str, language: str) -> None:
    texts = Texts.load(language)
    for event in (Event.OUT_OF_STOCK, Event.LOW_STOCK, Event.BACK_IN_STOCK):
        upload = Upload("t", f"uploads/{name}", name)
        head = Head(name, event, "2026-11-26T06:30:00.000Z", UTC, upload, "https://onhand.example", (name,))
        ((message, _),) = messages(head, [Line(name, name, 0, 12, Level.OUT)], texts)
        assert message["Subject"].isascii()
        assert message["Subject"].isprintable()
        assert len(message["Subject"]) < 100
        bodies = json.loads(message["Message"])
        assert is_clean(bodies["email"] + bodies["sms"])
        assert bodies["email"].count("\n") < 14
        alert = json.loads(bodies["default"])
        post = of_alert(alert, "See", "{n} more")
        assert "<!" not in str(as_slack(post)["text"])
        assert all(block["text"]["type"] == "plain_text" for block in as_slack(post)["blocks"][:-1])
        assert "'TextBlock'" not in str(as_card(post))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_digest(name: str, language: str) -> None:
    alert = Alert("2026-11-26T06:00:00.000Z", name, name, f"t#OUT_OF_STOCK#{name}")
    at = "2026-11-26T06:30:00.000Z"
    morning = Morning(at, at, at, UTC, 1, [alert], [alert], {alert.row: 3}, back=[alert], silent=[(name, at)])
    digest = Digest("a1", How.EMAIL, "ann@example.com", "7:30", "", "", language, group=name)
    listing = compose(digest, morning, "https://onhand.example")
    page = Tags(as_html(listing))
    plain = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "tr", "td", "a"}
    assert page.found <= plain | {"html lang", "meta charset", "meta name", "meta content", "a href", "p class"}
    assert all(link.startswith("https://onhand.example/") for link in page.links)
    assert is_clean(as_text(listing))
    assert listing.subject.isprintable()
    assert "'TextBlock'" not in str(as_card(of_listing(listing)))
