"""`onhand doctor`: are the tables what the files in the bucket make of them? And if not, put them right."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError
from rich.markup import escape
from rich.table import Table

from load_inventory.inventory import stored_row
from load_inventory.rules import Points, Stored
from load_inventory.upload import only_store
from onhand import catalogue, differences
from onhand.bucket import Bucket, Logged
from onhand.check_groups import look_at_groups, repair_group
from onhand.completion import store_names
from onhand.console import UserError, console, stderr, warn
from onhand.differences import AlertsOfItem, Difference, Doubt, Kind, Rows
from onhand.fold import Fold
from onhand.known import check_store, stores
from onhand.queues import send_all
from onhand.redrive import send_rechecks
from onhand.stack import Stack, find_stack
from onhand.upload_log import kept_event
from stock import shards
from stock.alert_log import fit_key
from stock.attributes import Item, text, whole_number
from stock.catalogue import Entry
from stock.messages import LoadAgain, Recount
from stock.reorder_points import ALL_STORES, ReorderPoints

_SECOND_LOOK = 3.0  # seconds after the first: a row is on its way through the stream for about one
_PATIENCE = 5 * 60  # seconds that a repair may take while messages wait
_SHORT_PATIENCE = 30  # seconds that it may take otherwise
_LONGEST_PAUSE = 15.0  # seconds between two looks
_SHOWN = 200  # differences; --json has all


@dataclass
class Diagnosis:
    """What was found: how many stores were looked at, what differs, and what else is to be known, in words.

    `unchecked`: rows of which nothing can be said. `unknown`: stores without any upload, row or summary.
    `uploads`: those to be loaded again, by token. `snapshots`: tokens of uploads that are snapshots. `catalogue`: what
    the catalogue of items lacks; it is looked at only when all stores are.
    """

    stores: int = 0
    differences: list[Difference] = field(default_factory=list)
    unchecked: int = 0
    notes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    uploads: dict[str, Logged] = field(default_factory=dict)
    snapshots: set[str] = field(default_factory=set)
    catalogue: list[Entry] = field(default_factory=list)

    @property
    def affected(self) -> set[str]:
        """The stores in which anything differs."""
        return {one.store for one in self.differences}


def doctor(
    store: Annotated[
        list[str] | None, typer.Option(autocompletion=store_names, help="Only this store; may be given several times.")
    ] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Put right what differs, after asking.")] = False,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="With --repair: also delete what people wrote into the tables.")
    ] = False,
    alerts: Annotated[
        bool, typer.Option(help="With --repair: whether people are told what they were not told, as far as is known.")
    ] = True,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Compare rows, summaries and open alerts with what the files in the bucket say, and say what differs and why.

    Without --store, the catalogue of items is compared with the rows, too. Reads every file of the stores again, and
    their rows: for a chain, that takes its time. A difference is looked at twice, so what is only on its way is not
    one. Without --repair, nothing is changed.

    Where the alerts themselves were lost or restored, nobody knows any more what people were told: --no-alerts.

    Exit code 1 if anything differs (after --repair: still).
    """
    if by_hand and not repair:
        raise UserError("--by-hand says what --repair may do. Give both.")
    stack = find_stack()
    if store and ALL_STORES in store:
        raise UserError("“*” stands for all stores: leave --store out to look at all.")
    found = look_twice(stack, set(store) if store else None)
    if not store:
        _look_at_catalogue(stack, found, repair)
    for name in found.unknown if store else []:  # else, only refused files are in its folder
        check_store(stack, name)
    wanted = to_repair(found, by_hand) if repair else []
    if wanted or (repair and found.catalogue):
        if not as_json:
            console.print(_plan(wanted, found.catalogue, alerts))
        if not yes and not typer.confirm("Go on?", err=True):
            raise UserError("Nothing was changed.")
        send_repair(stack, found, wanted, quiet=not alerts)
        catalogue.repair(stack, found.catalogue)
        found = look_until_right(stack, found, wanted)
        if not store:
            _look_at_catalogue(stack, found, repair)
    _report(found, as_json, repair)
    if found.differences or found.catalogue:
        raise typer.Exit(1)


# ---- Looking --------------------------------------------------------------------------------------------------------


