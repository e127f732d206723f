"""The ways to load a CSV into DynamoDB that are compared, each written as its own documentation does it.

A contender is a class: what `__init__` does a warm function has done before the file comes; `load` is what is measured.
"""

import csv
import io
import itertools
import json
import os
from collections.abc import Iterator
from typing import Any, Protocol

from tests.meter import Meter


class Contender(Protocol):
    """A way to load a file."""

    def __init__(self, meter: Meter | None) -> None: ...

    def load(self, bucket: str, key: str, number: int, /) -> None:
        """Load a file, the `number`th that was uploaded."""


class Onhand:
    """Load-Inventory, from the S3 event on, and the messages that it sends to itself."""

    def __init__(self, meter: Meter | None) -> None:
        from load_inventory.clients import Clients, Settings
        from load_inventory.handler import act

        self._act = act
        self._invocations = itertools.count()
        # DynamoDB Local does one thing at a time, and asked for eight at once spends most of its time on locks.
        threads = 1 if meter and meter.local else 8
        self._clients = Clients(Settings.from_environment(), threads=threads)
        if meter:
            dynamodb = self._clients.dynamodb
            dynamodb.call = meter.around(dynamodb.call)  # type: ignore[method-assign, assignment]

    def load(self, bucket: str, key: str, number: int) -> None:
        self._invoke(json.dumps({"Records": [s3_event(bucket, key, number)]}))

    def drain(self) -> None:
        """Handle what waits in the queue."""
        url, sqs = self._clients.settings.queue_url, self._clients.sqs
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self._invoke(message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def _invoke(self, body: str) -> None:
        self._act(self._clients, body, f"invocation {next(self._invocations)}", lambda: 900.0)


class _Boto3:
    def __init__(self, meter: Meter | None) -> None:
        import boto3

        self._session = boto3.Session()
        if meter:
            _measure(self._session, meter)
        self._s3 = self._session.client("s3")
        self._table = self._session.resource("dynamodb").Table(os.environ["INVENTORY_TABLE"])

    def _rows(self, bucket: str, key: str) -> Iterator[list[str]]:
        body = self._s3.get_object(Bucket=bucket, Key=key)["Body"]
        rows = csv.reader(io.TextIOWrapper(io.BytesIO(body.read()), "utf-8", newline=""))
        next(rows)
        return rows


class PutItem(_Boto3):
    """What tutorials do: put_item for every row."""

    def load(self, bucket: str, key: str, _number: int) -> None:
        for store, item, count in self._rows(bucket, key):
            self._table.put_item(Item={"Store": store, "Item": item, "Count": int(count)})


class BatchWriter(_Boto3):
    """What boto3's guide does."""

    def load(self, bucket: str, key: str, _number: int) -> None:
        with self._table.batch_writer() as batch:
            for store, item, count in self._rows(bucket, key):
                batch.put_item(Item={"Store": store, "Item": item, "Count": int(count)})


class PutDf(_Boto3):
    """What awswrangler does with a data frame."""

    def __init__(self, meter: Meter | None) -> None:
        import awswrangler  # type: ignore[import-not-found]  # only in the virtual environment of the benchmark
        import pandas

        super().__init__(meter)
        self._put_df, self._read_csv = awswrangler.dynamodb.put_df, pandas.read_csv

    def load(self, bucket: str, key: str, _number: int) -> None:
        frame = self._read_csv(
            self._s3.get_object(Bucket=bucket, Key=key)["Body"],
            header=0,
            names=["Store", "Item", "Count"],
            dtype={"Store": str, "Item": str, "Count": int},
        )
        self._put_df(df=frame, table_name=self._table.name, boto3_session=self._session)


CONTENDERS: dict[str, type[Contender]] = {
    "onhand": Onhand, "batch_writer": BatchWriter, "put_df": PutDf, "put_item": PutItem,
}  # fmt: skip


def s3_event(bucket: str, key: str, number: int) -> dict[str, Any]:
    """Return the record with which S3 announces a file."""
    return {
        "eventName": "ObjectCreated:Put",
        "eventTime": "2026-11-22T09:00:00.000Z",
        "userIdentity": {"principalId": "EXAMPLE"},
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "size": 1, "sequencer": f"{number:016X}"}},
    }


def _measure(session: Any, meter: Meter) -> None:
    def ask(params: dict[str, Any], model: Any, **_: Any) -> None:
        if "ReturnConsumedCapacity" in model.input_shape.members:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def add(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        meter.requests[model.name] += 1
        meter.add(model.name, parsed)

    session.events.register("provide-client-params.dynamodb", ask)
    session.events.register("after-call.dynamodb", add)
