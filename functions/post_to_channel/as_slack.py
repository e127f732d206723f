"""A post in the format of Slack's webhooks: blocks. No AWS in here.

Slack takes 50 blocks, 150 characters in a header and 3,000 in a section; and, though its pages do not say so, only some
13,000 in all blocks of a message (https://github.com/slackapi/bolt-js/issues/2509).
"""

from typing import Any

from telling.post import Post

_HEADER, _SECTION, _ALL = 150, 3000, 11_000
_LINE = 300


def as_slack(post: Post) -> dict[str, Any]:
    """Return what is posted. Lines are left out until Slack takes it."""
    cut = post.cut(_fits)
    blocks: list[dict[str, Any]] = [_header(cut.title)]
    for part in cut.parts:
        blocks += [_header(part.title)] if part.title else []
        blocks += [{"type": "section", "text": _plain(text)} for text in _texts(cut.lines_of(part))]
    link = {"type": "mrkdwn", "text": f"<{_escaped(cut.link)}|{_escaped(cut.see)}>"}
    return {"text": _escaped(cut.title), "blocks": [*blocks, {"type": "section", "text": link}], "unfurl_links": False}


def _fits(post: Post) -> bool:
    return sum(len(text) for part in post.parts for text in _texts(post.lines_of(part))) <= _ALL


def _texts(lines: list[str]) -> list[str]:
    """Return lines as texts of a section each."""
    texts: list[str] = []
    for line in (line[:_LINE] for line in lines):
        if texts and len(texts[-1]) + 1 + len(line) <= _SECTION:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": _plain(text if len(text) <= _HEADER else text[: _HEADER - 1] + "…")}


def _plain(text: str) -> dict[str, Any]:
    """Return a text that is shown as it is, whatever asterisks and colons are in a name."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    """Return a text as Slack wants it where it reads its own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
