"""From records of the Inventory stream to what is kept of them. No AWS in here."""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from stock.attributes import Item, text, whole_number
from stock.history import Change, by_hand
from stock.order_token import is_order_token


@dataclass
class OfStore:
    """What records tell of a store. `since`: the second of the newest of them, `YYYYMMDDTHHMMSS.000Z`."""

    since: str = ""
    changes: list[Change] = field(default_factory=list)


def changes_of(records: Iterable[Item]) -> dict[str, OfStore]:
    """Return what records of the Inventory stream tell, by store.

    A record is as Lambda hands it over: `dynamodb` with `Keys`, `OldImage`, `NewImage`, `SequenceNumber` and
    `ApproximateCreationDateTime` (epoch seconds).
    """
    found: dict[str, OfStore] = defaultdict(OfStore)
    for record in records:
        body = record["dynamodb"]
        second = time.strftime("%Y%m%dT%H%M%S", time.gmtime(float(body["ApproximateCreationDateTime"])))
        if change := _change(body, second):
            of_store = found[body["Keys"]["Store"]["S"]]
            of_store.since = max(of_store.since, f"{second}.000Z")
            of_store.changes.append(change)
    return found


def _change(body: Item, second: str) -> Change | None:
    """Return what a record tells; None: nothing.

    A row that is gone tells nothing: which upload delisted it is not in the record, and was kept before.
    """
    old, new = body.get("OldImage") or {}, body.get("NewImage")
    if new is None:
        return None
    before, after = whole_number(old, "Count"), whole_number(new, "Count")
    token = text(new, "AsOf")
    if token == text(old, "AsOf"):
        if before == after and old:
            return None
        token = ""
    if not is_order_token(token):
        token = by_hand(second, body["SequenceNumber"])
    return Change(body["Keys"]["Item"]["S"], token, before, after)
