"""What a month of onhand costs on AWS: from what a chain does to units, and from units to dollars. Only arithmetic.

Every number that was measured says by which command. What AWS itself takes, such as the time of a call, was never
measured: docs/cost.md says what that leaves out.
"""

import math
from dataclasses import dataclass

DAYS = 365 / 12
"""Of a month."""

# ---- Loading. Units: tests/capacity/test_capacity.py and test_cost_units.py -----------------------------------------

WRITES_AN_UPLOAD = 5.0  # of one store, in which something changed
WRITES_FOR_EVENTS = 1.0  # more, if rows ran out, got low or came back
READS_AN_UPLOAD = 8.0  # besides the rows
ROW_BYTES = 92  # a row with a name as long as an EAN; test_cost_units.py
FILE_BYTES_A_ROW = 28  # in the same files; tests/unit/test_estimate.py

# ---- Alerts. Units: tests/alerts/test_cost_of_an_alert.py -----------------------------------------------------------

WRITES_AN_ALERT = 12.0  # with the alert's three indexes: 11 when an item runs out, 13 when it is back
WRITES_INTO_SHORT_ITEMS = 2.0  # the row enters or leaves both indexes; tests/capacity/test_capacity.py
READS_AN_ALERT = 3.0
READS_A_GROUP = 7.0  # a group is published with one message
EVENTS = 3  # out, low, back: an upload has a group of each, at most

# ---- History: tests/capacity/test_history_units.py ------------------------------------------------------------------

PACK_BYTES, CHANGE_BYTES = 240, 12  # what an upload changed is a pack; names as long as an EAN, with nothing in common

# ---- Catalogue: tests/capacity/test_catalogue_units.py --------------------------------------------------------------

DELTA_BYTES, DELTA_ITEM_BYTES = 140, 9  # of a delta, and of each item in it; names as above
BASE_ITEM_BYTES = 8.4  # of an item in the base, some of which are in it twice, as they are out or low
WRITES_A_POSITION = 2
WRITES_A_FOLD = 3  # besides the parts, which are written, and deleted when the next version is
FOLD_MINUTES = 5  # template.yaml

# ---- The list of stores: docs/decisions/1203 -----------------------------------------------------------------------

FEW_STORES, STORE_PACKS, STORE_BYTES = 100, 64, 20  # of a store in its pack
MINUTES_TO_PACK = 1  # template.yaml; so often that an instance is there: no start is counted
STORE_MS = 0.016  # of CPU; 10,000 took 0.16 s

# ---- Mornings: tests/look_ahead/test_cost_of_a_morning.py -----------------------------------------------------------

PAST_DAYS = 120  # of its history that are read for a forecast
FORECAST_BYTES = 21  # of an item, with a name as long as an EAN
OUTLOOK_BYTES = 1100  # of a store, in the first part and in the index
WRITES_A_MORNING = 5.0  # besides
LEDGER_BYTES = 170  # of an upload
READS_A_MORNING = 2.0  # besides
WRITES_A_WARNING = 6.0  # of an item that people are told of: recorded, and noted as sent, each with two indexes

# ---- Digests: tests/send_digest/test_cost_of_a_digest.py ------------------------------------------------------------

READS_AN_OPEN_ALERT = (
    1.0  # who takes care of it; each alert is open for a day, on average, as one of two closes another
)
READS_A_DIGEST = 55.0  # besides: the counts of 50 low items, and what there is of everything at least
WRITES_A_DIGEST = 3.0

# ---- Functions ------------------------------------------------------------------------------------------------------

