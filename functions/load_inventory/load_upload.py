"""The way of an upload: put it on record, read its file, load its rows in this invocation or split it into parts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from load_inventory import known_stores, ledger, losses, part_records, upload_record
from load_inventory.attempt import Attempt, new_mark, over
from load_inventory.clients import Clients
from load_inventory.decision import APPLY, decide
from load_inventory.formats import as_asked, format_now, read_format
from load_inventory.load_part import start_parts
from load_inventory.load_rows import Loading
from load_inventory.log import keep_event, put_event
from load_inventory.rules import total
from load_inventory.split_file import split_file
from load_inventory.upload import REMOVAL, ROWS, Upload, is_forced, mode_of
from load_inventory.uploaded_by import uploaded_by
from load_inventory.uploaded_file import UploadedFile, open_upload, read_file
from load_inventory.withdrawal import Withdrawal, newest
from read_file.csv_rows import Refused
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
    asked = Withdrawal(**again.withdrawal) if again and again.withdrawal else None
    before = upload_record.start(clients, upload, mark, live, asked, told)
    # S3 has announced it twice. An attempt that is still open may have died, and this be its message, come again.
    if again is None and before.finished and not before.withdrawal and not before.marks:
        upload_record.close(clients, upload, {mark})
        return
    # What S3 announced and is not through stays as it is, whoever else asks for it meanwhile.
    is_replay = again is not None and (before.finished or not before.live)
    quiet = not live and is_replay
    if asked:  # the log may know more than a record that was restored
        upload_record.withdraw(clients, upload, asked)
    withdrawal = newest(before.withdrawal, asked)
    attempt = Attempt(
        upload, mark, quiet, bool(before.marks), over(before.marks), withdrawal,
        is_replay or withdrawal is not None, read_format(before.form),
    )  # fmt: skip
    decision = (again and again.decision) or before.decision
    if withdrawal:
        put_event(clients, attempt, decision)
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
    mode = mode_of(upload.key, metadata)
    lists_all = mode != ROWS
    if mode == REMOVAL or is_forced(metadata) or attempt.withdrawn:
        decision = APPLY
    facts: dict[str, Any] = {"Mode": mode}
    if by := uploaded_by(metadata):
        facts["By"] = by
    file = UploadedFile(clients, attempt)
    try:
        read_file(content["Body"], mode, attempt, file, seconds_left)
        if decision is None and not attempt.again and (refusal := known_stores.refusal(clients, file.stores)):
            decide(clients, attempt, refusal)
        if lists_all and decision is None:
            file.check_snapshot()
        is_checked = attempt.withdrawn or _decide(clients, attempt, decision, file, lists_all)
    except Refused:
        upload_record.note(clients, upload, facts | file.findings(), only_if=(upload_record.LOADING,))
        raise
    if file.fits:
        _load_now(clients, attempt, file, facts, kept)
        return
    kept()
    upload_record.note(clients, upload, facts | file.findings(), only_if=(upload_record.LOADING,))
    plan = split_file(clients, attempt, file.stores, file.sample)
    start_parts(clients, attempt, plan, part_records.APPLY if is_checked else part_records.CHECK, lists_all)


def _decide(clients: Clients, attempt: Attempt, decision: str | None, file: UploadedFile, lists_all: bool) -> bool:
    """Decide whether an upload may take what it would; return False if its parts are to be counted before that.

    `decision`: what was decided before, if anything. Nothing is decided, by any attempt, where a file is no snapshot
    and has few zeros. Raises Refused if it may not.
    """
    is_suspect = decision is None and not attempt.again and losses.is_suspect(clients, file.zeros)
    if not (lists_all or is_suspect or decision):
        return True
    suspects = losses.suspects(clients, file.zeros) if is_suspect else set()
    if decision is None and (lists_all or suspects):
        if not file.fits:
            return False
        shares = [share for share in file.shares(attempt, lists_all) if lists_all or share.store in suspects]
        decision = losses.first_refusal(clients, losses.count_losses(clients, shares), attempt.again)
    decide(clients, attempt, None if decision == APPLY else decision)
    return True


def _load_now(
    clients: Clients, attempt: Attempt, file: UploadedFile, facts: dict[str, Any], kept: Callable[[], None]
) -> None:
    """Load the rows of a file in this invocation, and record what became of them."""
    if shares := file.shares(attempt, snapshot=facts["Mode"] != ROWS):
        ledger.register(clients, attempt, file.stores, facts["Mode"])
        loading = Loading(clients, attempt, shares, before_writing=kept)
        loading.run()
        facts |= upload_record.new_stores(loading.new_stores)
    kept()
    facts = facts | file.findings() | total(share.tally for share in shares) | upload_record.through(attempt)
    upload_record.finish(clients, attempt, facts)
