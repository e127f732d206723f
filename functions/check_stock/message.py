"""What an alert looks like: email, SMS, and JSON for machines. No AWS in here.

The words are in texts/; docs/alert.schema.json describes the JSON.
"""

import json
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from check_stock.alert_log import Alert
from check_stock.changes import Event, Level

VERSION = 1
"""Version of docs/alert.schema.json. It rises when a field changes its meaning or goes; new ones may come any time."""

LONGEST_SUBJECT = 99
LONGEST_SMS_ASCII = 140
LONGEST_SMS_UNICODE = 70
LONGEST_MESSAGE = 240_000
"""Bytes for all bodies of a message. SNS takes 262,144, with attributes."""

_LISTED = 50
_LONGEST_NAME = 100
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "…": "..."})


@dataclass(frozen=True)
class Upload:
    """Which upload said so: its token, key, and who sent it."""

    token: str
    key: str
    by: str


@dataclass(frozen=True)
class Digest:
    """What the alerts of one message have in common. `at` is ISO 8601 UTC, `zone` the store's time zone."""

    store: str
    event: Event
    at: str
    zone: tzinfo
    upload: Upload | None
    dashboard: str

    @property
    def link(self) -> str:
        """The dashboard's page of the store's items that are out or low; all of them, if the news is good."""
        show = {Event.OUT_OF_STOCK: "out", Event.LOW_STOCK: "low"}.get(self.event)
        query = {"name": self.store} | ({"show": show} if show else {})
        return f"{self.dashboard}/store?{urlencode(query, quote_via=quote)}"


class Texts:
    """The words of one language."""

    def __init__(self, words: dict[str, Any]) -> None:
        self._words = words

    @staticmethod
    @cache
    def load(language: str) -> "Texts":
        """Return the texts of a language; English, if there are none."""
        folder = Path(__file__).parent / "texts"
        path = folder / f"{language}.toml"
        return Texts(tomllib.loads((path if path.exists() else folder / "en.toml").read_text("utf-8")))

    def say(self, key: str, **values: object) -> str:
        """Return a text that all events share."""
        text: str = self._words[key]
        return text.format(**values) if values else text

    def of(self, event: Event, key: str, **values: object) -> str:
        """Return a text of an event."""
        text: str = self._words[event][key]
        return text.format(**values)


def messages(
    digest: Digest, alerts: list[Alert], levels: dict[str, Level], texts: Texts
) -> Iterator[tuple[dict[str, Any], list[Alert]]]:
    """Yield what to publish, each with the alerts that it tells of: one message, or several if one cannot hold all.

    `levels`: where the items stand now, by the key of the alert.
    """
    parts = list(_split(by_importance(digest.event, alerts), levels))
    for number, part in enumerate(parts, 1):
        suffix = texts.say("part", part=number, parts=len(parts)) if len(parts) > 1 else ""
        words = {"email": email(digest, part, levels, texts), "sms": sms(digest, part, texts)}
        body = machine_body(digest, part, levels, number, len(parts), len(alerts)) | {"texts": words}
        bodies = {"default": _json(body), **words}
        yield (
            {
                "Subject": subject(digest, part, texts, suffix),
                "Message": _json(bodies),
                "MessageStructure": "json",
                "MessageAttributes": {
                    "event": {"DataType": "String", "StringValue": digest.event},
                    "store": {"DataType": "String", "StringValue": one_line(digest.store)},
                },
            },
            part,
        )


def by_importance(event: Event, alerts: list[Alert]) -> list[Alert]:
    """Return alerts, most important first: what sold out from the largest stock; what is lowest; what came most of."""
    if event == Event.OUT_OF_STOCK:
        return sorted(alerts, key=lambda alert: (-(alert.previous or 0), alert.item))
    sign = 1 if event == Event.LOW_STOCK else -1
    return sorted(alerts, key=lambda alert: (sign * alert.count, alert.item))


def subject(digest: Digest, alerts: list[Alert], texts: Texts, suffix: str = "") -> str:
    """Return the subject of an email: one line of printable ASCII, below 100 characters, as SNS demands."""
    key = "subject_one" if len(alerts) == 1 else "subject_many"
    text = texts.of(digest.event, key, store=digest.store, item=alerts[0].item, n=len(alerts))
    line, end = to_ascii(text), f" {to_ascii(suffix)}" if suffix else ""
    room = LONGEST_SUBJECT - len(end)
    return (line if len(line) <= room else line[: room - 3].rstrip() + "...") + end