# template.yaml, compared by tests/unit/test_estimate.py
LOAD_MEMORY_MB, CHECK_MEMORY_MB, KEEP_MEMORY_MB, LOOK_MEMORY_MB, SEND_MEMORY_MB = 1769, 512, 512, 1769, 512
CPU_MEMORY_MB = 1769  # of one whole processor, AWS says; less memory is as much slower
# `make bench ARGS=--profile`: an upload of one row; most of it is waiting for calls to be answered, by the emulator.
LOAD_MS = 52
STREAM_MS, PUBLISH_MS = 21, 18
PACK_MS = 10  # of 20 changes, on the local stack
MORNING_MS, MORNING_ITEM_MS = 100, 0.15  # calls, on the local stack; forecasts from 120 days, 10,000 items took 1.4 s
# The next two are of docs/performance.md (`make bench`); tests/unit/test_estimate.py compares them with it.
# Null server: wall time of 0 % changed, and what 100 % changed takes more.
ROW_MS, CHANGED_ROW_MS = 0.010, 0.056
# "Cold start". Counted for every invocation, as if none met an instance that runs already.
LOAD_START_MS, CHECK_START_MS = 261, 178
KEEP_START_MS = LOOK_START_MS = SEND_START_MS = CHECK_START_MS  # they import the same
DIGEST_MS, DIGEST_ALERT_MS = 100, 0.1  # calls, on the local stack; to read an open alert, and who takes care of it
KEEP_SECONDS = 10  # it takes what comes within so many together; template.yaml
CLOCK_MINUTES = 15  # Look-Ahead and Send-Digest ask so often whose time has come; template.yaml

POLLERS = 5  # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
POLL_SECONDS = 20  # the longest that SQS lets one wait
QUEUES = 5  # that a function waits at: uploads, alerts, mornings, digests, channels
REQUESTS_A_MESSAGE = 3  # send, receive, delete
LOG_BYTES = 2000  # of an invocation: its two lines (tests/unit/test_estimate.py), and the three that Lambda writes
METRICS = 15  # with values all day: 8 of Load-Inventory, 7 of Check-Stock
METRICS_OF_MORNINGS = 2  # for some hours
ALARMS = 22  # template.yaml, compared by tests/unit/test_estimate.py

# ---- What is kept. Sizes: a stack with the samples ------------------------------------------------------------------

INDEX_BYTES = 100  # DynamoDB adds that to each item, and to each item of an index
RECORD_BYTES = 700 + 170  # of an upload: record and ledger
ALERT_BYTES, ALERT_COPIES = 470, 3  # in the table and two indexes; that of open alerts is small
KEEP_UPLOADS_DAYS, KEEP_ALERTS_DAYS, KEEP_HISTORY_DAYS = 400, 90, 400
LOG_OBJECT_BYTES = 340  # the event that is kept with every upload
GB = 10**9

# ---- Dashboards: docs/dashboard.md, "What a viewer costs" -----------------------------------------------------------

VIEWER_HOURS, VIEWER_DAYS = 8, 22  # that somebody has it open: a day, and a month
LOOK_SECONDS, SUMMARIES_SECONDS = 2, 60
READS_A_LOOK = 1.5  # eight uploads, and every other time eight alerts
READS_AFTER_AN_UPLOAD = 70.0
SUMMARY_BYTES = 200
READ_BYTES = 8192  # of a read unit, eventually consistent
# Answers as they are sent, with their headers, of a stack with the samples; after an upload: 140 rows of 250 bytes.
LOOK_SENT_BYTES, SUMMARY_SENT_BYTES, UPLOAD_SENT_BYTES = 1200, 155, 35_000  # the first two: tests/browser/test_scale.py


@dataclass(frozen=True)
class Chain:
    """A chain of stores. `items`, `uploads` and `alerts`: of each store; the last two a day. `changed`: 0 to 1."""

    stores: int
    items: int
    uploads: float
    changed: float
    viewers: int
    alerts: float


@dataclass(frozen=True)
class Price:
    """`dollars` for `per` units."""

    dollars: float
    per: int
    unit: str
    page: str


@dataclass(frozen=True)
class Line:
    """What is paid for in a month: so many units of a price."""

    what: str
    units: float
    price: Price

    @property
    def dollars(self) -> float:
        """Return what the line comes to."""
        return self.units * self.price.dollars / self.price.per


def estimate(chain: Chain, prices: dict[str, Price]) -> list[Line]:
    """Return the lines of a month's bill, when the chain has run for as long as records are kept."""
    parts = (_tables, _files, _queues, _functions, _messages, _watching, _dashboards)
    return [Line(what, units, prices[price]) for part in parts for what, units, price in part(chain)]


def first_load(chain: Chain, prices: dict[str, Price]) -> float:
    """Return what it costs, once, to write every row for the first time."""
    return Line("", chain.stores * chain.items, prices["write"]).dollars


Quantity = tuple[str, float, str]
"""What is paid for, how many units of it in a month, and the name of the price."""


def _uploads(chain: Chain) -> float:
    return chain.stores * chain.uploads * DAYS


def _alerts(chain: Chain) -> float:
    return chain.stores * chain.alerts * DAYS


