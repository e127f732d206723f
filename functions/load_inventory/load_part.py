"""The way of a split upload: its parts are checked if it may take too much, loaded at the same time, and added up."""

from dataclasses import asdict, replace
from typing import Any

from load_inventory import ledger, losses, part_records, upload_record
from load_inventory.attempt import Attempt, new_mark
from load_inventory.clients import Clients
from load_inventory.decision import decide
from load_inventory.formats import read_format, written
from load_inventory.load_rows import Loading
from load_inventory.losses import Loss
from load_inventory.part_records import APPLY, CHECK
from load_inventory.rules import total
from load_inventory.share import Share
from load_inventory.split_file import Part, Plan, read_part
from load_inventory.upload import ROWS, SNAPSHOT, Upload
from load_inventory.uploaded_file import SHOWN_REPEATED
from load_inventory.withdrawal import Withdrawal
from read_file.csv_rows import Refused, Row, contradicts, repeated, summed
from stock.messages import LoadPart
from stock.steps import log_step


def start_parts(clients: Clients, attempt: Attempt, plan: Plan, phase: str, is_snapshot: bool) -> None:
    """Have the parts of an upload loaded (`phase` APPLY), or checked (CHECK). The attempt's mark names the run."""
    upload = attempt.upload
    if phase == APPLY:
        mode = SNAPSHOT if is_snapshot else ROWS
        ledger.register(clients, attempt, plan.stores, mode)
    part_records.begin(clients, attempt.mark, phase, len(plan.parts))
    facts = {"Parts": len(plan.parts), "PartsDone": 0, "RowsDone": 0}
    upload_record.note(clients, upload, facts, only_if=(upload_record.LOADING,))
    stores, form = set(plan.stores), written(attempt.form)

    def send(part: Part) -> None:
        message = LoadPart(
            upload.event, attempt.mark, phase, is_snapshot, attempt.quiet, attempt.doubtful,
            part.number, part.chunks, part.first, part.end, part.at_ends(stores), form,
            attempt.withdrawal.kept() if attempt.withdrawal else None, attempt.again,
        )  # fmt: skip
        clients.send(message.body())

    clients.each(send, plan.parts)
    log_step("split", upload=upload.token, phase=phase, parts=len(plan.parts))


def load_part(clients: Clients, message: LoadPart, name: str) -> None:
    """Load or check one part; the last one goes on with the upload. `name`: one that no other invocation has.

    To do it again, at any time, is safe.
    """
    upload, mark = upload_record.locate(clients, Upload.of_event(message.event)), new_mark(name)
    was_open = part_records.open_part(clients, message.run, message.phase, message.number, mark)
    form = read_format(message.form)
    withdrawal = Withdrawal(**message.withdrawal) if message.withdrawal else None
    doubtful = message.doubtful or was_open
    attempt = Attempt(upload, mark, message.quiet, doubtful, withdrawal=withdrawal, again=message.again, form=form)
    part = PartRows(clients, attempt, message)
    result = part.check(clients) if message.phase == CHECK else part.load(clients)
    if message.phase == APPLY:
        upload_record.look_again(clients, attempt)
    part_records.close_part(clients, message.run, message.phase, message.number, mark, result)
    parts, done, rows = part_records.progress(clients, message.run, message.phase)
    if message.phase == APPLY:
        upload_record.note_progress(clients, upload, done, rows)
    log_step("part done", upload=upload.token, phase=message.phase, part=message.number, done=done, parts=parts)
    if done == parts:
        run = replace(attempt, mark=message.run, doubtful=message.doubtful)
        _decide(clients, run, message.snapshot) if message.phase == CHECK else _finish(clients, run)


