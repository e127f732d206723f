"""From records of the Inventory stream to what is kept of them. No AWS in here."""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from stock.attributes import Item
from stock.history import Change, by_hand
from stock.rows import count_of, upload_of


@dataclass
class OfStore:
    """What records tell of a store. `since`: no change is of a later second, `YYYYMMDDTHHMMSS.000Z`."""

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
            # By S3's clock an upload may be of a later second than what it changed is by DynamoDB's.
            of_store.since = max(of_store.since, f"{max(second, change.token[: len(second)])}.000Z")
            of_store.changes.append(change)
    return found


def _change(body: Item, second: str) -> Change | None:
    """Return what a record tells; None: nothing.

    A row that is gone tells nothing: which upload delisted it is not in the record, and was kept before.
    """
    old, new = body.get("OldImage") or {}, body.get("NewImage")
    if new is None:
        return None
    before, after, token = count_of(old), count_of(new), upload_of(old, new)
    if before == after and not token:
        return None
    return Change(body["Keys"]["Item"]["S"], token or by_hand(second, body["SequenceNumber"]), before, after)
