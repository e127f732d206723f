"""Second half: publish the alerts of a group, each once.

Items are claimed first, so that two invocations never publish about the same item at the same time. docs/alerts.md has
the argument why nothing is lost and what may be repeated.
"""

from dataclasses import replace
from datetime import datetime

from check_stock.alert import Alert, Group, RowKey
from check_stock.alert_state import AlertState
from check_stock.alerts_table import (
    claim,
    note_held,
    note_published,
    note_sent,
    note_waits,
    read_waiting,
    release,
    state_key,
    state_of,
)
from check_stock.gather import ALERTS_AT_A_TIME, Gathered, gather
from check_stock.invocation import Invocation
from check_stock.services import Services
from check_stock.what_to_publish import Verdict, what_to_publish
from stock.acknowledgements import acknowledgement, key_of
from stock.alert_log import State
from stock.attributes import Item, text, texts
from stock.levels import Event, Level
from stock.messages import Publish
from stock.order_token import event_time
from stock.read_items import Key, read_items
from stock.reorder_points import ALL_STORES
from stock.rows import count_of, level_of
from stock.steps import log_step
from stock.time_zone import time_zone
from stock.times import seconds_since
from telling.alert_message import Head, Line, Upload, messages
from telling.language import Texts

TIME_FOR_A_PAGE = 15.0
"""Seconds: an invocation that has fewer left begins nothing."""

_CLOCKS_DIFFER = 2.0
_CLAIMS_A_CALL = 25
_LONGEST_PAUSE = 15.0
_LOOKS_A_WINDOW = 20


def publish(services: Services, message: Publish, invocation: Invocation) -> float | None:
    """Publish what waits in a group, or hold it back.

    Returns None when all of it is published or held back for good; else after how many seconds the message must come
    again: the group is not complete, or other invocations have claimed items of it, or alerts are held back for now.
    """
    group = Group(message.store, message.token, message.event)
    if group in invocation.groups:
        return None  # all that was recorded when this message was sent has been looked at, or waits with another one
    pause = min(_LONGEST_PAUSE, max(1.0, services.clock() - message.since))
    gathered = gather(services, group, message.since, invocation)
    if gathered is None:
        invocation.groups.add(group)
        return pause
    waits: list[float] = []
    page = gathered.waiting
    while True:
        if page.alerts:
            waits += _Page(services, group, gathered, invocation).publish(page.alerts, pause)
        if not page.after:
            break
        if invocation.ends - services.clock() < TIME_FOR_A_PAGE:
            waits.append(1.0)
            break
        page = read_waiting(services, group, ALERTS_AT_A_TIME, page.after)
    invocation.groups.add(group)
    return min(waits) if waits else None


