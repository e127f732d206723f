"""What an upload would take from stores at once, and whether it may: a wrong export often delists or empties most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from load_inventory import summaries
from load_inventory.clients import Clients
from load_inventory.inventory import read_store
from load_inventory.share import Share
from read_file.reasons import Reason


@dataclass(frozen=True)
class Loss:
    """How many items of a store, or of a range of them, an upload would remove or set to 0, and of how many."""

    store: str
    items: int = 0
    removed: int = 0
    emptied: int = 0

    def __add__(self, other: "Loss") -> "Loss":
        """Return the loss in two ranges of the same store."""
        items, removed = self.items + other.items, self.removed + other.removed
        return Loss(self.store, items, removed, self.emptied + other.emptied)


def is_suspect(clients: Clients, zeros: Mapping[str, int]) -> bool:
    """Whether it has to be asked if a file sets too much to 0. The file alone tells, so that all attempts at it agree.

    `zeros`: how many of its rows for a store have the count 0.
    """
    return bool(_many(clients, zeros))


def suspects(clients: Clients, zeros: Mapping[str, int]) -> set[str]:
    """Return the stores whose rows have to be counted: by their summaries, the file may set too much of them to 0."""
    settings, names = clients.settings, _many(clients, zeros)
    stores = summaries.read_stores(clients, names)
    enough = [store for store in stores.values() if store.items >= settings.zero_limit_items]
    return {store.name for store in enough if zeros[store.name] > _part(settings.zero_limit, store.items)}


def _many(clients: Clients, zeros: Mapping[str, int]) -> list[str]:
    limit, least = clients.settings.zero_limit, clients.settings.zero_limit_items
    return [store for store, count in zeros.items() if limit and count > _part(limit, least)]


def count_losses(clients: Clients, shares: list[Share]) -> list[Loss]:
    """Count what an upload would take from each of some stores, or ranges of their items."""
    return clients.each(lambda share: _count_loss(clients, share), shares)


def _count_loss(clients: Clients, share: Share) -> Loss:
    items = removed = emptied = 0
    for page in read_store(clients, share.store, share.keys):
        items += len(page)
        for item, stored in page:
            if stored.as_of < share.attempt.token:
                removed += share.delists(item)
                emptied += stored.count != 0 and item in share.rows and share.rows[item].count == 0
    return Loss(share.store, items, removed, emptied)


def first_refusal(clients: Clients, losses: Iterable[Loss], is_replay: bool = False) -> str | None:
    """Return the first reason why an upload may not take as much, in words for a store clerk; None if it may.

    A replay is not asked about zeros: it was loaded before there was that limit, or when the store had more items.
    """
    for loss in losses:
        if reason := _removes_too_much(clients, loss) or (None if is_replay else _empties_too_much(clients, loss)):
            return reason
    return None


def _removes_too_much(clients: Clients, loss: Loss) -> str | None:
    limit = clients.settings.snapshot_remove_limit
    if loss.removed <= _part(limit, loss.items):
        return None
    return Reason.of(
        "removes-too-much", removed=loss.removed, items=loss.items, store=loss.store, limit=round(limit * 100)
    )


def _empties_too_much(clients: Clients, loss: Loss) -> str | None:
    limit = clients.settings.zero_limit
    if not limit or loss.items < clients.settings.zero_limit_items or loss.emptied <= _part(limit, loss.items):
        return None
    return Reason.of(
        "empties-too-much", emptied=loss.emptied, items=loss.items, store=loss.store, limit=round(limit * 100)
    )


def _part(limit: float, items: int) -> float:
    """Return a part of some items. 0.29 of 100 is 29: as a binary fraction it is a little less."""
    return round(limit * items, 6)
