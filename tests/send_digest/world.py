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
from stock.dynamodb import DynamoDB
from stock.times import compact, iso
from telling.digest import Digest, How
from tests.alerts.world import Crash, Crasher
from tests.engines import client
from tests.two_engines import Engine

HOUR, DAY = 3600, 86_400
NOW = datetime(2026, 11, 26, 6, 30, tzinfo=UTC).timestamp()
"""When the tests begin: a Thursday, 07:30 in Berlin."""
SENDER = "digests@example.com"

_RUN_SECONDS = 120
"""How long an invocation may run, as template.yaml says."""
_VISIBILITY_SECONDS = 720
"""After how long a message comes again whose invocation crashed."""
_MOST_DELIVERIES = 8
"""As maxReceiveCount in template.yaml."""


@cache
def _ses(endpoint: str) -> Any:
    """A client of SES, where the sender is verified."""
    ses = client("sesv2", endpoint)
    ses.create_email_identity(EmailIdentity=SENDER)
    return ses


class Instance(Services):
    """The clients of one instance of the function."""

    def __init__(self, world: "World") -> None:
        super().__init__(world.settings, world.engine.session, clock=world.now)
        self._world = world
        self._clients = {"sqs": world.engine.sqs, "sns": world.engine.sns, "sesv2": _ses(world.engine.endpoint)}
        self.dynamodb = DynamoDB(world.engine.session, threads=1)  # so that one call follows the other

    def postpone(self, receipt: str, seconds: float) -> None:  # noqa: ARG002
        assert 1 <= seconds <= 43_200, "SQS hides a message for 12 hours at most"
        self._world.pauses.append(seconds)


class World:
    """Stores in tables of one engine, with a queue and a topic; time passes when the test says so."""

    def __init__(self, engine: Engine, shards: int) -> None:
        self.engine, self.dynamodb, self.sqs = engine, engine.dynamodb, engine.sqs
        self.queue, self.channels_queue = engine.new_queue(), engine.new_queue()
        self.topic, self.inbox = engine.new_topic()
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
        self.late = 0.0
        self.crasher = Crasher()
        self.pauses: list[float] = []
        self.services = self.new_instance()
        for table in ("digests", "stores", "inventory", "alerts", "acknowledgements", "forecasts"):
            self._empty(table)

    def new_instance(self) -> Services:
        """Return another instance of the function."""
        return Instance(self)

    def now(self) -> float:
        """The time."""
        return NOW + self.late

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

    def _empty(self, table: str) -> None:
        """Delete what other tests left."""
        name = getattr(self.settings, table)
        keys = [key["AttributeName"] for key in self.dynamodb.describe_table(TableName=name)["Table"]["KeySchema"]]
        for row in self.dynamodb.scan(TableName=name)["Items"]:
            self.dynamodb.delete_item(TableName=name, Key={key: row[key] for key in keys})

    # ---- What AWS does -------------------------------------------------------------------------------------------

    def scheduled(self) -> int:
        """Let the scheduler start Send-Digest, until it does not crash; return how many digests are due."""
        while True:
            try:
                with self.crasher.invocation(of_stream=False):
                    return hand_out_digests(self.services)
            except Crash:
                self.late += 15 * 60

    def asked(self) -> list[str]:
        """Take what is in the queue: the bodies of the messages."""
        return self._take(self.queue)

    def deliver(self, body: str, number: int = 1, services: Services | None = None) -> bool:
        """Deliver a message once; return whether it is done."""
        attributes = {"ApproximateReceiveCount": str(number)}
        record = {"messageId": "1", "receiptHandle": "1", "attributes": attributes, "body": body}
        with self.crasher.invocation(of_stream=False):
            answer = take_messages(services or self.services, [record], uuid.uuid4().hex, self.now() + _RUN_SECONDS)
        return not answer["batchItemFailures"]

    def deliver_until_done(self, body: str) -> None:
        """Deliver a message as a queue does: again after a pause if it failed, or after a while if that crashed."""
        for number in range(1, _MOST_DELIVERIES + 1):
            try:
                if self.deliver(body, number):
                    return
                self.late += self.pauses.pop()
            except Crash:
                self.late += _VISIBILITY_SECONDS
        raise AssertionError(f"delivered too often: {body}")

    def morning(self) -> None:
        """Let the scheduler start, and all that it asks for be done."""
        self.scheduled()
        for body in self.asked():
            self.deliver_until_done(body)

    # ---- What came of it -----------------------------------------------------------------------------------------

    def received(self) -> list[str]:
        """What the subscriber of the topic received since the last time."""
        return self._take(self.inbox)

    def posted(self) -> list[str]:
        """What was sent to the queue of the channels since the last time."""
        return self._take(self.channels_queue)

    def mails(self, to: str) -> list[dict[str, Any]]:
        """The mails that SES has for an address."""
        with urllib.request.urlopen(f"{self.engine.endpoint}/_ministack/ses/messages") as answer:
            by_account: dict[str, list[dict[str, Any]]] = json.load(answer)["messages"]
        return [mail for mails in by_account.values() for mail in mails if mail["To"] == [to]]

    def _take(self, queue: str) -> list[str]:
        bodies = []
        while found := self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                bodies.append(message["Body"])
                self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return bodies