def _uploads_with_alerts(chain: Chain) -> float:
    return min(_uploads(chain), _alerts(chain))


def _groups(chain: Chain) -> float:
    return min(EVENTS * _uploads(chain), _alerts(chain))


def _packs(chain: Chain) -> float:
    return _uploads(chain) if chain.changed else 0


def _runs_to_keep(chain: Chain) -> float:
    return min(_packs(chain), DAYS * 24 * 3600 / KEEP_SECONDS)


def _runs_to_fold() -> float:
    return DAYS * 24 * 60 / FOLD_MINUTES


def writes_of_a_delta(changes: float) -> float:
    """Return how many write units it takes to add so many changes of a store to the catalogue, and to fold that.

    The delta is written and deleted in transactions, which take twice the units.
    """
    return 4 * math.ceil((DELTA_BYTES + changes * DELTA_ITEM_BYTES) / 1024) + WRITES_A_POSITION


def writes_of_a_fold(items: int) -> float:
    """Return how many write units a new version of the base takes."""
    return 2 * items * BASE_ITEM_BYTES / 1024 + WRITES_A_FOLD


def deltas_of_a_fold(items: int, changes: float) -> float:
    """Return how many deltas are folded together: half as many bytes as the base has, but 16 at least, 90 at most."""
    half = items * BASE_ITEM_BYTES / 2
    return min(90.0, max(16.0, half / (DELTA_BYTES + changes * DELTA_ITEM_BYTES)))


def _catalogue_writes(chain: Chain) -> float:
    """Return the write units of the catalogue; as if every upload were a batch of its own."""
    changes = chain.items * chain.changed
    folding = writes_of_a_fold(chain.items) / deltas_of_a_fold(chain.items, changes)
    return _packs(chain) * (writes_of_a_delta(changes) + folding)


def _catalogue_reads(chain: Chain) -> float:
    """Return the read units of the looks whether it is time to fold: half of the base waits, at most."""
    return _runs_to_fold() * (1 + chain.items * BASE_ITEM_BYTES / 2 / 4096)


def _runs_to_pack() -> float:
    return DAYS * 24 * 60 / MINUTES_TO_PACK


def _packs_a_run(chain: Chain) -> float:
    """Return how many packs of stores change from run to run, if uploads come all day."""
    return min(STORE_PACKS, _uploads(chain) / _runs_to_pack()) if chain.stores > FEW_STORES else 0


def _store_pack_bytes(chain: Chain) -> float:
    return chain.stores * STORE_BYTES / STORE_PACKS


def _store_list_reads(chain: Chain) -> float:
    """Return the read units of packing: all summaries, and the packs, strongly consistent."""
    packs = chain.stores * STORE_BYTES / 4096 if chain.stores > FEW_STORES else 0
    return _runs_to_pack() * (math.ceil(chain.stores * SUMMARY_BYTES / READ_BYTES) + packs)


def _store_list_writes(chain: Chain) -> float:
    """Return the write units of packing: a pack is written, and the old one deleted."""
    return _runs_to_pack() * _packs_a_run(chain) * 2 * math.ceil(_store_pack_bytes(chain) / 1024)


def writes_of_a_pack(changes: float) -> int:
    """Return how many write units it takes to keep so many changes of a store."""
    return math.ceil((PACK_BYTES + changes * CHANGE_BYTES) / 1024)


def _mornings(chain: Chain) -> float:
    return chain.stores * DAYS


def _looks_at_the_clock() -> float:
    return DAYS * 24 * 60 / CLOCK_MINUTES


def _morning_messages(chain: Chain) -> float:
    return min(_mornings(chain), _alerts(chain))


def writes_of_a_morning(chain: Chain) -> float:
    """Return the write units of forecasts of one store."""
    return chain.items * FORECAST_BYTES / 1024 + 2 * OUTLOOK_BYTES / 1024 + WRITES_A_MORNING


def reads_of_a_morning(chain: Chain) -> float:
    """Return the read units of rows, history and ledger of one store, eventually consistent."""
    changes = chain.uploads * chain.items * chain.changed * CHANGE_BYTES + chain.uploads * PACK_BYTES
    first = chain.items * CHANGE_BYTES
    ledger = PAST_DAYS * chain.uploads * LEDGER_BYTES
    return (chain.items * ROW_BYTES + PAST_DAYS * changes + first + ledger) / READ_BYTES + READS_A_MORNING


