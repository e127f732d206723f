"""What Look-Ahead expects of a store, as the table Forecasts has it."""

from onhand.console import UserError
from onhand.items import of_store
from onhand.known import check_store, stores_with_items
from onhand.stack import Stack
from stock.forecast import Forecast, unpack


def wanted_stores(stack: Stack, store: str | None) -> list[str]:
    """Return the store (None: all of them), if it has items. Raises UserError if it is not known."""
    names = list(stores_with_items(stack))
    if store not in names:
        check_store(stack, store)
    return [name for name in names if store in (None, name)]


def read_forecasts(stack: Stack, store: str) -> list[Forecast]:
    """Return the forecasts of a store; none before its first morning."""
    parts = of_store(stack, stack.outputs.ForecastsTable, store)
    return [forecast for part in parts for forecast in unpack(bytes(part["Items"]))]


def no_forecasts(store: str | None) -> UserError:
    """What to say where there is none at all."""
    return UserError(f"There is no forecast of {store or 'any store'} yet. `onhand look-ahead --now` makes it.")
