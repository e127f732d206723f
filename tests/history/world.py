"""Keep-History's own code on real tables and the records of their stream; and a plain list of what happened."""

import itertools
import time
from collections import Counter
from contextlib import suppress
from typing import Any

from keep_history.handler import keep
from stock.dynamodb import DynamoDB
from stock.history import is_by_hand, unpack
from tests.alerts.world import Crash, Crasher
from tests.engines import client, session
from tests.order.world import Stream

Records = list[dict[str, Any]]
Told = tuple[str, str, str, int | None, int | None]
"""Of a change: store, item, token (one that nobody uploaded has none), count before, count after."""

_DAYS = 400
_stores = itertools.count()


class World:
    """Two stores of an engine, rows that come and go in them, and what Keep-History makes of it."""

    def __init__(self, engine: str) -> None:
        self.client = client("dynamodb", engine)
        self.crasher = Crasher()
        self.stores = [f"store {next(_stores)}" for _ in range(2)]
        self.told: Counter[Told] = Counter()
        self._dynamodb = DynamoDB(session(), threads=1)
        self._stream = Stream(self.client, client("dynamodbstreams", engine), "Inventory")
        self._stream.read()
        self._rows: dict[tuple[str, str], int | None] = {}
        self._numbers = itertools.count()

    # ---- What happens in a store ---------------------------------------------------------------------------------

    def upload(self, store: int, item: str, count: int) -> None:
        """An upload of now says the count of an item."""
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
        self._write(store, item, count, f"{stamp}.000Z-{next(self._numbers):018X}-1a2b")

    def by_hand(self, store: int, item: str, count: int) -> None:
        """Somebody writes a row."""
        self._write(store, item, count, "")

    def delist(self, store: int, item: str) -> None:
        """A row goes: which upload delists it is Load-Inventory's to note."""
        key = {"Store": {"S": self.stores[store]}, "Item": {"S": item}}
        self.client.delete_item(TableName="Inventory", Key=key)
        del self._rows[self.stores[store], item]

    def _write(self, store: int, item: str, count: int, token: str) -> None:
        name = self.stores[store]
        row = {"Store": {"S": name}, "Item": {"S": item}, "Count": {"N": str(count)}}
        self.client.put_item(TableName="Inventory", Item=row | ({"AsOf": {"S": token}} if token else {}))
        self.told[name, item, token, self._rows.get((name, item)), count] += 1
        self._rows[name, item] = count

    # ---- What AWS does -------------------------------------------------------------------------------------------

    def records(self) -> Records:
        """What came into the stream since this was asked for last, of the stores of this world."""
        return [each for each in self._stream.read() if each["dynamodb"]["Keys"]["Store"]["S"] in self.stores]

    def deliver(self, records: Records, retry: str = "whole") -> None:
        """Deliver a batch as an event source mapping does: until it succeeds; after a crash whole or bisected."""
        with suppress(Crash):
            self._invoke(records)
            return
        half = len(records) // 2
        for part in (records[:half], records[half:]) if retry == "bisected" else (records,):
            self._invoke(part)

    def _invoke(self, records: Records) -> None:
        with self.crasher.invocation(of_stream=True):
            keep(self._dynamodb, "History", records, _DAYS)

    # ---- What came of it -----------------------------------------------------------------------------------------

    def kept(self) -> Counter[Told]:
        """What the table History has of the stores, each fact once however often it is there."""
        facts = {(store, *change) for store in self.stores for pack in self._packs(store) for change in unpack(pack)}
        return Counter(
            (store, item, "" if is_by_hand(token) else token, before, after)
            for store, item, token, before, after in facts
        )

    def _packs(self, store: str) -> list[bytes]:
        found = self.client.query(
            TableName="History",
            KeyConditionExpression="#s = :s",
            ExpressionAttributeNames={"#s": "Store"},
            ExpressionAttributeValues={":s": {"S": store}},
            ConsistentRead=True,
        )["Items"]
        return [pack["Changes"]["B"] for pack in found]
