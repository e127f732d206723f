"""Reading and writing the Alerts table: the alerts themselves, and the standings of items."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from check_stock.changes import Change, Event, Group, Level, fit_key
from check_stock.decide import Standing
from check_stock.services import Services
from stock.dynamodb import Item
from stock.order_token import event_time
from stock.statements import Value, insert, run, update

KEEP_SECONDS = 90 * 86400


@dataclass(frozen=True)
class Alert:
    """An alert as it is recorded. `key` is its sort key, `order` the stream position of the change."""

    key: str
    store: str
    item: str
    count: int
    previous: int | None
    at: str
    order: str

    def known_to(self, standing: Standing) -> bool:
        """Whether the item's standing is as new as the alert; if not, it is being recorded at this moment."""
        return self.order <= standing.order or self.key in standing.newest.values()


def iso(moment: float) -> str:
    """Return a moment, given in epoch seconds, as ISO 8601 UTC."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# ---- Standings ------------------------------------------------------------------------------------------------------


def read_standings(services: Services, things: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Standing]:
    """Return the standings of (store, item)s, strongly consistent; an item that has none gets an empty one."""
    keys = {_standing_key(*thing): thing for thing in things}
    wanted: list[Item] = [{"Store": {"S": store}, "Alert": {"S": item}} for store, item in keys]
    found = services.dynamodb.get_many(services.settings.alerts, wanted)
    rows = {(row["Store"]["S"], row["Alert"]["S"]): row for row in found}
    return {thing: _standing(*thing, rows.get(key)) for key, thing in keys.items()}


def write_standings(services: Services, standings: list[Standing]) -> None:
    """Write level, order and newest alerts of standings, each unless a newer one was written meanwhile."""
    table = services.settings.alerts
    unknown = [standing for standing in standings if not standing.known]
    run(services.dynamodb, [insert(table, _key(standing.thing) | {"Order": "", "Until": 0}) for standing in unknown])
    moves = []
    for standing in standings:
        changes: dict[str, Value] = {"Level": standing.level, "Order": standing.order, **_newest(standing)}
        if standing.open_alert:
            changes["OpenAlert"] = standing.open_alert
        if standing.assumed:
            changes |= {"Said": standing.assumed, "SaidAt": 0}
        remove = [] if standing.open_alert else ["OpenAlert"]
        moves.append(update(table, _key(standing.thing), changes, remove, when={"<Order": standing.order}))
    run(services.dynamodb, moves)


def claim(services: Services, things: list[tuple[str, str]], name: str, until: float) -> list[bool]:
    """Claim (store, item)s for one invocation, until when it may run; return for each whether it was free.

    Only who holds the claim speaks of the item. A claim that was not given back runs out with the invocation's time.
    """
    now = services.clock()
    changes: dict[str, Value] = {"Claim": name, "Until": until}
    claims = [update(services.settings.alerts, _key(thing), changes, when={"<Until": now}) for thing in things]
    return run(services.dynamodb, claims)


def give_back(services: Services, things: list[tuple[str, str]], name: str) -> None:
    """Give claimed (store, item)s back without having said anything."""
    table = services.settings.alerts
    run(services.dynamodb, [update(table, _key(t), {"Until": 0}, ["Claim"], when={"Claim": name}) for t in things])


def note_said(services: Services, said: list[tuple[Alert, Standing]], name: str, message: str, at: float) -> None:
    """Note on the standings which alerts were said, with which message and when, and give the claims back."""
    notes = []
    for alert, standing in said:
        changes: dict[str, Value] = {
            "Said": standing.level,
            "SaidAt": at,
            "SaidAlert": alert.key,
            "SaidMessage": message,
        }
        notes.append(
            update(
                services.settings.alerts, _key(standing.thing), changes | {"Until": 0}, ["Claim"], when={"Claim": name}
            )
        )
    run(services.dynamodb, notes)


# ---- Alerts ---------------------------------------------------------------------------------------------------------


def insert_alerts(services: Services, alerts: list[tuple[Change, bool]], uploads: dict[str, Item]) -> None:
    """Record alerts, given as the change and whether it is open; those that are recorded stay as they are.

    `uploads`: the ledger's items by token.
    """
    expires = int(services.clock() + KEEP_SECONDS)
    rows = []
    for change, is_open in alerts:
        end: dict[str, Value] = {"Open": change.level} if is_open else {"Expires": expires}
        rows.append(_alert_row(change, uploads.get(change.token, {})) | end)
    run(services.dynamodb, [insert(services.settings.alerts, row) for row in rows])


def close(services: Services, alerts: list[tuple[str, str, str]]) -> None:
    """Close open alerts, given as (store, sort key, when). One that is gone is as good as closed."""
    expires = int(services.clock() + KEEP_SECONDS)
    table = services.settings.alerts
    run(
        services.dynamodb,
        [
            update(table, {"Store": store, "Alert": key}, {"ClosedAt": when, "Expires": expires}, ["Open"])
            for store, key, when in alerts
        ],
    )


def read_waiting(
    services: Services, group: Group, held: bool, after: str | None, limit: int
) -> tuple[list[Alert], str | None]:
    """Return about `limit` alerts of a group that wait to be said (`held`: that were held back), strongly consistent.

    Begins behind the sort key `after`. The second value is where to go on, if there may be more.
    """
    query: Item = {
        "TableName": services.settings.alerts,
        "KeyConditionExpression": "#store=:store AND begins_with(Alert,:prefix)",
        "FilterExpression": "#state=:state",
        "ExpressionAttributeNames": {"#store": "Store", "#state": "State"},
        "ExpressionAttributeValues": {
            ":store": {"S": group.store},
            ":prefix": {"S": group.prefix},
            ":state": {"S": "held" if held else "claimed"},
        },
        "ConsistentRead": True,
    }
    if after:
        query["ExclusiveStartKey"] = {"Store": {"S": group.store}, "Alert": {"S": after}}
    alerts: list[Alert] = []
    while True:
        answer = services.dynamodb.call("Query", query)
        alerts += [_alert(row) for row in answer["Items"]]
        last = answer.get("LastEvaluatedKey")
        if not last:
            return alerts, None
        if len(alerts) >= limit:
            return alerts, last["Alert"]["S"]
        query["ExclusiveStartKey"] = last


def count_alerts(services: Services, group: Group, enough: int) -> int:
    """Return how many alerts of a group are recorded; counts no further than `enough`."""
    query: Item = {
        "TableName": services.settings.alerts,
        "KeyConditionExpression": "#store=:store AND begins_with(Alert,:prefix)",
        "ExpressionAttributeNames": {"#store": "Store"},
        "ExpressionAttributeValues": {":store": {"S": group.store}, ":prefix": {"S": group.prefix}},
        "ConsistentRead": True,
    }
    return _count(services, query, enough)


def count_short(services: Services, group: Group, enough: int) -> int:
    """Return how many rows are short since the upload of the group; counts no further than `enough`."""
    short = Level.OUT if group.event == Event.OUT_OF_STOCK else Level.LOW
    query: Item = {
        "TableName": services.settings.inventory,
        "IndexName": "ShortItems",
        "KeyConditionExpression": "#short=:short AND Since=:since",
        "FilterExpression": "#store=:store AND AsOf=:token AND attribute_not_exists(Quiet)",
        "ExpressionAttributeNames": {"#short": "Short", "#store": "Store"},
        "ExpressionAttributeValues": {
            ":short": {"S": short},
            ":since": {"S": event_time(group.token)},
            ":store": {"S": group.store},
            ":token": {"S": group.token},
        },
    }
    return _count(services, query, enough)


def _count(services: Services, query: Item, enough: int) -> int:
    total = 0
    query = query | {"Select": "COUNT"}
    while True:
        answer = services.dynamodb.call("Query", query)
        total += answer["Count"]
        last = answer.get("LastEvaluatedKey")
        if not last or total >= enough:
            return min(int(total), enough)
        query["ExclusiveStartKey"] = last


def note_sent(services: Services, alerts: list[Alert], message: str, at: float) -> None:
    """Note on alerts that they were sent, with which message and when."""
    _note(services, alerts, {"State": "sent", "MessageId": message, "SentAt": iso(at)})


def note_held(services: Services, alerts: list[Alert]) -> None:
    """Note on alerts that they are held back."""
    _note(services, alerts, {"State": "held"})


def _note(services: Services, alerts: list[Alert], changes: dict[str, Value]) -> None:
    table = services.settings.alerts
    run(services.dynamodb, [update(table, {"Store": a.store, "Alert": a.key}, changes) for a in alerts])


# ---- Uploads, and how the rows are made up --------------------------------------------------------------------------


def read_uploads(services: Services, tokens: Iterable[str]) -> dict[str, Item]:
    """Return the ledger's items of uploads, by token."""
    keys = [{"Scope": {"S": "all"}, "Token": {"S": token}} for token in dict.fromkeys(tokens)]
    return {row["Token"]["S"]: row for row in services.dynamodb.get_many(services.settings.uploads, keys)}


