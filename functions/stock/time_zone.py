"""The time zone of a store. No AWS in here."""

from datetime import UTC, tzinfo
from functools import cache

from stock.attributes import Item, text


def time_zone(of_store: Item | None, of_all: Item | None) -> tzinfo:
    """Return the time zone of a store: its own, that of all stores, or UTC. Both are items of the table Stores."""
    name = text(of_store or {}, "TimeZone") or text(of_all or {}, "TimeZone")
    return zone_named(name) if name else UTC


@cache
def zone_named(name: str) -> tzinfo:
    """Return the zone of an IANA name. If it is unknown here, UTC: the texts name the zone, so nobody is misled."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # The machine has no zones, or no such zone. botocore brings dateutil, and that brings its own.
        from dateutil.zoneinfo import get_zonefile_instance  # type: ignore[import-untyped]

        zone: tzinfo | None = get_zonefile_instance().get(name)
        return zone or UTC