def look_twice(stack: Stack, names: set[str] | None) -> Diagnosis:
    """Look at stores (None: at all), and once more at those that differ: what was only on its way is not there then."""
    found = look(stack, names)
    if not found.differences:
        return found
    time.sleep(_SECOND_LOOK)
    again = look(stack, found.affected)
    again.differences = differences.lasting(found.differences, again.differences)
    again.stores, again.unchecked = found.stores, max(found.unchecked, again.unchecked)
    return again


def _look_at_catalogue(stack: Stack, found: Diagnosis, repair: bool) -> None:
    """Compare the catalogue of items with the rows. With `repair`, it is counted if it never was."""
    if repair:
        catalogue.count_once(stack)
    if catalogue.is_counted(stack):
        with stderr.status("Looking at the catalogue of items …"):
            found.catalogue = catalogue.what_it_lacks(stack)
    else:
        found.notes.append("The catalogue of items was never counted: `onhand doctor --repair` does that")


def look(stack: Stack, names: set[str] | None) -> Diagnosis:
    """Look at stores once (None: at all that the bucket or the table Stores knows)."""
    found = Diagnosis()
    bucket = Bucket(stack, names)
    try:
        known = {row["Store"] for row in stores(stack)} if names is None else names
        wanted = sorted((known | bucket.stores() if names is None else names) - {ALL_STORES})
        all_stores = _AllStores.read(stack)
        with stderr.status("Looking …") as status:
            for number, name in enumerate(wanted, 1):
                status.update(f"Looking at {escape(name)}, {number:,} of {len(wanted):,} stores …")
                _Store(stack, bucket, all_stores, name).look(found)
        found.stores = len(wanted)
        found.differences += look_at_groups(stack, names)
        found.notes += sorted(bucket.problems.values())
        found.notes += _gone({token: key for token, key in all_stores.ledger.items() if token not in bucket.shared})
        if bucket.unseen:
            found.notes.append(
                f"{_number(len(bucket.unseen), 'file')} not loaded so far, such as {min(bucket.unseen)}: what waits in "
                "the queue is loaded by itself; `onhand replay --lost` loads what was lost"
            )
    finally:
        bucket.close()
    found.notes = [*_in_flight(stack), *dict.fromkeys(found.notes)]
    if found.unchecked:
        found.notes.append(f"{_number(found.unchecked, 'row')} cannot be compared: their files are gone or under way")
    return found


def _gone(uploads: dict[str, str]) -> list[str]:
    return [f"{key}: its file is gone, what it said is not known ({token})" for token, key in uploads.items()]


def _in_flight(stack: Stack) -> Iterator[str]:
    outputs = stack.outputs
    if depth := stack.depth(outputs.UploadsQueueUrl):
        yield f"{_number(depth, 'message')} in the queue of uploads: what they change is on its way"
    if depth := stack.depth(outputs.AlertsQueueUrl):
        yield f"{_number(depth, 'message')} in the queue of alerts: to be published, or held back for now"
    failed = {
        "uploads": outputs.DeadLetterQueueUrl,
        "alerts": outputs.FailedAlertsQueueUrl,
        "history": outputs.FailedHistoryQueueUrl,
    }
    for what, queue in failed.items():
        if depth := stack.depth(queue):
            yield f"{_number(depth, 'message')} in the queue of failed {what}: `onhand redrive` tries them again"


@dataclass(frozen=True)
class _AllStores:
    """What holds for all stores: reorder points, the common ledger (token → key), the hint to it, how long records
    are kept (a token from which on they must be there)."""

    points: ReorderPoints
    ledger: dict[str, str]
    hint: str
    kept_from: str

    @classmethod
    def read(cls, stack: Stack) -> _AllStores:
        row = _get(stack, stack.outputs.StoresTable, {"Store": {"S": ALL_STORES}})
        settings = stack.functions.get_function_configuration(FunctionName=stack.outputs.LoadInventoryFunction)
        days = int(settings["Environment"]["Variables"].get("KEEP_UPLOADS_DAYS", "400"))
        first = datetime.now(UTC) - timedelta(days=days)
        return cls(
            _points(stack, row, ALL_STORES),
            _ledger(stack, ALL_STORES),
            text(row, "LastUpload"),
            first.strftime("%Y%m%dT%H%M%S"),
        )


