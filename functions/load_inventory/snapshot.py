"""Whether a snapshot upload may remove what it does not mention. Decided once, it holds for every replay."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from load_inventory import ledger
from load_inventory.csv_file import Refused
from load_inventory.decide import delists
from load_inventory.inventory import WHOLE_STORE, Range, read_store
from load_inventory.services import Services
from load_inventory.upload import APPLY, Upload


@dataclass(frozen=True)
class Removal:
    """How many items of a store, or of a part of it, a snapshot would remove, and of how many."""

    store: str
    removed: int
    items: int


def count_removal(
    services: Services, token: str, store: str, keep: Collection[str], span: Range = WHOLE_STORE
) -> Removal:
    """Count what a snapshot that mentions the items `keep` would remove from a store."""
    items = removed = 0
    for page in read_store(services, store, span):
        items += len(page)
        removed += sum(item not in keep and delists(stored, token) for item, stored in page)
    return Removal(store, removed, items)


def decide_snapshot(services: Services, upload: Upload, decision: str | None, removals: list[Removal]) -> None:
    """Decide whether a snapshot is applied, and record it in the table and in the bucket.

    `decision` is what was decided before, if anything. Raises Refused if it is not to be applied.
    """
    if decision is None:
        decision = _too_much(removals, services.settings.snapshot_remove_limit) or APPLY
        put_event(services, upload, decision)
        ledger.note(services, upload, {"Decision": decision})
    if decision != APPLY:
        raise Refused(decision)


def _too_much(removals: list[Removal], limit: float) -> str | None:
    for removal in removals:
        if removal.removed > limit * removal.items:
            return (
                f"The snapshot would remove {removal.removed:,} of the {removal.items:,} items of “{removal.store}”, "
                f"more than {limit:.0%}. If the file is complete, upload it again with --force."
            )
    return None


def put_event(services: Services, upload: Upload, decision: str | None, **condition: Any) -> None:
    """Keep the upload's event in the bucket, with what was decided about it, so that it can be replayed."""
    body = json.dumps({"event": upload.event, "decision": decision}).encode()
    key = f"log/{upload.token}/{upload.version_id or 'null'}.json"
    services.s3.put_object(Bucket=upload.bucket, Key=key, Body=body, ContentType="application/json", **condition)
