"""A state machine that uploads, delivers, interleaves, repeats and crashes, and knows what must come out.

Its oracle is the plain fold of whole rows (fold.py). Rows, their marks, summaries, records of uploads and open alerts
are compared with it once everything was delivered. It also bounds the work: files read, and chains of messages.
"""

import itertools
import json
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from load_inventory import inventory, ledger, load_rows, newer_uploads
from load_inventory.formats import format_key
from load_inventory.upload import Upload, answer_key
from stock.attributes import Item
from stock.catalogue import added_up, entry_of, minus
from stock.history import is_by_hand, steps
from stock.messages import LoadAgain, Record, Recount
from stock.reorder_points import ALL_STORES, ReorderPoints, reorder_point, short
from stock.shards import name_of, upload_scopes
from tests.order.deliveries import Delivery, Message, csv_text, file_text, s3_event
from tests.order.fold import (
    COLUMNS,
    FORMATS,
    PLAIN,
    POINT,
    SHELF,
    File,
    Joined,
    Line,
    Points,
    Row,
    Stock,
    as_read,
    fold,
    fold_points,
)
from tests.order.shop import announce, history, query
from tests.order.world import BUCKET, World

STORES, ITEMS = ("A", "B"), ("p", "q", "r")
AT_ONCE = 3
MOST_UPLOADS = 5
LONGEST_CHAIN = 8
SHARDS = 16
_MOST_DELIVERIES = 400
_names = itertools.count()

Cell = tuple[int, int, int | None, int | None]  # which store, which item, count, reorder point
Draft = tuple[list[Cell], bool, bool, Joined | None]  # its lines, snapshot, points, and how it was joined
picks = st.integers(0, 59)  # 60 can be divided evenly among up to 6
stores = st.sampled_from((0, 0, 0, 1))  # a small world: uploads shall meet
items = st.sampled_from((0, 0, 0, 1, 2))
cells = st.tuples(stores, items, st.sampled_from((0, 5, 5, 7, None)), st.sampled_from((None, 1, 6)))
titles = st.lists(st.sampled_from((POINT, SHELF)), unique=True).map(lambda more: (*COLUMNS, *more))
others = titles | titles.flatmap(st.permutations).map(tuple)


def joins(rows: int) -> st.SearchStrategy[Joined | None]:
    """How files of so many rows are joined, one in five of them: the second has other columns, or another order."""
    if rows < 2:
        return st.none()
    joined = st.builds(Joined, titles, others, st.integers(1, rows - 1))
    return st.sampled_from((False, False, False, False, True)).flatmap(lambda join: joined if join else st.none())


# Five rows do not fit one invocation (part_rows): some files shall be split. Not many: parts take long.
files: st.SearchStrategy[Draft] = st.sampled_from((1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 5)).flatmap(
    lambda rows: st.tuples(
        st.lists(cells, min_size=rows, max_size=rows), st.sampled_from((False, False, True)), st.booleans(), joins(rows)
    )
)
points = st.lists(st.tuples(stores, items, st.sampled_from((0, 4, 6, None))), min_size=1, max_size=3)
times = st.integers(0, 12)
limits = st.fixed_dictionaries(
    {
        (newer_uploads, "_MANY"): st.sampled_from((0, 1, 3)),
        (inventory, "_ITEMS_A_READ_UNIT"): st.sampled_from((0, 50)),
        (ledger, "MOST_STORES"): st.sampled_from((1, 20)),
        (load_rows, "_AT_A_TIME"): st.sampled_from((1, 10_000)),
    }
)
"""Numbers that a small world does not come to: what they decide must be right on both sides of them."""
formats = st.sampled_from(FORMATS)


