"""Runs over a split upload: parts load at the same time, and the last one to finish sums up."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from load_inventory import ledger, stores
from load_inventory.csv_file import Refused, Row, read_rows, repeated
from load_inventory.decide import Tally
from load_inventory.inventory import Range
from load_inventory.load import load_rows, look_again, settle_on
from load_inventory.services import Services
from load_inventory.snapshot import Removal, count_removal, decide_snapshot
from load_inventory.split import Key, Part, PartFiles, Plan, Sample, part_of, read_part
from load_inventory.upload import Delivery

_SHOWN = 10
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
    ledger.start_run(services, delivery, phase, len(plan.parts), wrote=open_before)
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
    results = [json.loads(each["S"]) for each in run["Results"]["M"].values()]
    if not delivery.settle and phase == "apply":
        progress = {"PartsDone": len(results), "RowsDone": sum(sum(r[name] for name in _ROWS) for r in results)}
        ledger.note(services, delivery.upload, progress, only_if="loading")
    if len(results) == int(run["Parts"]["N"]):
        _finish(services, delivery, phase, results, wrote=run["Wrote"]["BOOL"])


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

    def one(name: str) -> Tally:
        keep = rows.kept(name) if snapshot else None
        store = stores.get_store(services, name)
        items = rows.last.get(name, {})
        return load_rows(services, delivery, store, items, keep, of_all, _span(part, name), announce)

    def announce() -> None:
        # On record before the first write: whoever sums up looks again even if this attempt dies after it.
        ledger.note_writing(services, delivery, "apply")

    tallies = services.each(one, touched)
    return {
        "changed": sum(tally.changed for tally in tallies),
        "unchanged": sum(tally.unchanged for tally in tallies),
        "superseded": sum(tally.superseded for tally in tallies),
        "removed": sum(tally.removed for tally in tallies),
        "repeated": rows.repeated,
        "first_repeated": rows.first_repeated,
        "unsettled": any(tally.unsettled for tally in tallies),
    }


def _finish(services: Services, delivery: Delivery, phase: str, results: list[dict[str, Any]], wrote: bool) -> None:
    upload = delivery.upload
    plan = Plan.read(services, upload, delivery.attempt)
    if phase == "check":
        try:
            decide_snapshot(services, upload, delivery.decision, _by_store(results))
        except Refused as refusal:
            ledger.finish(services, upload, {"State": "refused", "Reason": str(refusal)})
        else:
            start_run(services, delivery, plan, "apply")
        return

    def one(store: str) -> None:
        if wrote:
            look_again(services, delivery, store, plan.snapshot)
            services.send({"recount": store})
        stores.note_upload(services, store, upload.token, upload.at)
        ledger.close(services, delivery, store, None)

    services.each(one, plan.stores)
    settled = plan.snapshot or not any(result["unsettled"] for result in results)
    settle_on(services, delivery, done=settled and not (delivery.settle and delivery.settle.removed))
    if not delivery.settle:
        _record(services, delivery, results)


def _record(services: Services, delivery: Delivery, results: list[dict[str, Any]]) -> None:
    first = sorted(
        (row for result in results for row in result["first_repeated"]), key=lambda row: int(row["LastLine"])
    )
    facts: dict[str, Any] = {name.title(): sum(result[name] for result in results) for name in (*_ROWS, "removed")}
    ledger.finish(services, delivery.upload, facts | {"State": "loaded", "FirstRepeated": first[:_SHOWN]})


def _by_store(results: list[dict[str, Any]]) -> list[Removal]:
    sums: dict[str, Removal] = {}
    for fields in (removal for result in results for removal in result["removals"]):
        before = sums.get(fields["store"], Removal(fields["store"], 0, 0))
        sums[before.store] = Removal(before.store, before.removed + fields["removed"], before.items + fields["items"])
    return list(sums.values())


def _span(part: Part, store: str) -> Range:
    return Range(*part.items_of(store))
