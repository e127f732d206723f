"""Which stores sent nothing for some time. No AWS in here."""

from collections.abc import Iterable
from datetime import datetime, timedelta

CLOSED_AFTER = timedelta(days=30)
"""A store that was silent for so much longer is taken to be closed: nobody waits for its files any more."""

LastUploads = Iterable[tuple[str, str]]
"""Stores, and the event time of the last upload of each (ISO 8601 UTC); "": it never sent any."""


def silent_stores(last_uploads: LastUploads, hours: float, now: datetime) -> list[tuple[str, str]]:
    """Return the stores that sent nothing that could be loaded for that many hours, longest first."""
    last = now - timedelta(hours=hours)
    first = last - CLOSED_AFTER
    silent = [(at, store) for store, at in last_uploads if at and first < datetime.fromisoformat(at) < last]
    return [(store, at) for at, store in sorted(silent)]
