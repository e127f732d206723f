"""Which rows to count first: where a long silence is improbable, the shelf is often empty. No AWS in here."""

from collections.abc import Iterable, Mapping

from stock.forecast import Forecast

IMPROBABLE = 0.05
"""A silence that has a lower probability is worth a look."""


def to_recount(forecasts: Iterable[Forecast], counted: Mapping[str, float], limit: int = 10) -> list[Forecast]:
    """Return the items of a store whose silence is improbable, the most improbable first.

    `counted`: how many days ago items were counted and marked so; their silence begins anew there.
    """
    raise NotImplementedError
