"""What all know who write alerts into the table Alerts: their keys, and where they are on their way. No AWS in here."""

import hashlib
from enum import StrEnum

from stock.levels import Event

KEEP_SECONDS = 90 * 86400
"""How long an alert is kept."""

LONGEST_SORT_KEY = 1024  # bytes, DynamoDB's limits
_LONGEST_PARTITION_KEY = 2048


class State(StrEnum):
    """Where an alert is on its way to people.

    `claimed`: recorded and about to be published. Never published are those of a replay, `quiet`, and what `waits`, as
    people said that the item is ordered, or is to be left alone for now.
    """

    CLAIMED = "claimed"
    SENT = "sent"
    HELD = "held"
    QUIET = "quiet"
    WAITS = "waits"


def alert_key(token: str, event: Event, item: str, order: str = "") -> str:
    """Return the sort key of an alert: the same for every delivery of the same change.

    `order`: stream position, for a change by hand: several of them may happen in the second that the token stands for.
    """
    key = f"{token}#{event}#{item}"
    return fit_key(f"{key}#{order}" if order else key, LONGEST_SORT_KEY)


def fit_key(key: str, limit: int = _LONGEST_PARTITION_KEY) -> str:
    """Return a key that DynamoDB takes: a longer one is cut, and a digest of the whole keeps it unique."""
    encoded = key.encode()
    if len(encoded) <= limit:
        return key
    digest = hashlib.blake2s(encoded, digest_size=8).hexdigest()
    return encoded[: limit - len(digest) - 1].decode(errors="ignore") + "~" + digest
