"""Compare rows with the alert states of their items: for stream records that were lost."""

from dataclasses import replace

from check_stock.alert import Group, RowKey
from check_stock.alert_state import AlertState
from check_stock.alerts_table import close, read_unfinished, state_key, state_of
from check_stock.changes import Change, change_of_row
from check_stock.record_changes import ask_to_publish, record_changes, upload_keys
from check_stock.services import Services
from check_stock.what_to_record import Closing, what_to_record
from stock.alert_log import State
from stock.messages import Recheck
from stock.read_items import Key, read_items
from stock.times import iso

_TIMES_TO_LOOK = 5


class RowsMoveError(Exception):
    """Rows changed, each time that they were compared: try again later."""


def recheck(services: Services, message: Recheck) -> None:
    """Record what happened to rows since their alert states were written. Raises RowsMoveError."""
    items = message.items
    for _ in range(_TIMES_TO_LOOK):
        overtaken = _compare(services, message, items)
        items = [state.item for state in overtaken]
        if not items:
            _finish(services, message)
            return
    raise RowsMoveError(f"{len(items)} rows of {message.store} change while they are compared")


def _compare(services: Services, message: Recheck, items: list[str]) -> list[AlertState]:
    """Compare some of the rows once; return the states that the stream moved on at the same time."""
    store = message.store
    rows = {item: Key(services.settings.inventory, ("Store", "Item"), (store, item)) for item in items}
    known = _read_states(services, store, items)
    # After the states: a row is never older than what is known of it.
    found = read_items(services.dynamodb, rows.values())
    now = services.clock()
    changes: list[Change] = []
    for item, key in rows.items():
        state = known[store, item]
        change = change_of_row(store, item, found.get(key), state.level, state.order, now)
        changes += [replace(change, quiet=change.quiet or message.quiet)] if change else []
    keys = [key for change in changes if change.upload for key in upload_keys(services, change.token)]
    uploads = {key.values[1]: row for key, row in read_items(services.dynamodb, keys).items()}
    return record_changes(services, what_to_record(known, changes), uploads)


def _finish(services: Services, message: Recheck) -> None:
    """Finish what an earlier invocation recorded that crashed, or was overtaken by the stream.

    Alerts that are open but not known to the state of their item are closed; those that are newer than the state are
    being recorded at this moment. What waits to be published is asked for again, unless the message is quiet.
    """
    alerts = [pair for pair in read_unfinished(services, message.store) if pair[0].item in message.items]
    states = _read_states(services, message.store, message.items)
    at = iso(services.clock())
    closings: list[Closing] = []
    groups: set[Group] = set()
    for alert, is_open in alerts:
        state = states[alert.row_key]
        if is_open and state.open_alert != alert.key:
            closings.append(Closing(alert.store, alert.key, at, f"{state.order}+"))
        if alert.state == State.CLAIMED and not message.quiet:
            groups.add(alert.group)
    close(services, closings)
    ask_to_publish(services, groups)


def _read_states(services: Services, store: str, items: list[str]) -> dict[RowKey, AlertState]:
    keys = {(store, item): state_key(services, (store, item)) for item in items}
    found = read_items(services.dynamodb, keys.values())
    return {row_key: state_of(row_key, found.get(key)) for row_key, key in keys.items()}
