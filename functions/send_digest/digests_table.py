"""Reading and writing the table Digests."""

from send_digest.services import Services
from stock.attributes import Item, attribute, item, text
from stock.dynamodb import ConditionFailed
from stock.times import iso, seconds
from telling.digest import CLOCK, Digest


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


def handed_out(services: Services) -> float:
    """Return up to when digests were handed out (epoch seconds), 0: never."""
    row = services.dynamodb.get(services.settings.digests, item({"Digest": CLOCK}))
    return seconds(text(row, "At")) if row else 0


def note_handed_out(services: Services, moment: float) -> None:
    """Note up to when digests were handed out."""
    noted = item({"Digest": CLOCK, "At": iso(moment)})
    services.dynamodb.call("PutItem", {"TableName": services.settings.digests, "Item": noted})