class _Page:
    """Publishes some alerts of a group."""

    def __init__(self, services: Services, group: Group, gathered: Gathered, invocation: Invocation) -> None:
        self.services, self.group, self.gathered, self.invocation = services, group, gathered, invocation
        self.states: dict[RowKey, AlertState] = {}
        self.rows: dict[RowKey, Item | None] = {}
        self.said: dict[RowKey, Item | None] = {}
        self.zones: tuple[Item | None, Item | None] = (None, None)

    def publish(self, alerts: list[Alert], pause: float) -> list[float]:
        """Publish alerts or hold them back; return after how many seconds which of them need another look.

        An alert is recorded before the state of its item. In between nobody can decide about it, and a message will
        come for it; but as long as the group is not late, all of it waits, so that one message has it.
        """
        self._claim(alerts)
        mine = [alert for alert in alerts if alert.row_key in self.states]
        known = [alert for alert in mine if self.states[alert.row_key].knows(alert)]
        if len(known) < len(alerts) and not self.gathered.is_late:
            release(self.services, self.states.values(), self.invocation.name)
            return [pause]
        verdicts = self._decide(known)
        self._hold(verdicts[Verdict.HOLD] + verdicts[Verdict.LOOK_AGAIN])
        note_waits(self.services, verdicts[Verdict.WAIT])
        self._note_earlier(verdicts[Verdict.PUBLISHED])
        about = {alert.row_key for alert in verdicts[Verdict.PUBLISH]}
        others = [state for row_key, state in self.states.items() if row_key not in about]
        release(self.services, others, self.invocation.name)
        try:
            self._publish(verdicts[Verdict.PUBLISH])
        except Exception:
            # SNS may have taken the message. So these items are as after a crash, but free at once.
            abandoned = [replace(self.states[row_key], claimed=True) for row_key in about]
            release(self.services, abandoned, self.invocation.name)
            raise
        waits = [self._until_window_ends(alert) for alert in verdicts[Verdict.LOOK_AGAIN]]
        return waits + ([pause] if len(mine) < len(alerts) else [])

    def _claim(self, alerts: list[Alert]) -> None:
        """Claim items, and read their states and rows, what people said of them if that matters, and the time zone.

        A state counts as read under the claim.
        """
        services = self.services
        row_keys = list(dict.fromkeys(alert.row_key for alert in alerts))
        until = self.invocation.ends + _CLOCKS_DIFFER
        at_once = len(row_keys) <= _CLAIMS_A_CALL or self.gathered.is_late
        first = row_keys if at_once else row_keys[:1]
        mine, abandoned = claim(services, first, self.invocation.name, until)
        if mine and not at_once:
            # Who has the first item of a large group has the rest: several messages may ask for it at the same time.
            more, more_abandoned = claim(services, row_keys[1:], self.invocation.name, until)
            mine, abandoned = mine | more, abandoned | more_abandoned
        if not mine:
            return
        settings = services.settings
        states = {key: state_key(services, key) for key in mine}
        rows = {key: Key(settings.inventory, ("Store", "Item"), key) for key in mine}
        zones = [Key(settings.stores, ("Store",), (name,)) for name in (self.group.store, ALL_STORES)]
        of_whom = mine if self.group.event == Event.LOW_STOCK else ()  # all else is published whatever people said
        said = {key: Key(settings.acknowledgements, ("Store", "Alert"), (key[0], key_of(key[1]))) for key in of_whom}
        found = read_items(services.dynamodb, [*states.values(), *rows.values(), *said.values(), *zones])
        for row_key, key in states.items():
            state = state_of(row_key, found.get(key))
            self.states[row_key] = replace(state, claimed=row_key in abandoned)
            self.rows[row_key] = found.get(rows[row_key])
        self.said = {row_key: found.get(key) for row_key, key in said.items()}
        self.zones = (found.get(zones[0]), found.get(zones[1]))

    def _decide(self, alerts: list[Alert]) -> dict[Verdict, list[Alert]]:
        verdicts: dict[Verdict, list[Alert]] = {verdict: [] for verdict in Verdict}
        now, window = self.services.clock(), self.services.settings.flap_seconds
        for alert in alerts:
            state, waits = self.states[alert.row_key], self._waits(alert, now)
            verdict = what_to_publish(alert, state, self._level(alert), now, window, waits)
            verdicts[verdict].append(alert)
        return verdicts

    def _waits(self, alert: Alert, now: float) -> bool:
        said = acknowledgement(self.said.get(alert.row_key))
        today = datetime.fromtimestamp(now, time_zone(*self.zones)).date().isoformat()
        return said is not None and said.covers(alert.key, alert.event, today)

    def _hold(self, alerts: list[Alert]) -> None:
        new = [alert for alert in alerts if alert.state != State.HELD]
        note_held(self.services, new)
        self.invocation.counts["held"] += len(new)

    def _note_earlier(self, alerts: list[Alert]) -> None:
        """Note on alerts that an invocation published them which ended before it could."""
        by_message: dict[tuple[str, float], list[Alert]] = {}
        for alert in alerts:
            state = self.states[alert.row_key]
            by_message.setdefault((state.published_message or "", state.published_at), []).append(alert)
        for (identifier, at), some in by_message.items():
            note_sent(self.services, some, identifier, at)

    def _publish(self, alerts: list[Alert]) -> None:
        if not alerts:
            return
        services, counts = self.services, self.invocation.counts
        by_key = {alert.key: alert for alert in alerts}
        lines = [self._line(alert) for alert in alerts]
        for message, part in messages(self._head(), lines, Texts.load(services.settings.language)):
            identifier = services.publish(services.settings.topic_arn, message)
            now = services.clock()
            # The state first: from here on the alert is known to be published, and is not repeated.
            told = [(by_key[line.alert], line.level) for line in part]
            note_published(services, told, self.invocation.name, identifier, now)
            note_sent(services, [alert for alert, _ in told], identifier, now)
            counts["messages"] += 1
            counts["sent"] += len(part)
            self._log(identifier, [alert for alert, _ in told])

    def _log(self, message: str, alerts: list[Alert]) -> None:
        group, seconds = self.group, seconds_since(event_time(self.group.token))
        if not group.by_hand and not any(alert.state == State.HELD for alert in alerts):
            self.invocation.seconds.append(seconds)
        log_step(
            "published",
            upload=group.token,
            store=group.store,
            event=group.event,
            alerts=len(alerts),
            message=message,
            seconds=seconds,
        )

    def _head(self) -> Head:
        group, upload = self.group, self.gathered.upload
        return Head(
            store=group.store,
            event=group.event,
            at=event_time(group.token),
            zone=time_zone(*self.zones),
            groups=texts(self.zones[0] or {}, "Groups"),
            upload=Upload(group.token, text(upload, "Key"), text(upload, "By")) if upload else None,
            dashboard=self.services.settings.dashboard_url,
        )

    def _line(self, alert: Alert) -> Line:
        count = count_of(self.rows[alert.row_key] or {})
        return Line(alert.key, alert.item, count, alert.previous, self._level(alert))

    def _level(self, alert: Alert) -> Level:
        return level_of(self.rows[alert.row_key])

    def _until_window_ends(self, alert: Alert) -> float:
        """Return for how long an alert is held back: until the item's window ends, but not for a moment only.

        Every look is a delivery of the message, and each message has a limited number of those.
        """
        window = self.services.settings.flap_seconds
        left = self.states[alert.row_key].published_at + window - self.services.clock() + 1
        return max(left, window / _LOOKS_A_WINDOW)
