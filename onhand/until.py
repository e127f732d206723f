"""What people say after --until and --expected: a day to come. No AWS in here."""

import re
from datetime import date, datetime, timedelta

from onhand.console import UserError

FORMATS = "2026-12-03, tomorrow, friday, “in 3 days”"

_LONGEST = timedelta(days=365)  # what is said of an alert is kept a little longer


def day_to_come(option: str, text: str, today: date) -> str:
    """Return the day, such as `2026-12-03`. Raises UserError if it is none after today, or more than a year away."""
    day = _iso(text) or _in_words(text, today)
    if day is None:
        raise UserError(f"{option} '{text}' is not understood. Such are: {FORMATS}.")
    if not today < day <= today + _LONGEST:
        raise UserError(f"{option} '{text}' is {day}. A day after today is wanted, within a year.")
    return day.isoformat()


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _in_words(text: str, today: date) -> date | None:
    if not re.search("[a-zA-Z]", text):  # 05/06/2026 is another day in another country
        return None
    from dateparser.date import DateDataParser  # takes longer to load than all else

    noon = datetime(today.year, today.month, today.day, 12)
    settings = {"RELATIVE_BASE": noon, "PREFER_DATES_FROM": "future"}
    found = DateDataParser(languages=["en"], settings=settings).get_date_data(text.strip()).date_obj
    return found.date() if found else None
