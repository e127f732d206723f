"""A digest: the morning message that tells somebody what is open. No AWS in here.

The table Digests has one item for each, see docs/data-model.md.
"""

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from stock.attributes import Item, item, text, texts
from stock.mornings import EVERY_DAY, last_time

CLOCK = "clock"
"""Under this id the table says up to when digests were handed out."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class How(StrEnum):
    """How a digest goes out: as a mail of SES, HTML and text; as a mail of SNS, text alone; or in a channel."""

    EMAIL = "email"
    SNS = "sns"
    CHANNEL = "channel"


@dataclass(frozen=True)
class Digest:
    """A digest, to an address, or to a channel by its id.

    `at`, `days`, `zone`: when it is sent, such as `07:30`, `mon-fri`, `Europe/Berlin` ("": UTC). It is about the stores
    of a `group`, about some `stores`, or, without either, about all. `last_sent`: the moment that the last one told of
    (ISO UTC); "": there was none.
    """

    id: str
    how: How
    to: str
    at: str
    days: str
    zone: str
    language: str
    group: str = ""
    stores: tuple[str, ...] = ()
    last_sent: str = ""

    @classmethod
    def of(cls, row: Item) -> "Digest":
        """Return the digest of an item of the table."""
        return cls(
            text(row, "Digest"),
            How(text(row, "How")),
            text(row, "To"),
            text(row, "At"),
            text(row, "Days"),
            text(row, "TimeZone"),
            text(row, "Language"),
            text(row, "Group"),
            texts(row, "Stores"),
            text(row, "LastSent"),
        )

    def item(self) -> Item:
        """Return it as an item of the table, as it is when nothing was sent so far."""
        values = {
            "Digest": self.id,
            "How": self.how,
            "To": self.to,
            "At": self.at,
            "Days": self.days,
            "TimeZone": self.zone,
            "Language": self.language,
            "Group": self.group,
        }
        about = {"Stores": set(self.stores)} if self.stores else {}
        return item({name: value for name, value in values.items() if value} | about)

    def due(self, since: float, until: float) -> float | None:
        """Return when its time came last, after `since` and not after `until` (epoch seconds); None: it did not.

        Raises ValueError if its time or days cannot be read.
        """
        return last_time(time_of(self.at), self.zone, since, until, days_of(self.days))


def time_of(at: str) -> time:
    """Return a time of the day, such as `7:30`. Raises ValueError."""
    if not (found := _TIME.fullmatch(at)):
        raise ValueError(f"'{at}' is no time of the day, such as 7:30.")
    return time(int(found[1]), int(found[2]))


def days_of(days: str) -> frozenset[int]:
    """Return days of the week, such as `mon-fri` or `mon,wed,sat-sun`; Monday is 0. Raises ValueError."""
    found: set[int] = set()
    for part in days.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            raise ValueError(f"'{days}' are no days of the week, such as mon-fri or mon,wed,fri.")
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        found |= {day % len(EVERY_DAY) for day in range(begin, end + 1 if end >= begin else end + 8)}
    return frozenset(found)