def _digests(chain: Chain) -> float:
    """Return how many digests are sent: each viewer gets one of all stores, every day."""
    return chain.viewers * DAYS


def reads_of_a_digest(chain: Chain) -> float:
    """Return the read units of a digest of all stores: eventually consistent, but for who takes care."""
    open_alerts = chain.stores * chain.alerts
    log_and_open = 2 * open_alerts * (ALERT_BYTES + INDEX_BYTES)
    stores = chain.stores * (SUMMARY_BYTES + OUTLOOK_BYTES)
    return (log_and_open + stores) / READ_BYTES + open_alerts * READS_AN_OPEN_ALERT + READS_A_DIGEST


def _tables(chain: Chain) -> list[Quantity]:
    uploads, alerts = _uploads(chain), _alerts(chain)
    rows = math.ceil(chain.items * ROW_BYTES / 4096)
    changes = chain.items * chain.changed
    bookkeeping = uploads * WRITES_AN_UPLOAD + _uploads_with_alerts(chain) * WRITES_FOR_EVENTS
    kept = (
        chain.stores * chain.items * (ROW_BYTES + INDEX_BYTES)
        + uploads / DAYS * KEEP_UPLOADS_DAYS * (RECORD_BYTES + 2 * INDEX_BYTES)
        + alerts / DAYS * KEEP_ALERTS_DAYS * ALERT_COPIES * (ALERT_BYTES + INDEX_BYTES)
        + _packs(chain) / DAYS * KEEP_HISTORY_DAYS * (PACK_BYTES + changes * CHANGE_BYTES + INDEX_BYTES)
        + chain.stores * (chain.items * FORECAST_BYTES + 2 * (OUTLOOK_BYTES + INDEX_BYTES))
    )
    clock = _looks_at_the_clock() * math.ceil(chain.stores * SUMMARY_BYTES / READ_BYTES)
    return [
        ("Rows that changed", uploads * changes, "write"),
        ("Their history", _packs(chain) * writes_of_a_pack(changes), "write"),
        ("Catalogue of items", _catalogue_writes(chain), "write"),
        ("List of stores", _store_list_writes(chain), "write"),
        ("Bookkeeping of uploads", bookkeeping, "write"),
        ("Alerts", alerts * (WRITES_AN_ALERT + WRITES_INTO_SHORT_ITEMS), "write"),
        ("Forecasts", _mornings(chain) * writes_of_a_morning(chain), "write"),
        ("Warnings in the morning", alerts * WRITES_A_WARNING, "write"),
        ("Notes of digests", _digests(chain) * WRITES_A_DIGEST, "write"),
        ("Reading to compare", uploads * (rows + READS_AN_UPLOAD), "read"),
        ("Reading for alerts", alerts * READS_AN_ALERT + _groups(chain) * READS_A_GROUP, "read"),
        ("Folding the catalogue", _catalogue_reads(chain), "read"),
        ("Packing the stores", _store_list_reads(chain), "read"),
        ("Reading for forecasts", _mornings(chain) * reads_of_a_morning(chain) + clock, "read"),
        ("Reading for digests", _digests(chain) * reads_of_a_digest(chain), "read"),
        ("Tables", kept / GB, "table_storage"),
        ("Their backups", kept / GB, "table_backup"),
    ]


def _files(chain: Chain) -> list[Quantity]:
    uploads = _uploads(chain)
    kept = uploads / DAYS * KEEP_UPLOADS_DAYS * (chain.items * FILE_BYTES_A_ROW + LOG_OBJECT_BYTES)
    return [
        ("Files that stores put", uploads, "s3_put"),
        ("Their events, kept", uploads, "s3_put"),
        ("Files that are read", uploads, "s3_get"),
        ("Files of 400 days", kept / GB, "s3_storage"),
    ]


def _queues(chain: Chain) -> list[Quantity]:
    messages = _uploads(chain) + _groups(chain) + _mornings(chain) + _digests(chain)
    waiting = QUEUES * POLLERS * DAYS * 24 * 3600 / POLL_SECONDS
    return [
        ("Messages", REQUESTS_A_MESSAGE * messages, "sqs_request"),
        ("Waiting for messages", waiting, "sqs_request"),
    ]


