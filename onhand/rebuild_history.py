"""The history made again from the files in the bucket: what `onhand replay` does besides loading them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.markup import escape

from onhand.bucket import Bucket
from onhand.console import stderr
from onhand.fold import Fold, changes
from onhand.history_table import History
from onhand.moments import moment_of, stamp
from onhand.stack import Stack
from onhand.uploads import number_of
from stock.attributes import Item
from stock.history import Change, Past, kept, steps

_WRITERS = 8


@dataclass
class Rebuilt:
    """How many changes were added, of how many stores. `notes`: what could not be told, in words."""

    changes: int = 0
    stores: int = 0
    notes: list[str] = field(default_factory=list)


def rebuild_history(stack: Stack, store: str | None, since: datetime | None, dry_run: bool = False) -> Rebuilt:
    """Add to the history what the files in the bucket tell and it does not have: safe at any time, and to repeat.

    `store`: only of this one; None: of all. `since`: only what uploads from then on changed. `dry_run`: only count.
    Older ones than the history is kept for are left out. In memory there is one store at a time.
    """
    days = _days_kept(stack)
    oldest = stamp(datetime.now(UTC) - timedelta(days=days))
    first = max(oldest, stamp(since)) if since else oldest
    found = Rebuilt()
    bucket = Bucket(stack, {store} if store else None)
    try:
        names = [store] if store else sorted(bucket.stores())
        with stderr.status("Reading files …") as status:
            for number, name in enumerate(names, 1):
                status.update(f"Making the history of {escape(name)}, {number:,} of {len(names):,} stores …")
                missing = list(_missing(stack, bucket, name, first, found))
                found.changes += len(missing)
                found.stores += bool(missing)
                if not dry_run:
                    _write(stack, name, missing, days)
        found.notes += sorted(bucket.problems.values())
    finally:
        bucket.close()
    return found


def _days_kept(stack: Stack) -> int:
    settings = stack.functions.get_function_configuration(FunctionName=stack.outputs.LoadInventoryFunction)
    return int(settings["Environment"]["Variables"].get("KEEP_HISTORY_DAYS", "400"))


def _missing(stack: Stack, bucket: Bucket, store: str, first: str, found: Rebuilt) -> Iterator[Change]:
    """Yield what the uploads of a store changed from a moment on and the history does not have."""
    uploads = bucket.uploads_of(store)
    if not any(upload.token >= first for upload in uploads):
        return
    known = {change for _, some in History(stack).packs(store, consistent=True) for change in some}
    pasts, folded = steps(known), Fold()
    for said, is_sure in bucket.said_of(store, uploads):
        if not is_sure:
            found.notes.append(f"{said.token} is not loaded: the history of {store} is without it")
            continue
        for change in changes(folded, said):
            if change.token >= first and change not in known and not _is_told(change, pasts.get(change.item)):
                yield change


def _is_told(change: Change, past: Past | None) -> bool:
    """Whether the history knows more than the oldest file that is left: that has no row before it."""
    if change.before is not None or past is None:
        return False
    count = next((step.after for step in reversed(past.steps) if step.token <= change.token), past.first)
    return count == change.after


def items_of(store: str, missing: list[Change], days: int) -> list[Item]:
    """Return the items that keep changes of a store for so many days from when they happened.

    What stayed for longer than the other changes of its time would have the history seem to begin there.
    """
    by_upload: dict[str, list[Change]] = {}
    for change in missing:
        by_upload.setdefault(change.token, []).append(change)
    now = datetime.now(UTC)
    return [
        item
        for token, some in by_upload.items()
        for item in kept(store, token, some, days - (now - moment_of(token)).days)
    ]


def _write(stack: Stack, store: str, missing: list[Change], days: int) -> None:
    items = items_of(store, missing, days)
    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(lambda item: _put(stack, item), items))


def _put(stack: Stack, item: dict[str, Any]) -> None:
    item["Changes"] = {"B": base64.b64decode(item["Changes"]["B"])}  # boto3 takes bytes as they are
    stack.dynamodb.put_item(TableName=stack.outputs.HistoryTable, Item=item)


def in_words(found: Rebuilt, dry_run: bool) -> str:
    """Return what was added to the history, in words."""
    if not found.changes:
        return "The history has all that the files tell"
    done = "would be added" if dry_run else "added"
    return f"History: {number_of(found.changes, 'change')} of {number_of(found.stores, 'store')} {done} from the files"
