"""No key takes more than a tenth of a chain's writes with 16 shards: three functions, and every write that AWS bills.

A write of an item is one of its key in the table, and one of its key in every index that has it, had it, or both: what
indexes hold is whole items. That is read off the tables' streams; a write whose condition failed is not in them.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from check_stock.handler import take_messages
from check_stock.invocation import Invocation
from check_stock.record_changes import record
from check_stock.services import Services, Settings
from keep_catalogue.keep import keep_catalogue
from keep_history.handler import keep
from load_inventory import handler
from load_inventory.clients import Clients
from tests import engines
from tests.capacity.world import World
from tests.engines import client
from tests.order.deliveries import csv_text, s3_event
from tests.order.world import Stream

STORES, ITEMS = 40, 6
SHARDS = 16
MOST = 1 / 10

Key = tuple[str, str]
"""A table or an index, and a value of its partition key."""


class Chain:
    """A chain of stores, each of which sends its list of items; and what was written for it."""

    def __init__(self, world: World, ministack: str) -> None:
        self.world, self.names = world, (*world.tables, world.prefix + "Catalogue", world.prefix + "Alerts")
        self.tables = {name: world.client.describe_table(TableName=name)["Table"] for name in self.names}
        for name, table in self.tables.items():
            if "StreamSpecification" not in table:
                stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
                world.client.update_table(TableName=name, StreamSpecification=stream)
        self.streams = {name: Stream(world.client, world.streams, name) for name in self.names}
        self.sqs, self.time = client("sqs", ministack), 0
        self.loader = Clients(replace(world.settings, shards=SHARDS))
        self.alerts = Services(
            Settings(
                inventory=world.settings.inventory,
                stores=world.settings.stores,
                uploads=world.settings.uploads,
                alerts=self.names[-1],
                acknowledgements=world.prefix + "Acknowledgements",
                queue_url=self.sqs.create_queue(QueueName=world.prefix + "alerts")["QueueUrl"],
                topic_arn=client("sns", ministack).create_topic(Name=world.prefix + "NoStock")["TopicArn"],
                dashboard_url="https://example.com",
                shards=SHARDS,
            ),
            engines.session(),
        )

    def send(self, counts: dict[str, list[int]]) -> Counter[Key]:
        """Have every store send its counts, and all that follows be done; return the write units of every key."""
        for store, items in counts.items():
            self.time += 1
            key = f"uploads/{store}/{self.time}.csv"
            body = csv_text((store, f"item {at}", count) for at, count in enumerate(items))
            self.world.s3.put_object(Bucket=self.world.bucket, Key=key, Body=body)
            event = s3_event(self.world.bucket, key, "", self.time)
            handler.act(self.loader, json.dumps({"Records": [event]}), f"invocation {self.time}", lambda: 900.0)
        records = {name: stream.read() for name, stream in self.streams.items()}
        record(self.alerts, records[self.world.settings.inventory])
        keep(self.alerts.dynamodb, self.world.settings.history, records[self.world.settings.inventory], 400)
        keep_catalogue(self.alerts.dynamodb, self.world.prefix + "Catalogue", records[self.world.settings.inventory])
        while messages := self.sqs.receive_message(QueueUrl=self.alerts.settings.queue_url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            self._publish(messages)
        more = {name: stream.read() for name, stream in self.streams.items()}
        return Counter(
            key for name in self.names for each in records[name] + more[name] for key in self._keys(name, each)
        )

    def _publish(self, messages: list[dict[str, Any]]) -> None:
        entries = [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "attributes": {"ApproximateReceiveCount": "1"},
                "body": message["Body"],
            }
            for message in messages
        ]
        answer = take_messages(self.alerts, entries, Invocation(messages[0]["MessageId"], time.time() + 60))
        assert not answer["batchItemFailures"]
        for message in messages:
            self.sqs.delete_message(QueueUrl=self.alerts.settings.queue_url, ReceiptHandle=message["ReceiptHandle"])

    def _keys(self, name: str, change: dict[str, Any]) -> Iterator[Key]:
        """The keys that a change is written to; one of an index that changes, twice."""
        body, table = change["dynamodb"], self.tables[name]
        images = [body.get(image, {}) for image in ("OldImage", "NewImage")]
        yield name, next(iter(body["Keys"][part["AttributeName"]]["S"] for part in table["KeySchema"]))
        for index in table.get("GlobalSecondaryIndexes", []):
            partition = index["KeySchema"][0]["AttributeName"]
            for value in {image[partition]["S"] for image in images if partition in image}:
                yield index["IndexName"], value


@pytest.fixture
def chain(ministack: str, monkeypatch: pytest.MonkeyPatch) -> Chain:
    for name, value in {**engines.AWS, "AWS_ENDPOINT_URL": ministack, "AWS_ENDPOINT_URL_DYNAMODB": ministack}.items():
        monkeypatch.setenv(name, value)
    return Chain(World(ministack, ministack), ministack)


def test_no_key_takes_more_than_a_tenth_of_the_writes(chain: Chain) -> None:
    half = ITEMS // 2
    first = {f"Store {number}": [0] * half + [7] * (ITEMS - half) for number in range(STORES)}
    morning = {store: [*items[:-1], 8 if at % 5 else 7] for at, (store, items) in enumerate(first.items())}
    no_more = {store: [*items[:-2], 0, items[-1]] for store, items in morning.items()}
    for day, sent in (("first load", first), ("morning", morning), ("an item runs out in all stores", no_more)):
        written = chain.send(sent)
        of_items = {key: units for key, units in written.items() if key[0] == "ByItem"}
        (index, key), units = (written - Counter(of_items)).most_common(1)[0]
        assert units <= MOST * written.total(), f"{day}: {key} of {index} takes {units} of {written.total()}"
        # The exception, docs/decisions/0901: an item that runs out everywhere at once.
        assert max(of_items.values(), default=0) <= 2 * STORES