class PartRows:
    """The rows of a part, as shares of stores, and how many of them a later line repeats."""

    def __init__(self, clients: Clients, attempt: Attempt, message: LoadPart) -> None:
        self._attempt = attempt
        self._part = Part(message.number, message.first, message.end, message.chunks)
        self._snapshot = message.snapshot
        self._shares: dict[str, Share] = {}
        self._repeated = self._conflicting = 0
        self._first_repeated: list[dict[str, Any]] = []
        kept: dict[str, set[str]] = {}
        for row in read_part(clients, attempt.upload, message.run, message.number, message.chunks):
            if isinstance(row, Row):
                self._add(row)
            else:
                kept.setdefault(row[0], set()).add(row[1])
        if message.snapshot or message.phase == CHECK:
            # A store of which the upload has only rejected rows is not touched. All items of the others are counted.
            for store in {*self._shares, *message.at_ends}:
                self._share(store).kept = kept.get(store, set())

    def _share(self, store: str) -> Share:
        if store not in self._shares:
            self._shares[store] = Share(self._attempt, store, {}, self._snapshot, keys=self._part.keys_of(store))
        return self._shares[store]

    def _add(self, row: Row) -> None:
        rows = self._share(row.store).rows
        if before := rows.get(row.item):
            self._repeated += 1
            if self._attempt.form.add_up:
                row = summed(before, row)
            else:
                self._conflicting += contradicts(before, row)
                if not self._first_repeated:
                    self._first_repeated.append(repeated(before, row))
        rows[row.item] = row

    def check(self, clients: Clients) -> dict[str, Any]:
        """Count what the upload would take; return why it may not, and counts of stores that other parts share."""
        found = losses.count_losses(clients, list(self._shares.values()))
        shared = [loss for loss in found if self._part.shares_store(loss.store)]
        whole = [loss for loss in found if not self._part.shares_store(loss.store)]
        refusal = losses.first_refusal(clients, whole, self._attempt.again)
        return {"refusal": refusal, "shared": [asdict(loss) for loss in shared]}

    def load(self, clients: Clients) -> dict[str, Any]:
        """Load the rows; return what became of them."""
        shares = sorted(self._shares.values(), key=lambda share: share.store)
        loading = Loading(clients, self._attempt, shares)
        loading.run()
        facts = total(share.tally for share in shares) | {"Repeated": self._repeated}
        rows = sum(facts.values()) - facts["Removed"]
        facts["Conflicting"] = self._conflicting
        new = upload_record.new_stores(loading.new_stores)
        return {"facts": facts, "first_repeated": self._first_repeated, "rows": rows, "new": new}


def _decide(clients: Clients, run: Attempt, is_snapshot: bool) -> None:
    """Load the upload that the parts have checked, or refuse it."""
    results = list(part_records.results(clients, run.mark, CHECK))
    refusal = next((each["refusal"] for each in results if each["refusal"]), None)
    if refusal is None:
        sums: dict[str, Loss] = {}
        for loss in (Loss(**each) for result in results for each in result["shared"]):
            sums[loss.store] = sums.get(loss.store, Loss(loss.store)) + loss
        refusal = losses.first_refusal(clients, sums.values(), run.again)
    try:
        decide(clients, run, refusal)
    except Refused as refusal:
        upload_record.refuse(clients, run, refusal)
    else:
        plan = Plan.read(clients, run.upload, run.mark)
        start_parts(clients, run, plan, APPLY, is_snapshot)


def _finish(clients: Clients, run: Attempt) -> None:
    """Add up what became of the rows of all parts, and record it."""
    facts: dict[str, Any] = {}
    first: list[dict[str, Any]] = []
    new: dict[str, Any] = {}
    for result in part_records.results(clients, run.mark, APPLY):
        facts = {name: facts.get(name, 0) + number for name, number in result["facts"].items()}
        first = sorted(first + result["first_repeated"], key=lambda row: int(row["LastLine"]))[:SHOWN_REPEATED]
        new = upload_record.more_new_stores(new, result.get("new", {}))
    facts |= {"FirstRepeated": first} | new | upload_record.through(run)
    upload_record.finish(clients, run, facts)
