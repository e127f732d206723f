"""A message that lists what there is in some stores, before it is text, HTML or a card. No AWS in here."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Row(NamedTuple):
    """An item of a store ("": the store as a whole), what is to be said of it, and where the dashboard shows it."""

    store: str
    item: str
    note: str
    link: str

    @property
    def name(self) -> str:
        """What the row is about, in one text."""
        return f"{self.item}, {self.store}" if self.item else self.store


@dataclass(frozen=True)
class Section:
    """Rows under a title. `left`: how many more there are, which are left out."""

    title: str
    rows: list[Row]
    left: int = 0


@dataclass(frozen=True)
class Listing:
    """A message. `intro`: its first lines. `see`: what the link to the dashboard is called, `link`: where it goes.

    `more`: what is said of rows that are left out, with `{n}` for how many.
    """

    language: str
    subject: str
    intro: list[str]
    sections: list[Section]
    see: str
    link: str
    more: str
    footer: str


def as_text(listing: Listing) -> str:
    """Return a message as plain text."""
    lines = [*listing.intro, ""]
    for section in listing.sections:
        lines += [section.title, *(f"  {row.name}: {row.note}" for row in section.rows)]
        lines += [f"  {listing.more.format(n=section.left)}"] if section.left else []
        lines.append("")
    return "\n".join([*lines, f"{listing.see}: {listing.link}", "", listing.footer, ""])


_STYLE = (
    ":root{color-scheme:light dark;supported-color-schemes:light dark}"
    "body{font:16px/1.5 sans-serif;max-width:46em;margin:0 auto;padding:1em}"
    "h1{font-size:1.3em}h2{font-size:1.1em;margin:1.5em 0 .3em}"
    "table{border-collapse:collapse;width:100%}td{padding:.2em 1em .2em 0;vertical-align:top;text-align:left}"
    "p{margin:.3em 0}.small{font-size:.85em}"
)


def as_html(listing: Listing) -> str:
    """Return a message as HTML for mail: without colours of its own, so that it can be read in dark mode, too."""
    return "".join(_html(listing))


def _html(listing: Listing) -> Iterator[str]:
    escape = html.escape
    yield f'<!doctype html><html lang="{escape(listing.language)}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
    yield f"<title>{escape(listing.subject)}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{escape(listing.subject)}</h1>"
    yield from (f"<p>{escape(line)}</p>" for line in listing.intro)
    for section in listing.sections:
        yield f"<h2>{escape(section.title)}</h2><table>"
        for row in section.rows:
            name = f'<a href="{escape(row.link)}">{escape(row.item or row.store)}</a>'
            store = f"<td>{escape(row.store)}</td>" if row.item else ""
            yield f"<tr><td>{name}</td>{store}<td>{escape(row.note)}</td></tr>"
        yield "</table>"
        yield f"<p>{escape(listing.more.format(n=section.left))}</p>" if section.left else ""
    yield f'<p><a href="{escape(listing.link)}">{escape(listing.see)}</a></p>'
    yield f'<p class="small">{escape(listing.footer)}</p></body></html>'
