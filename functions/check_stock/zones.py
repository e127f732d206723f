"""The time zone of a store."""

from datetime import UTC, tzinfo
from functools import cache

from check_stock.services import Services

_ALL_STORES = "*"


def time_zone(services: Services, store: str) -> tzinfo:
    """Return the time zone of a store: its own, that of all stores, or UTC."""
    keys = [{"Store": {"S": name}} for name in (store, _ALL_STORES)]
    rows = {row["Store"]["S"]: row for row in services.dynamodb.get_many(services.settings.stores, keys)}
    for name in (store, _ALL_STORES):
        if zone := rows.get(name, {}).get("TimeZone", {}).get("S"):
            return zone_named(zone)
    return UTC


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
