"""What a message about several items looks like: email, SMS, and JSON for machines. No AWS in here.

docs/alert.schema.json describes the JSON.
"""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import quote, urlencode

from stock.forecast import last_day
from stock.levels import Event, Level
from telling.language import Texts

LISTED = 50
"""Items at most in an email."""

VERSION = 1
"""Version of docs/alert.schema.json. It rises when a field changes its meaning or goes; new ones may come any time."""

LONGEST_SUBJECT = 99
LONGEST_SMS_ASCII = 140
LONGEST_SMS_UNICODE = 70
LONGEST_MESSAGE = 240_000
"""Bytes for all bodies of a message. SNS takes 262,144, with attributes."""

_LONGEST_NAME = 100
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "…": "..."})


@dataclass(frozen=True)
class Upload:
    """Which upload made the changes: its token, key, and who sent it."""

    token: str
    key: str
    by: str


@dataclass(frozen=True)
class Soon:
    """When an item will be out: how likely within the days that were asked for, and in `first` to `last` days.

    `last` None: beyond what is looked ahead.
    """

    chance: float
    first: int
    last: int | None


@dataclass(frozen=True)
class Line:
    """An item of a message: the key of its alert, count and level as they are now, and the count before the change.

    A count is None if there is none, or (of a row that somebody wrote by hand) none that is a whole number. `soon`: of
    an item that will be out; None: the message is about what happened.
    """

    alert: str
    item: str
    count: int | None
    previous: int | None
    level: Level
    soon: Soon | None = None


@dataclass(frozen=True)
class Head:
    """What stands over a message: what its items have in common.

    `at` is ISO 8601 UTC, `zone` the store's time zone; `groups`: of stores, those that the store is in.
    """

    store: str
    event: Event
    at: str
    zone: tzinfo
    upload: Upload | None
    dashboard: str
    groups: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """The dashboard's page of the store's items: those that are out, low or will be; all, if the news is good."""
        show = {Event.OUT_OF_STOCK: "out", Event.LOW_STOCK: "low", Event.RUNS_OUT_SOON: "soon"}.get(self.event)
        query = {"name": self.store} | ({"show": show} if show else {})
        return f"{self.dashboard}/store?{urlencode(query, quote_via=quote)}"


def messages(head: Head, lines: list[Line], texts: Texts) -> Iterator[tuple[dict[str, Any], list[Line]]]:
    """Yield what to publish (parameters of SNS), each with its items: several messages if one cannot hold all."""
    parts = list(_split(by_importance(head.event, lines)))
    for number, part in enumerate(parts, 1):
        suffix = texts.shared("part", part=number, parts=len(parts)) if len(parts) > 1 else ""
        words = {"email": email(head, part, texts), "sms": sms(head, part, texts)}
        body = machine_body(head, part, number, len(parts), len(lines)) | {"texts": words}
        bodies = {"default": _json(body), **words}
        yield (
            {
                "Subject": subject(head, part, texts, suffix),
                "Message": _json(bodies),
                "MessageStructure": "json",
                "MessageAttributes": {
                    "event": {"DataType": "String", "StringValue": head.event},
                    "store": {"DataType": "String", "StringValue": attribute_text(head.store)},
                    # SNS takes no empty list: without a group a filter on groups keeps the message back.
                    **(
                        {"group": {"DataType": "String.Array", "StringValue": _json(head.groups)}}
                        if head.groups
                        else {}
                    ),
                },
            },
            part,
        )


def by_importance(event: Event, lines: list[Line]) -> list[Line]:
    """Return items, most important first: what sold out from the largest stock; what is lowest; what came most of; what
    will be out most likely."""
    if event == Event.RUNS_OUT_SOON:
        return sorted(lines, key=lambda line: (-line.soon.chance if line.soon else 0, line.item))
    if event == Event.OUT_OF_STOCK:
        return sorted(lines, key=lambda line: (-(line.previous or 0), line.item))
    sign = 1 if event == Event.LOW_STOCK else -1
    return sorted(lines, key=lambda line: (sign * (line.count or 0), line.item))


def subject(head: Head, lines: list[Line], texts: Texts, suffix: str = "") -> str:
    """Return the subject of an email: one line of printable ASCII, below 100 characters, as SNS demands."""
    key = "subject_one" if len(lines) == 1 else "subject_many"
    text = texts.of(head.event, key, store=head.store, item=lines[0].item, n=len(lines))
    line, end = to_ascii(text), f" {to_ascii(suffix)}" if suffix else ""
    room = LONGEST_SUBJECT - len(end)
    return (line if len(line) <= room else line[: room - 3].rstrip() + "...") + end


