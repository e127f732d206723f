"""All functions, driven by their handlers as Lambda drives them, on real queues with the dead letters of the template.

What is Lambda's part is here: to take messages off a queue, to hand them over, and to delete those that are done.
"""

import json
import time
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import check_stock.handler
import keep_history.handler
import load_inventory.handler
import look_ahead.handler
import post_to_channel.handler
import send_digest.handler
from tests.engines import client
from tests.order.world import Stream
from tests.two_engines import Engine

_TABLES = {
    "INVENTORY": "Inventory", "STORES": "Stores", "UPLOADS": "Uploads", "REORDER_POINTS": "ReorderPoints",
    "HISTORY": "History", "ALERTS": "Alerts", "ACKNOWLEDGEMENTS": "Acknowledgements", "FORECASTS": "Forecasts",
    "DIGESTS": "Digests", "GROUPS": "Groups", "CHANNELS": "Channels", "CATALOGUE": "Catalogue",
}  # fmt: skip
_MOST_DELIVERIES = 6
"""Fewer than maxReceiveCount in template.yaml: all that fails shall come to the dead letters in the test."""
_PATIENCE = 120  # seconds
_PREFIXES = ("uploads/", "checks/", "formats/", "points/", "withdrawals/")


class _Consumer(NamedTuple):
    """Who takes a queue: its name in the environment, the handler, how many messages at a time (template.yaml)."""

    setting: str
    handler: ModuleType
    batch: int


CONSUMERS = {
    "uploads": _Consumer("UPLOADS_QUEUE_URL", load_inventory.handler, 1),
    "alerts": _Consumer("ALERTS_QUEUE_URL", check_stock.handler, 10),
    "look-aheads": _Consumer("LOOK_AHEAD_QUEUE_URL", look_ahead.handler, 10),
    "digests": _Consumer("DIGESTS_QUEUE_URL", send_digest.handler, 10),
    "posts": _Consumer("CHANNELS_QUEUE_URL", post_to_channel.handler, 10),
}


