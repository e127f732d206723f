"""A store of which Look-Ahead's own code has to tell.

What Load-Inventory and Keep-History would have written of a store's uploads is written here by hand.
"""

import base64
import itertools
import json
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from look_ahead.handler import take_messages
from look_ahead.mornings import hand_out_mornings
from look_ahead.services import Services, Settings
from stock import forecast
from stock.acknowledgements import Kind, key_of
from stock.attributes import item, text
from stock.forecast import Forecast
from stock.history import Change, kept
from stock.reorder_points import ALL_STORES
from stock.shards import name_of
from stock.times import compact
from tests.morning_world import DAY, MorningWorld
from tests.two_engines import Engine

TODAY = datetime(2026, 11, 28, 6, 3, tzinfo=UTC).timestamp()
"""When the tests begin: it is 06:03 in the store."""

Row = dict[str, Any]


class World(MorningWorld[Services]):
    """A store of its own in tables of one engine, with a queue and a topic; time passes when the test says so."""

    begins, run_seconds = TODAY, 300

    def __init__(self, engine: Engine, shards: int) -> None:
        super().__init__(engine)
        self.settings = Settings(
            inventory=f"{engine.prefix}Inventory",
            stores=f"{engine.prefix}Stores",
            uploads=f"{engine.prefix}Uploads",
            history=f"{engine.prefix}History",
            forecasts=f"{engine.prefix}Forecasts",
            alerts=f"{engine.prefix}Alerts",
            acknowledgements=f"{engine.prefix}Acknowledgements",
            queue_url=self.queue,
            topic_arn=self.topic,
            dashboard_url="https://example.com",
            shards=shards,
        )
        self.store = uuid.uuid4().hex[:8]
        self.counts: dict[str, int] = {}
        self._unwritten: dict[str, dict[tuple[str, ...], Row]] = {}
        self._numbers = itertools.count(1)
        self.services = self.new_instance()
        for table in ("stores", "forecasts"):  # what other tests left would be looked at, too
            self.empty(table)

    def new_instance(self) -> Services:
        return self.tame(Services(self.settings, self.engine.session, self.now))

    def hand_out(self) -> int:
        return hand_out_mornings(self.services)

    def take_messages(self, services: Services, records: list[Any], name: str, ends: float) -> dict[str, Any]:
        return take_messages(services, records, name, ends)

    def scheduled(self) -> int:
        self._write()
        return super().scheduled()

    def deliver(self, body: str, number: int = 1, services: Services | None = None) -> bool:
        self._write()
        return super().deliver(body, number, services)

    # ---- What happened in a store --------------------------------------------------------------------------------

    def upload(
        self, days_ago: float, counts: Mapping[str, int | None], late: bool = False, of_many: bool = False
    ) -> str:
        """Have the store upload counts (None: the item is delisted) some days ago; return the upload's token.

        `late`: it showed only now, and a newer one says otherwise. `of_many`: it is about many stores; without any
        counts, about others only.
        """
        at = self.now() - days_ago * DAY
        token = f"{compact(at)}-{next(self._numbers):018X}-1a2b"
        scope = ALL_STORES if of_many else self.store
        entry = {"Scope": f"store:{scope}", "Token": token, "Key": "uploads/a.csv", "Mode": "rows"}
        self._put("uploads", item(entry))
        changes = [
            Change(name, token, self.counts.get(name), count)
            for name, count in counts.items()
            if self.counts.get(name) != count
        ]
        for pack in kept(self.store, compact(self.now() if late else at), changes, days=400):
            self._put("history", pack)
        if late:
            return token
        for name, count in counts.items():
            key = {"Store": self.store, "Item": name}
            if count is None:
                self.forget(name)
            else:
                self.counts[name] = count
                self._put("inventory", item(key | {"Count": count, "AsOf": token}))
        self._put("stores", item({"Store": self.store, "Items": len(self.counts)}))
        return token

    def forget(self, name: str) -> None:
        """Delete a row."""
        self._write()
        del self.counts[name]
        self.dynamodb.delete_item(TableName=self.settings.inventory, Key=item({"Store": self.store, "Item": name}))

    def forget_history(self) -> None:
        """Be a store whose changes were not kept so far."""
        del self._unwritten[self.settings.history]

    def withdraw(self, token: str) -> None:
        """Mark an upload as withdrawn in the ledger."""
        self._write()
        self.dynamodb.update_item(
            TableName=self.settings.uploads,
            Key=item({"Scope": f"store:{self.store}", "Token": token}),
            UpdateExpression="SET Withdrawn = :true",
            ExpressionAttributeValues={":true": {"BOOL": True}},
        )

    def say_ordered(self, name: str, until: str) -> None:
        """Have somebody say that an item is ordered, having read that it will run out."""
        said = {"Store": self.store, "Alert": key_of(name), "Kind": Kind.ORDERED, "Until": until}
        self._put("acknowledgements", item(said | {"Of": f"20261127T060000.000Z-morning#RUNS_OUT_SOON#{name}"}))

    def set_store(self, **settings: Any) -> None:
        """Set something of the store, such as its TimeZone."""
        self._put("stores", item({"Store": self.store, "Items": len(self.counts), **settings}))

    # ---- What came of it -----------------------------------------------------------------------------------------

    def told(self) -> Counter[str]:
        """How often the subscriber was told of each item since the last time."""
        return Counter(each["item"] for message in self.received() for each in message["items"])

    def received(self) -> list[dict[str, Any]]:
        """What the subscriber received since the last time: the JSON of each message."""
        return [json.loads(body) for body in self.take(self.inbox)]

    def alerts(self) -> dict[str, Row]:
        """The alerts of the store, by item."""
        found = [
            {name: next(iter(value.values())) for name, value in row.items()}
            for row in self._query("alerts", self.store)
        ]
        return {row["Item"]: row | {"Log": name_of(row["Log"])} for row in found}

    def parts(self, store: str | None = None) -> dict[str, Row]:
        """What the table Forecasts has of the store, by part."""
        return {text(row, "Part"): row for row in self._query("forecasts", store or self.store)}

    def forecasts(self) -> dict[str, Forecast]:
        """The forecasts of the store's items."""
        rows = self.parts().values()
        return {each.item: each for row in rows for each in forecast.unpack(row["Items"]["B"])}

    def _query(self, table: str, store: str) -> list[Row]:
        found: list[Row] = self.dynamodb.query(
            TableName=getattr(self.settings, table),
            KeyConditionExpression="#s=:s",
            ExpressionAttributeNames={"#s": "Store"},
            ExpressionAttributeValues={":s": {"S": store}},
            ConsistentRead=True,
        )["Items"]
        return found

    def _put(self, table: str, row: Row) -> None:
        """Write a row when the function runs next: of an item that changes daily, only as it is then."""
        if "Changes" in row:  # in the JSON that the functions send, bytes are a text
            row = row | {"Changes": {"B": base64.b64decode(row["Changes"]["B"])}}
        key = tuple(text(row, name) for name in ("Store", "Scope", "Item", "Token", "Pack"))
        self._unwritten.setdefault(getattr(self.settings, table), {})[key] = row

    def _write(self) -> None:
        writes = [
            (table, {"PutRequest": {"Item": row}}) for table, rows in self._unwritten.items() for row in rows.values()
        ]
        for at in range(0, len(writes), 25):
            request: dict[str, list[Row]] = {}
            for table, write in writes[at : at + 25]:
                request.setdefault(table, []).append(write)
            self.dynamodb.batch_write_item(RequestItems=request)
        self._unwritten = {}
