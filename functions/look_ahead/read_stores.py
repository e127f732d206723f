"""Reading the summaries of all stores."""

from typing import Any

from look_ahead.services import Services
from stock.attributes import Item


def read_stores(services: Services) -> list[Item]:
    """Return all stores, and what holds for all of them (`*`): `Store`, `TimeZone`, and of stores `Items`, how many."""
    scan: dict[str, Any] = {
        "TableName": services.settings.stores,
        "ProjectionExpression": "#Store,#Items,#TimeZone",
        "ExpressionAttributeNames": {f"#{name}": name for name in ("Store", "Items", "TimeZone")},
    }
    return [store for page in services.dynamodb.pages(scan, "Scan") for store in page]
