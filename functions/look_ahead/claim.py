"""One invocation at a time looks ahead for a store: so nobody is told twice, and nothing is written by two at once."""

from contextlib import suppress

from look_ahead.services import Services
from stock.alert_log import LONGEST_SORT_KEY, fit_key
from stock.attributes import Item, attribute, item
from stock.dynamodb import ConditionFailed
from stock.reorder_points import ALL_STORES


def claim(services: Services, store: str, name: str, until: float) -> bool:
    """Claim a store for an invocation, until when it may run (epoch seconds); return whether it was free.

    A claim that was not given back, as its invocation crashed, runs out with it.
    """
    values = {":name": attribute(name), ":until": attribute(until), ":now": attribute(services.clock())}
    try:
        services.dynamodb.call("UpdateItem", _claim(services, store) | {
            "UpdateExpression": "SET Claim=:name,#Until=:until",
            "ConditionExpression": "attribute_not_exists(#Until) OR #Until<:now OR Claim=:name",
            "ExpressionAttributeNames": {"#Until": "Until"},
            "ExpressionAttributeValues": values,
        })  # fmt: skip
    except ConditionFailed:
        return False
    return True


def release(services: Services, store: str, name: str) -> None:
    """Give a claimed store back."""
    with suppress(ConditionFailed):
        services.dynamodb.call("DeleteItem", _claim(services, store) | {
            "ConditionExpression": "Claim=:name",
            "ExpressionAttributeValues": {":name": attribute(name)},
        })  # fmt: skip


def _claim(services: Services, store: str) -> Item:
    key = {"Store": ALL_STORES, "Part": fit_key(f"claim#{store}", LONGEST_SORT_KEY)}
    return {"TableName": services.settings.forecasts, "Key": item(key)}
