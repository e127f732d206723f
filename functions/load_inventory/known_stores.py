"""Whether an upload may name its stores, in a deployment that takes only those that have items already."""

from collections.abc import Iterable

from load_inventory import summaries
from load_inventory.clients import Clients
from read_file.csv_cells import spelled_out
from read_file.reasons import Reason

_SHOWN = 5


def refusal(clients: Clients, names: Iterable[str]) -> str | None:
    """Return why an upload may not be loaded, in words for a store clerk, if it names a new store; else None."""
    if not clients.settings.known_stores_only:
        return None
    stores = summaries.read_stores(clients, sorted(names))
    new = [name for name, store in stores.items() if not store.items]
    if not new:
        return None
    shown = [spelled_out(name) for name in new[:_SHOWN]]
    if len(new) > _SHOWN:
        return Reason.of("more-unknown-stores", stores=shown, more=len(new) - _SHOWN)
    return Reason.of("unknown-stores", stores=shown)
