"""What Look-Ahead expects of a store, as the table Forecasts has it."""

from onhand.console import UserError
from onhand.items import of_store
from onhand.known import check_store, stores_with_items
from onhand.memberships import members
from onhand.stack import Stack
from stock.forecast import Forecast, unpack


def wanted_stores(stack: Stack, store: str | None, group: str | None = None) -> list[str]:
    """Return the store (None: all of them, or those of a group), if it has items.

    Raises UserError if it, or the group, is not known.
    """
    names = list(stores_with_items(stack))
    if store not in names:
        check_store(stack, store)
    there = names if group is None else members(stack, group)
    return [name for name in names if store in (None, name) and name in there]


def read_forecasts(stack: Stack, store: str) -> list[Forecast]:
    """Return the forecasts of a store; none before its first morning."""
    parts = of_store(stack, stack.outputs.ForecastsTable, store)
    return [forecast for part in parts for forecast in unpack(bytes(part["Items"]))]


def no_forecasts(store: str | None) -> UserError:
    """What to say where there is none at all."""
    return UserError(f"There is no forecast of {store or 'any store'} yet. `onhand look-ahead --now` makes it.")