class _Store:
    """Looks at one store."""

    def __init__(self, stack: Stack, bucket: Bucket, all_stores: _AllStores, name: str) -> None:
        self._stack, self._bucket, self._all, self._name = stack, bucket, all_stores, name
        self._uploads = bucket.uploads_of(name)
        self._key_of = {upload.token: upload.key for upload in self._uploads}
        self._fold = Fold()
        self._doubt = Doubt()

    def look(self, found: Diagnosis) -> None:
        """Add what is found to a diagnosis."""
        self._read_files(found)
        name, stack = self._name, self._stack
        summary = _get(stack, stack.outputs.StoresTable, {"Store": {"S": name}})
        rows = _rows(stack, name)
        readable = self._key_of.keys() - self._bucket.problems.keys()
        compared = Rows(name, self._fold, self._doubt, readable, self._key_of)
        some = compared.compare(rows)
        some += differences.marks(name, rows, Points(_points(stack, summary, name), self._all.points))
        if not (self._fold.heard or rows or summary):
            found.unknown.append(name)
        told = {count: whole_number(summary, count) for count in differences.COUNTS}
        some += differences.summary(name, rows, told)
        some += self._ledger(text(summary, "LastUpload"), found)
        some += self._alerts(rows)
        found.differences += some
        found.unchecked += compared.unchecked
        wanted = {token for one in some for token in one.load}
        found.uploads |= {upload.token: upload for upload in self._uploads if upload.token in wanted}

    def _read_files(self, found: Diagnosis) -> None:
        for said, is_sure in self._bucket.said_of(self._name, self._uploads):
            if said.snapshot:
                found.snapshots.add(said.token)
            if is_sure:
                self._fold.hear(said)
            else:
                self._doubt.items |= said.mentioned
                self._doubt.everything |= said.snapshot
        for upload in self._uploads:
            if upload.state in ("loading", "failed"):
                how = "is being loaded" if upload.state == "loading" else "could not be loaded (`onhand redrive`)"
                found.notes.append(f"{upload.key} {how}: what it mentions is not compared")

    def _ledger(self, hint: str, found: Diagnosis) -> list[Difference]:
        own = _ledger(self._stack, self._name)
        found.notes += _gone({token: key for token, key in own.items() if token not in self._key_of})
        hints = dict.fromkeys(own, hint)
        for token in self._all.ledger:
            hints[token] = max(hints.get(token, ""), self._all.hint)
        heard = [token for token in self._fold.heard if token >= self._all.kept_from]
        return differences.ledger(self._name, heard, hints, self._key_of)

    def _alerts(self, rows: dict[str, Stored]) -> list[Difference]:
        known = _open_alerts(self._stack, self._name)
        if not differences.alerts(self._name, rows, known):
            return []
        for item, state in _alert_states(self._stack, self._name).items():
            known[item] = AlertsOfItem(known.get(item, AlertsOfItem()).open, text(state, "Level"))
        return differences.alerts(self._name, rows, known)


# ---- Reading the tables ---------------------------------------------------------------------------------------------


def _query(stack: Stack, table: str, key: str, value: str, **more: Any) -> Iterator[Item]:
    """Items of one partition, read strongly consistent."""
    names = {"#key": key} | more.pop("names", {})
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="#key = :key",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={":key": {"S": value}},
        ConsistentRead=True,
        **more,
    )
    for page in pages:
        yield from page["Items"]


def _get(stack: Stack, table: str, key: Item) -> Item:
    found: Item = stack.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
    return found


def _rows(stack: Stack, store: str) -> dict[str, Stored]:
    return {
        text(item, "Item"): stored_row(item) for item in _query(stack, stack.outputs.InventoryTable, "Store", store)
    }


def _points(stack: Stack, row: Item, store: str) -> ReorderPoints:
    """The reorder points that people set for a store, of which the table Stores has `row`."""
    found = {
        text(item, "Item"): whole_number(item, "ReorderPoint")
        for item in _query(stack, stack.outputs.ReorderPointsTable, "Store", store)
    }
    points = {item: point for item, point in found.items() if point is not None}
    return ReorderPoints(whole_number(row, "ReorderPoint"), points)


def _ledger(stack: Stack, store: str) -> dict[str, str]:
    """The uploads in the ledger of a store: token → key."""
    entries = _query(stack, stack.outputs.UploadsTable, "Scope", f"store:{store}")
    return {text(entry, "Token"): text(entry, "Key") for entry in entries}


