"""Alerts and the groups that they are published in. No AWS in here."""

from dataclasses import dataclass

from stock.alert_log import State
from stock.levels import Event
from stock.order_token import BY_HAND

RowKey = tuple[str, str]
"""Store and item."""


@dataclass(frozen=True, order=True)
class Group:
    """Alerts that are published together: one event in one store, from one upload (or of one second, without one)."""

    store: str
    token: str
    event: Event

    @property
    def by_hand(self) -> bool:
        """Whether no upload made the changes."""
        return self.token.endswith(BY_HAND)

    @property
    def prefix(self) -> str:
        """What the sort keys of its alerts begin with."""
        return f"{self.token}#{self.event}#"


@dataclass(frozen=True)
class Alert:
    """An alert as it is recorded: `key` is its sort key, `order` the stream position of the change that raised it.

    `count` and `previous` are those of the change. `at`: ISO 8601 UTC. `upload`: its token; None: there is none.
    """

    key: str
    store: str
    item: str
    event: Event
    count: int | None
    previous: int | None
    at: str
    order: str
    upload: str | None
    state: State = State.CLAIMED

    @property
    def row_key(self) -> RowKey:
        """Store and item."""
        return self.store, self.item

    @property
    def group(self) -> Group:
        """The alerts that it is published with."""
        return Group(self.store, self.key.partition("#")[0], self.event)