def to_ascii(text: str) -> str:
    """Return a text in printable ASCII: umlauts are spelled out, accents dropped, what is left becomes `?`."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_GERMAN))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return "".join(c if " " <= c <= "~" else "?" for c in " ".join(kept.split()))


def email(digest: Digest, alerts: list[Alert], levels: dict[str, Level], texts: Texts) -> str:
    """Return the text of an email."""
    n = len(alerts)
    lines = [texts.of(digest.event, "headline_one" if n == 1 else "headline_many", store=_name(digest.store), n=n), ""]
    lines += [_line(digest.event, alert, levels[alert.key], texts) for alert in alerts[:_LISTED]]
    if n > _LISTED:
        lines.append("  " + texts.say("more", n=n - _LISTED))
    lines += ["", texts.say("when", time=local_time(digest, texts))]
    if digest.upload:
        file = digest.upload.key.removeprefix("uploads/")
        lines.append(texts.say("from_file", file=_name(file) or "?", by=_name(digest.upload.by) or "?"))
    else:
        lines.append(texts.say("without_file"))
    lines += [texts.say("see", link=digest.link), "", texts.say("footer"), ""]
    return "\n".join(lines)


def local_time(digest: Digest, texts: Texts) -> str:
    """Return when it happened, by the store's clock, with the name of its time zone."""
    moment = datetime.fromisoformat(digest.at).astimezone(digest.zone)
    return f"{moment.strftime(texts.say('time'))} {moment.tzname()}"


def sms(digest: Digest, alerts: list[Alert], texts: Texts) -> str:
    """Return the text of one SMS: as many items as 140 bytes hold, and how many more there are."""
    names = [_name(alert.item) for alert in alerts]
    head = texts.of(digest.event, "sms", store=_name(digest.store))
    for shown in range(min(len(names), 20), 0, -1):
        rest = len(names) - shown
        text = head + ", ".join(names[:shown]) + (texts.say("sms_more", n=rest) if rest else "")
        if _fits_sms(text):
            return text
    tail = texts.say("sms_more", n=len(names) - 1) if len(names) > 1 else ""
    text = head + names[0]
    while not _fits_sms(text + "..." + tail):
        text = text[:-1]
    return text.rstrip() + "..." + tail


def machine_body(
    digest: Digest, alerts: list[Alert], levels: dict[str, Level], part: int, parts: int, total: int
) -> dict[str, Any]:
    """Return the JSON for machines, without the texts for people."""
    upload = digest.upload
    return {
        "version": VERSION,
        "event": digest.event,
        "store": digest.store,
        "at": digest.at,
        "upload": {"token": upload.token, "key": upload.key, "by": upload.by} if upload else None,
        "link": digest.link,
        "part": part,
        "parts": parts,
        "total": total,
        "items": [_machine_item(alert, levels[alert.key]) for alert in alerts],
    }


def _machine_item(alert: Alert, level: Level) -> dict[str, Any]:
    return {
        "alert": alert.key,
        "item": alert.item,
        "count": alert.count,
        "previous": alert.previous,
        "level": level,
    }


def _split(alerts: list[Alert], levels: dict[str, Level]) -> Iterator[list[Alert]]:
    room = LONGEST_MESSAGE - 80_000  # for the frame and twice the email: 50 names of 100 characters, escaped
    part: list[Alert] = []
    size = 0
    for alert in alerts:
        # Inside the message the JSON is a text of its own, with every quotation mark escaped.
        bytes_needed = len(_json(_json(_machine_item(alert, levels[alert.key]))).encode()) + 1
        if part and size + bytes_needed > room:
            yield part
            part, size = [], 0
        part.append(alert)
        size += bytes_needed
    if part:
        yield part


def _line(event: Event, alert: Alert, level: Level, texts: Texts) -> str:
    key = "line"
    if event == Event.BACK_IN_STOCK:
        key = "line_low" if level == Level.LOW else "line"
    elif event == Event.OUT_OF_STOCK and level != Level.OUT:
        key = "line_over"
    elif alert.previous is None:
        key = "line_unknown"
    return texts.of(event, key, item=_name(alert.item), count=alert.count, previous=alert.previous)


def one_line(text: str) -> str:
    """Return a text on one line, without control characters: SNS refuses those in an attribute."""
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in " ".join(text.split()))


def _name(text: str) -> str:
    """Return a name as texts show it: on one line, and not too long."""
    line = one_line(text)
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"


def _fits_sms(text: str) -> bool:
    if text.isascii():
        return len(text) <= LONGEST_SMS_ASCII
    return len(text.encode("utf-16-le")) <= 2 * LONGEST_SMS_UNICODE


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