def _open_alerts(stack: Stack, store: str) -> dict[str, AlertsOfItem]:
    found: dict[str, AlertsOfItem] = {}
    query = {"FilterExpression": "attribute_exists(#open)", "names": {"#open": "Open"}}
    for alert in _query(stack, stack.outputs.AlertsTable, "Store", store, **query):
        of_item = found.setdefault(text(alert, "Item"), AlertsOfItem())
        of_item.open[text(alert, "Alert")] = shards.name_of(text(alert, "Open"))
    return found


def _alert_states(stack: Stack, store: str) -> dict[str, Item]:
    states = _query(stack, stack.outputs.AlertsTable, "Store", fit_key(f"\n{store}"))
    return {text(state, "Alert"): state for state in states}


# ---- Repairing ------------------------------------------------------------------------------------------------------


def to_repair(found: Diagnosis, by_hand: bool) -> list[Difference]:
    """Return the differences that may be put right. `by_hand`: also those that delete what people wrote."""
    if by_hand:
        return found.differences
    wanted = _without_snapshots_over_rows_by_hand(found, [one for one in found.differences if not one.by_hand])
    if found.differences and not wanted:
        warn("What differs was written by hand: --by-hand deletes it.")
    return wanted


def send_repair(stack: Stack, found: Diagnosis, wanted: list[Difference], quiet: bool = False) -> None:
    """Delete what has to go, and have the functions do the rest. `quiet`: nobody is told anything because of it."""
    groups = [one for one in wanted if one.kind == Kind.GROUP]
    for one in groups:
        repair_group(stack, one)
    wanted = [one for one in wanted if one not in groups]
    for one in wanted:
        if one.delete:
            _delete_row(stack, one)
        if one.kind == Kind.ALERT and one.state:
            _forget_level(stack, one)
    tokens = sorted({token for one in wanted for token in one.load})
    recounts = sorted({one.store for one in wanted if one.kind != Kind.ALERT})
    loads = (_load_again(stack, found.uploads[token]) for token in tokens)
    bodies = [*loads, *(Recount(store).body() for store in recounts)]
    send_all(stack.sqs, stack.outputs.UploadsQueueUrl, bodies)
    send_rechecks(stack, {(one.store, one.item) for one in wanted if one.kind == Kind.ALERT}, quiet)


def _without_snapshots_over_rows_by_hand(found: Diagnosis, wanted: list[Difference]) -> list[Difference]:
    """Leave out what only a snapshot would put right that also deletes rows which people wrote by hand."""
    by_hand = {one.store for one in found.differences if one.by_hand}

    def deletes(token: str) -> bool:
        store = only_store(found.uploads[token].key)
        return token in found.snapshots and (store in by_hand if store else bool(by_hand))

    held = [one for one in wanted if any(map(deletes, one.load))]
    for store in sorted({one.store for one in held}):
        warn(f"{store}: a snapshot has to be loaded again, which deletes rows written by hand: left out (--by-hand)")
    return [one for one in wanted if one not in held]


def _plan(wanted: list[Difference], lacking: list[Entry], alerts: bool) -> str:
    loads = {token for one in wanted for token in one.load}
    rechecked = {(one.store, one.item) for one in wanted if one.kind == Kind.ALERT}
    groups = {one.item for one in wanted if one.kind == Kind.GROUP}
    recounted = {one.store for one in wanted if one.kind not in (Kind.ALERT, Kind.GROUP)}
    deleted = [one for one in wanted if one.delete and one.kind != Kind.GROUP]
    told = "" if alerts else ", and nobody told"
    steps = [
        f"{_number(len(deleted), 'row')} deleted" if deleted else "",
        f"{_number(len(loads), 'upload')} loaded again, without alerts" if loads else "",
        f"{_number(len(recounted), 'store')} recounted" if recounted else "",
        f"the alerts of {_number(len(rechecked), 'item')} compared again{told}" if rechecked else "",
        f"both tables say the same of {_number(len(groups), 'group')}" if groups else "",
        f"{_number(len(lacking), 'item')} of the catalogue put right" if lacking else "",
    ]
    return "To be done: " + "; ".join(step for step in steps if step)


