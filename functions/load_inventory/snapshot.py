"""Whether a snapshot may remove what it does not mention, and what is decided: once, for every replay."""

from dataclasses import dataclass

from load_inventory import upload_record
from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.inventory import read_store
from load_inventory.log import put_event
from load_inventory.share import Share
from read_file.csv_rows import Refused

APPLY = "apply"
"""The decision that an upload is loaded. Any other is the reason why it is refused."""


@dataclass(frozen=True)
class Removal:
    """How many items of a store, or of a range of them, a snapshot would remove, and of how many."""

    store: str
    removed: int
    items: int

    def too_much(self, limit: float) -> str | None:
        """Return why it may not be removed, in words for a store clerk; None if it may."""
        if self.removed <= limit * self.items:
            return None
        return (
            f"The snapshot would remove {self.removed:,} of the {self.items:,} items of “{self.store}”, "
            f"more than {limit:.0%}. If the file is complete, upload it again and confirm that it may remove as many."
        )


def count_removals(clients: Clients, shares: list[Share]) -> list[Removal]:
    """Count what a snapshot would remove from each of some stores, or ranges of their items."""
    return clients.each(lambda share: _count_removal(clients, share), shares)


def _count_removal(clients: Clients, share: Share) -> Removal:
    items = removed = 0
    for page in read_store(clients, share.store, share.keys):
        items += len(page)
        removed += sum(share.delists(item) and stored.as_of < share.attempt.token for item, stored in page)
    return Removal(share.store, removed, items)


def first_refusal(removals: list[Removal], limit: float) -> str | None:
    """Return the first reason why a snapshot may not remove what it would; None if it may."""
    return next((reason for removal in removals if (reason := removal.too_much(limit))), None)


def check(clients: Clients, removals: list[Removal]) -> None:
    """Raise Refused if a snapshot may not remove what it would. Nothing is recorded."""
    if refusal := first_refusal(removals, clients.settings.snapshot_remove_limit):
        raise Refused(refusal, may_insist=True)


def decide(clients: Clients, attempt: Attempt, refusal: str | None) -> None:
    """Record what is decided about an upload, in the table and in the bucket. Raises Refused if it is not loaded.

    Two attempts may come to different decisions, as the table changes: the one that is recorded first counts.
    """
    decision = upload_record.decide(clients, attempt.upload, refusal or APPLY)
    put_event(clients, attempt, decision)
    if decision != APPLY:
        raise Refused(decision, may_insist=True)
