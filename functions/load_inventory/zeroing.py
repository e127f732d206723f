"""Whether an upload may set so many items of a store to 0 at once: an export that went wrong often says just that."""

from load_inventory import summaries
from load_inventory.clients import Clients
from load_inventory.inventory import read_store
from load_inventory.share import Share


def is_suspect(clients: Clients, shares: list[Share]) -> bool:
    """Whether it has to be asked: a file has so many zeros for a store that it could be. Files alone decide that."""
    settings = clients.settings
    least = settings.zero_limit * settings.zero_limit_items
    return settings.zero_limit > 0 and any(_zeros(share) > least for share in shares)


def first_refusal(clients: Clients, shares: list[Share]) -> str | None:
    """Return the first reason why an upload may not set to 0 what it would, in words for a store clerk; None: it may.

    The summary of a store tells at a small cost that its file has too few zeros; only else its rows are read.
    """
    limit, stores = clients.settings.zero_limit, summaries.read_stores(clients, [share.store for share in shares])
    for share in shares:
        items = stores[share.store].items
        if items < clients.settings.zero_limit_items or _zeros(share) <= limit * items:
            continue
        emptied = _emptied(clients, share)
        if emptied > limit * items:
            return (
                f"The file would set {emptied:,} of the {items:,} items of “{share.store}” to 0 at once, more than "
                f"{limit:.0%}. If that is so, upload it again and confirm that it may."
            )
    return None


def _zeros(share: Share) -> int:
    return sum(row.count == 0 for row in share.rows.values())


def _emptied(clients: Clients, share: Share) -> int:
    """Count the items that are in stock, and would not be after the upload."""
    return sum(
        item in share.rows and share.rows[item].count == 0 and stored.count != 0 and stored.as_of < share.attempt.token
        for page in read_store(clients, share.store, share.keys)
        for item, stored in page
    )
