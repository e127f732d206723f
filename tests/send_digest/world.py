"""Send-Digest's own code on real tables, a queue, a topic and SES, with a clock and crashes of the test's.

What Load-Inventory, Check-Stock and Look-Ahead would have written is written here by hand.
"""

import json
import urllib.request
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import Any

from send_digest.handler import take_messages
from send_digest.services import Services, Settings
from send_digest.whose_time import hand_out_digests
from stock import shards
from stock.acknowledgements import Kind, key_of
from stock.attributes import attribute, item
from stock.times import compact, iso
from telling.digest import Digest, How
from tests.engines import client
from tests.morning_world import HOUR, MorningWorld
from tests.two_engines import Engine

NOW = datetime(2026, 11, 26, 6, 30, tzinfo=UTC).timestamp()
"""When the tests begin: a Thursday, 07:30 in Berlin."""
SENDER = "digests@example.com"


@cache
def _ses(endpoint: str) -> Any:
    """A client of SES, where the sender is verified."""
    ses = client("sesv2", endpoint)
    ses.create_email_identity(EmailIdentity=SENDER)
    return ses


class World(MorningWorld[Services]):
    """Stores in tables of one engine, with a queue and a topic; time passes when the test says so."""

    begins, run_seconds = NOW, 120

    def __init__(self, engine: Engine, shards: int) -> None:
        super().__init__(engine)
        self.channels_queue = engine.new_queue()
        self.settings = Settings(
            digests=f"{engine.prefix}Digests",
            stores=f"{engine.prefix}Stores",
            groups=f"{engine.prefix}Groups",
            inventory=f"{engine.prefix}Inventory",
            alerts=f"{engine.prefix}Alerts",
            acknowledgements=f"{engine.prefix}Acknowledgements",
            forecasts=f"{engine.prefix}Forecasts",
            queue_url=self.queue,
            channels_queue_url=self.channels_queue,
            topic_arn=self.topic,
            dashboard_url="https://onhand.example",
            sender=SENDER,
            shards=shards,
        )
        self.services = self.new_instance()
        for table in ("digests", "stores", "inventory", "alerts", "acknowledgements", "forecasts"):
            self.empty(table)

    def new_instance(self) -> Services:
        services = Services(self.settings, self.engine.session, self.now)
        return self.tame(services, sesv2=_ses(self.engine.endpoint))

    def hand_out(self) -> int:
        return hand_out_digests(self.services)

    def take_messages(self, services: Services, records: list[Any], name: str, ends: float) -> dict[str, Any]:
        return take_messages(services, records, name, ends)

    # ---- What there is -------------------------------------------------------------------------------------------

    def digest(self, how: How = How.SNS, to: str = "ann@example.com", **settings: Any) -> Digest:
        """Set up a digest, for 07:30 in Berlin on working days unless `settings` say otherwise."""
        usual = {"at": "07:30", "days": "mon-fri", "zone": "Europe/Berlin", "language": "en"}
        digest = Digest(uuid.uuid4().hex[:8], how, to, **usual | settings)
        self.put("digests", digest.item())
        return digest

    def store(self, name: str, hours_ago: float = 1, items: int = 9) -> None:
        """Have a store that sent its last file some hours ago."""
        self.put("stores", item({"Store": name, "Items": items, "LastUploadAt": iso(self.now() - hours_ago * HOUR)}))

    def short(self, store: str, name: str, hours_ago: float, count: int = 0) -> str:
        """Have an item be out, or low with some left, since some hours ago; return the key of its alert."""
        level, event = ("low", "LOW_STOCK") if count else ("out", "OUT_OF_STOCK")
        self.put("inventory", item({"Store": store, "Item": name, "Count": count}))
        return self._alert(store, name, event, hours_ago, {"Open": shards.of_store(level, store, self.settings.shards)})

    def back(self, store: str, name: str, hours_ago: float) -> None:
        """Have an item be back since some hours ago."""
        self._alert(store, name, "BACK_IN_STOCK", hours_ago, {})

    def say(self, store: str, name: str, alert: str, kind: Kind, until: str = "") -> None:
        """Have somebody say something of an item."""
        said = {"Store": store, "Alert": key_of(name), "Kind": kind, "Of": alert, "AckBy": "Ann", "AckAt": iso(NOW)}
        self.put("acknowledgements", item(said | ({"Until": until} if until else {})))

    def soon(self, store: str, name: str, chance: float, hours_ago: float = 1) -> None:
        """Have a forecast of a store say that an item will be out in 2 to 6 days."""
        entry = {"Item": name, "Count": 12, "Soon": chance, "First": 2, "Last": 6, "Lost": 1.5}
        outlook = {"Store": store, "Part": "0", "At": iso(self.now() - hours_ago * HOUR), "Likely": chance, "Soon": 1}
        of_all = {"All": shards.of_store("all", store, self.settings.shards), "Top": [entry]}
        self.put("forecasts", item(outlook | of_all))

    def put(self, table: str, row: dict[str, Any]) -> None:
        """Write an item."""
        self.dynamodb.put_item(TableName=getattr(self.settings, table), Item=row)

    def last_sent(self, digest: Digest) -> str | None:
        """What the table says of when a digest was sent last; None: it is not there."""
        key = {"Digest": attribute(digest.id)}
        row = self.dynamodb.get_item(TableName=self.settings.digests, Key=key, ConsistentRead=True).get("Item")
        return Digest.of(row).last_sent if row else None

    def _alert(self, store: str, name: str, event: str, hours_ago: float, more: dict[str, str]) -> str:
        at = self.now() - hours_ago * HOUR
        key = f"{compact(at)}-000000000000000001-ab#{event}#{name}"
        row = {"Store": store, "Alert": key, "Item": name, "Event": event, "At": iso(at), "State": "sent"}
        self.put("alerts", item(row | {"Log": shards.of_store("all", store, self.settings.shards)} | more))
        return key

    # ---- What came of it -----------------------------------------------------------------------------------------

    def received(self) -> list[str]:
        """What the subscriber of the topic received since the last time."""
        return self.take(self.inbox)

    def posted(self) -> list[str]:
        """What was sent to the queue of the channels since the last time."""
        return self.take(self.channels_queue)

    def mails(self, to: str) -> list[dict[str, Any]]:
        """The mails that SES has for an address."""
        with urllib.request.urlopen(f"{self.engine.endpoint}/_ministack/ses/messages") as answer:
            by_account: dict[str, list[dict[str, Any]]] = json.load(answer)["messages"]
        return [mail for mails in by_account.values() for mail in mails if mail["To"] == [to]]