class World:
    """The functions of a deployment, its bucket, tables, topics and queues."""

    def __init__(self, engine: Engine, set_variable: Callable[[str, str], None]) -> None:
        self.engine = engine
        self.s3 = client("s3", engine.endpoint)
        self.queues, self.failed = {}, {}
        for name, consumer in CONSUMERS.items():
            self.queues[name], self.failed[name] = self._queue()
            set_variable(consumer.setting, self.queues[name])
        set_variable("FAILED_POSTS_QUEUE_URL", self.failed["posts"])
        for name, table in _TABLES.items():
            set_variable(f"{name}_TABLE", self.table(table))
        topic, self.inbox = engine.new_topic()
        more = {"NO_STOCK_TOPIC_ARN": topic, "MORNING_TOPIC_ARN": topic, "DASHBOARD_URL": "https://onhand.example"}
        more |= {"CHANNEL_SECRETS": "/hostile/", "KEEP_HISTORY_DAYS": "400", "MAX_RECEIVES": str(_MOST_DELIVERIES)}
        for name, value in more.items():
            set_variable(name, value)
        for cached in (
            load_inventory.handler._clients, check_stock.handler._services, look_ahead.handler._services,
            send_digest.handler._services, post_to_channel.handler._services, keep_history.handler._dynamodb,
        ):  # fmt: skip
            cached.cache_clear()
        self.bucket = self._bucket()
        streams = client("dynamodbstreams", engine.dynamodb_endpoint)
        self.stream = Stream(engine.dynamodb, streams, self.table("Inventory"))
        self.stream.read()

    def table(self, name: str) -> str:
        """Return the name of a table."""
        return f"{self.engine.prefix}{name}"

    def _queue(self) -> tuple[str, str]:
        """Make a queue and that of its dead letters; return their URLs."""
        url, failed = self.engine.new_queue(), self.engine.new_queue()
        redrive = {"deadLetterTargetArn": self._arn(failed), "maxReceiveCount": str(_MOST_DELIVERIES)}
        self.engine.sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(redrive)})
        return url, failed

    def _arn(self, queue: str) -> str:
        found = self.engine.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        arn: str = found["Attributes"]["QueueArn"]
        return arn

    def _bucket(self) -> str:
        """Make a bucket that tells the uploads queue what the template's does."""
        name = f"hostile-{time.time_ns()}"
        self.s3.create_bucket(Bucket=name)
        self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        told = {"QueueArn": self._arn(self.queues["uploads"]), "Events": ["s3:ObjectCreated:*"]}
        rules = [{"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}} for prefix in _PREFIXES]
        self.s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"QueueConfigurations": [told | {"Filter": rule} for rule in rules]}
        )
        return name

    # ---- What others do ------------------------------------------------------------------------------------------

    def put(self, key: str, text: str = "store,item,count\nBerlin,tea,1\n", **metadata: str) -> str:
        """Put an object; return its version."""
        put = {"Metadata": {name.replace("_", "-"): value for name, value in metadata.items()}}
        version: str = self.s3.put_object(Bucket=self.bucket, Key=key, Body=text.encode(), **put)["VersionId"]
        return version

    def send(self, queue: str, *bodies: str) -> None:
        """Put messages on a queue."""
        for body in bodies:
            self.engine.sqs.send_message(QueueUrl=self.queues[queue], MessageBody=body)

    # ---- What Lambda does ----------------------------------------------------------------------------------------

    def run(self, queue: str) -> int:
        """Take messages off a queue until there is none to be seen; return how many deliveries failed."""
        consumer, url, failed = CONSUMERS[queue], self.queues[queue], 0
        while messages := self.engine.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=consumer.batch, AttributeNames=["All"], VisibilityTimeout=60
        ).get("Messages"):
            records = [
                {
                    "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"],
                    "attributes": message["Attributes"], "body": message["Body"], "eventSource": "aws:sqs",
                }
                for message in messages
            ]  # fmt: skip
            answer = consumer.handler.handle({"Records": records}, context())
            again = {entry["itemIdentifier"] for entry in answer["batchItemFailures"]}
            failed += len(again)
            for message in messages:
                if message["MessageId"] not in again:
                    self.engine.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return failed

    def run_until_done(self, queue: str) -> None:
        """Take messages off a queue, also those that come again later: alerts wait until their group is complete."""
        deadline = time.monotonic() + _PATIENCE
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        while time.monotonic() < deadline:
            self.run(queue)
            left = self.engine.sqs.get_queue_attributes(QueueUrl=self.queues[queue], AttributeNames=names)["Attributes"]
            if not any(int(number) for number in left.values()):
                return
            time.sleep(0.2)
        raise TimeoutError(f"The queue of {queue} does not become empty")

    def read_stream(self) -> None:
        """Hand what came into the stream of Inventory to Check-Stock and to Keep-History."""
        records = self.stream.read()
        check_stock.handler.handle({"Records": records}, context())
        keep_history.handler.handle({"Records": records}, context())

    # ---- What came of it -----------------------------------------------------------------------------------------

    def dead_letters(self, queue: str) -> list[str]:
        """Take the dead letters of a queue."""
        return self._take(self.failed[queue])

    def told(self) -> list[dict[str, Any]]:
        """Take what subscribers were told."""
        return [json.loads(body) for body in self._take(self.inbox)]

    def _take(self, url: str) -> list[str]:
        found = []
        while messages := self.engine.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(message["Body"])
                self.engine.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def uploads(self) -> dict[str, dict[str, Any]]:
        """Return the records of uploads, by key."""
        found = self.engine.dynamodb.query(
            TableName=self.table("Uploads"), KeyConditionExpression="#s = :all",
            ExpressionAttributeNames={"#s": "Scope"}, ExpressionAttributeValues={":all": {"S": "all"}},
        )["Items"]  # fmt: skip
        return {row["Key"]["S"]: row for row in found}

    def answer(self, key: str) -> Any:
        """Return what the bucket has under a key, as JSON."""
        return json.loads(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())


def context() -> Any:
    """What Lambda tells of an invocation."""
    return SimpleNamespace(aws_request_id=f"i{time.time_ns()}", get_remaining_time_in_millis=lambda: 60_000)
