"""Whether an upload may name its stores, in a deployment that takes only those that have items already."""

from collections.abc import Iterable

from load_inventory import summaries
from load_inventory.clients import Clients
from read_file.csv_cells import spelled_out

_SHOWN = 5


def refusal(clients: Clients, names: Iterable[str]) -> str | None:
    """Return why an upload may not be loaded, in words for a store clerk, if it names a new store; else None."""
    if not clients.settings.known_stores_only:
        return None
    stores = summaries.read_stores(clients, sorted(names))
    new = [name for name, store in stores.items() if not store.items]
    if not new:
        return None
    shown = ", ".join(f"“{spelled_out(name)}”" for name in new[:_SHOWN])
    more = f" and {len(new) - _SHOWN:,} more" if len(new) > _SHOWN else ""
    return (
        f"The file names a store that onhand does not know: {shown}{more}. Spell it as it is known. If it is new, "
        "upload the file again and confirm that."
    )
