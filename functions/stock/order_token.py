"""Order tokens: which of two uploads is the newer one."""

import hashlib
import re
from datetime import datetime
from typing import Any

BY_HAND = "Z-hand"
"""Ends the token that stands for the changes of a second that no upload made."""

_SEQUENCER_DIGITS = 18
_TOKEN = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{3}Z-[0-9A-F]+-[0-9a-f]+")


def is_order_token(text: str) -> bool:
    """Return whether a text is an order token. Rows, keys and messages hold what others wrote, too."""
    return _TOKEN.fullmatch(text) is not None and _is_moment(event_time(text))


def is_token_of_changes(text: str) -> bool:
    """Return whether a text is an order token, or stands for the changes of a second that no upload made."""
    return is_order_token(text) or (text[19:] == BY_HAND and is_order_token(f"{text[:19]}Z-0-0"))


def _is_moment(iso: str) -> bool:
    try:
        datetime.fromisoformat(iso)
    except ValueError:
        return False
    return True


def order_token(event: dict[str, Any]) -> str:
    """Return the order token of an upload, from the S3 event record that announced it.

    Tokens compare as text: `eventTime` first, then `sequencer`. Sequencers are hexadecimal and of different
    lengths; S3 says to pad the shorter one with zeros on the right before comparing
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). S3 promises an
    order for them only within one key, so a digest of key and version keeps two uploads apart that share both.

    Raises KeyError if the record lacks a field that S3 always sends.
    """
    time = event["eventTime"].replace("-", "").replace(":", "")
    if "." not in time:
        time = time.removesuffix("Z") + ".000Z"
    thing = event["s3"]["object"]
    sequencer = thing.get("sequencer", "").upper().ljust(_SEQUENCER_DIGITS, "0")
    name = f"{thing['key']}\0{thing.get('versionId', '')}"
    tie_break = hashlib.blake2s(name.encode(), digest_size=4).hexdigest()
    return f"{time}-{sequencer}-{tie_break}"


def event_time(token: str) -> str:
    """Return the event time of an order token as ISO 8601, such as `2026-11-22T08:36:52.123Z`."""
    t = token
    return f"{t[0:4]}-{t[4:6]}-{t[6:8]}T{t[9:11]}:{t[11:13]}:{t[13:20]}"
