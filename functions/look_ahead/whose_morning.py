"""Whose morning it is. No AWS in here."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from stock.time_zone import zone_named


def whose_morning(zones: Mapping[str, str], hour: int, since: float, until: float) -> list[str]:
    """Return the stores whose clock came to an hour after `since` and not after `until` (epoch seconds), sorted.

    `zones`: the time zone of each store, "": UTC.
    """
    is_morning = {zone: _came_to(hour, zone, since, until) for zone in set(zones.values())}
    return sorted(store for store, zone in zones.items() if is_morning[zone])


def _came_to(hour: int, zone: str, since: float, until: float) -> bool:
    clock = zone_named(zone) if zone else UTC
    today = datetime.fromtimestamp(until, clock).date()
    days = ((until - since) // 86_400) + 1
    mornings = (datetime.combine(today - timedelta(days=ago), time(hour), clock) for ago in range(int(days) + 1))
    return any(since < morning.timestamp() <= until for morning in mornings)
