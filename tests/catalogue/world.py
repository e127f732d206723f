"""The catalogue's own code on a real table and records of a stream made by hand; and a plain count of the rows."""

import time
from contextlib import suppress
from typing import Any
from unittest import mock

from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session

from keep_catalogue.fold import fold
from keep_catalogue.keep import keep_catalogue
from keep_catalogue.read import read_catalogue
from stock.attributes import item
from stock.catalogue import Entry, added_up, entry_of
from stock.dynamodb import DynamoDB
from tests.alerts.world import Crash, Crasher
from tests.engines import client, create_tables, session

Records = list[dict[str, Any]]

LATER = 700  # seconds: a delta is old enough to be folded
_STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/Inventory/stream/2026-11-01T08:00:00.000"


class World:
    """Rows that come and go, their records, and what is made of them."""

    def __init__(self, engine: str) -> None:
        self.client = client("dynamodb", engine)
        with suppress(self.client.exceptions.ResourceNotFoundException):
            self.client.delete_table(TableName="Catalogue")
        create_tables(self.client, "", ("Catalogue",))
        self.crasher = Crasher()
        self.dynamodb = DynamoDB(session(), threads=1)
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self._number = 0

    def put(self, store: str, name: str, count: int | None, short: str = "") -> dict[str, Any]:
        """A row has a count from now on (None: it is gone); return the record of that."""
        self._number += 1
        key = {"Store": store, "Item": name}
        before = self.rows.pop((store, name), None)
        if count is not None:
            self.rows[store, name] = item(key | {"Count": count} | ({"Short": short} if short else {}))
        images = {"OldImage": before, "NewImage": self.rows.get((store, name))}
        body = {"Keys": item(key), "SequenceNumber": str(self._number)}
        return {"eventSourceARN": _STREAM, "dynamodb": body | {k: image for k, image in images.items() if image}}

    def morning(self, items: int = 2) -> Records:
        """Two stores send a list, an item of one runs out, one comes back, one is delisted."""
        found = [
            self.put(store, f"Item {number}", 5 + self._number)
            for store in ("Berlin", "Paris")
            for number in range(items)
        ]
        found += [self.put("Berlin", "Item 0", 0, "out"), self.put("Berlin", "Item 0", 3, "low")]
        found += [self.put("Paris", "Item 1", None), self.put("Paris", "Item 0", 0, "out.07")]
        return found

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
            keep_catalogue(self.dynamodb, "Catalogue", records)

    def fold(self) -> None:
        """Fold, some minutes later."""
        with self.crasher.invocation(of_stream=False):
            fold(self.dynamodb, "Catalogue", lambda: time.time() + LATER)

    def counted(self) -> dict[str, Entry]:
        """The catalogue, by a plain count of the rows."""
        return added_up(entry_of(name, row) for (_, name), row in self.rows.items())

    def read(self) -> dict[str, Entry]:
        """The catalogue, as it is kept."""
        return read_catalogue("Catalogue", self.dynamodb.pages).entries

    def partitions(self) -> set[str]:
        """The partition keys that the table has."""
        return {row["Catalogue"]["S"] for row in self.client.scan(TableName="Catalogue")["Items"]}


def lose_answer(number: int) -> Any:
    """Lose the answer to the call with that number from now on; it is made again."""
    send, calls = URLLib3Session.send, iter(range(1, 1_000_000))

    def deaf(session: URLLib3Session, request: Any) -> Any:
        answer = send(session, request)
        if next(calls) == number:
            raise ReadTimeoutError(endpoint_url=request.url)
        return answer

    return mock.patch.object(URLLib3Session, "send", deaf)
