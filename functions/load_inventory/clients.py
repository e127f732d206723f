"""What Load-Inventory works with: the tables, the bucket and the queue, and its settings."""

from dataclasses import dataclass, field
from typing import Any

import botocore.session

from stock.clients import make_client
from stock.dynamodb import DynamoDB
from stock.settings import FromEnvironment, variable

# DynamoDB writes 1,000 rows of one store a second, and all parts that run at the same time may be of one store.
# Together they shall be through in half of the function's time, each waiting for its turn (docs/uploads.md).
_ROWS_AT_ONCE = 450_000
_TIMES_TO_WRITE = 60  # with pauses of up to 5 s: two minutes and a half


@dataclass(frozen=True)
class Settings(FromEnvironment):
    """Names and limits, as the template hands them to the function."""

    inventory: str = field(metadata=variable("INVENTORY_TABLE"))
    stores: str = field(metadata=variable("STORES_TABLE"))
    uploads: str = field(metadata=variable("UPLOADS_TABLE"))
    reorder_points: str = field(metadata=variable("REORDER_POINTS_TABLE"))
    history: str = field(metadata=variable("HISTORY_TABLE"))
    queue_url: str = field(metadata=variable("UPLOADS_QUEUE_URL"))
    part_rows: int = field(default=50_000, metadata=variable("PART_ROWS", int))
    snapshot_remove_limit: float = field(default=0.2, metadata=variable("SNAPSHOT_REMOVE_LIMIT", float))
    zero_limit: float = field(default=0, metadata=variable("ZERO_LIMIT", float))
    zero_limit_items: int = field(default=20, metadata=variable("ZERO_LIMIT_ITEMS", int))
    keep_uploads_days: int = field(default=400, metadata=variable("KEEP_UPLOADS_DAYS", int))
    keep_history_days: int = field(default=400, metadata=variable("KEEP_HISTORY_DAYS", int))
    max_receives: int = field(default=12, metadata=variable("MAX_RECEIVES", int))
    shards: int = field(default=1, metadata=variable("SHARDS", int))
    concurrency: int = field(default=20, metadata=variable("MAXIMUM_CONCURRENCY", int))
    negative_counts: str = field(default="zero", metadata=variable("NEGATIVE_COUNTS"))
    known_stores_only: bool = field(default=False, metadata=variable("KNOWN_STORES_ONLY", lambda said: said == "true"))

    @property
    def rows_of_a_part(self) -> int:
        """How many rows a part of a split upload may have."""
        return min(self.part_rows, _ROWS_AT_ONCE // self.concurrency)


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
