"""When the clock of a time zone comes to a time of the day. No AWS in here."""

from collections.abc import Container
from datetime import UTC, datetime, time, timedelta

from stock.time_zone import zone_named

EVERY_DAY = range(7)
_DAY = 86_400


def last_time(at: time, zone: str, since: float, until: float, days: Container[int] = EVERY_DAY) -> float | None:
    """Return when a zone's clock came to a time of the day last, after `since` and not after `until` (epoch seconds).

    `zone`: its IANA name, "": UTC. `days`: those of the week on which it counts; Monday is 0. None: it did not.
    """
    clock = zone_named(zone) if zone else UTC
    today = datetime.fromtimestamp(until, clock).date()
    dates = (today - timedelta(days=ago) for ago in range(int((until - since) // _DAY) + 2))
    moments = (datetime.combine(date, at, clock).timestamp() for date in dates if date.weekday() in days)
    return next((moment for moment in moments if since < moment <= until), None)
