"""The way of a request to withdraw an upload, or to take that back: record it, and have the upload loaded so."""

from collections.abc import Callable

from load_inventory import upload_record
from load_inventory.clients import Clients
from load_inventory.load_upload import load_upload
from load_inventory.log import load_again
from load_inventory.upload import Upload
from load_inventory.uploaded_by import uploaded_by
from load_inventory.uploaded_file import first_bytes, open_upload
from load_inventory.withdrawal import LONGEST_REASON, Withdrawal, asked_about, may_ask
from read_file.csv_rows import Refused
from stock.steps import log_step
from telling.alert_message import one_line


def withdraw_upload(clients: Clients, request: Upload, name: str, seconds_left: Callable[[], float]) -> None:
    """Do what a request asks for, unless there is a newer one. To do it again, at any time, is safe.

    The record is what every attempt goes by, so it comes first; then it is loaded as it says: log, ledger, rows. So it
    is also where the request is not the newest: an attempt at it may have died after it wrote what holds no more.
    """
    token = asked_about(request.key) or ""
    found = upload_record.where(clients, token)
    if found and may_ask(request.key, found.key):
        again = load_again(clients, request.bucket, token, found.version_id)
        upload = upload_record.locate(clients, Upload.of_event(again.event))
        try:
            withdrawal = _read(clients, request)
            open_upload(clients, upload)["Body"].close()  # what it said cannot be told without its file
        except Refused as refusal:
            log_step("not withdrawn", upload=token, request=request.key, reason=str(refusal))
            return
        if upload_record.withdraw(clients, upload, withdrawal) or found.asked:
            load_upload(clients, again, name, seconds_left)
            return
    log_step("not withdrawn", upload=token, request=request.key)


def _read(clients: Clients, request: Upload) -> Withdrawal:
    content = open_upload(clients, request)
    return Withdrawal(
        as_of=request.token,
        back=content["Metadata"].get("take-back", "").lower() == "true",
        by=uploaded_by(content["Metadata"]) or request.principal,
        why=one_line(first_bytes(content, 4 * LONGEST_REASON).decode("utf-8", "replace"))[:LONGEST_REASON],
    )
