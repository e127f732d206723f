"""From what there is to be told to a message that lists it. No AWS in here."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

from send_digest.morning import Alert, Morning, Soon
from stock.acknowledgements import Kind
from stock.forecast import last_day
from telling.alert_message import shown_name
from telling.digest import Digest
from telling.language import Texts
from telling.listing import Listing, Row, Section

_LISTED = 50  # of what is out or low
_OUT_AT_MOST = 40  # of these, if anything is low
_OTHERS_LISTED = 10  # of each other section

_Fact = TypeVar("_Fact")


def compose(digest: Digest, morning: Morning, dashboard: str) -> Listing:
    """Return the message of a digest. `dashboard`: its address."""
    return _Composer(digest, morning, dashboard).listing()


class _Composer:
    def __init__(self, digest: Digest, morning: Morning, dashboard: str) -> None:
        self._digest, self._morning, self._dashboard = digest, morning, dashboard
        self._texts = Texts.load(digest.language)

    def listing(self) -> Listing:
        morning = self._morning
        key = "subject" if morning.stores else "subject_unknown"
        subject = self._say(key, scope=self._scope(), out=len(morning.out), low=len(morning.low))
        sections = [section for section in self._sections() if section.rows]
        return Listing(
            self._digest.language,
            subject,
            self._intro(),
            sections,
            self._say("see"),
            self._link("alerts"),
            self._texts.shared("more"),
            self._say("footer", id=self._digest.id),
        )

    def _intro(self) -> list[str]:
        morning = self._morning
        moment = datetime.fromisoformat(morning.now).astimezone(morning.zone)
        time = f"{self._time(morning.now)} {moment.tzname()}"
        lines = [self._say("when", time=time, scope=self._scope(), since=self._time(morning.since))]
        if number := morning.taken.total():
            kinds = {"ordered": morning.taken[Kind.ORDERED], "snoozed": morning.taken[Kind.SNOOZE]}
            lines.append(self._say("taken", n=number, **kinds))
        if not morning.stores:
            lines.append(self._say("no_stores"))
        elif not morning.out and not morning.low:
            lines.append(self._say("nothing"))
        return lines

    def _sections(self) -> list[Section]:
        morning = self._morning
        out_listed = min(len(morning.out), max(_OUT_AT_MOST, _LISTED - len(morning.low)), _LISTED)
        since, silent_since = self._time(morning.since), self._time(morning.silent_since)

        def new(alerts: list[Alert]) -> int:
            return sum(alert.at >= morning.since for alert in alerts)

        out = self._say("out", n=len(morning.out), new=new(morning.out))
        low = self._say("low", n=len(morning.low), new=new(morning.low))
        back = self._say("back", n=len(morning.back), since=since)
        soon_count = max(morning.soon_count, len(morning.soon))
        soon = self._say("soon", n=soon_count)
        silent = self._say("silent", n=len(morning.silent), since=silent_since)
        return [
            self._section(out, morning.out, len(morning.out), out_listed, self._out),
            self._section(low, morning.low, len(morning.low), _LISTED - out_listed, self._low),
            self._section(back, morning.back, len(morning.back), _OTHERS_LISTED, self._back),
            self._section(soon, morning.soon, soon_count, _OTHERS_LISTED, self._soon),
            self._section(silent, morning.silent, len(morning.silent), _OTHERS_LISTED, self._silent),
        ]

    def _section(
        self, title: str, facts: list[_Fact], number: int, listed: int, row: Callable[[_Fact], Row]
    ) -> Section:
        rows = [row(fact) for fact in facts[:listed]]
        return Section(title, rows, number - len(rows))

    def _out(self, alert: Alert) -> Row:
        return self._row(alert.store, alert.item, self._say(self._key("is_out", alert), time=self._time(alert.at)))

    def _low(self, alert: Alert) -> Row:
        count = self._morning.counts.get(alert.row, "?")
        note = self._say(self._key("is_low", alert), count=count, time=self._time(alert.at))
        return self._row(alert.store, alert.item, note)

    def _back(self, alert: Alert) -> Row:
        return self._row(alert.store, alert.item, self._say("is_back", time=self._time(alert.at)))

    def _soon(self, one: Soon) -> Row:
        last = last_day(one.first, one.last)
        key = "is_soon_open" if last is None else "is_soon"
        return self._row(one.store, one.item, self._say(key, count=one.count, first=one.first, last=last))

    def _silent(self, silent: tuple[str, str]) -> Row:
        store, at = silent
        return self._row(store, "", self._say("is_silent", time=self._time(at)))

    def _row(self, store: str, item: str, note: str) -> Row:
        find = {"find": item} if item else {}
        return Row(shown_name(store), shown_name(item), note, self._link("store", name=store, **find))

    def _key(self, key: str, alert: Alert) -> str:
        return f"{key}_new" if alert.at >= self._morning.since else key

    def _scope(self) -> str:
        digest, n = self._digest, self._morning.stores
        if digest.group:
            return self._say("group", group=shown_name(digest.group), n=n)
        if len(digest.stores) == 1:
            return shown_name(digest.stores[0])
        return self._say("some_stores" if digest.stores else "every_store", n=n)

    def _say(self, key: str, **values: object) -> str:
        return self._texts.of("DIGEST", key, **values)

    def _time(self, at: str) -> str:
        return datetime.fromisoformat(at).astimezone(self._morning.zone).strftime(self._texts.shared("time"))

    def _link(self, page: str, **query: str) -> str:
        return f"{self._dashboard}/{page}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")
