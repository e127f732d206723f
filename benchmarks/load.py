"""`make load`: 2,000 uploads of 100 rows from 200 stores at once, through onhand and through one that does nothing.

Both run on one emulator, one after the other. While a pipeline's first function stands still, all files are put, so
that what S3 says of them waits in its queue; then it is let go. The second time the queue's messages are taken out,
shuffled, half of them doubled, and put back. What is measured begins when the function is let go.
"""
# ruff: noqa: T201

import argparse
import queue
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from benchmarks.pipeline import DO_NOTHING, ONHAND, Subscriber, running
from stock.batches import batches
from tests import engines

AS_THEY_COME, DISORDERED = "as they come", "duplicated and reordered"

_ROWS = 100
_OUT_OF_STOCK = 0.02
_PUTTERS = 8
_LOOK_EVERY = 0.5
_PATIENCE = 1800

Row = tuple[str, str]
"""Store and item."""


@dataclass(frozen=True)
class Outcome:
    """What came of the uploads. Seconds from the moment at which the function was let go; None: cannot be told.

    `after`: from the last upload that was through to the last alert, as the subscriber's queue got it.
    """

    pipeline: str
    how: str
    loaded: float
    after: float
    messages: int
    wrong_rows: int
    wrong_summaries: int | None
    wrong_alerts: int | None
    dead_letters: int


class Pipeline:
    """One of both pipelines, and its queue."""

    def __init__(self, name: str, endpoint: str, outputs: dict[str, str], subscriber: Subscriber) -> None:
        self.name, self._outputs, self._subscriber = name, outputs, subscriber
        self._s3, self._sqs, self._dynamodb, self._functions = (
            engines.client(service, endpoint) for service in ("s3", "sqs", "dynamodb", "lambda")
        )
        found = self._functions.list_event_source_mappings(FunctionName=outputs["LoadInventoryFunction"])
        (self._mapping,) = (
            one["UUID"] for one in found["EventSourceMappings"] if one["EventSourceArn"].split(":")[2] == "sqs"
        )

    def load(self, how: str, uploads: int, stores: int) -> Outcome:
        """Put uploads, let them be loaded, and compare what came of it."""
        files = _files(how, uploads, stores)
        self._functions.update_event_source_mapping(UUID=self._mapping, Enabled=False)
        with ThreadPoolExecutor(_PUTTERS) as pool:
            list(pool.map(self._put, files, files.values()))
        _wait(lambda: self._depth() >= uploads, "S3's messages")
        if how == DISORDERED:
            self._disorder(uploads)
        began = time.time()
        self._functions.update_event_source_mapping(UUID=self._mapping, Enabled=True)
        _wait(lambda: self._depth() == 0, "the last upload")
        loaded = time.time()
        sent = self._alerts()
        dead = self._depth("DeadLetterQueueUrl")
        rights = _fold(files, self._in_order(files))
        rows = {
            (row["Store"]["S"], row["Item"]["S"]): int(row["Count"]["N"])
            for row in self._scan("InventoryTable")
            if row["Store"]["S"].startswith(how)
        }
        return Outcome(
            self.name, how, loaded - began, max(sent, default=loaded) - loaded, len(sent),
            sum(rows.get(row) != count for row, count in rights.items()) + len(rows.keys() - rights.keys()),
            *self._wrong(rights), dead,
        )  # fmt: skip

    def _put(self, key: str, counts: dict[Row, int]) -> None:
        text = "store,item,count\n" + "".join(f"{store},{item},{count}\n" for (store, item), count in counts.items())
        self._s3.put_object(Bucket=self._outputs["UploadsBucket"], Key=key, Body=text.encode())

    def _disorder(self, uploads: int) -> None:
        """Take all messages out of the queue; put them back in another order, half of them twice."""
        url, chance = self._outputs["UploadsQueueUrl"], random.Random(1)
        bodies: list[str] = []
        while len(bodies) < uploads:
            for message in self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                bodies.append(message["Body"])
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        bodies += bodies[::2]
        chance.shuffle(bodies)
        for some in batches(bodies):
            entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(some)]
            self._sqs.send_message_batch(QueueUrl=url, Entries=entries)

    def _alerts(self) -> list[float]:
        """Return when each message of the topic came to the subscriber's queue, until none came for half a minute."""
        sent = []
        while True:
            try:
                sent.append(self._subscriber.next()[1])
            except queue.Empty:
                return sent

    def _in_order(self, files: dict[str, Any]) -> list[str]:
        """Return the keys of the files, oldest first: by the order token of each, or by when S3 had it."""
        if self.name == ONHAND:
            records = (row for row in self._scan("UploadsTable") if row["Scope"]["S"].startswith("all"))
            token = {row["Key"]["S"]: row["Token"]["S"] for row in records}
            return sorted(files, key=lambda key: token[key])
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._outputs["UploadsBucket"])
        stored = {one["Key"]: one["LastModified"] for page in pages for one in page.get("Contents", [])}
        return sorted(files, key=lambda key: stored[key])

    def _wrong(self, rights: dict[Row, int]) -> tuple[int | None, int | None]:
        """Return how many summaries and open alerts are wrong; None: the pipeline has none."""
        if self.name == DO_NOTHING:
            return None, None
        told = {row["Store"]["S"]: row for row in self._scan("StoresTable")}
        wrong = 0
        for name in {store for store, _ in rights}:
            counts = [count for (store, _), count in rights.items() if store == name]
            right = {"Items": len(counts), "Units": sum(counts), "Out": counts.count(0)}
            wrong += any(int(told[name][part]["N"]) != number for part, number in right.items())
        is_open = {(row["Store"]["S"], row["Item"]["S"]) for row in self._scan("AlertsTable") if "Open" in row}
        out = {row for row, count in rights.items() if count == 0}
        return wrong, len({row for row in is_open if row in rights} ^ out)

    def _depth(self, name: str = "UploadsQueueUrl") -> int:
        parts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        asked = self._sqs.get_queue_attributes(QueueUrl=self._outputs[name], AttributeNames=parts)["Attributes"]
        return sum(int(asked[part]) for part in parts)

    def _scan(self, table: str) -> list[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._outputs[table], ConsistentRead=True)
        return [row for page in pages for row in page["Items"]]


