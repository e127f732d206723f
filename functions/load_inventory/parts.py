"""Runs over a split upload: parts load at the same time, and the last one to finish sums up."""

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from load_inventory import ledger, stores
from load_inventory.csv_file import Refused, Row, read_rows, repeated
from load_inventory.decide import Tally
from load_inventory.inventory import Range
from load_inventory.load import load_rows, look_again, settle_on, sum_up
from load_inventory.services import Services
from load_inventory.snapshot import Removal, count_removal, decide_snapshot
from load_inventory.split import Key, Part, PartFiles, Plan, Sample, part_of, read_part
from load_inventory.upload import Delivery

_SHOWN = 10
_SUMS_BYTES = 600  # of a part: all results are in one item of the table, which holds 400 KB
_ROWS = ("changed", "unchanged", "superseded", "repeated")


def split(
    services: Services,
    delivery: Delivery,
    touched: set[str],
    sample: Sample,
    snapshot: bool,
    decision: str | None,
    findings: dict[str, Any],
) -> None:
    """Sort the rows of an upload into parts and have them loaded. Raises Refused as `read_rows` does."""
    upload = delivery.upload
    if not delivery.settle:
        ledger.note(services, upload, findings, only_if="loading")
    files = PartFiles(services, upload, delivery.attempt, sample.bounds(services.settings.part_rows))
    for row in read_rows(upload.open(services.s3)["Body"], upload.only_store):
        if delivery.settle and row.store != delivery.settle.store:
            continue
        if isinstance(row, Row):
            files.add(row)
        elif row.known:
            files.add_mention(row)
    plan = Plan(files.finish(), sorted(touched), snapshot)
    plan.write(services, upload, delivery.attempt)
    start_run(services, delivery, plan, "apply" if decision or not snapshot else "check")


def start_run(services: Services, delivery: Delivery, plan: Plan, phase: str) -> None:
    """Register the upload with its stores and have its parts loaded (`apply`), or a snapshot only judged (`check`)."""
    upload = delivery.upload
    open_before = False
    if phase == "apply":
        open_before = any(services.each(lambda store: _register(services, delivery, plan, store), plan.stores))
    ledger.start_run(services, delivery, phase, len(plan.parts), open_before)
    if not delivery.settle:
        ledger.note(services, upload, {"Parts": len(plan.parts), "PartsDone": 0, "RowsDone": 0}, only_if="loading")
    order = delivery.message() | {"attempt": delivery.attempt, "phase": phase, "snapshot": plan.snapshot}
    loaded = set(plan.stores)

    def send(part: Part) -> None:
        # A part's range may end in a store of which it has no row, but from which a snapshot removes some.
        at_ends = {key[0] for key in (part.first, part.end) if key} & loaded
        services.send({"part": asdict(part), "at_ends": sorted(at_ends)} | order)

    services.each(send, plan.parts)


def _register(services: Services, delivery: Delivery, plan: Plan, store: str) -> bool:
    open_before = ledger.register(services, delivery, store)
    if plan.snapshot:
        stores.note_snapshot(services, store, delivery.upload.token)
    return open_before


def load_part(services: Services, body: dict[str, Any]) -> None:
    """Load one part of a split upload; the last one to finish sums up. To do it again, at any time, is safe."""
    delivery = Delivery.of_message(body, body["attempt"])
    part, phase = part_of(body["part"]), body["phase"]
    rows = PartRows(read_part(services, delivery.upload, delivery.attempt, part))
    touched = sorted({*rows.last, *body["at_ends"]} if body["snapshot"] else rows.last)
    if phase == "check":
        token = delivery.upload.token
        removals = [count_removal(services, token, name, rows.kept(name), _span(part, name)) for name in touched]
        result = {"removals": [asdict(removal) for removal in removals]}
    else:
        result = _apply(services, delivery, part, rows, touched, body["snapshot"])
    run = ledger.note_part(services, delivery, phase, part.number, result)
    if not delivery.settle and phase == "apply":
        rows_done = sum(sum(result[name] for name in _ROWS) for result in run.results.values())
        ledger.note_progress(services, delivery.upload, len(run.results), rows_done)
    if len(run.results) == run.parts:
        finish = _decide if phase == "check" else _finish
        finish(services, delivery, run)


class PartRows:
    """The rows of a part: the last line of every item, and how many were repeated by a later one."""

    def __init__(self, rows: Iterable[Row | Key]) -> None:
        self.last: dict[str, dict[str, Row]] = {}  # store → item → row
        self.repeated = 0
        self.first_repeated: list[dict[str, Any]] = []
        self._mentioned: dict[str, set[str]] = {}
        for row in rows:
            if isinstance(row, Row):
                self._add(row)
            else:
                self._mentioned.setdefault(row[0], set()).add(row[1])

    def _add(self, row: Row) -> None:
        items = self.last.setdefault(row.store, {})
        if before := items.get(row.item):
            self.repeated += 1
            if not self.first_repeated:
                self.first_repeated.append(repeated(before, row))
        items[row.item] = row

    def kept(self, store: str) -> set[str]:
        """Return the items of a store that the part mentions, in rows that are loaded or rejected."""
        return self.last.get(store, {}).keys() | self._mentioned.get(store, set())


