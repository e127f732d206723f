"""Reading and writing the table Digests."""

from send_digest.services import Services
from stock.attributes import Item, attribute, item
from stock.dynamodb import ConditionFailed
from stock.times import iso
from telling.digest import Digest


def digests(services: Services) -> list[Item]:
    """Return all digests, as items: people may have written some of them by hand."""
    scan = {"TableName": services.settings.digests, "FilterExpression": "attribute_exists(How)"}
    return [row for page in services.dynamodb.pages(scan, "Scan") for row in page]


def find(services: Services, name: str) -> Digest | None:
    """Return a digest by its id, None if it was removed. Raises ValueError if it is none."""
    row = services.dynamodb.get(services.settings.digests, item({"Digest": name}))
    return Digest.of(row) if row else None


def note_sent(services: Services, digest: Digest, moment: float) -> None:
    """Note of which moment a digest told (epoch seconds). One that was removed meanwhile does not come back."""
    try:
        services.dynamodb.call("UpdateItem", {
            "TableName": services.settings.digests,
            "Key": item({"Digest": digest.id}),
            "UpdateExpression": "SET LastSent=:moment",
            "ConditionExpression": "attribute_exists(How)",
            "ExpressionAttributeValues": {":moment": attribute(iso(moment))},
        })  # fmt: skip
    except ConditionFailed:
        return


def claim_of(services: Services, name: str) -> Item:
    """Return where it stands which invocation sends a digest (stock/claim.py)."""
    return {"TableName": services.settings.digests, "Key": item({"Digest": f"claim#{name}"})}