def _load_again(stack: Stack, upload: Logged) -> str:
    kept = kept_event(stack, upload.token, upload.version_id)
    return LoadAgain(kept["event"], True, kept["decision"], kept["format"]).body()


def _delete_row(stack: Stack, one: Difference) -> None:
    same = "AsOf = :as_of" if one.as_of else "attribute_not_exists(AsOf)"
    values: dict[str, Any] = {"ExpressionAttributeValues": {":as_of": {"S": one.as_of}}} if one.as_of else {}
    with _unless_it_changed():
        stack.dynamodb.delete_item(
            TableName=stack.outputs.InventoryTable,
            Key={"Store": {"S": one.store}, "Item": {"S": one.item}},
            ConditionExpression=same,
            **values,
        )


def _forget_level(stack: Stack, one: Difference) -> None:
    """Let the alert state of an item say that it is in stock: who compares it then finds a change, and acts.

    The state is right, and the alert that went with it was lost, or was changed by hand.
    """
    with _unless_it_changed():
        stack.dynamodb.update_item(
            TableName=stack.outputs.AlertsTable,
            Key={"Store": {"S": fit_key(f"\n{one.store}")}, "Alert": {"S": one.item}},
            UpdateExpression="SET #level = :level",
            ConditionExpression="#level = :state",
            ExpressionAttributeNames={"#level": "Level"},
            ExpressionAttributeValues={":level": {"S": "ok"}, ":state": {"S": one.state}},
        )


@contextmanager
def _unless_it_changed() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise


def look_until_right(stack: Stack, before: Diagnosis, repaired: list[Difference]) -> Diagnosis:
    """Look again until nothing that was repaired differs; longer while uploads wait, but not for ever.

    The queue of alerts is not asked: alerts that are held back wait in it for long.
    """
    began, pause = time.monotonic(), 1.0
    with stderr.status("Repairing …"):
        while True:
            time.sleep(pause)
            after = look(stack, before.affected)
            after.stores = before.stores
            busy = stack.depth(stack.outputs.UploadsQueueUrl) > 0
            is_late = time.monotonic() - began > (_PATIENCE if busy else _SHORT_PATIENCE)
            if is_late or not differences.lasting(repaired, after.differences):
                return after
            pause = min(_LONGEST_PAUSE, pause * 1.5)


# ---- Saying it ------------------------------------------------------------------------------------------------------


def _report(found: Diagnosis, as_json: bool, repaired: bool) -> None:
    if as_json:
        listed = [asdict(one) for one in found.differences]
        report = {"stores": found.stores, "differences": listed, "unchecked": found.unchecked, "notes": found.notes}
        report["catalogue"] = [one._asdict() for one in found.catalogue]
        print(json.dumps(report, indent=2))  # noqa: T201 - for programs, without wrapping
        return
    for note in found.notes:
        warn(note)
    if not found.differences and not found.catalogue:
        console.print(f"[green]✓[/] {_number(found.stores, 'store')}: the tables are what the files in the bucket say")
        return
    table = Table("store", "what", "item", "why", box=None, padding=(0, 2, 0, 0), header_style="dim")
    lines = [(one.store, one.kind.value, one.item, one.says) for one in found.differences]
    lines += [("all", "catalogue", one.item, _wrong_by(one)) for one in found.catalogue]
    for line in lines[:_SHOWN]:
        table.add_row(*map(escape, line))
    console.print(table)
    if len(lines) > _SHOWN:
        console.print(f"… and {len(lines) - _SHOWN:,} more (--json lists all)")
    counts = Counter(kind for _, kind, *_ in lines)
    told = ", ".join(f"{number:,} {kind}" for kind, number in counts.items())
    still = " still" if repaired else ""
    hint = "" if repaired else ". `onhand doctor --repair` puts it right"
    who = f"{_number(len(found.affected), 'store')} of {found.stores:,}{still} differ"
    who = who if found.affected else f"The catalogue of items{still} differs from the rows"
    console.print(f"[red]✗[/] {who}: {told}{hint}")


def _wrong_by(lacking: Entry) -> str:
    """Return by how much the catalogue says more (+) or less than the rows."""
    return "wrong by " + ", ".join(
        f"{-number:+,} {name}" for name, number in zip(lacking._fields[1:], lacking[1:], strict=True) if number
    )


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
