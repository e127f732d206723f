"""Alerts and the groups that they are published in. No AWS in here."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from stock.levels import Event

RowKey = tuple[str, str]
"""Store and item."""

BY_HAND = "Z-hand"
"""Ends the token that stands for the changes of a second that no upload made."""

_LONGEST_SORT_KEY = 1024  # bytes, DynamoDB's limits
_LONGEST_PARTITION_KEY = 2048


class State(StrEnum):
    """Where an alert is on its way to people. `claimed`: recorded and about to be published; `quiet`: it never is."""

    CLAIMED = "claimed"
    SENT = "sent"
    HELD = "held"
    QUIET = "quiet"


@dataclass(frozen=True, order=True)
class Group:
    """Alerts that are published together: one event in one store, from one upload (or of one second, without one)."""

    store: str
    token: str
    event: Event

    @property
    def by_hand(self) -> bool:
        """Whether no upload made the changes."""
        return self.token.endswith(BY_HAND)

    @property
    def prefix(self) -> str:
        """What the sort keys of its alerts begin with."""
        return f"{self.token}#{self.event}#"


@dataclass(frozen=True)
class Alert:
    """An alert as it is recorded: `key` is its sort key, `order` the stream position of the change that raised it.

    `count` and `previous` are those of the change. `at`: ISO 8601 UTC. `upload`: its token; None: there is none.
    """

    key: str
    store: str
    item: str
    event: Event
    count: int | None
    previous: int | None
    at: str
    order: str
    upload: str | None
    state: State = State.CLAIMED

    @property
    def row_key(self) -> RowKey:
        """Store and item."""
        return self.store, self.item

    @property
    def group(self) -> Group:
        """The alerts that it is published with."""
        return Group(self.store, self.key.partition("#")[0], self.event)


def alert_key(token: str, event: Event, item: str, order: str = "") -> str:
    """Return the sort key of an alert: the same for every delivery of the same change.

    `order`: stream position, for a change by hand: several of them may happen in the second that the token stands for.
    """
    key = f"{token}#{event}#{item}"
    return fit_key(f"{key}#{order}" if order else key, _LONGEST_SORT_KEY)


def fit_key(key: str, limit: int = _LONGEST_PARTITION_KEY) -> str:
    """Return a key that DynamoDB takes: a longer one is cut, and a digest of the whole keeps it unique."""
    encoded = key.encode()
    if len(encoded) <= limit:
        return key
    digest = hashlib.blake2s(encoded, digest_size=8).hexdigest()
    return encoded[: limit - len(digest) - 1].decode(errors="ignore") + "~" + digest
