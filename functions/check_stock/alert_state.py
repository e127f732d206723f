"""What is known of an item's alerts, and how a change moves that on. No AWS in here."""

from dataclasses import dataclass, field, replace

from check_stock.alert import Alert, RowKey
from check_stock.changes import Change
from stock.levels import Event, Level, event_of


@dataclass(frozen=True)
class AlertState:
    """What is known of an item, by its changes up to `order` ("": nothing), and what people were told of it last.

    `delisted`: the level that it had when it was delisted, None: it has a row. `open_alert`: key of the alert that is
    open; `newest`: keys of the newest alert of each event that is not quiet. `published`: the level that people were
    told last, at epoch second `published_at`, by `published_alert` in the message `published_message`. `claimed`: an
    invocation is publishing, or crashed while it did: people may have been told something that is not known here.
    """

    store: str
    item: str
    level: Level = Level.GONE
    order: str = ""
    delisted: Level | None = None
    open_alert: str | None = None
    newest: dict[Event, str] = field(default_factory=dict)
    published: Level | None = None
    published_at: float = 0
    published_alert: str | None = None
    published_message: str | None = None
    claimed: bool = False

    @property
    def row_key(self) -> RowKey:
        """Store and item."""
        return self.store, self.item

    @property
    def is_known(self) -> bool:
        """Whether the item ever had an alert."""
        return self.order != ""

    def knows(self, alert: Alert) -> bool:
        """Whether the state is as new as an alert; if not, that one is being recorded at this moment."""
        return alert.order <= self.order

    def event(self, change: Change) -> Event | None:
        """Return what people must be told of a change; None: nothing.

        An item that comes back from being delisted is back in stock if it was out, or if people believe that it is.
        """
        before = self.level if self.is_known else change.before
        if before == Level.GONE and change.level != Level.OUT:
            believed_out = self.published == Level.OUT or (self.claimed and change.level == Level.OK)
            before = Level.OUT if believed_out or self.delisted == Level.OUT else before
        return event_of(before, change.level)

    def after(self, change: Change, alert: Alert | None) -> "AlertState":
        """Return the state after a change that raises the given alert.

        Of what a replay did nobody is told: people are taken to know it.
        """
        is_short = change.level in (Level.LOW, Level.OUT)
        moved = replace(
            self,
            level=change.level,
            order=change.order,
            delisted=self._delisted(change) if change.level == Level.GONE else None,
            open_alert=(alert.key if alert else self.open_alert) if is_short else None,
            # A quiet alert tells nobody anything: one that waits must not be held back because of it.
            newest={**self.newest, alert.event: alert.key} if alert and not change.quiet else self.newest,
        )
        if change.quiet and change.level != self.level:
            return replace(moved, published=change.level, published_at=0)
        return moved

    def _delisted(self, change: Change) -> Level | None:
        if self.level == Level.GONE:
            return self.delisted
        return self.level if self.is_known else change.before
