"""What is posted in a channel of Slack or Teams, before it has their formats. No AWS in here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from telling.alert_message import LISTED
from telling.listing import Listing


@dataclass(frozen=True)
class Part:
    """Lines under a title ("": none). `left`: how many more there are, which are left out."""

    title: str
    lines: list[str]
    left: int = 0


@dataclass(frozen=True)
class Post:
    """A post: its title, its parts, and a link to the dashboard, `see` is what that is called.

    `more`: what is said of lines that are left out, with `{n}` for how many.
    """

    title: str
    parts: list[Part]
    see: str
    link: str
    more: str

    def lines_of(self, part: Part) -> list[str]:
        """Return the lines of a part, with what is said of those that are left out."""
        return [*part.lines, self.more.format(n=part.left)] if part.left else part.lines

    def cut(self, fits: Callable[["Post"], bool]) -> "Post":
        """Return it with as many lines as fit; those of its longest parts are left out first."""
        return next(post for post in self._shorter() if fits(post))

    def _shorter(self) -> Iterator["Post"]:
        post = self
        yield post
        while any(part.lines for part in post.parts):
            longest = max(post.parts, key=lambda part: len(part.lines))
            cut = Part(longest.title, longest.lines[:-1], longest.left + 1)
            post = replace(post, parts=[cut if part is longest else part for part in post.parts])
            yield post


def of_listing(listing: Listing) -> Post:
    """Return a message that lists something as a post."""
    lists = [Part(one.title, [f"{row.name}: {row.note}" for row in one.rows], one.left) for one in listing.sections]
    return Post(listing.subject, [Part("", listing.intro), *lists], listing.see, listing.link, listing.more)


def of_alert(alert: dict[str, Any], see: str, more: str) -> Post:
    """Return an alert (docs/alert.schema.json) as a post: what its email says, but for its last lines."""
    headline, items, facts, *_ = alert["texts"]["email"].split("\n\n")
    number = len(alert["items"])
    listed = Part("", [line.strip() for line in items.splitlines()[:LISTED]], max(0, number - LISTED))
    about = Part("", [line for line in facts.splitlines() if alert["link"] not in line])
    return Post(headline.rstrip(":"), [listed, about], see, alert["link"], more)
