"""A post in the format of a webhook of Teams Workflows: an Adaptive Card, of at most 28 KB. No AWS in here."""

import json
from typing import Any

from telling.post import Post

_MOST_BYTES = 27_000
_LINE = 300
_CARD = "application/vnd.microsoft.card.adaptive"


def as_card(post: Post) -> dict[str, Any]:
    """Return what is posted. Lines are left out until Teams takes it."""
    return _card(post.cut(lambda one: len(json.dumps(_card(one)).encode()) <= _MOST_BYTES))


def _card(post: Post) -> dict[str, Any]:
    body = [_line(post.title, size="Large", weight="Bolder")]
    for part in post.parts:
        body += [_line(part.title, weight="Bolder")] if part.title else []
        body += [_line(line, first=not (number or part.title)) for number, line in enumerate(post.lines_of(part))]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": post.see, "url": post.link}],
        "msteams": {"width": "Full"},
    }
    return {"type": "message", "attachments": [{"contentType": _CARD, "contentUrl": None, "content": card}]}


def _line(text: str, first: bool = True, **style: str) -> dict[str, Any]:
    """Return a line, that is shown as it is: a TextBlock would take asterisks and brackets for markup."""
    run = {"type": "TextRun", "text": text[:_LINE]} | style
    return {"type": "RichTextBlock", "inlines": [run], "spacing": "Default" if first else "None"}
