"""What happened to an item, worked out from the row before and after. No AWS in here."""

import hashlib
import re
import time
from dataclasses import dataclass
from enum import StrEnum

from stock.dynamodb import Item
from stock.order_token import event_time

_LONGEST_SORT_KEY = 1024  # bytes, DynamoDB's limit
_LONGEST_PARTITION_KEY = 2048
_BY_HAND = "Z-hand"
_UPLOAD = re.compile(r"\d{8}T\d{6}\.\d{3}Z-[0-9A-F]+-[0-9a-f]+")


class Level(StrEnum):
    """How much there is of an item. `gone`: it has no row, it was delisted or never known."""

    OK = "ok"
    LOW = "low"
    OUT = "out"
    GONE = "gone"


class Event(StrEnum):
    """What people are told."""

    OUT_OF_STOCK = "OUT_OF_STOCK"
    LOW_STOCK = "LOW_STOCK"
    BACK_IN_STOCK = "BACK_IN_STOCK"


@dataclass(frozen=True, order=True)
class Group:
    """Alerts that are said together: one event in one store, from one upload (or one second, without an upload)."""

    store: str
    token: str
    event: Event

    @property
    def by_hand(self) -> bool:
        """Whether no upload made the changes."""
        return self.token.endswith(_BY_HAND)

    @property
    def prefix(self) -> str:
        """What the sort keys of its alerts begin with."""
        return f"{self.token}#{self.event}#"


@dataclass(frozen=True)
class Change:
    """An item's way from one level to another. `event` None: nobody needs to be told.

    `order` sorts the changes of an item as they happened. `token` is the upload's, if `upload` is true.
    """

    store: str
    item: str
    before: Level
    level: Level
    count: int
    previous: int | None
    token: str
    upload: bool
    at: str
    order: str
    quiet: bool = False

    @property
    def event(self) -> Event | None:
        """The event that this change raises."""
        return event_of(self.before, self.level)

    @property
    def group(self) -> Group | None:
        """The alerts that this one is said with."""
        return Group(self.store, self.token, self.event) if self.event else None

    @property
    def alert(self) -> str:
        """The sort key of the alert: the same for every delivery of the same change."""
        key = f"{self.token}#{self.event}#{self.item}"
        return fit_key(key if self.upload else f"{key}#{self.order}", _LONGEST_SORT_KEY)


def level_of(row: Item | None) -> Level:
    """Return the level of a row. A count of 0 is out of stock, whatever else the row says."""
    if row is None:
        return Level.GONE
    if _count(row) == 0:
        return Level.OUT
    return Level.LOW if row.get("Short", {}).get("S") == "low" else Level.OK


def event_of(before: Level, now: Level) -> Event | None:
    """Return what people must be told when an item goes from one level to another."""
    if now == before or now == Level.GONE:
        return None
    if now == Level.OUT:
        return Event.OUT_OF_STOCK
    if before == Level.OUT:
        return Event.BACK_IN_STOCK
    return Event.LOW_STOCK if now == Level.LOW else None


def change_of_record(record: Item) -> Change | None:
    """Return what a record of the Inventory stream says has happened; None: the level is the same."""
    body = record["dynamodb"]
    old, new = body.get("OldImage"), body.get("NewImage")
    before, level = level_of(old), level_of(new)
    if before == level:
        return None
    created = float(body["ApproximateCreationDateTime"])
    token, upload = _token(old, new, created)
    row = new or {}
    return Change(
        store=body["Keys"]["Store"]["S"],
        item=body["Keys"]["Item"]["S"],
        before=before,
        level=level,
        count=_count(row) or 0,
        previous=_count(old) if old else None,
        token=token,
        upload=upload,
        at=event_time(token),
        order=position(created, body["SequenceNumber"]),
        quiet=upload and "Quiet" in row,
    )


def change_of_row(store: str, item: str, before: Level, row: Item | None, now: float) -> Change | None:
    """Return what has happened to a row since its standing was `before`; None: nothing.

    For rows whose stream records were lost. The alert gets the same key as it would have had from the stream.
    """
    level = level_of(row)
    if before == level:
        return None
    token, upload = _token(None, row, now)
    return Change(
        store=store,
        item=item,
        before=before,
        level=level,
        count=_count(row or {}) or 0,
        previous=0 if before == Level.OUT else None,
        token=token,
        upload=upload,
        at=event_time(token),
        order=position(now, "0"),
        quiet=upload and "Quiet" in (row or {}),
    )


def position(created: float, sequence_number: str) -> str:
    """Return where in the stream a record stands, as a text that sorts.

    The time comes first: sequence numbers start anew with a new stream (a restored table, a restarted emulator).
    """
    return f"{created:017.3f}-{sequence_number:0>40}"


def fit_key(key: str, limit: int = _LONGEST_PARTITION_KEY) -> str:
    """Return a key that DynamoDB takes: a longer one is cut, and a digest of the whole keeps it unique."""
    encoded = key.encode()
    if len(encoded) <= limit:
        return key
    digest = hashlib.blake2s(encoded, digest_size=8).hexdigest()
    return encoded[: limit - len(digest) - 1].decode(errors="ignore") + "~" + digest


def _token(old: Item | None, new: Item | None, created: float) -> tuple[str, bool]:
    """Return the token that the change goes by, and whether it is an upload's.

    A row that changed under the same AsOf was changed by hand or by a new reorder point; so was one without AsOf.
    Such changes go by the second in which they happened.
    """
    as_of = (new or {}).get("AsOf", {}).get("S", "")
    if _UPLOAD.fullmatch(as_of) and as_of != (old or {}).get("AsOf", {}).get("S"):
        return as_of, True
    return time.strftime("%Y%m%dT%H%M%S.000", time.gmtime(created)) + _BY_HAND, False


def _count(row: Item) -> int | None:
    try:
        return int(float(row["Count"]["N"]))
    except (KeyError, ValueError, OverflowError):
        return None  # somebody else's idea of a row: it must not stop the stream
