"""The morning message of a store: what will likely be out soon, and was not told in the last days.

Who tells has claimed the store. Alerts are recorded before they are published, so that whoever comes after a crash
tells what was recorded and is still true (docs/alerts.md).
"""

from collections.abc import Iterable
from datetime import datetime

from look_ahead.outlook import Likely
from look_ahead.services import Services
from look_ahead.what_to_tell import Told, what_to_tell
from stock import shards
from stock.acknowledgements import acknowledgement, key_of
from stock.alert_log import KEEP_SECONDS, State, alert_key
from stock.attributes import text
from stock.levels import Event, Level
from stock.partiql import Value, insert, run, update
from stock.read_items import Key, read_items
from stock.steps import log_step
from stock.times import compact, iso
from telling.alert_message import Head, Line, Soon, messages
from telling.language import Texts

_DAY = 86_400


def tell(services: Services, head: Head, likely: list[Likely], low: set[str]) -> int:
    """Publish what will likely be out, most likely first; return of how many items. `low`: those that are low now.

    What people said to be ordered, or to be left alone for now, waits: it is as if it were not likely.
    """
    now, store = services.clock(), head.store
    today = datetime.fromtimestamp(now, head.zone).date().isoformat()
    found = what_to_tell(_without_waiting(services, store, likely, today), _lately(services, store, now))
    _note(services, store, [told.key for told in found.over], {"State": State.HELD})
    lines = [_line(told.key, one, low) for told, one in found.waiting]
    lines += [_line(key, one, low) for key, one in _record(services, store, found.new, now)]
    for message, part in messages(head, lines, Texts.load(services.settings.language)):
        identifier = services.publish(services.settings.topic_arn, message)
        sent: dict[str, Value] = {"State": State.SENT, "MessageId": identifier, "SentAt": iso(services.clock())}
        _note(services, store, [line.alert for line in part], sent)
        log_step("published", store=store, event=head.event, alerts=len(part), message=identifier)
    return len(lines)


def _lately(services: Services, store: str, now: float) -> list[Told]:
    """Return the alerts of what will be out of the last days, strongly consistent."""
    query = {
        "TableName": services.settings.alerts,
        "KeyConditionExpression": "#store=:store AND Alert>=:since",
        "FilterExpression": "#event=:event",
        "ProjectionExpression": "Alert,#item,#state",
        "ExpressionAttributeNames": {"#store": "Store", "#event": "Event", "#item": "Item", "#state": "State"},
        "ExpressionAttributeValues": {
            ":store": {"S": store},
            ":since": {"S": compact(now - services.settings.soon_days * _DAY)},
            ":event": {"S": Event.RUNS_OUT_SOON},
        },
        "ConsistentRead": True,
    }
    return [
        Told(text(row, "Alert"), text(row, "Item"), State(text(row, "State")))
        for page in services.dynamodb.pages(query)
        for row in page
    ]


def _without_waiting(services: Services, store: str, likely: list[Likely], today: str) -> list[Likely]:
    table = services.settings.acknowledgements
    keys = [Key(table, ("Store", "Alert"), (store, key_of(one.forecast.item))) for one in likely]
    said = read_items(services.dynamodb, keys)
    told = [acknowledgement(said.get(key)) for key in keys]
    waits = [one is not None and one.covers("", Event.RUNS_OUT_SOON, today) for one in told]
    return [one for one, is_waiting in zip(likely, waits, strict=True) if not is_waiting]


def _record(services: Services, store: str, new: list[Likely], now: float) -> list[tuple[str, Likely]]:
    """Record alerts that are about to be published; return their keys with them."""
    keyed = [(alert_key(f"{compact(now)}-morning", Event.RUNS_OUT_SOON, one.forecast.item), one) for one in new]
    rows: list[dict[str, Value]] = [
        {
            "Store": store,
            "Alert": key,
            "Item": one.forecast.item,
            "Event": Event.RUNS_OUT_SOON,
            "Count": one.forecast.count,
            "Soon": round(one.chance, 3),
            "First": one.forecast.first,
            "Last": one.forecast.last,
            "At": iso(now),
            "State": State.CLAIMED,
            "Log": shards.of_store("all", store, services.settings.shards),
            "Expires": int(now) + KEEP_SECONDS,
        }
        for key, one in keyed
    ]
    run(services.dynamodb, [insert(services.settings.alerts, row) for row in rows])
    return keyed


def _note(services: Services, store: str, keys: Iterable[str], changes: dict[str, Value]) -> None:
    table = services.settings.alerts
    run(services.dynamodb, [update(table, {"Store": store, "Alert": key}, changes) for key in keys])


def _line(key: str, one: Likely, low: set[str]) -> Line:
    forecast = one.forecast
    level = Level.LOW if forecast.item in low else Level.OK
    soon = Soon(round(one.chance, 3), forecast.first or 0, forecast.last)
    return Line(key, forecast.item, forecast.count, None, level, soon)