def _functions(chain: Chain) -> list[Quantity]:
    uploads = _uploads(chain)
    load_ms = LOAD_START_MS + LOAD_MS + chain.items * (ROW_MS + chain.changed * CHANGED_ROW_MS)
    streams, groups = _uploads_with_alerts(chain), _groups(chain)
    check_ms = streams * (CHECK_START_MS + STREAM_MS) + groups * (CHECK_START_MS + PUBLISH_MS)
    runs, minutes = _runs_to_keep(chain) + _runs_to_fold(), _runs_to_pack()
    keep_ms = runs * KEEP_START_MS + _packs(chain) * PACK_MS + minutes * (PACK_MS + chain.stores * STORE_MS)
    mornings, clock = _mornings(chain), _looks_at_the_clock()
    look_ms = (mornings + clock) * (LOOK_START_MS + MORNING_MS) + mornings * chain.items * MORNING_ITEM_MS
    digests = _digests(chain)
    send_ms = (digests + clock) * (SEND_START_MS + DIGEST_MS) + digests * chain.stores * chain.alerts * DIGEST_ALERT_MS
    slower = CPU_MEMORY_MB / CHECK_MEMORY_MB
    return [
        ("Invocations", uploads + streams + groups + runs + minutes + mornings + digests + 2 * clock, "lambda_request"),
        ("Load-Inventory", uploads * load_ms / 1000 * LOAD_MEMORY_MB / 1024, "lambda_time"),
        ("Check-Stock", slower * check_ms / 1000 * CHECK_MEMORY_MB / 1024, "lambda_time"),
        ("Keep-History", slower * keep_ms / 1000 * KEEP_MEMORY_MB / 1024, "lambda_time"),
        ("Look-Ahead", look_ms / 1000 * LOOK_MEMORY_MB / 1024, "lambda_time"),
        ("Send-Digest", slower * send_ms / 1000 * SEND_MEMORY_MB / 1024, "lambda_time"),
    ]


def _messages(chain: Chain) -> list[Quantity]:
    messages = _groups(chain) + _morning_messages(chain)
    return [
        ("Alerts published", messages, "sns_publish"),
        ("One email for each", messages, "sns_email"),
        ("Digests by email", _digests(chain), "sns_email"),
    ]


def _watching(chain: Chain) -> list[Quantity]:
    # A metric is paid for by the hour in which it has values.
    hours = min(24.0, chain.stores * chain.uploads) / 24
    invocations = _uploads(chain) + _uploads_with_alerts(chain) + _groups(chain) + _runs_to_keep(chain)
    invocations += _runs_to_fold() + _runs_to_pack() + _mornings(chain) + _digests(chain)
    invocations += 2 * _looks_at_the_clock()
    return [
        ("Alarms", ALARMS, "alarm"),
        ("Metrics", METRICS * hours + METRICS_OF_MORNINGS * min(4.0, chain.stores) / 24, "metric"),
        ("Logs", invocations * LOG_BYTES / GB, "log_ingestion"),
    ]


def _dashboards(chain: Chain) -> list[Quantity]:
    seconds = VIEWER_HOURS * VIEWER_DAYS * 3600
    looks, resyncs = seconds / LOOK_SECONDS, seconds / SUMMARIES_SECONDS
    seen = min(looks, chain.stores * chain.uploads * VIEWER_DAYS)  # uploads while it is open; a look finds several
    units, sent_then = _resync(chain)
    reads = looks * READS_A_LOOK + resyncs * units + seen * READS_AFTER_AN_UPLOAD
    sent = looks * LOOK_SENT_BYTES + resyncs * sent_then + seen * UPLOAD_SENT_BYTES
    return [
        ("Dashboards", chain.viewers * reads, "read"),
        ("Sent to browsers", chain.viewers * sent / GB, "transfer_out"),
        ("People who sign in", chain.viewers, "active_user"),
    ]


def _resync(chain: Chain) -> tuple[float, float]:
    """Return the read units and bytes of the list of stores each minute: all of a few, or the packs that changed."""
    if chain.stores <= FEW_STORES:
        return math.ceil(chain.stores * SUMMARY_BYTES / READ_BYTES), chain.stores * SUMMARY_SENT_BYTES
    packs = _packs_a_run(chain)
    return 0.5 + packs * _store_pack_bytes(chain) / READ_BYTES, packs * _store_pack_bytes(chain) * 4 / 3
