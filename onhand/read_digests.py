"""The table Digests."""

from onhand.console import UserError
from onhand.stack import Stack
from telling.digest import Digest


def digests(stack: Stack) -> list[Digest]:
    """Return the digests, by who gets them. Raises UserError for an item that somebody wrote by hand and is none."""
    pages = stack.dynamodb.get_paginator("scan").paginate(
        TableName=stack.outputs.DigestsTable, FilterExpression="attribute_exists(How)", ConsistentRead=True
    )
    try:
        found = [Digest.of(row) for page in pages for row in page["Items"]]
    except ValueError as error:
        raise UserError(f"The table {stack.outputs.DigestsTable} has an item that is no digest: {error}") from None
    return sorted(found, key=lambda one: (one.to, one.at, one.id))
