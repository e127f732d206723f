"""Reading and writing the table Forecasts: what is to be expected of each store, and of items in all stores."""

import base64
from collections.abc import Iterator

from look_ahead import priors
from look_ahead.priors import Priors
from look_ahead.services import Services
from stock import forecast, shards
from stock.alert_log import LONGEST_SORT_KEY, fit_key
from stock.attributes import Item, item
from stock.forecast import Forecast
from stock.reorder_points import ALL_STORES

_AFTER_NUMBERS = ":"
"""Sorts behind every number, and before other names of parts."""


def write_forecasts(services: Services, store: str, forecasts: list[Forecast], outlook: dict[str, object]) -> None:
    """Write the forecasts of a store, and what they come to: the first part, which tells of the others, last.

    `outlook`: what the first part has besides. Who reads them takes as many as it says. To write again does no harm.
    """
    packs = forecast.pack(forecasts)
    first = outlook | {"Parts": len(packs), "All": shards.of_store("all", store, services.settings.shards)}
    _write_parts(services, store, packs, item(first))


def forget_forecasts(services: Services, store: str) -> None:
    """Delete the forecasts of a store that has no rows any more."""
    _delete_parts(services, store, 0)


def read_forecasts(services: Services, store: str) -> Iterator[Forecast]:
    """Yield the forecasts of a store, as they were written last."""
    for packed in _parts(services, store):
        yield from forecast.unpack(packed)


def write_priors(services: Services, found: Priors) -> None:
    """Write what holds for all stores."""
    _write_parts(services, ALL_STORES, priors.pack(found), {})


def read_priors(services: Services) -> Priors:
    """Return what holds for all stores."""
    return priors.unpack(_parts(services, ALL_STORES))


def claim_of(services: Services, store: str) -> Item:
    """Return where it stands which invocation looks ahead for a store (stock/claim.py)."""
    key = {"Store": ALL_STORES, "Part": fit_key(f"claim#{store}", LONGEST_SORT_KEY)}
    return {"TableName": services.settings.forecasts, "Key": item(key)}


def _write_parts(services: Services, store: str, packs: list[bytes], first: Item) -> None:
    for number in reversed(range(len(packs))):
        part = _key(store, number) | {"Items": {"B": base64.b64encode(packs[number]).decode()}}
        row = part | first if number == 0 else part
        services.dynamodb.call("PutItem", {"TableName": services.settings.forecasts, "Item": row})
    _delete_parts(services, store, len(packs))


def _delete_parts(services: Services, store: str, number: int) -> None:
    """Delete the parts from a number on: there were more the last time.

    The last one first: a crash leaves no gap, behind which the next attempt would not look.
    """
    table, end = services.settings.forecasts, number
    while services.dynamodb.get(table, _key(store, end)):
        end += 1
    for part in reversed(range(number, end)):
        services.dynamodb.call("DeleteItem", {"TableName": table, "Key": _key(store, part)})


def _parts(services: Services, store: str) -> Iterator[bytes]:
    query = {
        "TableName": services.settings.forecasts,
        "KeyConditionExpression": "#Store=:store AND #Part<:end",
        "ProjectionExpression": "#Items",
        "ExpressionAttributeNames": {"#Store": "Store", "#Part": "Part", "#Items": "Items"},
        "ExpressionAttributeValues": {":store": {"S": store}, ":end": {"S": _AFTER_NUMBERS}},
    }
    for page in services.dynamodb.pages(query):
        for part in page:
            yield base64.b64decode(part["Items"]["B"])


def _key(store: str, number: int) -> Item:
    return item({"Store": store, "Part": str(number)})
