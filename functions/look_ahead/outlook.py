"""What the forecasts of a store's items come to. No AWS in here."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from look_ahead.availability import Days
from look_ahead.chances import out_within
from stock.forecast import LIKELY, Forecast

_TOP = 10
_DIGITS = 3


class Likely(NamedTuple):
    """An item that will be out within the days that were asked for, and how likely that is."""

    forecast: Forecast
    chance: float


def likely_out(forecasts: Iterable[Forecast], days: int) -> list[Likely]:
    """Return what is likely out within so many days and is not out yet, most likely first."""
    chances = (Likely(forecast, out_within(forecast, days)) for forecast in forecasts if not forecast.why)
    return sorted(filter(lambda one: one.chance >= LIKELY, chances), key=lambda one: (-one.chance, one.forecast.item))


def outlook(forecasts: list[Forecast], likely: list[Likely], availability: Mapping[int, Days]) -> dict[str, object]:
    """Return what the table Forecasts says of a store as a whole, beside the forecasts of its items."""
    known = [forecast for forecast in forecasts if not forecast.why]
    top = sorted(known, key=lambda forecast: (-forecast.soon, forecast.item))[:_TOP]
    return {
        "Soon": len(likely),
        "Lost": round(sum(forecast.lost for forecast in known), _DIGITS),
        "Likely": round(top[0].soon, _DIGITS) if top else 0,
        "Known": len(known),
        "Top": [_entry(forecast) for forecast in top if forecast.soon],
        "Availability": {
            str(days): {"In": round(found.stocked, _DIGITS), "Days": round(found.carried, _DIGITS)}
            for days, found in availability.items()
            if found.carried
        },
    }


def _entry(forecast: Forecast) -> dict[str, object]:
    entry = {
        "Item": forecast.item,
        "Count": forecast.count,
        "Soon": round(forecast.soon, _DIGITS),
        "First": forecast.first,
        "Last": forecast.last,
        "Lost": round(forecast.lost, _DIGITS),
    }
    return {name: value for name, value in entry.items() if value is not None}