def _standing_key(store: str, item: str) -> tuple[str, str]:
    # Apart from the store's alerts, so that a Query of those does not meet the standings; and apart from those of every
    # other store, as no store's name holds a control character.
    return fit_key(f"\n{store}"), item


def _key(thing: tuple[str, str]) -> dict[str, Value]:
    partition, sort = _standing_key(*thing)
    return {"Store": partition, "Alert": sort}


def _newest(standing: Standing) -> dict[str, Value]:
    return {event.value: alert for event, alert in standing.newest.items()}


def _standing(store: str, item: str, row: Item | None) -> Standing:
    if row is None:
        return Standing(store, item)

    def text(name: str) -> str | None:
        value: str | None = row.get(name, {}).get("S")
        return value

    said = text("Said")
    return Standing(
        store,
        item,
        known=True,
        level=Level(text("Level") or Level.GONE),
        order=text("Order") or "",
        open_alert=text("OpenAlert"),
        newest={event: row[event]["S"] for event in Event if event in row},
        said=Level(said) if said else None,
        said_at=float(row.get("SaidAt", {"N": "0"})["N"]),
        said_alert=text("SaidAlert"),
        said_message=text("SaidMessage"),
    )


def _alert(row: Item) -> Alert:
    return Alert(
        key=row["Alert"]["S"],
        store=row["Store"]["S"],
        item=row["Item"]["S"],
        count=int(row["Count"]["N"]),
        previous=int(row["Previous"]["N"]) if "Previous" in row else None,
        at=row["At"]["S"],
        order=row["Order"]["S"],
    )


def _alert_row(change: Change, upload: Item) -> dict[str, Value]:
    assert change.event is not None
    row: dict[str, Value] = {
        "Store": change.store,
        "Alert": change.alert,
        "Item": change.item,
        "Event": change.event,
        "Count": change.count,
        "At": change.at,
        "Order": change.order,
        "State": "quiet" if change.quiet else "claimed",
        "Log": "all",
    }
    if change.previous is not None:
        row["Previous"] = change.previous
    if change.upload:
        row["Upload"] = change.token
    if "Key" in upload:
        row["UploadKey"] = upload["Key"]["S"]
    if "By" in upload:
        row["UploadedBy"] = upload["By"]["S"]
    return row
