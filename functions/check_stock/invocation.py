"""One run of the function over messages of the alerts queue. No AWS in here."""

from dataclasses import dataclass, field

from check_stock.alert import Group

PATIENCE = 1.5
"""Seconds that an invocation waits for groups to be complete, before it leaves that to the queue."""


def _zero() -> dict[str, int]:
    return {"sent": 0, "held": 0, "messages": 0, "failed": 0}


@dataclass
class Invocation:
    """Its name, when it ends at the latest (epoch seconds), and for how many more seconds it may wait for groups.

    `groups`: those that it looked at. `counts`: alerts `sent` and `held`, published `messages`, `failed` deliveries.
    `seconds`: from the upload to each message of alerts that were not held back.
    """

    name: str
    ends: float
    patience: float = PATIENCE
    groups: set[Group] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=_zero)
    seconds: list[float] = field(default_factory=list)
