"""What people say after --since: a day, a moment, or how long ago. No AWS in here."""

import re
from datetime import UTC, datetime, time, tzinfo

from onhand.console import UserError

FORMATS = "2026-11-20, “2026-11-20 14:30”, yesterday, “2 days ago”, 90d, “last monday”, “3 hours ago”"


def from_when(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return from when on; by the clock of `zone` (None: of this machine), if the text names no other.

    Whole days begin at midnight: `yesterday` is all of yesterday. Raises UserError if it is not understood, or lies in
    the future.
    """
    found = _iso(text) or _in_words(text, now.astimezone(zone).replace(tzinfo=None))
    if found is None:
        raise UserError(f"--since '{text}' is not understood. Such are: {FORMATS}.")
    moment = found if found.tzinfo else found.replace(tzinfo=zone) if zone else found.astimezone()
    if moment > now:
        raise UserError(f"--since '{text}' is {moment:%Y-%m-%d %H:%M}, which is yet to come.")
    return moment


def from_when_here(text: str) -> datetime:
    """Return from when on, by the clock of this machine. Raises UserError as `from_when` does."""
    return from_when(text, datetime.now(UTC))


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _in_words(text: str, clock: datetime) -> datetime | None:
    """Return what English words say, given what the clock shows."""
    words = re.sub(r"[._](?=\w)", " ", text).strip()  # `2.days.ago` needs no quotes in a shell
    if not re.search("[a-zA-Z]", words):  # 05/06/2026 is another day in another country
        return None
    from dateparser.date import DateDataParser  # takes longer to load than all else

    settings = {"RELATIVE_BASE": clock, "PREFER_DATES_FROM": "past", "RETURN_TIME_AS_PERIOD": True}
    found = DateDataParser(languages=["en"], settings=settings).get_date_data(words)
    if found.date_obj is None:
        return None
    return found.date_obj if found.period == "time" else datetime.combine(found.date_obj, time(), found.date_obj.tzinfo)
