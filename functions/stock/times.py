"""Times as text: ISO 8601 UTC to the millisecond, such as `2026-11-22T08:36:52.123Z`. No AWS in here."""

import time
from datetime import UTC, datetime


def iso(moment: float) -> str:
    """Return a moment, given in epoch seconds."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(moment: str) -> float:
    """Return a moment, given as text, in epoch seconds."""
    return datetime.fromisoformat(moment).timestamp()


def seconds_since(moment: str) -> float:
    """Return how many seconds ago a moment was, given as text."""
    return round(time.time() - seconds(moment), 3)


def compact(moment: float) -> str:
    """Return a moment, given in epoch seconds, as order tokens begin: `20261122T083652.123Z`."""
    return iso(moment).replace("-", "").replace(":", "")


def now() -> str:
    """Return the time."""
    return iso(time.time())
