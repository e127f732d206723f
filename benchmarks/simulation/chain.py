"""A chain of stores with onhand's own functions, started as Lambda's event source mappings start them.

Batch sizes, time limits, visibility and numbers of tries are those of template.yaml. Tables and bucket are an engine's.
"""

import itertools
import json
import logging
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any
from urllib.parse import quote
from zlib import crc32

import botocore.session

from benchmarks.simulation import aws, proxy
from benchmarks.simulation.clock import Clock, OutOfTimeError
from benchmarks.simulation.limits import Limits
from benchmarks.simulation.writes import Stream, Table, table_of
from check_stock import handler as check_stock
from check_stock import services
from load_inventory import clients
from load_inventory import handler as load_inventory
from stock.dynamodb import DynamoDB
from stock.times import iso
from tests import engines
from tests.alerts.world import passes

BUCKET = "uploads"
Invoke = Callable[[list[dict[str, Any]]], Any]
"""Invokes an instance of a function with records."""

_LOOK_EVERY = 0.25  # seconds: Lambda looks four times a second into a shard, and about so often into a queue
_START = 0.01  # seconds until a warm function runs
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds until a batch of the stream is tried again; AWS does not say
_BEGIN = 1_796_100_000.0  # epoch seconds: the simulated time begins on a morning
_STREAM_SECONDS = 86_400  # a record lives as long as the stream; the template says so for AWS only
_PARTITIONS = 40  # of the table Inventory, and shards of its stream: as many as take the 40,000 units of the quota


@dataclass(frozen=True)
class Size:
    """How much of the chain is simulated (`share`: 1/K), in how many stores and items of each.

    `shards`: the parameter Shards. `table_writes`: units a second that a table takes, in a chain of the whole size.
    """

    share: float
    stores: int
    items: int
    shards: int
    table_writes: int

    def of(self, number: int) -> tuple[int, float]:
        """Return how many instances stand for a number of them in the whole chain, and how slow they are.

        At least one does, and then it is so slow that it does as much as its part of one.
        """
        count = ceil(number * self.share)
        return count, count / (number * self.share)


class Context:
    """Lambda's context of an invocation."""

    _numbers = itertools.count()

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.aws_request_id = f"{next(self._numbers):08}"

    def get_remaining_time_in_millis(self) -> float:
        """Return the milliseconds that are left."""
        return 1000 * (self._clock.deadline - self._clock.now)


