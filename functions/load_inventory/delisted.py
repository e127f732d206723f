"""Which upload delisted an item: kept in the table History before the rows go.

When a row goes, its stream tells no upload; so the function that keeps the history cannot tell either.
"""

import base64
from collections import defaultdict
from collections.abc import Iterator

from load_inventory.clients import Clients
from load_inventory.newer_uploads import Question
from load_inventory.rules import Stored
from load_inventory.share import Share, Write
from stock.attributes import Item
from stock.history import Change, kept, unpack

_SECOND = len("20261122T120000")


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


def keep_delisted_before(clients: Clients, share: Share, others: Question) -> None:
    """Keep that another list, too, delists what withdrawn ones delisted: it may have found no row that it could delist.

    `others`: what all uploads say that are not withdrawn.
    """
    told = ((change, others.about(change.item)) for change in _delisted_by_withdrawn(clients, share))
    keep_delisted(
        clients,
        [
            Write(share.store, change.item, Stored(change.before), None, None, news.as_of)
            for change, news in told
            if news.as_of and news.count is None
        ],
    )


def _delisted_by_withdrawn(clients: Clients, share: Share) -> Iterator[Change]:
    query = {
        "TableName": clients.settings.history,
        "ConsistentRead": True,
        "KeyConditionExpression": "#Store=:store AND Pack>=:since",
        "ExpressionAttributeNames": {"#Store": "Store"},
        "ExpressionAttributeValues": {":store": {"S": share.store}, ":since": {"S": min(share.withdrawn)[:_SECOND]}},
    }
    for page in clients.dynamodb.pages(query):
        for pack in page:
            for change in unpack(base64.b64decode(pack["Changes"]["B"])):
                if change.token in share.withdrawn and change.after is None and share.keys.holds(change.item):
                    yield change