def to_ascii(text: str) -> str:
    """Return a text in printable ASCII: umlauts are spelled out, accents dropped, what is left becomes `?`."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_GERMAN))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return "".join(c if " " <= c <= "~" else "?" for c in " ".join(kept.split()))


def email(head: Head, lines: list[Line], texts: Texts) -> str:
    """Return the text of an email."""
    n = len(lines)
    text = [texts.of(head.event, "headline_one" if n == 1 else "headline_many", store=shown_name(head.store), n=n), ""]
    text += [_line(head.event, line, texts) for line in lines[:LISTED]]
    if n > LISTED:
        text.append("  " + texts.shared("more", n=n - LISTED))
    text += ["", texts.shared("when", time=local_time(head, texts))]
    if head.upload:
        file = head.upload.key.removeprefix("uploads/")
        text.append(texts.shared("from_file", file=shown_name(file) or "?", by=shown_name(head.upload.by) or "?"))
    elif head.event == Event.RUNS_OUT_SOON:
        text.append(texts.of(head.event, "basis"))
    else:
        text.append(texts.shared("without_file"))
    text += [texts.shared("see", link=head.link), "", texts.shared("footer"), ""]
    return "\n".join(text)


def local_time(head: Head, texts: Texts) -> str:
    """Return when it happened, by the store's clock, with the name of its time zone."""
    moment = datetime.fromisoformat(head.at).astimezone(head.zone)
    return f"{moment.strftime(texts.shared('time'))} {moment.tzname()}"


def sms(head: Head, lines: list[Line], texts: Texts) -> str:
    """Return the text of one SMS: as many items as 140 bytes hold, and how many more there are."""
    names = [_sms_name(line.item) for line in lines]
    begin = texts.of(head.event, "sms", store=_sms_name(head.store))
    for shown in range(min(len(names), 20), 0, -1):
        rest = len(names) - shown
        text = begin + ", ".join(names[:shown]) + (texts.shared("sms_more", n=rest) if rest else "")
        if _fits_sms(text):
            return text
    tail = texts.shared("sms_more", n=len(names) - 1) if len(names) > 1 else ""
    text = begin + names[0]
    cut = (text[:length].rstrip() + "..." + tail for length in reversed(range(len(text))))
    return next(filter(_fits_sms, cut))


def machine_body(head: Head, lines: list[Line], part: int, parts: int, total: int) -> dict[str, Any]:
    """Return the JSON for machines, without the texts for people."""
    upload = head.upload
    return {
        "version": VERSION,
        "event": head.event,
        "store": head.store,
        "groups": list(head.groups),
        "at": head.at,
        "upload": {"token": upload.token, "key": upload.key, "by": upload.by} if upload else None,
        "link": head.link,
        "part": part,
        "parts": parts,
        "total": total,
        "items": [_machine_item(line) for line in lines],
    }


def _machine_item(line: Line) -> dict[str, Any]:
    return {
        "alert": line.alert,
        "item": line.item,
        "count": line.count,
        "previous": line.previous,
        "level": line.level,
    } | (asdict(line.soon) if line.soon else {})


def _split(lines: list[Line]) -> Iterator[list[Line]]:
    room = LONGEST_MESSAGE - 80_000  # for the frame and twice the email: 50 names of 100 characters, escaped
    part: list[Line] = []
    size = 0
    for line in lines:
        # Inside the message the JSON is a text of its own, with every quotation mark escaped.
        bytes_needed = len(_json(_json(_machine_item(line))).encode()) + 1
        if part and size + bytes_needed > room:
            yield part
            part, size = [], 0
        part.append(line)
        size += bytes_needed
    if part:
        yield part


def _line(event: Event, line: Line, texts: Texts) -> str:
    if line.soon:
        return _soon(event, line, line.soon, texts)
    key = "line"
    if event == Event.BACK_IN_STOCK:
        key = "line_low" if line.level == Level.LOW else "line"
    elif event == Event.OUT_OF_STOCK and line.level != Level.OUT:
        key = "line_over"
    elif line.previous is None:
        key = "line_unknown"
    count = "?" if line.count is None else line.count
    return texts.of(event, key, item=shown_name(line.item), count=count, previous=line.previous)


def _soon(event: Event, line: Line, soon: Soon, texts: Texts) -> str:
    """Return what is said of an item that will be out."""
    last = last_day(soon.first, soon.last)
    key, item = "line_open" if last is None else "line", shown_name(line.item)
    return texts.of(event, key, item=item, count=line.count, first=soon.first, last=last)


def attribute_text(text: str) -> str:
    """Return a text as an attribute of a message: with blanks for control characters, which SNS refuses.

    Names of stores hold none, so that a filter on a store's name compares it as it is.
    """
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)


def one_line(text: str) -> str:
    """Return a text as people read it: on one line, without control characters."""
    return "".join(" " if unicodedata.category(c)[0] == "C" else c for c in " ".join(text.split()))


def shown_name(text: str) -> str:
    """Return a name as texts show it: on one line, and not too long."""
    line = one_line(text)
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"


def _sms_name(text: str) -> str:
    """Return a name as an SMS shows it: one that is cut stays ASCII, of which it holds twice as much."""
    return shown_name(text).replace("…", "...")


def _fits_sms(text: str) -> bool:
    if text.isascii():
        return len(text) <= LONGEST_SMS_ASCII
    return len(text.encode("utf-16-le")) <= 2 * LONGEST_SMS_UNICODE


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
