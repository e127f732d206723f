"""Which rows to count first: where a long silence is improbable, the shelf is often empty. No AWS in here."""

from collections.abc import Iterable, Mapping

from look_ahead.chances import no_sale_within
from stock.forecast import Forecast

IMPROBABLE = 0.05
"""A silence that has a lower probability is worth a look."""


def to_recount(forecasts: Iterable[Forecast], counted: Mapping[str, float], limit: int = 10) -> list[Forecast]:
    """Return the items of a store whose silence is improbable, the most improbable first.

    `counted`: how many days ago items were counted and marked so; their silence begins there.
    """
    silent = (_since_counted(forecast, counted) for forecast in forecasts if forecast.silent < IMPROBABLE)
    improbable = [forecast for forecast in silent if forecast.silent < IMPROBABLE]
    return sorted(improbable, key=lambda forecast: forecast.silent)[:limit]


def _since_counted(forecast: Forecast, counted: Mapping[str, float]) -> Forecast:
    if forecast.item not in counted:
        return forecast
    return forecast._replace(silent=max(forecast.silent, no_sale_within(forecast, counted[forecast.item])))
