"""What Load-Inventory works with: the tables, the bucket and the queue, and its settings."""

import os
from dataclasses import dataclass, field
from typing import Any

import botocore.session

from stock.clients import make_client
from stock.dynamodb import DynamoDB

# DynamoDB writes 1,000 rows of one store a second, and all parts that run at the same time may be of one store.
# Together they shall be through in half of the function's time, each waiting for its turn (docs/uploads.md).
_ROWS_AT_ONCE = 450_000
_TIMES_TO_WRITE = 60  # with pauses of up to 5 s: two minutes and a half


@dataclass(frozen=True)
class Settings:
    """Names and limits, as the template hands them to the function."""

    inventory: str
    stores: str
    uploads: str
    reorder_points: str
    history: str
    queue_url: str
    part_rows: int = 50_000
    snapshot_remove_limit: float = 0.2
    zero_limit: float = 0
    zero_limit_items: int = 20
    keep_uploads_days: int = 400
    keep_history_days: int = 400
    max_receives: int = 12
    shards: int = 1
    concurrency: int = 20
    negative_counts: str = "zero"
    known_stores_only: bool = False

    @property
    def rows_of_a_part(self) -> int:
        """How many rows a part of a split upload may have."""
        return min(self.part_rows, _ROWS_AT_ONCE // self.concurrency)

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings from the environment variables of docs/data-model.md."""
        env = os.environ
        return cls(
            inventory=env["INVENTORY_TABLE"],
            stores=env["STORES_TABLE"],
            uploads=env["UPLOADS_TABLE"],
            reorder_points=env["REORDER_POINTS_TABLE"],
            history=env["HISTORY_TABLE"],
            queue_url=env["UPLOADS_QUEUE_URL"],
            part_rows=int(env.get("PART_ROWS", "50000")),
            snapshot_remove_limit=float(env.get("SNAPSHOT_REMOVE_LIMIT", "0.2")),
            zero_limit=float(env.get("ZERO_LIMIT", "0")),
            zero_limit_items=int(env.get("ZERO_LIMIT_ITEMS", "20")),
            keep_uploads_days=int(env.get("KEEP_UPLOADS_DAYS", "400")),
            keep_history_days=int(env.get("KEEP_HISTORY_DAYS", "400")),
            max_receives=int(env.get("MAX_RECEIVES", "12")),
            shards=int(env.get("SHARDS", "1")),
            concurrency=int(env.get("MAXIMUM_CONCURRENCY", "20")),
            negative_counts=env.get("NEGATIVE_COUNTS", "zero"),
            known_stores_only=env.get("KNOWN_STORES_ONLY") == "true",
        )


@dataclass
class Cache:
    """What a function instance remembers: reorder points of single items, by store, with their version."""

    points: dict[str, tuple[int, dict[str, int]]] = field(default_factory=dict)


class Clients:
    """The clients of one function instance. The queue's client is made when first used: most uploads send nothing."""

    def __init__(self, settings: Settings, session: botocore.session.Session | None = None, threads: int = 8) -> None:
        self.settings = settings
        self._session = session or botocore.session.get_session()
        self._sqs: Any = None
        self.dynamodb = DynamoDB(self._session, threads, _TIMES_TO_WRITE)
        self.each, self.begin = self.dynamodb.each, self.dynamodb.begin
        self.s3 = make_client(self._session, "s3")
        self.cache = Cache()

    @property
    def sqs(self) -> Any:
        if self._sqs is None:
            self._sqs = make_client(self._session, "sqs")
        return self._sqs

    def send(self, body: str) -> None:
        """Put a message on the uploads queue."""
        self.sqs.send_message(QueueUrl=self.settings.queue_url, MessageBody=body)

    def send_all(self, bodies: list[str]) -> None:
        """Put messages on the uploads queue, several at a time."""
        sqs = self.sqs  # made before threads ask for it
        self.each(lambda body: sqs.send_message(QueueUrl=self.settings.queue_url, MessageBody=body), bodies)
