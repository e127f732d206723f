"""First half: record what happened to rows, and ask for it to be published.

Everything here may be repeated, in whole or in part, by any delivery of the same records: the keys of alerts depend
on nothing but the change, and an alert state only moves forward.
"""

from collections import Counter

from check_stock.alert import Group, RowKey
from check_stock.alert_state import AlertState
from check_stock.alerts_table import mark_key, state_key, state_of, write_alerts, write_states
from check_stock.changes import Change, change_of_record
from check_stock.services import Services
from check_stock.what_to_record import ToRecord, what_to_record
from stock.attributes import Item
from stock.messages import Publish
from stock.read_items import Key, read_items
from stock.shards import upload_scopes


def record(services: Services, records: list[Item]) -> Counter[str]:
    """Do what follows from records of the Inventory stream, in the order of the stream.

    Returns how many changes it was, by the token of the upload (or of the second) that made them.

    A record is as Lambda hands it over: `eventSourceARN`, and `dynamodb` with `Keys`, `OldImage`, `NewImage`,
    `SequenceNumber` and `ApproximateCreationDateTime` (epoch seconds).
    """
    changes = [change for each in records if (change := change_of_record(each))]
    states, uploads, of_known_items = _read(services, changes)
    record_changes(services, what_to_record(states, of_known_items), uploads)
    return Counter(change.token for change in changes)


def record_changes(services: Services, found: ToRecord, uploads: dict[str, Item]) -> list[AlertState]:
    """Write down what follows from changes, and send a message for every group of alerts among them.

    The states come after the alerts, and the messages last: whatever ends this early, a delivery of the same records
    does the rest. Returns the states that had moved on further meanwhile. `uploads`: items of the table Uploads.
    """
    write_alerts(services, found, uploads)
    overtaken = write_states(services, found.moves)
    ask_to_publish(services, found.groups)
    return overtaken


def ask_to_publish(services: Services, groups: set[Group]) -> None:
    """Send a message for every group."""
    since = services.clock()
    services.send(Publish(group.store, group.token, group.event, since) for group in sorted(groups))


def upload_keys(services: Services, token: str) -> list[Key]:
    """Return the keys that the record of an upload may have."""
    scopes = upload_scopes(token, services.settings.shards)
    return [Key(services.settings.uploads, ("Scope", "Token"), (scope, token)) for scope in scopes]


def _read(services: Services, changes: list[Change]) -> tuple[dict[RowKey, AlertState], dict[str, Item], list[Change]]:
    """Return the alert states and the uploads (by token) of changes, and the changes that matter.

    Rows that are neither short nor were so matter only if their item has an alert state: these may be the first 100,000
    rows of a store. So one item is read for the store, and their states only if that one says that there are any.
    """
    short = {change.row_key for change in changes if change.is_short}
    others = [change for change in changes if change.row_key not in short]
    marks = {mark_key(services, change.store): change.store for change in others}
    keys = _keys(services, [change for change in changes if change.row_key in short])
    found = read_items(services.dynamodb, [*keys, *marks])
    marked = {store for mark, store in marks.items() if mark in found}
    others = [change for change in others if change.store in marked]
    found |= read_items(services.dynamodb, _keys(services, others))
    known = short | {change.row_key for change in others}
    return (
        {row_key: state_of(row_key, found.get(state_key(services, row_key))) for row_key in known},
        {key.values[1]: row for key, row in found.items() if key.table == services.settings.uploads},
        [change for change in changes if change.row_key in known],
    )


def _keys(services: Services, changes: list[Change]) -> list[Key]:
    states = [state_key(services, change.row_key) for change in changes]
    return states + [key for change in changes if change.upload for key in upload_keys(services, change.token)]
