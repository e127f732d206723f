"""What is known of a store. No AWS in here."""

from dataclasses import dataclass

from stock.history import Past


@dataclass(frozen=True)
class StorePast:
    """What is known of a store.

    `counts`: the present count of every item whose count is a whole number; `low`: which of them are low; `changed`: in
    days since 1970 UTC, when their rows changed last, as far as an upload did that. `pasts`: of the items that changed.
    `looks`: when the store was looked at, in order, in days since 1970 UTC, since its history is complete.
    """

    counts: dict[str, int]
    low: set[str]
    changed: dict[str, float]
    pasts: dict[str, Past]
    looks: list[float]
