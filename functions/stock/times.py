"""Times as text: ISO 8601 UTC to the millisecond, such as `2026-11-22T08:36:52.123Z`. No AWS in here."""

import time
from datetime import UTC, datetime


def iso(moment: float) -> str:
    """Return a moment, given in epoch seconds."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    """Return the time."""
    return iso(time.time())
