"""What the changes of a batch mean for alerts and alert states. No AWS in here."""

from dataclasses import dataclass, field, replace

from check_stock.alert import Alert, Group, RowKey
from check_stock.alert_state import AlertState
from check_stock.changes import Change
from stock.alert_log import State
from stock.levels import Event, Level

_POSSIBLE_EVENTS = {
    Level.OUT: (Event.OUT_OF_STOCK,),
    Level.LOW: (Event.LOW_STOCK, Event.BACK_IN_STOCK),
    Level.OK: (Event.BACK_IN_STOCK,),
    Level.GONE: (),
}


@dataclass(frozen=True)
class Closing:
    """The alert with this key is over since `at` (ISO 8601 UTC), by the change at `order`."""

    store: str
    key: str
    at: str
    order: str


@dataclass
class ToRecord:
    """What is to be written down: new alerts, alerts that are over, the states that moved on (before, after).

    `open`: level by the (store, key) of alerts that are open from now on. `groups` are then to be published.
    """

    alerts: list[Alert] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    moves: list[tuple[AlertState, AlertState]] = field(default_factory=list)
    open: dict[tuple[str, str], Level] = field(default_factory=dict)
    groups: set[Group] = field(default_factory=set)


def what_to_record(known: dict[RowKey, AlertState], changes: list[Change]) -> ToRecord:
    """Return what follows from changes, given as they happened, for items whose states are known.

    A change that a state has seen was recorded before, and whoever did that may have crashed before its group's message
    was sent. So only the groups follow from it: all that it can have raised an alert in, as its state has moved on.
    """
    states = dict(known)
    alerts: dict[tuple[str, str], Alert] = {}
    closings: dict[tuple[str, str], Closing] = {}
    found = ToRecord()
    for change in changes:
        state = states[change.row_key]
        if change.order <= state.order:
            if not change.quiet:
                found.groups |= {change.group(event) for event in _POSSIBLE_EVENTS[change.level]}
            continue
        event = state.event(change)
        if event is None and not state.is_known:
            continue
        alert = _alert(change, event) if event else None
        moved = states[change.row_key] = state.after(change, alert)
        if alert:
            alerts[alert.store, alert.key] = alert
            if not change.quiet:
                found.groups.add(alert.group)
        if state.open_alert and state.open_alert != moved.open_alert:
            closings[change.store, state.open_alert] = Closing(change.store, state.open_alert, change.at, change.order)
    found.alerts = list(alerts.values())
    found.moves = [(known[key], state) for key, state in states.items() if state is not known[key]]
    found.open = {(state.store, state.open_alert): state.level for _, state in found.moves if state.open_alert}
    found.closings = [closing for key, closing in closings.items() if key not in found.open]
    return found


def _alert(change: Change, event: Event) -> Alert:
    alert = change.alert(event)
    return replace(alert, state=State.QUIET) if change.quiet else alert
