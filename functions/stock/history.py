"""History: what uploads said of the counts of items, as far as it showed in rows. No AWS in here.

It is a set of facts: what an upload says of an item does not change. So a fact may come twice, in any order and from
any source, and nothing doubles; docs/history.md tells the whole.
"""

import base64
import hashlib
import time
from collections.abc import Collection, Iterable
from typing import NamedTuple

from stock.attributes import Item
from stock.order_token import is_order_token
from stock.packs import Columns, in_packs, unpacked

_BY_HAND = "-hand-"
_SEQUENCE_DIGITS = 40
_DAY = 86_400


class Change(NamedTuple):
    """The count of an item by an upload.

    `token`: the upload's order token, or what `by_hand` makes. `before`: the count that the row had; None: there was no
    row, or nobody knows. `after` None: the item is delisted, or somebody wrote no whole number.
    """

    item: str
    token: str
    before: int | None
    after: int | None


class Step(NamedTuple):
    """From the event time of an upload on, an item had the count `after`; None: it was delisted."""

    token: str
    after: int | None


class Past(NamedTuple):
    """The counts of an item over time. `first`: the count before the first step, None: there was none, or unknown."""

    first: int | None
    steps: list[Step]


def by_hand(second: str, sequence_number: str) -> str:
    """Return the token of a change that no upload made.

    `second`: `YYYYMMDDTHHMMSS`, in which the stream has it; `sequence_number`: where in the stream it is.
    """
    return f"{second}.000Z{_BY_HAND}{sequence_number:0>{_SEQUENCE_DIGITS}}"


def is_by_hand(token: str) -> bool:
    """Return whether no upload made a change."""
    return not is_order_token(token)


def kept(store: str, since: str, changes: Iterable[Change], days: int) -> list[Item]:
    """Return the items of the table History that keep changes of a store, as DynamoDB's JSON has them.

    `since`: no change is of a later second; a token, or `YYYYMMDDTHHMMSS.000Z`. So all that happened after some second
    is in the items behind that key. The rest of the key is a digest of what is kept: to write the same again changes
    nothing, and nothing is overwritten by something else. `days`: it is kept for so long from now on.
    """
    expires = str(int(time.time()) + days * _DAY)
    return [
        {
            "Store": {"S": store},
            "Pack": {"S": f"{since}#{hashlib.blake2s(packed, digest_size=8).hexdigest()}"},
            "Changes": {"B": base64.b64encode(packed).decode()},
            "Expires": {"N": expires},
        }
        for packed in pack(changes)
    ]


def pack(changes: Iterable[Change]) -> list[bytes]:
    """Return changes as packs for the table History: about 15 bytes a change.

    Of the same item and upload, they stay in their order: the first one knows what was before (`steps`).
    """
    return in_packs(sorted(dict.fromkeys(changes), key=lambda change: change[:2]), _columns)


def _columns(changes: list[Change]) -> Columns:
    tokens = sorted({change.token for change in changes})
    number = {token: index for index, token in enumerate(tokens)}
    return {
        "tokens": tokens,
        "items": [change.item for change in changes],
        "by": [number[change.token] for change in changes],
        "before": [change.before for change in changes],
        "after": [change.after for change in changes],
    }


def changes_of(pack: Item) -> list[Change]:
    """Return the changes that an item of the table History keeps, as DynamoDB's JSON has it."""
    return unpack(base64.b64decode(pack["Changes"]["B"]))


def unpack(packed: bytes) -> list[Change]:
    """Return the changes of a pack."""
    columns = unpacked(packed)
    tokens = columns["tokens"]
    return [
        Change(item, tokens[by], before, after)
        for item, by, before, after in zip(*(columns[name] for name in ("items", "by", "before", "after")), strict=True)
    ]


def steps(changes: Iterable[Change], withdrawn: Collection[str] = ()) -> dict[str, Past]:
    """Return the past of every item that changes tell of, without what withdrawn uploads said (their order tokens).

    Of a fact that is there twice the first one knows what was before it: rows from which a withdrawn upload is taken
    out have an older upload's token again, after what the withdrawn one said.
    """
    facts: dict[str, dict[str, Change]] = {}
    for change in changes:
        facts.setdefault(change.item, {}).setdefault(change.token, change)
    return {
        item: _past([told[token] for token in sorted(told)], withdrawn)
        for item, told in facts.items()
        if any(token not in withdrawn for token in told)
    }


def _past(changes: list[Change], withdrawn: Collection[str]) -> Past:
    first = count = changes[0].before  # also of a withdrawn upload: it tells what was before it
    found = []
    for change in changes:
        if change.after != count and change.token not in withdrawn:
            count = change.after
            found.append(Step(change.token, count))
    return Past(first, found)
