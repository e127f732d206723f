"""Whose morning it is. No AWS in here."""

from collections.abc import Mapping
from datetime import time

from stock.mornings import last_time


def whose_morning(zones: Mapping[str, str], hour: int, since: float, until: float) -> list[str]:
    """Return the stores whose clock came to an hour after `since` and not after `until` (epoch seconds), sorted.

    `zones`: the time zone of each store, "": UTC.
    """
    is_morning = {zone: last_time(time(hour), zone, since, until) is not None for zone in set(zones.values())}
    return sorted(store for store, zone in zones.items() if is_morning[zone])