class Loading(RuleBasedStateMachine):
    """Set `world` before use."""

    world: World

    @initialize(
        uploads=st.lists(st.tuples(times, files), min_size=2, max_size=3),
        loaded=st.booleans(),
        form=st.sampled_from(FORMATS),
        limits=limits,
        shards=st.sampled_from((1, 1, SHARDS)),
        rebuilds=st.sampled_from((True, False, False, False)),
    )
    def begin(
        self,
        uploads: list[tuple[int, Draft]],
        loaded: bool,
        form: str,
        limits: dict[tuple[Any, str], int],
        shards: int,
        rebuilds: bool,
    ) -> None:
        """Some files are there; of the oldest one something may be loaded already."""
        self.world.spread(shards)
        self.rebuilds = rebuilds
        self.patched = ExitStack()
        for (module, name), number in limits.items():
            self.patched.enter_context(mock.patch.object(module, name, number))
        self.name = f"s{next(_names)}"
        self.clients = self.world.clients
        self.files: dict[int, File] = {}  # by time
        self.events: dict[int, Record] = {}
        self.rows_were_lost = self.records_were_lost = False
        self.waiting: list[Message] = []
        self.active: list[Delivery] = []
        self.logged: set[str] = set()
        self.by_hand: dict[tuple[str, str], int | None] = {}
        self.withdrawn: dict[int, bool] = {}  # by time: what was asked last of those that somebody asked about
        self.requests = itertools.count(1000)
        self.general_points: dict[str, int] = {}  # by store
        self.points: list[tuple[Record, Points]] = []
        self.world.check_stock()  # what other tests left in the stream
        self.others = self.world.read_catalogue()
        self.set_format(form)
        for time, file in sorted(uploads, key=lambda upload: upload[0]):
            self.upload(time, file)
        if loaded:
            self.deliver_whole(0, late=False)

    # ---- What people and S3 do -----------------------------------------------------------------------------------

    @precondition(lambda self: len(self.files) < MOST_UPLOADS)
    @rule(time=times, file=files)
    def upload(self, time: int, file: Draft) -> None:
        """A store puts a file; uploads are announced in any order, whenever they were put."""
        if time not in self.files:
            self.put(time, self._file(*file))

    def _file(self, cells: list[Cell], snapshot: bool, points: bool, joined: Joined | None) -> File:
        lines = [self._line(*cell) for cell in cells]
        if joined:
            points = True
            for at, line in enumerate(lines):
                if POINT not in (joined.first if at < joined.at else joined.second):
                    lines[at] = replace(line, point=None)
        return File(tuple(lines), snapshot, points, joined=joined)

    @precondition(lambda self: 0 < len(self.files) < MOST_UPLOADS)
    @rule(time=times, store=stores)
    def remove_store(self, time: int, store: int) -> None:
        """Somebody removes a store, which is an upload of its own."""
        if time not in self.files:
            self.put(time, File((), snapshot=True, removes=self.name + STORES[store]))

    def _line(self, store: int, item: int, count: int | None, point: int | None) -> Line:
        return Line(self.name + STORES[store], ITEMS[item], count, point)

    def put(self, time: int, file: File) -> None:
        key, text = f"uploads/{self.name}-{time}.csv", file_text(file)
        metadata = {"mode": "snapshot"} if file.snapshot else {}
        if file.removes:
            key, metadata, text = f"uploads/{file.removes}/{time}", {"mode": "removal"}, b""
        put = self.clients.s3.put_object(Bucket=BUCKET, Key=key, Body=text, Metadata=metadata)
        self.files[time] = file
        self.events[time] = s3_event(BUCKET, key, put["VersionId"], time)
        self.waiting.append(announce(self.events[time]))

    @precondition(lambda self: self.events)
    @rule(pick=picks)
    def announce_again(self, pick: int) -> None:
        """S3 sends an event twice."""
        self.waiting.append(announce(self.events[self._time(pick)]))

    @precondition(lambda self: self.logged)
    @rule(pick=picks, quiet=st.sampled_from((True, True, False)))
    def replay(self, pick: int, quiet: bool) -> None:
        """Somebody replays an upload that the log has."""
        event = self.events[self._time(pick)]
        if Upload.of_event(event).token in self.logged:
            self.waiting.append(self._again(event, quiet))

    def _again(self, event: Record, quiet: bool = True) -> Message:
        """Ask for an upload as `onhand replay` does, with what the log has by now."""
        kept = self._log_of(event)
        return Message(LoadAgain(event, quiet, kept["decision"], kept["format"], kept["withdrawal"]).body())

    def _log_of(self, event: Record) -> dict[str, Any]:
        upload = Upload.of_event(event)
        key = f"log/{upload.token}/{upload.version_id}.json"
        kept: dict[str, Any] = json.loads(self.world.clients.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
        return kept

    @precondition(lambda self: self.logged and not self.active)
    @rule()
    def lose_rows(self) -> None:
        """The rows are lost; what was loaded is replayed, and the stores are recounted. The ledger is still there."""
        self.rows_were_lost = True
        for store in self._touched():
            for row in query(self.world, self.clients.settings.inventory, store):
                key = {"Store": row["Store"], "Item": row["Item"]}
                self.world.dynamodb.delete_item(TableName=self.clients.settings.inventory, Key=key)
            self.waiting.append(Message(Recount(store).body()))
        for event in self.events.values():
            if Upload.of_event(event).token in self.logged:
                self.waiting.append(self._again(event))

    @precondition(lambda self: self.logged)
    @rule(pick=picks, now=st.booleans())
    def withdraw(self, pick: int, now: bool) -> None:
        """Somebody withdraws an upload that is loaded, or takes that back; all the same whether it is done soon."""
        time = self._time(pick)
        token = Upload.of_event(self.events[time]).token
        if self._records()[time].get("State", {}).get("S") not in ("loaded", "withdrawn"):
            return
        self.withdrawn[time] = not self.withdrawn.get(time, False)
        key, asked_at = f"withdrawals/{token}", next(self.requests)
        metadata = {} if self.withdrawn[time] else {"take-back": "true"}
        put = self.clients.s3.put_object(Bucket=BUCKET, Key=key, Body=b"wrong file", Metadata=metadata)
        self.waiting.append(announce(s3_event(BUCKET, key, put["VersionId"], asked_at)))
        if now:
            self.deliver_whole(len(self.waiting) - 1, late=False)

    @rule(form=formats)
    def set_format(self, form: str) -> None:
        """Somebody says how files are to be read from now on: those that were read stay as they were read."""
        key, table = format_key(ALL_STORES), self.clients.settings.uploads
        if form:
            self.world.dynamodb.put_item(TableName=table, Item=key | {"Format": {"S": form}})
        else:
            self.world.dynamodb.delete_item(TableName=table, Key=key)

    @precondition(lambda self: self.files)
    @rule(store=stores, item=items, count=st.sampled_from(("0", "4", "2.5", None)), half=st.booleans())
    def write_by_hand(self, store: int, item: int, count: str | None, half: bool) -> None:
        """Somebody writes a row past onhand, and has the store recounted."""
        line = self._line(store, item, 0, None)
        row = {"Store": {"S": line.store}, "Item": {"S": line.item}} | ({"Count": {"N": count}} if count else {})
        if half:  # the reorder point was removed, and its token was not
            row["PointAsOf"] = {"S": "2026"}
        self.world.dynamodb.put_item(TableName=self.clients.settings.inventory, Item=row)
        self.by_hand[line.store, line.item] = int(count) if count in ("0", "4") else None
        self.waiting.append(Message(Recount(line.store).body()))

    @precondition(lambda self: self.files)
    @rule(store=stores, point=st.sampled_from((0, 4, 6)))
    def set_reorder_point_of_store(self, store: int, point: int) -> None:
        """Somebody sets the reorder point of a store."""
        name = self.name + STORES[store]
        self.world.dynamodb.update_item(
            TableName=self.clients.settings.stores,
            Key={"Store": {"S": name}},
            UpdateExpression="SET ReorderPoint=:point",
            ExpressionAttributeValues={":point": {"N": str(point)}},
        )
        self.general_points[name] = point
        self.waiting.append(Message(Recount(name).body()))

    @precondition(lambda self: self.files)
    @rule(requests=st.lists(points, min_size=2, max_size=3), forced=st.booleans(), often=st.booleans())
    def set_reorder_points(self, requests: list[list[tuple[int, int, int | None]]], forced: bool, often: bool) -> None:
        """People ask for reorder points of items, or for none any more; S3 may say so twice, in another order."""
        announced = []
        for lines in requests:
            asked = {(self.name + STORES[store], ITEMS[item]): point for store, item, point in lines}
            key, metadata = f"points/{self.name}.csv", {"force": "true"} if forced else {}
            text = csv_text([(*row, point) for row, point in asked.items()], "store,item,reorder_point")
            put = self.clients.s3.put_object(Bucket=BUCKET, Key=key, Body=text, Metadata=metadata)
            event = s3_event(BUCKET, key, put["VersionId"], next(self.requests))
            self.points.append((event, asked))
            announced.append(announce(event))
        self.waiting += announced + (announced[::-1] if often else [])

    @precondition(lambda self: self.clients.settings.shards == 1 and not self.active)
    @rule()
    def spread(self) -> None:
        """Somebody raises the number of shards. What waits may have been begun before."""
        self.world.spread(SHARDS)

    # ---- What AWS does -------------------------------------------------------------------------------------------

    @precondition(lambda self: self.waiting and len(self.active) < AT_ONCE)
    @rule(pick=picks, late=st.booleans())
    def deliver(self, pick: int, late: bool) -> None:
        self._begin(self.waiting.pop(pick % len(self.waiting)), late)

    @precondition(lambda self: self.waiting)
    @rule(pick=picks, late=st.booleans())
    def deliver_whole(self, pick: int, late: bool) -> None:
        """A message is delivered, and all that it asks for is done before anything else goes on."""
        self._run(self._begin(self.waiting.pop(pick % len(self.waiting)), late))

    @precondition(lambda self: len(self.waiting) > 1 and len(self.active) < AT_ONCE)
    @rule(pick=picks, other=picks, dies=st.booleans(), late=st.booleans())
    def overtake(self, pick: int, other: int, dies: bool, late: bool) -> None:
        """One delivery has read its rows and is about to write some when another one runs from its begin to its end.

        If the slow one dies, it does so when its rows are written.
        """
        slow = self._begin(self.waiting.pop(pick % len(self.waiting)), late)
        self._run(slow, until_it_writes=True)
        self.deliver_whole(other, late)
        if dies:
            self._crash(slow, after_call=True)

    @precondition(lambda self: self.active)
    @rule(pick=picks, steps=st.integers(1, 12))
    def go_on(self, pick: int, steps: int) -> None:
        """One of the running deliveries makes some AWS calls."""
        delivery = self.active[pick % len(self.active)]
        for _ in range(steps):
            if delivery in self.active:
                self._step(delivery)

    @precondition(lambda self: self.active)
    @rule(pick=picks)
    def go_on_until_it_writes(self, pick: int) -> None:
        """One of the running deliveries goes on until it is about to write rows: it has read them."""
        self._run(self.active[pick % len(self.active)], until_it_writes=True)

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
        self._run(delivery, until_it_writes=True)
        self._crash(delivery, after_call=True)

    @precondition(lambda self: self.active)
    @rule(pick=picks, writes=st.booleans())
    def lose_an_answer(self, pick: int, writes: bool) -> None:
        """The answer to a call of a running delivery is lost, maybe to the one that writes rows: it is made again."""
        delivery = self.active[pick % len(self.active)]
        if writes:
            self._run(delivery, until_it_writes=True)
        if delivery in self.active:
            self._step(delivery, loses_answer=True)

    @precondition(lambda self: not self.active and self.waiting)
    @rule()
    def become_quiet(self) -> None:
        """All that was announced is loaded before anything else happens."""
        self._deliver_all()

    def _begin(self, message: Message, late: bool = False) -> Delivery:
        assert message.links <= LONGEST_CHAIN, "a chain of messages is too long"
        delivery = Delivery(self.clients, message, late)
        if not delivery.done:
            self.active.append(delivery)
        return delivery

    def _run(self, delivery: Delivery, until_it_writes: bool = False) -> None:
        while delivery in self.active and not (until_it_writes and delivery.writes_rows):
            self._step(delivery)

    def _step(self, delivery: Delivery, loses_answer: bool = False) -> None:
        delivery.step_without_answer() if loses_answer else delivery.step()
        self._take_over(delivery)
        if delivery.done:
            self.active.remove(delivery)
            # Its own file once or, if it is split, twice; and for each look at newer uploads each of these once.
            looks = 2 + delivery.calls.count("BatchExecuteStatement") + (len(ITEMS) if load_rows._AT_A_TIME == 1 else 0)
            assert len(delivery.files) <= 2 + looks * len(self.files), "too many files were read"

    def _crash(self, delivery: Delivery, after_call: bool) -> None:
        if delivery in self.active:
            delivery.crash(after_call)
            self._take_over(delivery)
            self.active.remove(delivery)
            self.waiting.append(delivery.message)

    def _take_over(self, delivery: Delivery) -> None:
        self.waiting += delivery.sent
        delivery.sent.clear()
        self.logged.update(delivery.logged)

    def _deliver_all(self) -> None:
        deliveries = 0
        while self.active or self.waiting:
            while self.active:
                self._run(self.active[0])
            if self.waiting:
                deliveries += 1
                assert deliveries < _MOST_DELIVERIES, "it does not end"
                self._begin(self.waiting.pop(0))

    # ---- What must come out --------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Deliver all there is, then compare."""
        if hasattr(self, "waiting"):
            self.patched.callback(self._forget_shared_ledger)
            with self.patched:
                self._deliver_all()
                self.set_format(PLAIN)  # it is everybody's, and other tests share this world
                self.check()
                if self.rebuilds:
                    self._rebuild()

    def _forget_shared_ledger(self) -> None:
        """Take the uploads about all stores out of the ledger: other schedules have stores of their own."""
        if ledger.MOST_STORES > 1:
            return
        uploads, scope = self.clients.settings.uploads, {"S": f"store:{ALL_STORES}"}
        for event in self.events.values():
            key = {"Scope": scope, "Token": {"S": Upload.of_event(event).token}}
            self.world.dynamodb.delete_item(TableName=uploads, Key=key)
        key = {"Store": {"S": ALL_STORES}}
        self.world.dynamodb.delete_item(TableName=self.clients.settings.stores, Key=key)

    def _rebuild(self) -> None:
        """The rows are lost and all is replayed, newest first: the same comes out, and nobody is told anything."""
        told = self._told()
        self.lose_rows()
        self.waiting.reverse()
        self._deliver_all()
        self.world.check_stock()
        assert self._told() == told, "a replay raised an alert that is not quiet"
        self.check()

    def _told(self) -> set[str]:
        """The keys of the alerts that are to be published."""
        alerts = (alert for store in self._touched() for alert in self.world.alerts_of(store))
        return {alert["Alert"]["S"] for alert in alerts if alert["State"]["S"] == "claimed"}

    def check(self) -> None:
        """Compare the tables with the fold, and every summary with what a Query counts."""
        records = self._check_records()
        loaded = [time for time in sorted(self.files) if records[time]["State"]["S"] == "loaded"]
        files = {time: as_read(self.files[time], records[time]["Format"]["S"]) for time in loaded}
        expected = fold(list(files.values()))
        self.world.check_stock()
        item_points = self._check_points()
        for store in self._touched():
            found = self._check_store(store, expected, item_points)
            self._check_history(store, found, files)
        self._check_catalogue()

    def _check_catalogue(self) -> None:
        """The catalogue has become greater by a plain count of the rows."""
        rows: list[Item] = [
            row for store in self._touched() for row in query(self.world, self.clients.settings.inventory, store)
        ]
        counted = added_up(entry_of(row["Item"]["S"], row) for row in rows)
        found = added_up([*self.world.read_catalogue().values(), *map(minus, self.others.values())])
        assert found == counted, f"the catalogue says {found}, the rows {counted}"

    def _check_history(self, store: str, found: dict[str, Row], files: dict[int, File]) -> None:
        """Whatever the history has of an upload is what the file says, and the end of it is how the rows are."""
        changes = history(self.world, store)
        times = {Upload.of_event(event).token: time for time, event in self.events.items()}
        withdrawn = {token for token, time in times.items() if time not in files}
        pasts = steps(changes, withdrawn)
        for change in changes:
            if change.token in times and change.token not in withdrawn:
                said = fold([files[times[change.token]]]).get(store, {})
                count = said[change.item].count if change.item in said else None
                assert count == change.after, f"{store}: the file says {count}, the history {change}"
        for item in {*found, *pasts}:
            if (store, item) not in self.by_hand:
                token, last = [("", pasts[item].first), *pasts[item].steps][-1]
                now = found[item].count if item in found else None
                # Where a list finds no row that it could delist, nothing is kept: that there is none is the last word.
                ends_early = self.rows_were_lost and now is None
                # What somebody wrote by hand stays the last fact where an upload of before puts it right (the doctor).
                if not (ends_early or (token and is_by_hand(token))):
                    assert last == now, f"{store}, {item}: the history ends with {last}, not {now}"

    def _check_points(self) -> dict[tuple[str, str], int]:
        """Return the reorder points of items: what was answered to each request tells whether it was carried out."""
        right = fold_points([asked for event, asked in self.points if "Refused" not in self._answer(event)])
        table = self.clients.settings.reorder_points
        found = {
            (row["Store"]["S"], row["Item"]["S"]): _number(row, "ReorderPoint")
            for store in {store for _, asked in self.points for store, _ in asked}
            for row in query(self.world, table, store)
            if "ReorderPoint" in row
        }
        assert found == right, f"the reorder points are {found}, not {right}"
        return right

    def _answer(self, event: Record) -> dict[str, Any]:
        upload = Upload.of_event(event)
        key = answer_key(upload.key, upload.version_id)
        answer: dict[str, Any] = json.loads(self.clients.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
        return answer

    def _check_store(self, store: str, expected: Stock, item_points: dict[tuple[str, str], int]) -> dict[str, Row]:
        settings = self.clients.settings
        rows = {row["Item"]["S"]: row for row in query(self.world, settings.inventory, store)}
        found = {item: Row(_number(row, "Count"), _number(row, "ReorderPoint")) for item, row in rows.items()}
        right = dict(expected.get(store, {}))
        for (hand_store, item), count in self.by_hand.items():
            told = right[item].count if item in right else None
            if hand_store == store and item in found and found[item].count in (count, told):
                right[item] = found[item]  # it may be as it was written, or as the uploads say
        assert found == right, f"{store}: {found}, not {right}"
        marks = {item: name_of(row["Short"]["S"]) if "Short" in row else None for item, row in rows.items()}
        short_now = {item: self._short(store, item, row, item_points) for item, row in found.items()}
        assert marks == short_now, f"{store}: marked {marks}, not {short_now}"
        self._check_summary(store, found, short_now)
        if not any(hand_store == store for hand_store, _ in self.by_hand):
            is_open = {item for item, state in short_now.items() if state}
            alerts = self.world.open_alerts(store)
            assert alerts == is_open, f"{store}: open alerts {alerts}, not {is_open}"
        return found

    def _check_summary(self, store: str, found: dict[str, Row], short_now: dict[str, str | None]) -> None:
        summaries = query(self.world, self.clients.settings.stores, store)
        if not summaries and not found:
            return  # all of its uploads were refused
        (summary,) = summaries
        # A store that was removed before it ever had a row has no counts.
        told = {name: _number(summary, name) or 0 for name in ("Items", "Units", "Out", "Low")}
        states = list(short_now.values())
        counted = {"Items": len(found), "Units": sum(row.count or 0 for row in found.values())}
        counted |= {"Out": states.count("out"), "Low": states.count("low")}
        assert told == counted, f"{store}: the summary says {told}, a Query counts {counted}"

    def _check_records(self) -> dict[int, dict[str, Any]]:
        """Return the record of each upload, by time."""
        found = self._records()
        for time, record in found.items():
            state = record["State"]["S"]
            assert state in (("withdrawn",) if self.withdrawn.get(time) else ("loaded", "refused")), record
            assert record["Format"]["S"] == self._log_of(self.events[time])["format"], record
            lacks_a_part = as_read(self.files[time], record["Format"]["S"]).lacks_a_part_of_a_sum
            if lacks_a_part:
                assert state == "refused", record
            if state == "refused":  # what it would take from a store may be meant, a sum without a part may not
                assert ("MayInsist" in record) is not lacks_a_part, record
            counted = ("Changed", "Unchanged", "Superseded", "Repeated", "Rejected")
            tells_nothing = state == "withdrawn" and self.records_were_lost  # but that nothing is left of it
            if state != "refused" and not tells_nothing:
                rows = sum(int(record[part]["N"]) for part in counted)
                assert rows == len(self.files[time].lines) == int(record["Rows"]["N"]), record
        return found

    def _records(self) -> dict[int, dict[str, Any]]:
        """Return the record of each upload, by time; empty if there is none."""
        tokens = {time: Upload.of_event(event).token for time, event in self.events.items()}
        scopes = [(scope, token) for token in tokens.values() for scope in upload_scopes(token, SHARDS)]
        keys = [{"Scope": {"S": scope}, "Token": {"S": token}} for scope, token in scopes]
        found = self.clients.dynamodb.get_many(self.clients.settings.uploads, keys)
        records = {record["Token"]["S"]: record for record in found}
        assert len(found) == len(records), "an upload has one record"
        return {time: records.get(token, {}) for time, token in tokens.items()}

    def _short(self, store: str, item: str, row: Row, item_points: dict[tuple[str, str], int]) -> str | None:
        of_items = {item: point for (name, item), point in item_points.items() if name == store}
        of_store = ReorderPoints(self.general_points.get(store), of_items)
        return short(row.count, reorder_point(item, row.point, of_store, ReorderPoints()))

    def _touched(self) -> list[str]:
        stores = {store for file in self.files.values() for store in file.stores}
        stores |= {store for _, asked in self.points for store, _ in asked}
        return sorted(stores | {store for store, _ in self.by_hand} | self.general_points.keys())

    def _time(self, pick: int) -> int:
        times = list(self.events)
        return times[pick % len(times)]


def _number(row: dict[str, Any], name: str) -> int | None:
    try:
        return int(row[name]["N"])
    except (KeyError, ValueError):
        return None
