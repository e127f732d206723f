"""A channel: where a webhook of Slack or Teams posts, and which alerts are posted there. No AWS in here.

The table Channels has one item for each, see docs/data-model.md. Its address is a secret and not in it.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from stock.attributes import Item, item, text, texts

_TAIL = 4


class Kind(StrEnum):
    """Whose webhook it is, and so in which format it wants what is posted."""

    SLACK = "slack"
    TEAMS = "teams"


@dataclass(frozen=True)
class Channel:
    """A channel. `host`, `tail`: of its address the host, and the last four characters, to know it again by.

    `alerts`: whether alerts are posted, of some `stores` or `groups`, and of some
    `events`, or of any if these are empty. Digests need no
    more than that it is there.
    """

    id: str
    kind: Kind
    host: str
    tail: str
    alerts: bool = False
    stores: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @classmethod
    def at(cls, kind: Kind, url: str) -> "Channel":
        """Return the channel of an address, without alerts: the same address is always the same channel."""
        digest = hashlib.sha256(url.encode()).hexdigest()
        return cls(digest[:8], kind, urlsplit(url).hostname or "", url[-_TAIL:])

    @classmethod
    def of(cls, row: Item) -> "Channel":
        """Return the channel of an item of the table."""
        return cls(
            text(row, "Channel"),
            Kind(text(row, "Kind")),
            text(row, "Host"),
            text(row, "Tail"),
            bool(row.get("Alerts", {}).get("BOOL")),
            *(texts(row, name) for name in ("Stores", "Groups", "Events")),
        )

    def item(self) -> Item:
        """Return it as an item of the table."""
        values = {"Channel": self.id, "Kind": self.kind, "Host": self.host, "Tail": self.tail, "Alerts": self.alerts}
        names = {"Stores": set(self.stores), "Groups": set(self.groups), "Events": set(self.events)}
        return item(values | {name: some for name, some in names.items() if some})

    @property
    def shown(self) -> str:
        """How people are shown it."""
        return f"{self.id} ({self.host}, …{self.tail})"

    def wants(self, alert: dict[str, Any]) -> bool:
        """Return whether an alert (docs/alert.schema.json) is posted there."""
        store, event, groups = alert["store"], alert["event"], alert.get("groups", ())
        in_group = not self.groups or any(group in self.groups for group in groups)
        return self.alerts and in_group and store in (self.stores or (store,)) and event in (self.events or (event,))
