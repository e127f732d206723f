"""The way of an upload: put it on record, read its file, load its rows in this invocation or split it into parts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from load_inventory import ledger, part_records, snapshot, upload_record
from load_inventory.attempt import Attempt, new_mark, over
from load_inventory.clients import Clients
from load_inventory.csv_rows import Refused
from load_inventory.formats import as_asked, format_now, read_format
from load_inventory.load_part import start_parts
from load_inventory.load_rows import Loading
from load_inventory.log import keep_event
from load_inventory.rules import total
from load_inventory.split_file import split_file
from load_inventory.upload import Upload, is_forced, is_snapshot
from load_inventory.uploaded_by import uploaded_by
from load_inventory.uploaded_file import UploadedFile, open_upload, read_file
from stock.messages import LoadAgain, Uploaded


def load_upload(clients: Clients, message: Uploaded | LoadAgain, name: str, seconds_left: Callable[[], float]) -> None:
    """Load an upload. `name`: one that no other invocation has. `seconds_left`: of this invocation.

    A user's mistake ends in the upload's record as refused, not in an exception.
    """
    upload = Upload.of_event(message.event)
    again = message if isinstance(message, LoadAgain) else None
    live = again is None or not again.quiet
    mark = new_mark(name)
    opened = clients.begin(lambda: open_upload(clients, upload))
    upload = upload_record.locate(clients, upload)
    told = format_now(clients, upload.key) if again is None or again.form is None else again.form
    before = upload_record.start(clients, upload, mark, live, told)
    if again is None and before.finished:  # S3 has announced it twice
        upload_record.close(clients, upload, {mark})
        return
    # What S3 announced and is not through stays loud, whoever else asks for it meanwhile.
    quiet = not live and (before.finished or not before.live)
    form = read_format(before.form)
    attempt = Attempt(upload, mark, quiet, doubtful=bool(before.marks), over=over(before.marks), form=form)
    decision = (again and again.decision) or before.decision
    kept = clients.begin(lambda: keep_event(clients, attempt))  # not earlier: a replay finds whatever is kept
    try:
        _load(clients, attempt, opened, kept, decision, seconds_left)
    except Refused as refusal:
        kept()
        upload_record.refuse(clients, attempt, refusal)


def _load(
    clients: Clients,
    attempt: Attempt,
    opened: Callable[[], dict[str, Any]],
    kept: Callable[[], None],
    decision: str | None,
    seconds_left: Callable[[], float],
) -> None:
    """Load an upload. `opened` waits for its file, `kept` for its entry in the log."""
    upload = attempt.upload
    content = opened()
    metadata = content["Metadata"]
    attempt = replace(attempt, form=as_asked(attempt.form, metadata))
    lists_all = is_snapshot(metadata)
    if is_forced(metadata):
        decision = snapshot.APPLY
    facts: dict[str, Any] = {"Mode": ledger.SNAPSHOT if lists_all else ledger.ROWS}
    if by := uploaded_by(metadata):
        facts["By"] = by
    file = UploadedFile(clients, attempt)
    try:
        read_file(content["Body"], attempt, file, seconds_left)
        if lists_all and decision is None:
            file.check_snapshot()
        if lists_all and file.fits:
            kept()
            _decide(clients, attempt, decision, file)
    except Refused:
        upload_record.note(clients, upload, facts | file.findings(), only_if=(upload_record.LOADING,))
        raise
    if file.fits:
        _load_now(clients, attempt, file, facts, kept)
        return
    kept()
    if lists_all and decision not in (None, snapshot.APPLY):
        raise Refused(decision, may_insist=True)
    upload_record.note(clients, upload, facts | file.findings(), only_if=(upload_record.LOADING,))
    plan = split_file(clients, attempt, file.stores, file.sample)
    phase = part_records.CHECK if lists_all and decision is None else part_records.APPLY
    start_parts(clients, attempt, plan, phase, lists_all)


def _decide(clients: Clients, attempt: Attempt, decision: str | None, file: UploadedFile) -> None:
    """Raise Refused if a snapshot is not to be loaded. `decision`: what was decided about it before, if anything."""
    if decision is None:
        removals = snapshot.count_removals(clients, file.shares(attempt, snapshot=True))
        decision = snapshot.first_refusal(removals, clients.settings.snapshot_remove_limit) or snapshot.APPLY
    snapshot.decide(clients, attempt, None if decision == snapshot.APPLY else decision)


def _load_now(
    clients: Clients, attempt: Attempt, file: UploadedFile, facts: dict[str, Any], kept: Callable[[], None]
) -> None:
    """Load the rows of a file in this invocation, and record what became of them."""
    if shares := file.shares(attempt, snapshot=facts["Mode"] == ledger.SNAPSHOT):
        ledger.register(clients, attempt, file.stores, facts["Mode"])
        Loading(clients, attempt, shares, before_writing=kept).run()
    kept()
    facts = facts | file.findings() | total(share.tally for share in shares) | {"State": upload_record.LOADED}
    upload_record.finish(clients, attempt, facts)
