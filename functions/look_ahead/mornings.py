"""Now and then: a message for every store whose morning has come since the last time."""

from look_ahead.read_stores import read_stores
from look_ahead.services import Services
from look_ahead.whose_morning import whose_morning
from stock.attributes import Item, item, text
from stock.messages import Gather, LookAhead
from stock.reorder_points import ALL_STORES
from stock.steps import log_step
from stock.times import iso, seconds

_DAY = 86_400

_KEY = item({"Store": ALL_STORES, "Part": "mornings"})


def hand_out(services: Services) -> int:
    """Send a message for every store whose morning has come, and one a day to gather; return how many stores.

    Up to when that was done is noted last: who crashes before sends some of them again, and that does no harm. After a
    time without any run, or the first time, mornings of the last day are made up for.
    """
    now = services.clock()
    last = services.dynamodb.get(services.settings.forecasts, _KEY)
    since = max(seconds(text(last, "At")) if last else 0, now - _DAY)
    stores = whose_morning(_zones(read_stores(services)), services.settings.hour, since, now)
    if int(since // _DAY) != int(now // _DAY):
        services.send([Gather()])
    services.send(LookAhead(store) for store in stores)
    noted = _KEY | item({"At": iso(now)})
    services.dynamodb.call("PutItem", {"TableName": services.settings.forecasts, "Item": noted})
    log_step("mornings", stores=len(stores), since=iso(since))
    return len(stores)


def _zones(stores: list[Item]) -> dict[str, str]:
    """Return the time zone of every store that has items, or had any: what was said of those is to go."""
    of_all = next((text(store, "TimeZone") for store in stores if text(store, "Store") == ALL_STORES), "")
    return {text(store, "Store"): text(store, "TimeZone") or of_all for store in stores if "Items" in store}
