"""Once a day: what the forecasts of many stores say of each item, for stores that have seen little of it."""

import zlib
from collections.abc import Iterator
from itertools import islice

from look_ahead.forecasts_table import read_forecasts, write_priors
from look_ahead.priors import gather
from look_ahead.read_stores import read_stores
from look_ahead.services import Services
from stock.attributes import text, whole_number
from stock.forecast import Forecast
from stock.steps import log_step

MOST_STORES = 200
"""So many tell enough of an item, and a chain may have ten thousand."""
_MOST_FORECASTS = 1_000_000  # an invocation can hold what these say


def gather_priors(services: Services) -> None:
    """Write what holds for all stores, from a sample of them, which is the same every day."""
    stores = [text(store, "Store") for store in read_stores(services) if whole_number(store, "Items")]
    sample = sorted(stores, key=lambda store: zlib.crc32(store.encode()))[:MOST_STORES]
    found = gather(_forecasts(services, sample))
    write_priors(services, found)
    log_step("gathered", stores=len(sample), items=len(found.items))


def _forecasts(services: Services, stores: list[str]) -> Iterator[list[Forecast]]:
    left = _MOST_FORECASTS
    for store in stores:
        forecasts = list(islice(read_forecasts(services, store), left))
        left -= len(forecasts)
        yield forecasts