def _files(how: str, uploads: int, stores: int) -> dict[str, dict[Row, int]]:
    """Return the files by key: each has all items of a store, and what it says of them is its own."""
    chance = random.Random(1)
    found = {}
    for number in range(uploads):
        store = f"{how} {number % stores:03}"
        key = f"uploads/{how.replace(' ', '-')}-{number:05}.csv"
        found[key] = {(store, f"Item {item:03}"): _count(chance) for item in range(_ROWS)}
    return found


def _count(chance: random.Random) -> int:
    return 0 if chance.random() < _OUT_OF_STOCK else chance.randrange(1, 400)


def _fold(files: dict[str, dict[Row, int]], order: list[str]) -> dict[Row, int]:
    rows: dict[Row, int] = {}
    for key in order:
        rows |= files[key]
    return rows


def _wait(is_there: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not is_there():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {_PATIENCE} s")
        time.sleep(_LOOK_EVERY)


def _in_words(one: Outcome) -> str:
    """Return what came of the uploads, in a sentence."""
    of_onhand = f", {one.wrong_summaries} wrong summaries, {one.wrong_alerts} wrong open alerts"
    return (
        f"{one.how}, {one.pipeline}: loaded in {one.loaded:.0f} s, {one.wrong_rows} wrong rows"
        f"{of_onhand if one.wrong_summaries is not None else ''}, {one.dead_letters} dead letters; "
        f"{one.messages} messages published, the last one {max(0.0, one.after):.1f} s after the last row"
    )


def main() -> None:
    """Load both pipelines in turn, and print what came of it."""
    parser = argparse.ArgumentParser(prog="make load ARGS=…")
    parser.add_argument("--uploads", type=int, default=2000, help=f"of {_ROWS} rows each")
    parser.add_argument("--stores", type=int, default=200)
    options = parser.parse_args()
    outcomes = []
    with ExitStack() as stack:
        endpoint, outputs = stack.enter_context(running())
        pipelines = []
        for name, each in outputs.items():
            subscriber = stack.enter_context(Subscriber(name, endpoint, each["NoStockTopic"]))
            pipelines.append(Pipeline(name, endpoint, each, subscriber))
        print(f"{options.uploads:,} uploads of {_ROWS} rows from {options.stores} stores at once", flush=True)
        for how in (AS_THEY_COME, DISORDERED):
            for pipeline in pipelines:
                outcomes.append(pipeline.load(how, options.uploads, options.stores))
                print(_in_words(outcomes[-1]), flush=True)
    took = {(one.how, one.pipeline): one.loaded for one in outcomes}
    for how in (AS_THEY_COME, DISORDERED):
        ratio = took[how, ONHAND] / took[how, DO_NOTHING]
        print(f"{how}: onhand takes {ratio:.2f} times as long as the pipeline that does nothing")


if __name__ == "__main__":
    main()
