"""Second half: say what is recorded, once.

A group is said by whoever gets its message from the queue. Items are claimed first, so that two invocations never
speak of the same item at the same time. docs/alerts.md has the argument why nothing is lost and what may be repeated.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from check_stock.alert_log import (
    Alert,
    claim,
    count_alerts,
    count_short,
    give_back,
    note_held,
    note_said,
    note_sent,
    read_standings,
    read_uploads,
    read_waiting,
)
from check_stock.changes import Event, Group
from check_stock.decide import Standing, Verdict, decide
from check_stock.message import Digest, Texts, Upload, messages
from check_stock.record import say_message
from check_stock.services import Services
from check_stock.zones import time_zone
from stock.dynamodb import Item
from stock.order_token import event_time

SETTLE = 0.4
"""Seconds after the end of an upload in which its last stream records may still arrive."""
PATIENCE = 1.5
"""Seconds that an invocation waits for a group to be complete, before it leaves that to the queue."""
GATHER = 60.0
"""Seconds after which a group is said as it is."""
_ALERTS_AT_A_TIME = 2000
_CLOCKS_DIFFER = 2.0
_LOOK_EVERY = 0.05
_MOMENT = 1.0


class BusyError(Exception):
    """Another invocation speaks of some of the items: try again when its claim has run out or was given back."""


@dataclass
class Turn:
    """One invocation: its name, when it ends at the latest, and how long it may still wait for groups."""

    name: str
    ends: float
    patience: float = PATIENCE
    counts: dict[str, int] = field(default_factory=lambda: {"said": 0, "held": 0, "messages": 0})


def say(services: Services, body: dict[str, Any], turn: Turn) -> None:
    """Say what waits in a group. `body` is a message of the alerts queue (docs/data-model.md).

    Returns when all of it is said or held back, or a further message will see to it. Raises if that is not so.
    """
    names = body["say"]
    group = Group(names["store"], names["token"], Event(names["event"]))
    held, since = bool(body.get("held")), float(body.get("since", 0))
    upload = read_uploads(services, [group.token]).get(group.token)
    gathers = (upload or group.by_hand) and not held and not body.get("after")
    if gathers and (delay := _gather(services, group, since, turn)):
        services.send([body], delay)
        return
    alerts, after = read_waiting(services, group, held, body.get("after"), _ALERTS_AT_A_TIME)
    standings = read_standings(services, ((alert.store, alert.item) for alert in alerts))
    # An alert is written before the standing of its item. In between nobody can tell whether to say it, and a message
    # will come for it; but one that gathers the group waits.
    known = [alert for alert in alerts if alert.known_to(standings[alert.store, alert.item])]
    if len(known) < len(alerts) and gathers and services.clock() - since < GATHER:
        services.send([body], _MOMENT)
        return
    busy = _say(services, group, known, held, upload, turn) if known else 0
    if after:
        services.send([say_message(group, since, held, after)])
    if busy:
        raise BusyError(f"{busy} items of {group.store} are spoken of elsewhere")


def _gather(services: Services, group: Group, since: float, turn: Turn) -> float:
    """Wait a little until the group is complete, so that one message has all of it; return for how long to go on."""
    while not _complete(services, group):
        waited = services.clock() - since
        if waited > GATHER:
            return 0
        if turn.patience <= 0:
            return min(15.0, max(1.0, waited))
        turn.patience -= _LOOK_EVERY
        services.sleep(_LOOK_EVERY)
    return 0


def _complete(services: Services, group: Group) -> bool:
    """Whether the upload is through, and its rows of this event have come down the stream."""
    if group.by_hand:
        # Such a group is of one second: a new reorder point makes many rows low at a time.
        return services.clock() > datetime.fromisoformat(event_time(group.token)).timestamp() + 1 + SETTLE
    upload = read_uploads(services, [group.token])[group.token]
    if upload["State"]["S"] == "loading":
        return False
    if group.event == Event.BACK_IN_STOCK:
        # No index has the rows that are short no more.
        finished = datetime.fromisoformat(upload["Finished"]["S"]).timestamp() if "Finished" in upload else 0
        return not 0 < finished + SETTLE - services.clock() <= SETTLE
    short = count_short(services, group, _ALERTS_AT_A_TIME)
    return short <= count_alerts(services, group, short)


def _say(services: Services, group: Group, alerts: list[Alert], held: bool, upload: Item | None, turn: Turn) -> int:
    """Say alerts, or hold them back; return how many items another invocation has claimed."""
    things = list(dict.fromkeys((alert.store, alert.item) for alert in alerts))
    mine = claim(services, things, turn.name, turn.ends + _CLOCKS_DIFFER)
    claimed = [thing for thing, free in zip(things, mine, strict=True) if free]
    # Read again under the claim: what the last one said counts.
    standings = read_standings(services, claimed)
    verdicts: dict[Verdict, list[tuple[Alert, Standing]]] = {verdict: [] for verdict in Verdict}
    now = services.clock()
    for alert in alerts:
        if standing := standings.get((alert.store, alert.item)):
            verdict = decide(group.event, alert.key, held, standing, now, services.settings.flap_seconds)
            verdicts[verdict].append((alert, standing))
    _hold(services, group, verdicts, turn)
    _note_earlier(services, verdicts[Verdict.SAID])
    spoken_of = {(alert.store, alert.item) for alert, _ in verdicts[Verdict.SAY]}
    give_back(services, [thing for thing in standings if thing not in spoken_of], turn.name)
    _publish(services, group, verdicts[Verdict.SAY], upload, turn)
    return len(things) - len(claimed)


def _hold(services: Services, group: Group, verdicts: dict[Verdict, list[tuple[Alert, Standing]]], turn: Turn) -> None:
    """Hold alerts back, and ask for another look at those that may have to be said later."""
    again = verdicts[Verdict.LOOK_AGAIN]
    if again:
        # Asked for before it is noted: a crash in between must not leave them held for ever.
        due = max(standing.said_at for _, standing in again) + services.settings.flap_seconds
        services.send([say_message(group, services.clock(), held=True)], delay=due - services.clock() + 1)
    held = again + verdicts[Verdict.HOLD]
    note_held(services, [alert for alert, _ in held])
    turn.counts["held"] += len(held)


def _note_earlier(services: Services, said: list[tuple[Alert, Standing]]) -> None:
    """Note on alerts that an invocation said them which ended before it could."""
    by_message: dict[tuple[str, float], list[Alert]] = {}
    for alert, standing in said:
        by_message.setdefault((standing.said_message or "", standing.said_at), []).append(alert)
    for (identifier, at), alerts in by_message.items():
        note_sent(services, alerts, identifier, at)


def _publish(
    services: Services, group: Group, say_now: list[tuple[Alert, Standing]], upload: Item | None, turn: Turn
) -> None:
    if not say_now:
        return
    settings = services.settings
    digest = Digest(
        store=group.store,
        event=group.event,
        at=say_now[0][0].at,
        zone=time_zone(services, group.store),
        upload=_upload(group.token, upload),
        dashboard=settings.dashboard_url,
    )
    by_key = {alert.key: (alert, standing) for alert, standing in say_now}
    levels = {alert.key: standing.level for alert, standing in say_now}
    alerts = [alert for alert, _ in say_now]
    for message, part in messages(digest, alerts, levels, Texts.load(settings.language)):
        identifier = services.publish(message)
        now = services.clock()
        # The standing first: from here on the alert is known to be said, and is not repeated.
        note_said(services, [by_key[alert.key] for alert in part], turn.name, identifier, now)
        note_sent(services, part, identifier, now)
        turn.counts["messages"] += 1
        turn.counts["said"] += len(part)


def _upload(token: str, upload: Item | None) -> Upload | None:
    if upload is None:
        return None
    return Upload(token, upload.get("Key", {}).get("S", ""), upload.get("By", {}).get("S", ""))
