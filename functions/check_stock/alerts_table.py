"""Reading and writing the table Alerts: the alerts, and the alert states of items."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from check_stock.alert import Alert, Group, RowKey
from check_stock.alert_state import AlertState
from check_stock.services import Services
from check_stock.what_to_record import Closing, ToRecord
from stock import shards
from stock.alert_log import KEEP_SECONDS, State, fit_key
from stock.attributes import Item, text, whole_number
from stock.levels import Event, Level
from stock.partiql import Value, insert, run, update
from stock.read_items import Key
from stock.times import iso

_NAMES = ("Store", "Alert")


# ---- Alert states ---------------------------------------------------------------------------------------------------


def state_key(services: Services, row_key: RowKey) -> Key:
    """Return the key of an item's alert state.

    It is apart from the store's alerts, so that a Query of those does not meet the states, and apart from those of
    every other store, as no store's name holds a control character.
    """
    store, item = row_key
    return Key(services.settings.alerts, _NAMES, (fit_key(f"\n{store}"), item))


def mark_key(services: Services, store: str) -> Key:
    """Return the key of the item that is there if any item of the store has an alert state."""
    return Key(services.settings.alerts, _NAMES, (fit_key(f"\n\n{store}"), "states"))


def state_of(row_key: RowKey, row: Item | None) -> AlertState:
    """Return the alert state that a row of the table holds; an empty one, if there is none."""
    store, item = row_key
    if row is None:
        return AlertState(store, item)
    level, delisted, published = (text(row, name) for name in ("Level", "Delisted", "Published"))
    return AlertState(
        store,
        item,
        level=Level(level),
        order=text(row, "Order"),
        delisted=Level(delisted) if delisted else None,
        open_alert=text(row, "OpenAlert") or None,
        newest={event: text(row, event) for event in Event if event in row},
        published=Level(published) if published else None,
        published_at=float(row.get("PublishedAt", {"N": "0"})["N"]),
        published_alert=text(row, "PublishedAlert") or None,
        published_message=text(row, "PublishedMessage") or None,
        claimed="Claim" in row,
    )


def write_states(services: Services, moves: list[tuple[AlertState, AlertState]]) -> list[AlertState]:
    """Write alert states, given as they were and as they are now; return those that had moved on further meanwhile."""
    dynamodb, table = services.dynamodb, services.settings.alerts

    def change(move: tuple[AlertState, AlertState]) -> Item:
        return update(table, _key(services, move[1]), _known(*move), when={"<Order": move[1].order})

    def write(move: tuple[AlertState, AlertState]) -> Item:
        before, state = move
        return change(move) if before.is_known else insert(table, _key(services, state) | _known(*move) | {"Until": 0})

    written = run(dynamodb, [write(move) for move in moves])
    late = [move for move, done in zip(moves, written, strict=True) if not done]
    # A state that was not there may have been inserted by another invocation, with less or with more in it.
    written = run(dynamodb, [change(move) for move in late])
    return [state for (_, state), done in zip(late, written, strict=True) if not done]


def claim(services: Services, row_keys: list[RowKey], name: str, until: float) -> tuple[set[RowKey], set[RowKey]]:
    """Claim items for one invocation, until when it may run; return those that were free, and which of them a crashed
    invocation had claimed.

    Only who holds the claim publishes about the item. A claim that was not given back runs out with its invocation.
    """
    now = services.clock()

    def attempt(some: list[RowKey], clean: bool) -> list[RowKey]:
        when: dict[str, Value] = {"<Until": now, "Claim": None} if clean else {"<Until": now}
        claims = [
            update(services.settings.alerts, _of(state_key(services, key)), {"Claim": name, "Until": until}, when)
            for key in some
        ]
        return [key for key, free in zip(some, run(services.dynamodb, claims), strict=True) if free]

    free = set(attempt(row_keys, clean=True))
    abandoned = set(attempt([key for key in row_keys if key not in free], clean=False))
    return free | abandoned, abandoned


def release(services: Services, states: Iterable[AlertState], name: str) -> None:
    """Give claimed items back without having published anything. That an earlier invocation crashed stays noted."""
    changes: dict[bool, dict[str, Value]] = {True: {"Until": 0}, False: {"Until": 0, "Claim": None}}
    run(
        services.dynamodb,
        [
            update(services.settings.alerts, _key(services, state), changes[state.claimed], when={"Claim": name})
            for state in states
        ],
    )


def note_published(
    services: Services, published: list[tuple[Alert, Level]], name: str, message: str, at: float
) -> None:
    """Note on alert states what people were told of the items, with which message and when; give the claims back."""
    notes = []
    for alert, level in published:
        changes: dict[str, Value] = {
            "Published": level,
            "PublishedAt": at,
            "PublishedAlert": alert.key,
            "PublishedMessage": message,
            "Until": 0,
            "Claim": None,
        }
        key = _of(state_key(services, alert.row_key))
        notes.append(update(services.settings.alerts, key, changes, when={"Claim": name}))
    run(services.dynamodb, notes)


# ---- Alerts ---------------------------------------------------------------------------------------------------------


def write_alerts(services: Services, found: ToRecord, uploads: dict[str, Item]) -> None:
    """Record alerts, and close those that are over. `uploads`: items of the table Uploads, by token.

    An alert may be there already: this is a repetition, or the table Inventory was emptied and filled again. Then it is
    opened again if the item is short now, and it waits again to be published if that is news; each only if no later
    change has been recorded with it.
    """
    table, alerts = services.settings.alerts, found.alerts
    recorded = {(alert.store, alert.key) for alert in alerts}
    stores = {state.store for before, state in found.moves if not before.is_known}
    inserts = [insert(table, _alert_row(services, alert, found, uploads)) for alert in alerts]
    marks = [insert(table, _of(mark_key(services, store))) for store in sorted(stores)]
    closings = [_close(services, end) for end in found.closings if (end.store, end.key) not in recorded]
    done = run(services.dynamodb, inserts + marks + closings)
    there = [alert for alert, inserted in zip(alerts, done, strict=False) if not inserted]
    run(services.dynamodb, [again for alert in there if (again := _record_again(services, alert, found))])
    run(services.dynamodb, [_close(services, end) for end in found.closings if (end.store, end.key) in recorded])


def close(services: Services, closings: list[Closing]) -> None:
    """Close alerts."""
    run(services.dynamodb, [_close(services, end) for end in closings])


def read_unfinished(services: Services, store: str) -> list[tuple[Alert, bool]]:
    """Return the alerts of a store that are open or about to be published, strongly consistent, and which are open.

    It reads the store's alerts of 90 days. What will be out soon is told by Look-Ahead.
    """
    query = {
        "TableName": services.settings.alerts,
        "KeyConditionExpression": "#store=:store",
        "FilterExpression": "attribute_exists(#open) OR (#state=:claimed AND #event<>:soon)",
        "ExpressionAttributeNames": {"#store": "Store", "#open": "Open", "#state": "State", "#event": "Event"},
        "ExpressionAttributeValues": {
            ":store": {"S": store},
            ":claimed": {"S": State.CLAIMED},
            ":soon": {"S": Event.RUNS_OUT_SOON},
        },
        "ConsistentRead": True,
    }
    return [(_alert(row), "Open" in row) for page in services.dynamodb.pages(query) for row in page]


@dataclass(frozen=True)
class Waiting:
    """Alerts of a group that wait to be published. `recorded`: how many of the group are recorded, also published ones.

    `after`: the sort key behind which there may be more; None: this is all.
    """

    alerts: list[Alert]
    recorded: int
    after: str | None


def read_waiting(services: Services, group: Group, limit: int, after: str | None = None) -> Waiting:
    """Return about `limit` alerts of a group that wait or are held back, strongly consistent, from `after` on."""
    query: dict[str, Any] = {
        "TableName": services.settings.alerts,
        "KeyConditionExpression": "#store=:store AND begins_with(Alert,:prefix)",
        "FilterExpression": "#state IN (:claimed,:held)",
        "ExpressionAttributeNames": {"#store": "Store", "#state": "State"},
        "ExpressionAttributeValues": {
            ":store": {"S": group.store},
            ":prefix": {"S": group.prefix},
            ":claimed": {"S": State.CLAIMED},
            ":held": {"S": State.HELD},
        },
        "ConsistentRead": True,
        "Limit": limit,
    }
    if after:
        query["ExclusiveStartKey"] = {"Store": {"S": group.store}, "Alert": {"S": after}}
    alerts: list[Alert] = []
    recorded = 0
    while True:
        answer = services.dynamodb.call("Query", query)
        alerts += [_alert(row) for row in answer["Items"]]
        recorded += answer["ScannedCount"]
        last = answer.get("LastEvaluatedKey")
        if not last or len(alerts) >= limit:
            return Waiting(alerts, recorded, text(last, "Alert") if last else None)
        query["ExclusiveStartKey"] = last


def note_sent(services: Services, alerts: Iterable[Alert], message: str, at: float) -> None:
    """Note on alerts that they were published, with which message and when."""
    _note(services, alerts, {"State": State.SENT, "MessageId": message, "SentAt": iso(at)})


def note_held(services: Services, alerts: Iterable[Alert]) -> None:
    """Note on alerts that they are held back."""
    _note(services, alerts, {"State": State.HELD})


def note_waits(services: Services, alerts: Iterable[Alert]) -> None:
    """Note on alerts that they are not published because of what people said of their items."""
    _note(services, alerts, {"State": State.WAITS})


def _note(services: Services, alerts: Iterable[Alert], changes: dict[str, Value]) -> None:
    table = services.settings.alerts
    run(services.dynamodb, [update(table, {"Store": a.store, "Alert": a.key}, changes) for a in alerts])


def _record_again(services: Services, alert: Alert, found: ToRecord) -> Item | None:
    changes: dict[str, Value] = {}
    if alert.state != State.QUIET:
        # With the order: until the state of its item is as new, nobody can decide about it.
        changes |= {"State": alert.state, "Order": alert.order}
    if level := found.open.get((alert.store, alert.key)):
        changes |= {"Open": _shard(services, level, alert), "ClosedAt": None, "Expires": None}
    if not changes:
        return None
    key = {"Store": alert.store, "Alert": alert.key}
    return update(services.settings.alerts, key, changes, when={"<Order": alert.order})


def _close(services: Services, end: Closing) -> Item:
    changes: dict[str, Value] = {"ClosedAt": end.at, "Expires": _expires(services), "Open": None}
    return update(services.settings.alerts, {"Store": end.store, "Alert": end.key}, changes, {"<Order": end.order})


def _expires(services: Services) -> int:
    return int(services.clock() + KEEP_SECONDS)


def _of(key: Key) -> dict[str, Value]:
    return dict(zip(key.names, key.values, strict=True))


def _key(services: Services, state: AlertState) -> dict[str, Value]:
    return _of(state_key(services, state.row_key))


def _known(before: AlertState, state: AlertState) -> dict[str, Value]:
    """Return the attributes of what is known of an item; those of what was published only if that changed, too."""
    known: dict[str, Value] = {
        "Level": state.level,
        "Order": state.order,
        "Delisted": state.delisted,
        "OpenAlert": state.open_alert,
    }
    known |= {event.value: key for event, key in state.newest.items()}
    if (state.published, state.published_at) != (before.published, before.published_at):
        known |= {"Published": state.published, "PublishedAt": state.published_at}
    return known


def _alert(row: Item) -> Alert:
    return Alert(
        key=text(row, "Alert"),
        store=text(row, "Store"),
        item=text(row, "Item"),
        event=Event(text(row, "Event")),
        count=whole_number(row, "Count"),
        previous=whole_number(row, "Previous"),
        at=text(row, "At"),
        order=text(row, "Order"),
        upload=text(row, "Upload") or None,
        state=State(text(row, "State")),
    )


def _alert_row(services: Services, alert: Alert, found: ToRecord, uploads: dict[str, Item]) -> dict[str, Value]:
    upload = uploads.get(alert.upload or "", {})
    level = found.open.get((alert.store, alert.key))
    return {
        "Store": alert.store,
        "Alert": alert.key,
        "Item": alert.item,
        "Event": alert.event,
        "Count": alert.count or 0,
        "Previous": alert.previous,
        "At": alert.at,
        "Order": alert.order,
        "State": alert.state,
        "Log": _shard(services, "all", alert),
        "Upload": alert.upload,
        "UploadKey": text(upload, "Key") or None,
        "UploadedBy": text(upload, "By") or None,
        "Open": _shard(services, level, alert) if level else None,
        "Expires": None if level else _expires(services),
    }


def _shard(services: Services, name: str, alert: Alert) -> str:
    return shards.of_store(name, alert.store, services.settings.shards)
