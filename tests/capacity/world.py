"""Load-Inventory on the tables of either engine, with its uploads in MiniStack's S3."""

import itertools
import json
from typing import Any

from load_inventory import handler
from load_inventory.clients import Clients, Settings
from tests import engines
from tests.meter import Meter

_number = itertools.count(1)


class World:
    """The tables, the bucket and the queue of one test, and uploads in the order in which they are made."""

    def __init__(self, dynamodb: str, ministack: str) -> None:
        self.is_local = dynamodb != ministack  # DynamoDB Local
        self.prefix = f"test{next(_number)}-"
        self.client = engines.client("dynamodb", dynamodb)
        self.streams = engines.client("dynamodbstreams", dynamodb)
        self.s3 = engines.client("s3", ministack)
        engines.create_tables(self.client, self.prefix)
        self.bucket = self.prefix + "uploads"
        self.s3.create_bucket(Bucket=self.bucket)
        queue = engines.client("sqs", ministack).create_queue(QueueName=self.prefix + "uploads")["QueueUrl"]
        self.settings = Settings(
            inventory=self.prefix + "Inventory",
            stores=self.prefix + "Stores",
            uploads=self.prefix + "Uploads",
            reorder_points=self.prefix + "ReorderPoints",
            history=self.prefix + "History",
            queue_url=queue,
        )
        # DynamoDB Local does one thing at a time, and asked for eight at once spends most of its time on locks.
        self.clients = Clients(self.settings, engines.session(), threads=1 if self.is_local else 8)
        settings = self.settings
        self.tables = (settings.inventory, settings.stores, settings.uploads, settings.reorder_points, settings.history)
        self._call = self.clients.dynamodb.call
        self._uploads = 0
        self._records = 0

    def load(self, csv: str, prefix: str = "uploads/", **metadata: str) -> Meter:
        """Upload a file, or have it checked, by its prefix; return what that consumed."""
        self._uploads += 1
        return self.load_late(csv, prefix, self._uploads, **metadata)

    def load_late(self, csv: str, prefix: str, number: int, **metadata: str) -> Meter:
        """Upload a file that takes the place in the order that the upload with a number has."""
        key = f"{prefix}{number}.csv"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=csv.encode(), Metadata=metadata)
        uploaded = {"key": key, "size": len(csv), "sequencer": f"{number:016X}"}
        record = {
            "eventName": "ObjectCreated:Put",
            "eventTime": "2026-11-22T09:00:00.000Z",
            "userIdentity": {"principalId": "EXAMPLE"},
            "s3": {"bucket": {"name": self.bucket}, "object": uploaded},
        }
        meter = Meter(self.is_local)
        self.clients.dynamodb.call = meter.around(self._call)  # type: ignore[method-assign, assignment]
        handler.act(self.clients, json.dumps({"Records": [record]}), f"invocation {number}", lambda: 900.0)
        return meter

    def check(self, csv: str, **metadata: str) -> tuple[dict[str, Any], Meter]:
        """Have a file checked; return the answer, and what that consumed."""
        meter = self.load(csv, "checks/", **metadata)
        answer = self.s3.get_object(Bucket=self.bucket, Key="checked/null.json")["Body"].read()
        return json.loads(answer), meter

    def record(self) -> dict[str, Any]:
        """Return the record of the newest upload."""
        newest: dict[str, Any] = self.client.query(
            TableName=self.settings.uploads,
            KeyConditionExpression="#s = :all",
            ExpressionAttributeNames={"#s": "Scope"},
            ExpressionAttributeValues={":all": {"S": "all"}},
            ScanIndexForward=False,
            Limit=1,
        )["Items"][0]
        return newest

    def contents(self) -> dict[str, list[str]]:
        """Return all items of all tables, and the objects of the bucket but checks and their answers."""
        found = {
            table: sorted(json.dumps(item, sort_keys=True) for item in self.client.scan(TableName=table)["Items"])
            for table in self.tables
        }
        objects = self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return found | {
            "bucket": [each["Key"] for each in objects if not each["Key"].startswith(("checks/", "checked/"))]
        }

    def stop_stream(self) -> None:
        """Let Inventory have no stream."""
        self.client.update_table(TableName=self.settings.inventory, StreamSpecification={"StreamEnabled": False})

    def stream_records(self) -> list[dict[str, Any]]:
        """Return the records that came into the stream of Inventory since this was last asked for."""
        arn = self.client.describe_table(TableName=self.settings.inventory)["Table"]["LatestStreamArn"]
        (shard,) = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator = self.streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found: list[dict[str, Any]] = []
        while True:
            answer = self.streams.get_records(ShardIterator=iterator)
            if not answer["Records"]:
                break
            iterator = answer["NextShardIterator"]
            found += answer["Records"]
        new = found[self._records :]
        self._records = len(found)
        return new