def _apply(
    services: Services, delivery: Delivery, part: Part, rows: PartRows, touched: list[str], snapshot: bool
) -> dict[str, Any]:
    of_all = stores.get_store(services, stores.ALL_STORES).points
    writing = _Writing(services, delivery, part)

    def one(name: str) -> tuple[int, Tally]:
        keep = rows.kept(name) if snapshot else None
        store = stores.get_store(services, name)
        items = rows.last.get(name, {})
        return store.epoch, load_rows(services, delivery, store, items, keep, of_all, _span(part, name), writing.note)

    loaded = services.each(one, touched)
    tallies = [tally for _, tally in loaded]
    sums = {name: [epoch, *tally.sums] for name, (epoch, tally) in zip(touched, loaded, strict=True)}
    return {
        "changed": sum(tally.changed for tally in tallies),
        "unchanged": sum(tally.unchanged for tally in tallies),
        "superseded": sum(tally.superseded for tally in tallies),
        "removed": sum(tally.removed for tally in tallies),
        "repeated": rows.repeated,
        "first_repeated": rows.first_repeated,
        "unsettled": any(tally.unsettled for tally in tallies),
        "wrote": writing.noted,
        "doubtful": any(tally.doubtful for tally in tallies),
        "sums": sums if len(json.dumps(sums)) <= _SUMS_BYTES else None,
    }


class _Writing:
    """Puts on record that a part writes, once and before its first write.

    So whoever sums up looks again even if this attempt dies after the write, and knows whose sums to trust.
    """

    def __init__(self, services: Services, delivery: Delivery, part: Part) -> None:
        self.noted = False
        self._place = services, delivery, part.number
        self._lock = threading.Lock()

    def note(self) -> None:
        with self._lock:
            if not self.noted:
                ledger.note_writing(*self._place)
                self.noted = True


def _decide(services: Services, delivery: Delivery, run: ledger.Run) -> None:
    """Apply the snapshot that the parts have judged, or refuse it."""
    try:
        decide_snapshot(services, delivery.upload, delivery.decision, _by_store(run.results.values()))
    except Refused as refusal:
        ledger.finish(services, delivery.upload, {"State": "refused", "Reason": str(refusal)})
    else:
        start_run(services, delivery, Plan.read(services, delivery.upload, delivery.attempt), "apply")


def _finish(services: Services, delivery: Delivery, run: ledger.Run) -> None:
    """Sum up every store once all parts are through, and record the result."""
    plan = Plan.read(services, delivery.upload, delivery.attempt)
    differences = exact_differences(run, plan.stores)

    def one(name: str) -> None:
        store = stores.get_store(services, name)
        tally = Tally()
        if exact := name in differences:
            tally, epoch = differences[name]
            store = replace(store, epoch=epoch)
        if tally.wrote or not exact:
            look_again(services, delivery, name, plan.snapshot)
        # Not counted here: of many stores, that may take longer than an invocation may.
        sum_up(services, delivery, store, tally, None, exact, recount=ask_for_recount)

    services.each(one, plan.stores)
    settled = plan.snapshot or not any(result["unsettled"] for result in run.results.values())
    settle_on(services, delivery, done=settled and not (delivery.settle and delivery.settle.removed))
    if not delivery.settle:
        _record(services, delivery, list(run.results.values()))


def exact_differences(run: ledger.Run, names: list[str]) -> dict[str, tuple[Tally, int]]:
    """Return by how much a run changed the sums of stores, and the epoch that its parts found: where that is known.

    It is known of a store if all writes to it are in the sums that its parts handed in (docs/order.md).
    """
    if run.open_before:
        return {}
    if not run.wrote:
        return {name: (Tally(), 0) for name in names}
    if any(result["sums"] is None for result in run.results.values()):
        return {}
    differences: dict[str, tuple[Tally, int]] = {}
    unknown = set()
    for number, result in run.results.items():
        handed_in = result["wrote"] and not result["doubtful"] and number not in run.wrote_twice
        for name, (epoch, *sums) in result["sums"].items():
            tally, first_epoch = differences.setdefault(name, (Tally(), epoch))
            tally.add(sums)
            if epoch != first_epoch or (number in run.wrote and not handed_in):
                unknown.add(name)
    return {name: difference for name, difference in differences.items() if name not in unknown}


def ask_for_recount(services: Services, store: str) -> None:
    """Have a store counted by a message of its own."""
    services.send({"recount": store})


def _record(services: Services, delivery: Delivery, results: list[dict[str, Any]]) -> None:
    first = sorted(
        (row for result in results for row in result["first_repeated"]), key=lambda row: int(row["LastLine"])
    )
    facts: dict[str, Any] = {name.title(): sum(result[name] for result in results) for name in (*_ROWS, "removed")}
    ledger.finish(services, delivery.upload, facts | {"State": "loaded", "FirstRepeated": first[:_SHOWN]})


def _by_store(results: Iterable[dict[str, Any]]) -> list[Removal]:
    sums: dict[str, Removal] = {}
    for fields in (removal for result in results for removal in result["removals"]):
        before = sums.get(fields["store"], Removal(fields["store"], 0, 0))
        sums[before.store] = Removal(before.store, before.removed + fields["removed"], before.items + fields["items"])
    return list(sums.values())


def _span(part: Part, store: str) -> Range:
    return Range(*part.items_of(store))
