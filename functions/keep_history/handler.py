"""Lambda's way in: records of the Inventory stream, to be kept in the tables History and Catalogue."""

import os
from functools import cache
from typing import Any

import botocore.session

from keep_catalogue.fold import fold
from keep_catalogue.keep import keep_catalogue
from keep_catalogue.pack_stores import pack_stores
from keep_history.changes import changes_of
from stock.attributes import Item
from stock.dynamodb import DynamoDB
from stock.history import kept
from stock.steps import log_step


def handle(event: dict[str, Any], _context: Any) -> None:
    """Take a batch, which succeeds or fails as a whole, and is safe to repeat; or fold, or pack, when it is time."""
    catalogue = os.environ["CATALOGUE_TABLE"]
    if "fold" in event:
        fold(_dynamodb(), catalogue)
        return
    if "pack_stores" in event:
        pack_stores(_dynamodb(), os.environ["STORES_TABLE"], catalogue)
        return
    keep(_dynamodb(), os.environ["HISTORY_TABLE"], event["Records"], int(os.environ["KEEP_HISTORY_DAYS"]))
    keep_catalogue(_dynamodb(), catalogue, event["Records"])


def keep(dynamodb: DynamoDB, table: str, records: list[Item], days: int) -> None:
    """Keep what records tell of counts in the table History, for so many days: an item a store, or a few."""
    told = changes_of(records)
    packs = [pack for store, some in told.items() for pack in kept(store, some.since, some.changes, days)]
    dynamodb.each(lambda pack: dynamodb.call("PutItem", {"TableName": table, "Item": pack}), packs)
    log_step("kept", records=len(records), stores=len(told), packs=len(packs))


@cache
def _dynamodb() -> DynamoDB:
    return DynamoDB(botocore.session.get_session())
