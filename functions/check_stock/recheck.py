"""Compare rows with the alert states of their items: for stream records that were lost."""

from check_stock.alert import RowKey, group_of
from check_stock.alert_state import AlertState
from check_stock.alerts_table import close, read_open, state_key, state_of
from check_stock.changes import Change, change_of_row
from check_stock.read_items import Key, read_items
from check_stock.record_changes import record_changes, upload_key
from check_stock.services import Services
from check_stock.what_to_record import Closing, what_to_record
from stock.messages import Recheck
from stock.times import iso

_TIMES_TO_LOOK = 5


class RowsMoveError(Exception):
    """Rows changed, each time that they were compared: try again later."""


def recheck(services: Services, message: Recheck) -> None:
    """Record what happened to rows since their alert states were written. Raises RowsMoveError."""
    items = message.items
    for _ in range(_TIMES_TO_LOOK):
        overtaken = _compare(services, message.store, items)
        items = [state.item for state in overtaken]
        if not items:
            _close_unknown(services, message)
            return
    raise RowsMoveError(f"{len(items)} rows of {message.store} change while they are compared")


def _compare(services: Services, store: str, items: list[str]) -> list[AlertState]:
    """Compare rows once; return the states that the stream moved on at the same time.

    A message is sent for the newest alerts of all items, whether or not they are recorded now: an earlier delivery may
    have recorded them, and crashed.
    """
    rows = {item: Key(services.settings.inventory, ("Store", "Item"), (store, item)) for item in items}
    known = _read_states(services, store, items)
    # After the states: a row is never older than what is known of it.
    found = read_items(services.dynamodb, rows.values())
    now = services.clock()
    changes: list[Change] = []
    for item, key in rows.items():
        state = known[store, item]
        change = change_of_row(store, item, found.get(key), state.level, state.order, now)
        changes += [change] if change else []
    tokens = [upload_key(services, change.token) for change in changes if change.upload]
    uploads = {key.values[1]: row for key, row in read_items(services.dynamodb, tokens).items()}
    to_record = what_to_record(known, changes)
    to_record.groups |= {group_of(store, key) for state in known.values() for key in state.newest.values()}
    return record_changes(services, to_record, uploads)


def _close_unknown(services: Services, message: Recheck) -> None:
    """Close the alerts that are open and that no alert state knows: whoever recorded them crashed, or was overtaken.

    Those that are newer than the state of their item are being recorded at this moment.
    """
    opened = [alert for alert in read_open(services, message.store) if alert.item in message.items]
    states = _read_states(services, message.store, message.items)
    at = iso(services.clock())
    closings = []
    for alert in opened:
        state = states[alert.row_key]
        if state.open_alert != alert.key:
            closings.append(Closing(alert.store, alert.key, at, f"{state.order}+"))
    close(services, closings)


def _read_states(services: Services, store: str, items: list[str]) -> dict[RowKey, AlertState]:
    keys = {(store, item): state_key(services, (store, item)) for item in items}
    found = read_items(services.dynamodb, keys.values())
    return {row_key: state_of(row_key, found.get(key)) for row_key, key in keys.items()}
