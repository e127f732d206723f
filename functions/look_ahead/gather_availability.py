"""Once a day: the on-shelf availability of all stores together, for who cannot read 10,000 forecasts to see it."""

from collections import defaultdict

from look_ahead.services import Services
from stock.attributes import item
from stock.reorder_points import ALL_STORES
from stock.shards import all_of
from stock.times import iso


def gather_availability(services: Services) -> None:
    """Write the sum of what the forecasts of all stores say, and of how many stores it is."""
    stores = 0
    sums: dict[str, dict[str, float]] = defaultdict(lambda: {"In": 0.0, "Days": 0.0})
    for shard in all_of("all", services.settings.shards):
        query = {
            "TableName": services.settings.forecasts,
            "IndexName": "BySoon",
            "KeyConditionExpression": "#All=:all",
            "ProjectionExpression": "#Availability",
            "ExpressionAttributeNames": {"#All": "All", "#Availability": "Availability"},
            "ExpressionAttributeValues": {":all": {"S": shard}},
        }
        for outlook in (outlook for page in services.dynamodb.pages(query) for outlook in page):
            stores += 1
            for days, window in outlook.get("Availability", {"M": {}})["M"].items():
                for name, number in window["M"].items():
                    sums[days][name] += float(number["N"])
    told = {"Store": ALL_STORES, "Part": "availability", "At": iso(services.clock()), "Stores": stores}
    row = item({**told, "Availability": sums})
    services.dynamodb.call("PutItem", {"TableName": services.settings.forecasts, "Item": row})