class Chain:
    """Functions, queues, stream and topic in simulated time, and what happened."""

    def __init__(self, size: Size, clock: Clock, limits: Limits, tables: dict[str, Table], template: Any) -> None:
        self.size, self.clock, self.limits, self.tables = size, clock, limits, tables
        resources = template["Resources"]
        load, check = (resources[name]["Properties"] for name in ("LoadInventory", "CheckStock"))
        self._load_seconds, self._check_seconds = load["Timeout"], check["Timeout"]
        self._rows, alerts = check["Events"]["Rows"]["Properties"], check["Events"]["Alerts"]["Properties"]
        self._alerts_batch = alerts["BatchSize"]
        receives = int(template["Mappings"]["UploadsQueue"]["Redrive"]["MaxReceives"])
        self.uploads = aws.Queue(clock, resources["UploadsQueue"]["Properties"]["VisibilityTimeout"], receives)
        alerts_queue = resources["AlertsQueue"]["Properties"]
        self.alerts = aws.Queue(
            clock, alerts_queue["VisibilityTimeout"], alerts_queue["RedrivePolicy"]["maxReceiveCount"]
        )
        self.topic = aws.Topic(clock)
        self._shards = [deque[tuple[float, dict[str, Any]]]() for _ in range(size.of(_PARTITIONS)[0])]
        self.stream = Stream("Inventory", clock.time, self._put_record)
        self.engine: DynamoDB  # past the proxy
        self._busy = 0
        self._numbers = itertools.count(1)
        self.clear()
        self._loaders = template["Parameters"]["MaximumConcurrency"]["Default"]
        self._publishers = alerts["ScalingConfig"]["MaximumConcurrency"]

    def clear(self) -> None:
        """Count anew."""
        self.record_ages: list[float] = []
        self.stream_failures: Counter[str] = Counter()
        self.given_up: list[dict[str, Any]] = []  # records
        for each in (self.uploads, self.alerts, self.topic, self.limits):
            each.clear()

    def start(self) -> None:
        """Let the functions run from now on."""
        session = botocore.session.get_session()
        self.s3 = engines.client("s3", os.environ["AWS_ENDPOINT_URL"])
        count, slowness = self.size.of(self._loaders)
        for _ in range(count):
            loader = clients.Clients(clients.Settings.from_environment(), session)
            loader._sqs = self.uploads
            load = partial(self._invoke, load_inventory, "_clients", loader, self._load_seconds, slowness)
            self._run(partial(self._take_messages, self.uploads, 1, load))
        count, slowness = self.size.of(self._publishers)
        for _ in range(count):
            self._run(partial(self._take_messages, self.alerts, self._alerts_batch, self._check(session, slowness)))
        _, slowness = self.size.of(_PARTITIONS)
        for shard in self._shards:
            self._run(partial(self._take_records, shard, self._check(session, slowness)))

    def upload(self, key: str, content: bytes) -> None:
        """Put a file into the bucket, at the time that it is."""
        put = self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        about = {"key": quote(key, safe="/"), "size": len(content), "versionId": put["VersionId"]}
        record = {
            "eventName": "ObjectCreated:Put",
            "eventTime": iso(self.clock.now),
            "userIdentity": {"principalId": "AWS:store"},
            "s3": {"bucket": {"name": BUCKET}, "object": about | {"sequencer": f"{next(self._numbers):016X}"}},
        }
        self.uploads.put(json.dumps({"Records": [record]}))

    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is being done."""
        return not (self._busy or self.uploads.messages or self.alerts.messages or any(self._shards))

    # ---- Event source mappings -----------------------------------------------------------------------------------

    def _check(self, session: botocore.session.Session, slowness: float) -> Invoke:
        """Return what invokes an instance of Check-Stock."""
        made = services.Services(services.Settings.from_environment(), session, self.clock.time, self.clock.sleep)
        made._clients = {"sqs": self.alerts, "sns": self.topic}
        return partial(self._invoke, check_stock, "_services", made, self._check_seconds, slowness)

    def _run(self, mapping: Callable[[], bool]) -> None:
        """Have an event source mapping look for work for ever."""

        def run() -> None:
            while True:
                self._busy += 1
                found = mapping()
                self._busy -= 1
                if not found:
                    self.clock.sleep(_LOOK_EVERY)

        self.clock.begin(run)

    def _invoke(
        self, module: Any, maker: str, instance: Any, seconds: float, slowness: float, records: list[dict[str, Any]]
    ) -> Any:
        """Invoke a function in an instance; return what it returns. Raises what it raises, and OutOfTimeError.

        `maker`: the name of what in the handler's module makes the instance.
        """

        def handle() -> Any:
            setattr(module, maker, lambda: instance)  # the handler calls it before it does anything else
            return module.handle({"Records": records}, Context(self.clock))

        self.clock.sleep(_START)
        return self.clock.begin(handle, seconds, slowness).result()

    def _take_messages(self, queue: aws.Queue, most: int, invoke: Invoke) -> bool:
        records = queue.receive(most)
        if records:
            try:
                answer = invoke(records)
            except OutOfTimeError:
                answer = None
            queue.done(records, answer)
        return bool(records)

    def _take_records(self, shard: deque[tuple[float, dict[str, Any]]], invoke: Invoke) -> bool:
        batch = [shard.popleft() for _ in range(min(len(shard), self._rows["BatchSize"]))]
        parts = deque([batch] if batch else [])
        tries = 0
        while parts:
            part, age = parts.popleft(), self._rows["MaximumRecordAgeInSeconds"] or _STREAM_SECONDS
            if tries > self._rows["MaximumRetryAttempts"] or 0 < age < self.clock.now - part[0][0]:
                self.given_up += [record for _, record in part]
                tries = 0
                continue
            try:
                invoke([record for _, record in part])
            except (Exception, OutOfTimeError) as error:
                self.stream_failures[f"{type(error).__name__}: {error}"[:100]] += 1
                self.clock.sleep(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**tries))
                half = len(part) // 2
                parts.extendleft(filter(None, (part[half:], part[:half])))
                tries += not half  # a split does not count
            else:
                tries = 0
                self.record_ages += [self.clock.now - at for at, _ in part]
        return bool(batch)

    def _put_record(self, partition: str, record: dict[str, Any]) -> None:
        if passes(record):
            self._shards[crc32(partition.encode()) % len(self._shards)].append((self.clock.now, record))


@contextmanager
def running(size: Size, engine: str) -> Iterator[Chain]:
    """Run an engine, the proxy in front of it and a chain that is empty."""
    template = engines.template()
    with ExitStack() as stack:
        ministack = stack.enter_context(engines.ministack())
        behind = ministack if engine == "MiniStack" else stack.enter_context(engines.dynamodb_local())
        dynamodb = engines.client("dynamodb", behind)
        engines.create_tables(dynamodb, "")
        # Records come from the proxy: both engines become slower with every record that is in a stream.
        dynamodb.update_table(TableName="Inventory", StreamSpecification={"StreamEnabled": False})
        tables = {name: table_of(dynamodb.describe_table(TableName=name)["Table"]) for name in engines.TABLES}
        engines.client("s3", ministack).create_bucket(Bucket=BUCKET)
        engines.client("s3", ministack).put_bucket_versioning(
            Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
        )
        clock = Clock(_BEGIN)
        limits = Limits(clock.time, size.share, lambda key: "Store " in key, size.table_writes)
        chain = Chain(size, clock, limits, tables, template)
        os.environ |= engines.AWS | _environment(size, ministack, behind)
        chain.engine = DynamoDB(botocore.session.get_session(), threads=1)
        address = stack.enter_context(proxy.running(proxy.Gate(tables, limits, chain.stream), behind))
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = address
        clock.rule_functions()
        stack.enter_context(aws.slow_down(clock))
        logging.disable()
        chain.start()
        yield chain


def _environment(size: Size, ministack: str, dynamodb: str) -> dict[str, str]:
    """Return the variables of the functions (docs/data-model.md)."""
    return {
        "AWS_ENDPOINT_URL": ministack, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb, "SHARDS": str(size.shards),
        "INVENTORY_TABLE": "Inventory", "STORES_TABLE": "Stores", "UPLOADS_TABLE": "Uploads",
        "ALERTS_TABLE": "Alerts", "HISTORY_TABLE": "History", "REORDER_POINTS_TABLE": "ReorderPoints",
        "UPLOADS_QUEUE_URL": "uploads",
        "ALERTS_QUEUE_URL": "alerts", "NO_STOCK_TOPIC_ARN": "topic", "DASHBOARD_URL": "https://example.com",
    }  # fmt: skip
