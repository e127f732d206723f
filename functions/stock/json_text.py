"""JSON that others wrote. No AWS in here."""

import json
from typing import Any


def parsed(text: str) -> Any:
    """Return what a text says. Raises ValueError if that is no JSON, or some that AWS would not take.

    Such as half of a character (an emoji of which somebody cut off the end), or a number that is none (`NaN`, `1e999`);
    or if it is nested so deeply that Python does not read it.
    """
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("It is nested too deeply.") from None
    return found
