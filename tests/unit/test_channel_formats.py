"""What Slack and Teams take: their limits hold for every post, and no figure is lost when it is cut."""

import json

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
