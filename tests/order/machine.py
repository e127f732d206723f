"""A state machine that uploads, delivers, interleaves, repeats and crashes, and knows what must come out.

The oracle is the plain fold: uploads in the order of their tokens, each setting the counts of its rows, a snapshot
replacing a store. It is compared with the tables once everything was delivered.
"""

import itertools
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from load_inventory.services import Services
from load_inventory.upload import Upload
from tests.order.deliveries import Delivery, Queue, csv_text, s3_event

AT_ONCE = 3
MOST_UPLOADS = 4
MOST_DELIVERIES = 400
_names = itertools.count()

Row = tuple[str, str, int]
picks = st.integers(0, 59)  # 60 can be divided evenly among up to 6
rows_of_a_file = st.lists(st.tuples(picks, picks, st.sampled_from((0, 5))), min_size=1, max_size=5)


class Loading(RuleBasedStateMachine):
    """Set `services` and `bucket` before use."""

    services: Services
    bucket: str
    stores: tuple[str, ...] = ("A", "B")
    items: tuple[str, ...] = ("p", "q")
    times = range(51)
    snapshots = True

    @initialize()
    def begin(self) -> None:
        self.start()

    def start(self) -> None:
        self.name = f"s{next(_names)}"
        self.uploads: dict[int, tuple[list[Row], bool]] = {}  # time → rows, snapshot
        self.events: list[dict[str, Any]] = []
        self.queue = Queue(self.services)
        self.active: list[Delivery] = []

    @precondition(lambda self: len(self.uploads) < MOST_UPLOADS)
    @rule(time=st.integers(0, 50), cells=rows_of_a_file, snapshot=st.sampled_from((False, False, False, True)))
    def upload(self, time: int, cells: list[tuple[int, int, int]], snapshot: bool) -> None:
        """A store puts a file; uploads are announced in any order, whenever they were put."""
        time = self.times[time % len(self.times)]
        if time not in self.uploads:
            self.put(time, cells, snapshot and self.snapshots)

    def put(self, time: int, cells: list[tuple[int, int, int]], snapshot: bool) -> None:
        rows = [
            (self.name + self.stores[store % len(self.stores)], self.items[item % len(self.items)], count)
            for store, item, count in cells
        ]
        self.uploads[time] = rows, snapshot
        key = f"uploads/{self.name}-{time}.csv"
        metadata = {"mode": "snapshot"} if snapshot else {}
        put = self.services.s3.put_object(Bucket=self.bucket, Key=key, Body=csv_text(rows), Metadata=metadata)
        event = s3_event(self.bucket, key, put["VersionId"], time)
        self.events.append(event)
        self.queue.put({"Records": [event]})

    @precondition(lambda self: self.events)
    @rule(pick=picks, quiet=st.booleans())
    def announce_again(self, pick: int, quiet: bool) -> None:
        """S3 sends an event twice, or somebody replays an upload."""
        event = self.events[pick % len(self.events)]
        self.queue.put({"redeliver": event, "quiet": True} if quiet else {"Records": [event]})

    @precondition(lambda self: self.queue.waiting and len(self.active) < AT_ONCE)
    @rule(pick=picks)
    def deliver(self, pick: int) -> None:
        message = self.queue.waiting.pop(pick % len(self.queue.waiting))
        self._settle(Delivery(self.services, message))

    @precondition(lambda self: self.active)
    @rule(pick=picks, steps=st.integers(1, 12))
    def go_on(self, pick: int, steps: int) -> None:
        """One of the running deliveries makes some AWS calls."""
        delivery = self.active[pick % len(self.active)]
        for _ in range(steps):
            if delivery in self.active:
                self._step(delivery)

    @precondition(lambda self: self.active)
    @rule(pick=picks, steps=st.integers(0, 12), after_call=st.booleans())
    def crash(self, pick: int, steps: int, after_call: bool) -> None:
        """One of the running deliveries makes some AWS calls and dies at the next; its message is delivered again."""
        delivery = self.active[pick % len(self.active)]
        for _ in range(steps):
            if delivery in self.active:
                self._step(delivery)
        self._crash(delivery, after_call)

    @precondition(lambda self: self.active)
    @rule(pick=picks)
    def crash_after_writing(self, pick: int) -> None:
        """One of the running deliveries dies where it hurts most: when rows are written, and nothing else is done."""
        delivery = self.active[pick % len(self.active)]
        while delivery in self.active:
            self._step(delivery)
            if delivery.calls[-1] == "BatchExecuteStatement":
                break
        self._crash(delivery, after_call=False)

    def _crash(self, delivery: Delivery, after_call: bool) -> None:
        if delivery in self.active:
            delivery.crash(after_call)
            self.active.remove(delivery)
            self.queue.fetch()
            self.queue.waiting.append(delivery.message)

    @precondition(lambda self: not self.active and self.queue.waiting)
    @rule()
    def become_quiet(self) -> None:
        """All that was announced is loaded before anything else happens."""
        self._deliver_all()

    def teardown(self) -> None:
        """Deliver all there is, then compare."""
        if hasattr(self, "queue"):
            self._deliver_all()
            self.check()

    def _deliver_all(self) -> None:
        deliveries = 0
        while self.active or self.queue.waiting:
            while self.active:
                self._step(self.active[0])
            if self.queue.waiting:
                deliveries += 1
                assert deliveries < MOST_DELIVERIES, "redelivery does not end"
                self._settle(Delivery(self.services, self.queue.waiting.pop(0)))

    def _step(self, delivery: Delivery) -> None:
        delivery.step()
        if delivery.calls[-1].startswith("send_message"):
            self.queue.fetch()
        if delivery.done:
            self.active.remove(delivery)

    def _settle(self, delivery: Delivery) -> None:
        if not delivery.done:
            self.active.append(delivery)

    def check(self) -> None:
        """Compare the tables with the fold, and every summary with what a Query counts."""
        expected = fold(self.uploads)
        for store in sorted({row[0] for rows, _ in self.uploads.values() for row in rows}):
            found = self._query("Inventory", store)
            counts = {item["Item"]["S"]: int(item["Count"]["N"]) for item in found}
            assert counts == expected.get(store, {}), f"{store}: {counts}, not {expected.get(store, {})}"
            out = sum(count == 0 for count in counts.values())
            assert sum(item.get("Short", {"S": ""})["S"] == "out" for item in found) == out, f"{store}: marks"
            summary = self._query("Stores", store)[0]
            told = {name: int(summary[name]["N"]) for name in ("Items", "Units", "Out", "Low")}
            counted = {"Items": len(counts), "Units": sum(counts.values()), "Out": out, "Low": 0}
            assert told == counted, f"{store}: the summary says {told}, a Query counts {counted}"
        for event in self.events:
            self._check_record(event)

    def _check_record(self, event: dict[str, Any]) -> None:
        upload = Upload.of_event(event)
        key = {"Scope": {"S": "all"}, "Token": {"S": upload.token}}
        record = self.services.dynamodb.get("Uploads", key)
        assert record is not None
        assert record["State"]["S"] == "loaded", record
        rows, _ = self.uploads[int(event["s3"]["object"]["sequencer"], 16)]
        parts = ("Changed", "Unchanged", "Superseded", "Repeated", "Rejected")
        assert sum(int(record[part]["N"]) for part in parts) == len(rows) == int(record["Rows"]["N"]), record

    def _query(self, table: str, store: str) -> list[dict[str, Any]]:
        query = {
            "TableName": table,
            "KeyConditionExpression": "#k=:k",
            "ExpressionAttributeNames": {"#k": "Store"},
            "ExpressionAttributeValues": {":k": {"S": store}},
            "ConsistentRead": True,
        }
        return [item for page in self.services.dynamodb.pages(query) for item in page]


class OneRow(Loading):
    """The same with one row, no snapshots, and the trap set: a newer upload was skipped, as its count was right.

    All others are late: they come in between.
    """

    stores = ("A",)
    items = ("p",)
    times = range(11, 30)
    snapshots = False

    @initialize()
    def begin(self) -> None:
        self.start()
        for time in (10, 30):
            self.put(time, [(0, 0, 5)], snapshot=False)
            self._deliver_all()


def fold(uploads: dict[int, tuple[list[Row], bool]]) -> dict[str, dict[str, int]]:
    """Return store → item → count after the uploads, in order of time."""
    counts: dict[str, dict[str, int]] = {}
    for _, (rows, snapshot) in sorted(uploads.items()):
        if snapshot:
            for store in {row[0] for row in rows}:
                counts[store] = {}
        for store, item, count in rows:
            counts.setdefault(store, {})[item] = count
    return counts
