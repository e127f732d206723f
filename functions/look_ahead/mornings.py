"""Now and then: a message for every store whose morning has come since the last time."""

from look_ahead.read_stores import read_stores
from look_ahead.services import Services
from look_ahead.whose_morning import whose_morning
from stock.attributes import Item, item, text
from stock.hand_out import hand_out
from stock.messages import Gather, LookAhead
from stock.reorder_points import ALL_STORES

_DAY = 86_400


def hand_out_mornings(services: Services) -> int:
    """Send a message for every store whose morning has come, and one a day to gather; return how many stores.

    After a time without any run, or the first time, mornings of the last day are made up for.
    """

    def due(since: float, until: float) -> list[Gather | LookAhead]:
        stores = whose_morning(_zones(read_stores(services)), services.settings.hour, since, until)
        once_a_day = [Gather()] if since // _DAY != until // _DAY else []
        return [*once_a_day, *map(LookAhead, stores)]

    key = item({"Store": ALL_STORES, "Part": "mornings"})
    sent = hand_out(services, {"TableName": services.settings.forecasts, "Key": key}, _DAY, due)
    return sum(isinstance(message, LookAhead) for message in sent)


def _zones(stores: list[Item]) -> dict[str, str]:
    """Return the time zone of every store that has items, or had any: what was said of those is to go."""
    of_all = next((text(store, "TimeZone") for store in stores if text(store, "Store") == ALL_STORES), "")
    return {text(store, "Store"): text(store, "TimeZone") or of_all for store in stores if "Items" in store}
