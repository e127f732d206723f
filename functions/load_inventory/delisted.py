"""Which upload delisted an item: kept in the table History before the rows go.

When a row goes, its stream tells no upload; so the function that keeps the history cannot tell either.
"""

from collections import defaultdict

from load_inventory.clients import Clients
from load_inventory.share import Write
from stock.attributes import Item
from stock.history import Change, kept


def keep_delisted(clients: Clients, writes: list[Write]) -> None:
    """Keep what uploads delist, of the writes that are about to be made: they say so, whatever the writes do."""
    settings = clients.settings
    delisted: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for write in writes:
        if write.delisted_by:
            change = Change(write.item, write.delisted_by, write.stored.count if write.stored else None, None)
            delisted[write.store, write.delisted_by].append(change)
    items: list[Item] = []
    for (store, token), changes in delisted.items():
        items += kept(store, token, changes, settings.keep_history_days)
    clients.each(lambda item: clients.dynamodb.call("PutItem", {"TableName": settings.history, "Item": item}), items)
