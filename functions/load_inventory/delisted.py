"""Which upload delisted an item: kept in the table History before the rows go.

When a row goes, its stream tells no upload; so the function that keeps the history cannot tell either.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from load_inventory.clients import Clients
from load_inventory.newer_uploads import Question
from load_inventory.rules import News
from load_inventory.share import Share, Write
from stock.attributes import Item
from stock.history import Change, changes_of, kept

_SECOND = len("20261122T120000")


class Gone(NamedTuple):
    """An item of a store that has no row any more: the count of its last one, and what uploads say of it."""

    store: str
    item: str
    before: int | None
    news: News


def keep_delisted(clients: Clients, writes: list[Write]) -> None:
    """Keep what uploads delist, of the writes that are about to be made: they say so, whatever the writes do."""
    _keep(
        clients,
        (
            (write.store, Change(write.item, write.delisted_by, write.stored.count if write.stored else None, None))
            for write in writes
            if write.delisted_by
        ),
    )


def keep_gone(clients: Clients, gone: Iterable[Gone]) -> None:
    """Keep which uploads delist items that have no row: when these were loaded, they may have found none either."""
    _keep(
        clients,
        (
            (each.store, Change(each.item, each.news.as_of, each.before, None))
            for each in gone
            if each.news.as_of and each.news.count is None
        ),
    )


def gone_before(clients: Clients, share: Share, others: Question) -> Iterator[Gone]:
    """Yield what withdrawn uploads delisted. `others`: what all uploads say that are not withdrawn."""
    query = {
        "TableName": clients.settings.history,
        "ConsistentRead": True,
        "KeyConditionExpression": "#Store=:store AND Pack>=:since",
        "ExpressionAttributeNames": {"#Store": "Store"},
        "ExpressionAttributeValues": {":store": {"S": share.store}, ":since": {"S": min(share.withdrawn)[:_SECOND]}},
    }
    for page in clients.dynamodb.pages(query):
        for change in (change for pack in page for change in changes_of(pack)):
            if change.token in share.withdrawn and change.after is None and share.keys.holds(change.item):
                yield Gone(share.store, change.item, change.before, others.about(change.item))


def _keep(clients: Clients, changes: Iterable[tuple[str, Change]]) -> None:
    by_upload: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for store, change in changes:
        by_upload[store, change.token].append(change)
    items: list[Item] = []
    for (store, token), of_upload in by_upload.items():
        items += kept(store, token, of_upload, clients.settings.keep_history_days)
    table = clients.settings.history
    clients.each(lambda item: clients.dynamodb.call("PutItem", {"TableName": table, "Item": item}), items)
