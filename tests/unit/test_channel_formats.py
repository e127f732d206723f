"""What Slack and Teams take: their limits hold for every post, and no figure is lost when it is cut."""

import json
from typing import Any

import pytest

from post_to_channel.as_card import as_card
from post_to_channel.as_slack import as_slack
from telling.post import Part, Post

NAMES = ["Dot", "Ein sehr langer Name " * 20, "电视机" * 80, '"\\{x}' * 50, "<b>&amp;*_~`" * 20]


def post(name: str, lines: int) -> Post:
    """A post as a digest of very many items."""
    parts = [Part("", ["When: today"]), Part(f"Out {name}", [f"{name} {n}" for n in range(lines)], left=1000)]
    parts += [Part(f"Part {n}", [f"{name} {m}" for m in range(lines // 5)]) for n in range(4)]
    return Post(f"Title {name}", parts, "See", "https://onhand.example/alerts?a=1&b=2", "… and {n} more")


def small(lines: list[str], title: str = "2 out of stock") -> Post:
    """A post with these lines and a part that has a title."""
    out = Part("Out *now*", ["Dot: 0", "Tap: 0"], 1)
    return Post(title, [Part("", lines), out], "Open <it>", "https://onhand.example/a?b=1&c=2", "… and {n} more")


def test_what_slack_gets() -> None:
    def plain(text: str) -> dict[str, Any]:
        return {"type": "plain_text", "text": text, "emoji": False}

    link = "<https://onhand.example/a?b=1&amp;c=2|Open &lt;it&gt;>"
    assert as_slack(small(["Today.", "All & every <store>."], "2 > 1 & <b>")) == {
        "text": "2 &gt; 1 &amp; &lt;b&gt;",
        "blocks": [
            {"type": "header", "text": plain("2 > 1 & <b>")},
            {"type": "section", "text": plain("Today.\nAll & every <store>.")},
            {"type": "header", "text": plain("Out *now*")},
            {"type": "section", "text": plain("Dot: 0\nTap: 0\n… and 1 more")},
            {"type": "section", "text": {"type": "mrkdwn", "text": link}},
        ],
        "unfurl_links": False,
    }


def test_what_teams_gets() -> None:
    def line(text: str, spacing: str, **style: str) -> dict[str, Any]:
        return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text} | style], "spacing": spacing}

    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            line("2 out of stock", "Default", size="Large", weight="Bolder"),
            line("Today.", "Default"),
            line("Every store.", "None"),
            line("Out *now*", "Default", weight="Bolder"),
            line("Dot: 0", "None"),
            line("Tap: 0", "None"),
            line("… and 1 more", "None"),
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Open <it>", "url": "https://onhand.example/a?b=1&c=2"}],
        "msteams": {"width": "Full"},
    }
    kind = "application/vnd.microsoft.card.adaptive"
    attachment = {"contentType": kind, "contentUrl": None, "content": card}
    assert as_card(small(["Today.", "Every store."])) == {"type": "message", "attachments": [attachment]}


def texts(payload: dict[str, Any], kind: str) -> list[str]:
    """The texts of Slack's blocks of a kind."""
    return [block["text"]["text"] for block in payload["blocks"] if block["type"] == kind]


@pytest.mark.parametrize(("title", "shown"), [("x" * 150, "x" * 150), ("x" * 151, "x" * 149 + "…")])
def test_a_header_of_slack_has_150_characters(title: str, shown: str) -> None:
    assert texts(as_slack(small([], title)), "header")[0] == shown


@pytest.mark.parametrize(
    ("lines", "sections"),
    [
        (["x" * 301], ["x" * 300]),
        (["x" * 300] * 9 + ["y" * 291], ["\n".join(["x" * 300] * 9 + ["y" * 291])]),
        (["x" * 300] * 9 + ["y" * 292], ["\n".join(["x" * 300] * 9), "y" * 292]),
        (["x" * 300] * 10 + ["y"], ["\n".join(["x" * 300] * 9), "x" * 300 + "\ny"]),
    ],
)
def test_a_section_of_slack_has_3000_characters_and_a_line_300(lines: list[str], sections: list[str]) -> None:
    assert texts(as_slack(small(lines)), "section")[:-2] == sections


@pytest.mark.parametrize(("last", "end"), [("y" * 177, "y" * 177), ("y" * 178, "… and 1 more")])
def test_slack_gets_11_000_characters(last: str, end: str) -> None:
    *sections, _link = texts(as_slack(small(["x" * 299] * 36 + [last])), "section")
    assert sections[3].splitlines() == ["x" * 299] * 6 + [end]
    assert (sum(map(len, sections)) == 11_000) == (end == last)


def _lines(payload: dict[str, Any]) -> list[str]:
    return [line["inlines"][0]["text"] for line in payload["attachments"][0]["content"]["body"]]


def test_a_line_of_teams_has_300_characters() -> None:
    assert _lines(as_card(small(["x" * 301])))[1] == "x" * 300


@pytest.mark.parametrize(("last", "end"), [("y" * 76, "y" * 76), ("y" * 77, "… and 1 more")])
def test_teams_gets_27_000_bytes(last: str, end: str) -> None:
    card = as_card(small(["x" * 300] * 66 + [last]))
    assert _lines(card)[1:68] == ["x" * 300] * 66 + [end]
    assert (len(json.dumps(card).encode()) == 27_000) == (end == last)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lines", [1, 50])
def test_slack_takes_it(name: str, lines: int) -> None:
    payload = as_slack(post(name, lines))
    assert len(payload["blocks"]) <= 50
    for block in payload["blocks"]:
        assert 1 <= len(block["text"]["text"]) <= (150 if block["type"] == "header" else 3000)
    assert sum(len(block["text"]["text"]) for block in payload["blocks"]) <= 13_000
    assert set(payload["text"]).isdisjoint("<>")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lines", [1, 50])
def test_teams_takes_it(name: str, lines: int) -> None:
    card = as_card(post(name, lines))
    assert len(json.dumps(card).encode()) <= 28 * 1024
    assert card["attachments"][0]["content"]["type"] == "AdaptiveCard"


@pytest.mark.parametrize("lines", [5, 50, 500])
def test_what_is_left_out_is_counted(lines: int) -> None:
    payload = as_slack(post("a name of forty characters, or a bit over", lines))
    shown = "\n".join(block["text"]["text"] for block in payload["blocks"]).splitlines()
    listed = sum(line.startswith("a name") for line in shown)
    left = sum(int(line.split()[2]) for line in shown if line.startswith("… and"))
    assert listed + left == 1000 + lines + 4 * (lines // 5)
