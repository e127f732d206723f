"""Moments as people type and read them, and as order tokens begin. No AWS in here."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from onhand.console import UserError
from stock.order_token import event_time
from stock.time_zone import zone_named
from stock.times import compact

_DAY = timedelta(days=1)
_FORMS = "Give a day (2026-11-20), a time by the store's clock (2026-11-20 14:30), or one with its zone (…T14:30Z)"


def at(text: str, zone: tzinfo, now: datetime) -> datetime:
    """Return a moment: the end of a day (of today: now), or a time. Raises UserError, also for what is to come."""
    begin, end = _time(text, zone)
    if begin > now:
        raise UserError(f"{text} is still to come.")
    return min(end, now)


def _time(text: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the first and the last millisecond of a day, or twice a moment."""
    try:
        if day := _day(text):
            begin, next_day = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + _DAY))
            return begin, next_day - timedelta(milliseconds=1)
        moment = datetime.fromisoformat(text.strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UserError(f"'{text}' is no date that is understood here. {_FORMS}.") from None
    return moment, moment


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def zone_of(row: dict[str, Any], of_all: dict[str, Any]) -> tzinfo:
    """Return the time zone of a store: its own, that of all stores, or UTC. Both are items of the table Stores."""
    name = row.get("TimeZone") or of_all.get("TimeZone")
    return zone_named(name) if name else UTC


def stamp(moment: datetime) -> str:
    """Return a moment as order tokens begin: what is as old sorts behind it, what is older before it."""
    return compact(moment.timestamp())


def moment_of(token: str) -> datetime:
    """Return the event time of an order token, or of what begins like one."""
    return datetime.fromisoformat(event_time(token))


def minute(text: str) -> str:
    """Return an ISO time to the minute, by this machine's clock; what is no time stays: people write rows by hand."""
    try:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return text
