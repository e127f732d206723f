"""First half: record what happened, and ask for it to be said.

Everything here may be repeated, in whole or in part, by any delivery of the same records: alerts have keys that
depend on nothing but the change, and a standing only moves forward.
"""

from dataclasses import replace
from typing import Any

from check_stock.alert_log import (
    close,
    insert_alerts,
    read_standings,
    read_uploads,
    write_standings,
)
from check_stock.changes import Change, Group, Level, change_of_row
from check_stock.decide import Standing
from check_stock.services import Services


def record(services: Services, changes: list[Change]) -> None:
    """Record changes, in the order in which they happened, and send a message for every group of alerts among them.

    The messages come last: whatever ends this early, the delivery of the same records sends them.
    """
    if not changes:
        return
    alerts = [change for change in changes if change.event]
    uploads = read_uploads(services, (change.token for change in alerts if change.upload))
    before = read_standings(services, ((change.store, change.item) for change in changes))
    moved, closed = follow(before, changes)
    still_open = {(standing.store, standing.open_alert) for standing in moved}
    insert_alerts(services, [(change, (change.store, change.alert) in still_open) for change in alerts], uploads)
    close(services, closed)
    write_standings(services, moved)
    groups = {change.group for change in alerts if change.group and not change.quiet}
    services.send([say_message(group, since=services.clock()) for group in sorted(groups)])


def recheck(services: Services, store: str, items: list[str]) -> None:
    """Record what happened to rows, by comparing them with their standings: for stream records that were lost."""
    before = read_standings(services, ((store, item) for item in items))
    keys = [{"Store": {"S": store}, "Item": {"S": item}} for item in items]
    now = services.clock()
    rows = {row["Item"]["S"]: row for row in services.dynamodb.get_many(services.settings.inventory, keys)}
    changes = [change_of_row(store, item, before[store, item].level, rows.get(item), now) for item in items]
    record(services, [change for change in changes if change])


def follow(
    before: dict[tuple[str, str], Standing], changes: list[Change]
) -> tuple[list[Standing], list[tuple[str, str, str]]]:
    """Return the standings that move on with the changes, and the alerts (store, key, when) that are thereby closed."""
    standings = dict(before)
    closed = []
    for change in changes:
        standing = standings[change.store, change.item]
        if change.order <= standing.order:
            continue  # a repeated or late record: what it says is known, or no longer so
        if standing.open_alert:
            closed.append((change.store, standing.open_alert, change.at))
        is_open = change.event is not None and change.level in (Level.OUT, Level.LOW)
        standings[change.store, change.item] = replace(
            standing,
            level=change.level,
            order=change.order,
            open_alert=change.alert if is_open else None,
            assumed=change.level if change.quiet else standing.assumed,
            newest={**standing.newest, change.event: change.alert} if change.event else standing.newest,
        )
    return [standing for thing, standing in standings.items() if standing is not before[thing]], closed


def say_message(group: Group, since: float, held: bool = False, after: str | None = None) -> dict[str, Any]:
    """Return the message that asks for a group to be said. `held`: look again at what was held back."""
    names = {"store": group.store, "token": group.token, "event": group.event}
    return {"say": names, "held": held, "after": after, "since": since}
