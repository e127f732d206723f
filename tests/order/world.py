"""Tables, a bucket and a queue for the tests of this folder, without the deployed functions."""

import os
import time
import uuid
from dataclasses import dataclass, replace
from typing import Any

from check_stock.record_changes import record
from check_stock.services import Services
from check_stock.services import Settings as AlertSettings
from keep_catalogue.fold import fold
from keep_catalogue.keep import keep_catalogue
from keep_catalogue.read import read_catalogue
from keep_history.handler import keep
from load_inventory.clients import Clients, Settings
from stock.catalogue import Entry
from tests.engines import AWS, client, create_tables, session

BUCKET = "uploads"
_MINUTES_LATER = 700  # in seconds: what was added to the catalogue just now is old enough to be folded


@dataclass(frozen=True)
class World:
    """Load-Inventory's clients on real tables of an engine, a bucket and a queue."""

    engine: str
    clients: Clients
    dynamodb: Any
    stream: "Stream"
    alerts: Services
    catalogue: str  # the name of its table

    def read_stream(self) -> list[dict[str, Any]]:
        """Return the records that came into the stream of Inventory since this was called last."""
        return self.stream.read()

    def spread(self, shards: int) -> None:
        """Deploy both functions with another number of shards; who is at work goes on with the one before."""
        self.clients.settings = replace(self.clients.settings, shards=shards)
        self.alerts.settings = replace(self.alerts.settings, shards=shards)

    def check_stock(self) -> None:
        """Have Check-Stock record what came into the stream, in batches, the first one twice."""
        records = self.read_stream()
        self.keep_history(records)
        half = len(records) // 2
        for batch in (records[:half], records[:half], records[half:]):
            record(self.alerts, batch)

    def keep_history(self, records: list[dict[str, Any]]) -> None:
        """Have records of the stream kept in history and catalogue, in batches that overlap, and that one folded."""
        dynamodb, settings = self.clients.dynamodb, self.clients.settings
        third = len(records) // 3
        for batch in (records[: 2 * third], records[third:]):
            keep(dynamodb, settings.history, batch, settings.keep_history_days)
            keep_catalogue(dynamodb, self.catalogue, batch)
        fold(dynamodb, self.catalogue, lambda: time.time() + _MINUTES_LATER)

    def read_catalogue(self) -> dict[str, Entry]:
        """Return the catalogue, of all that is and was in this world."""
        return read_catalogue(self.catalogue, self.clients.dynamodb.pages).entries

    def open_alerts(self, store: str) -> set[str]:
        """Return the items of a store that have an open alert."""
        return {item["Item"]["S"] for item in self.alerts_of(store) if "Open" in item}

    def alerts_of(self, store: str) -> list[dict[str, Any]]:
        """Return the alerts of a store."""
        request = {
            "TableName": self.alerts.settings.alerts,
            "KeyConditionExpression": "#s=:s",
            "ExpressionAttributeNames": {"#s": "Store"},
            "ExpressionAttributeValues": {":s": {"S": store}},
            "ConsistentRead": True,
        }
        return [item for page in self.clients.dynamodb.pages(request) for item in page]


class Stream:
    """The stream of a table, read from where it was read last."""

    def __init__(self, dynamodb: Any, streams: Any, table: str) -> None:
        self._streams = streams
        self._arn = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
        self._last: dict[str, str] = {}  # shard → sequence number of the last record that was read

    def read(self) -> list[dict[str, Any]]:
        """Return the new records, as Lambda hands them over."""
        shards = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        return [record for shard in shards for record in self._read_shard(shard["ShardId"])]

    def _read_shard(self, shard: str) -> list[dict[str, Any]]:
        where = {"ShardIteratorType": "TRIM_HORIZON"}
        if last := self._last.get(shard):
            where = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": last}
        iterator = self._streams.get_shard_iterator(StreamArn=self._arn, ShardId=shard, **where)["ShardIterator"]
        found: list[dict[str, Any]] = []
        while iterator:
            answer = self._streams.get_records(ShardIterator=iterator)
            if not answer["Records"]:
                break
            found += [self._as_lambda_has_it(each) for each in answer["Records"]]
            self._last[shard] = answer["Records"][-1]["dynamodb"]["SequenceNumber"]
            iterator = answer.get("NextShardIterator")
        return found

    def _as_lambda_has_it(self, each: dict[str, Any]) -> dict[str, Any]:
        created = each["dynamodb"]["ApproximateCreationDateTime"].timestamp()
        body = each["dynamodb"] | {"ApproximateCreationDateTime": created}
        return each | {"eventSource": "aws:dynamodb", "eventSourceARN": self._arn, "dynamodb": body}


def make_world(engine: str, dynamodb: str, aws: str, **settings: Any) -> World:
    """Make tables on the engine at address `dynamodb`, a bucket and a queue on MiniStack's at `aws`."""
    os.environ |= AWS | {"AWS_ENDPOINT_URL": aws, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb}
    prefix = f"order-{uuid.uuid4().hex[:6]}-"
    create_tables(client("dynamodb", dynamodb), prefix)
    s3, sqs = client("s3", aws), client("sqs", aws)
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    url = sqs.create_queue(QueueName=prefix + "uploads")["QueueUrl"]
    tables = {name.lower(): prefix + name for name in ("Inventory", "Stores", "Uploads", "History")}
    names = tables | {"reorder_points": prefix + "ReorderPoints", "queue_url": url}
    clients = Clients(Settings(**names, **settings), session(), threads=1)
    local = client("dynamodb", dynamodb)
    stream = Stream(local, client("dynamodbstreams", dynamodb), prefix + "Inventory")
    topic = client("sns", aws).create_topic(Name=prefix + "NoStock")["TopicArn"]
    alerts = AlertSettings(
        prefix + "Inventory", prefix + "Stores", prefix + "Uploads", prefix + "Alerts", prefix + "Acknowledgements",
        sqs.create_queue(QueueName=prefix + "alerts")["QueueUrl"], topic, "https://example.com",
    )  # fmt: skip
    return World(engine, clients, local, stream, Services(alerts, session()), prefix + "Catalogue")
