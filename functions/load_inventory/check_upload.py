"""The way of a check: read the file as an upload's, compare it with the rows as they are now, and answer its sender.

Nothing else is written than the answer and the file of rejected rows beside it: no row, no record, no entry in the
ledger or in the bucket's log. What is decided is decided by what loads an upload.
"""

from collections.abc import Callable
from heapq import nsmallest
from operator import attrgetter
from typing import Any

from load_inventory import known_stores, losses, summaries, upload_record
from load_inventory.attempt import Attempt, new_mark
from load_inventory.clients import Clients
from load_inventory.formats import as_asked, corrected, format_now, read_format
from load_inventory.inventory import read_share
from load_inventory.losses import Loss
from load_inventory.put_answer import put_answer
from load_inventory.rules import Stored, total
from load_inventory.share import Share
from load_inventory.summaries import Store
from load_inventory.upload import REMOVAL, ROWS, Upload, is_forced, mode_of
from load_inventory.uploaded_file import UploadedFile, open_upload, read_file
from load_inventory.would_change import SHOWN, WouldChange
from read_file.csv_rows import Refused
from read_file.file_format import FOUND_OUT, FormatError
from stock.messages import Record
from stock.steps import log_step

_FIRST_ROWS = 5
_MOST_TITLES = 100
CHECKED = "checked"
"""The state of an answer's record, if the file would not be refused."""


def check_upload(clients: Clients, event: Record, seconds_left: Callable[[], float]) -> None:
    """Answer what an upload of a file would change now. To do it again is safe: the newer answer stays."""
    upload = Upload.of_event(event)
    answer = _answer(clients, upload, seconds_left)
    put_answer(clients, upload, answer)
    log_step("checked", upload=upload.token, key=upload.key, state=answer["Upload"]["State"])


def _answer(clients: Clients, upload: Upload, seconds_left: Callable[[], float]) -> dict[str, Any]:
    """Return the record that the upload would have, and what it would change unless that was not compared."""
    record: dict[str, Any] = {
        "Token": upload.token, "Key": upload.key, "VersionId": upload.version_id, "Size": upload.size, "At": upload.at,
        "State": CHECKED,
    }  # fmt: skip
    try:
        content = open_upload(clients, upload)
    except Refused as refusal:
        return {"Upload": record | upload_record.refused(refusal)}
    metadata = content["Metadata"]
    record["Mode"] = mode = mode_of(upload.key, metadata)
    lists_all, forced = mode != ROWS, mode == REMOVAL or is_forced(metadata)
    kept = format_now(clients, upload.key)
    try:
        form = corrected(kept, metadata["format"]) if "format" in metadata else read_format(kept)
    except FormatError as error:
        return {"Upload": record | upload_record.refused(Refused(error.reason))}
    attempt = Attempt(upload, new_mark("check"), form=as_asked(form, metadata))
    file = UploadedFile(clients, attempt)
    try:
        read_file(content["Body"], mode, attempt, file, seconds_left)
    except Refused as refusal:
        columns = _columns(file, refusal.titles)
        return {"Upload": record | file.findings() | upload_record.refused(refusal), "Columns": columns}
    shares = file.shares(attempt, lists_all)
    suspects = losses.suspects(clients, file.zeros)
    lost = losses.count_losses(clients, [one for one in shares if lists_all or one.store in suspects])
    record |= file.findings()
    if not forced:
        record |= _refusal(clients, file, lists_all, lost)
    if not file.fits:
        return {"Upload": record, "Columns": _columns(file)}
    changes = _changes(clients, shares, lost)
    record |= total(share.tally for share in shares)
    return {"Upload": record, "Columns": _columns(file), "FirstRows": _first_rows(shares), "Changes": changes}


def _columns(file: UploadedFile, titles: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the titles of a file's columns, and which of them is what, as far as that is known."""
    reading = file.reading
    found = reading.found if reading else FOUND_OUT
    columns = {"Store": found.store, "Item": found.item, "Count": found.count, "ReorderPoint": found.reorder_point}
    titles = (reading.titles if reading else ()) or titles
    return {"Titles": [title for title in titles if title][:_MOST_TITLES]} | {
        column: title[0] for column, title in columns.items() if title
    }


def _first_rows(shares: list[Share]) -> list[dict[str, Any]]:
    """Return the first rows as they were understood: whoever sent the file sees whether that is what it says."""
    first = nsmallest(_FIRST_ROWS, (row for share in shares for row in share.rows.values()), attrgetter("line"))
    return [
        {"Line": row.line, "Store": row.store, "Item": row.item, "Count": row.count, "ReorderPoint": row.reorder_point}
        for row in first
    ]


def _refusal(clients: Clients, file: UploadedFile, lists_all: bool, lost: list[Loss]) -> dict[str, Any]:
    """Return why an upload would be refused, as facts for its record; none if it would be loaded."""
    try:
        if lists_all:
            file.check_snapshot()
        if reason := known_stores.refusal(clients, file.stores) or losses.first_refusal(clients, lost):
            raise Refused(reason, may_insist=True)
    except Refused as refusal:
        return upload_record.refused(refusal)
    return {}


def _changes(clients: Clients, shares: list[Share], lost: list[Loss]) -> dict[str, Any]:
    """Return the changes that the shares would make, and count them in the shares' tallies."""
    stores = summaries.read_stores(clients, [share.store for share in shares])
    _, points = summaries.read_points(clients, list(stores.values()))
    found = WouldChange()
    for share in shares:
        share.points = points[share.store]
    clients.each(lambda share: _compare(clients, share, stores[share.store], found), shares)
    new = [{"Store": share.store, "Items": len(share.rows)} for share in shares if not stores[share.store].known]
    losing = sorted((each for each in lost if each.removed), key=lambda each: -each.removed)
    shown = [{"Store": each.store, "Removed": each.removed, "Items": each.items} for each in losing[:SHOWN]]
    return {
        "NewStores": {"Count": len(new), "First": new[:SHOWN]},
        "Removals": {"Count": len(losing), "First": shown},
    } | found.answer()


def _compare(clients: Clients, share: Share, store: Store, found: WouldChange) -> None:
    """Compare a share with the rows of its store, as loading it does where no newer upload speaks of the store."""
    pending = dict.fromkeys(share.rows)

    def decide(item: str, stored: Stored | None) -> None:
        if write := share.decide(item, stored, None):
            share.note(write)
            found.add(write)

    for page in read_share(clients, share, store.items, share.snapshot):
        for item, stored in page:
            pending.pop(item, None)
            if share.would_change(item, stored):
                decide(item, stored)
            else:
                share.leave(item, stored)
    for item in pending:
        decide(item, None)
