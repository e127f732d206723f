"""From a record of the Inventory stream, or from a row, to what has changed. No AWS in here."""

import time
from dataclasses import dataclass

from check_stock.alert import Alert, Group, RowKey
from stock.alert_log import alert_key
from stock.attributes import Item, text
from stock.levels import Event, Level
from stock.order_token import BY_HAND, event_time
from stock.rows import count_of, level_of, position, upload_of

_SHORT = (Level.LOW, Level.OUT)


@dataclass(frozen=True)
class Change:
    """What a row is now, and that it was something else before.

    `before` and `previous`: level and count by the row's old image. A count is None if there is none, or none that is a
    whole number. `token`: the upload's, if `upload` is true, else that of the second. `at`: ISO 8601 UTC. `order` sorts
    the changes of an item as they happened. `quiet`: a replay made it.
    """

    store: str
    item: str
    before: Level
    level: Level
    count: int | None
    previous: int | None
    token: str
    upload: bool
    at: str
    order: str
    quiet: bool = False

    @property
    def row_key(self) -> RowKey:
        """Store and item."""
        return self.store, self.item

    @property
    def is_short(self) -> bool:
        """Whether the row is or was out or low. Otherwise the change matters only if the item has an alert state."""
        return self.before in _SHORT or self.level in _SHORT

    def group(self, event: Event) -> Group:
        """Return the group of the alert that this change raises."""
        return Group(self.store, self.token, event)

    def alert(self, event: Event) -> Alert:
        """Return the alert that this change raises."""
        return Alert(
            key=alert_key(self.token, event, self.item, "" if self.upload else self.order),
            store=self.store,
            item=self.item,
            event=event,
            count=self.count,
            previous=self.previous,
            at=self.at,
            order=self.order,
            upload=self.token if self.upload else None,
        )


def change_of_record(record: Item) -> Change | None:
    """Return what a record of the Inventory stream says has changed; None: the level is the same."""
    body = record["dynamodb"]
    old, new = body.get("OldImage"), body.get("NewImage")
    before, level = level_of(old), level_of(new)
    if before == level:
        return None
    token, upload = _token(old, new, float(body["ApproximateCreationDateTime"]))
    return Change(
        store=body["Keys"]["Store"]["S"],
        item=body["Keys"]["Item"]["S"],
        before=before,
        level=level,
        count=count_of(new or {}),
        previous=count_of(old or {}),
        token=token,
        upload=upload,
        at=event_time(token),
        order=position(record),
        quiet="Quiet" in (new or {}) and (upload or _is_point_alone(old or {}, new or {})),
    )


def change_of_row(store: str, item: str, row: Item | None, before: Level, order: str, now: float) -> Change | None:
    """Return how a row differs from what is known of the item, its level `before` at `order`; None: it does not.

    It is for rows whose stream records were lost. The alert gets the key that it would have had from the stream.
    `now`: epoch seconds.
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
        count=count_of(row or {}),
        previous=0 if before == Level.OUT else None,
        token=token,
        upload=upload,
        at=event_time(token),
        order=just_after(order),
        quiet=upload and "Quiet" in (row or {}),
    )


def just_after(order: str) -> str:
    """Return a position behind the given one and before every later record of the stream."""
    known, _, number = order.partition("+")
    return f"{known}+{int(number or 0) + 1:06}"


def _is_point_alone(old: Item, new: Item) -> bool:
    """Return whether an upload changed the reorder point of a row, or took it away, and left the count."""
    return "AsOf" in new and text(old, "AsOf") == text(new, "AsOf") and text(old, "PointAsOf") != text(new, "PointAsOf")


def _token(old: Item | None, new: Item | None, moment: float) -> tuple[str, bool]:
    """Return the token of a change, and whether it is an upload's; else it stands for the second of the change."""
    if upload := upload_of(old or {}, new or {}):
        return upload, True
    return time.strftime("%Y%m%dT%H%M%S.000", time.gmtime(moment)) + BY_HAND, False
