"""The way of a request to withdraw an upload, or to take that back: record it, and have the upload loaded so."""

from collections.abc import Callable

from load_inventory import upload_record
from load_inventory.clients import Clients
from load_inventory.load_upload import load_upload
from load_inventory.log import load_again
from load_inventory.upload import Upload
from load_inventory.uploaded_by import uploaded_by
from load_inventory.withdrawal import LONGEST_REASON, Withdrawal, asked_about, may_ask
from stock.steps import log_step


def withdraw_upload(clients: Clients, request: Upload, name: str, seconds_left: Callable[[], float]) -> None:
    """Do what a request asks for, unless a newer one was done. To do it again, at any time, is safe.

    The record is what every attempt goes by, so it comes first; then it is loaded as it says: log, ledger, rows.
    """
    token = asked_about(request.key) or ""
    found = upload_record.where(clients, token)
    content = request.open(clients.s3)
    metadata = content["Metadata"]
    withdrawal = Withdrawal(
        as_of=request.token,
        back=metadata.get("take-back", "").lower() == "true",
        by=uploaded_by(metadata) or request.principal,
        why=content["Body"].read(4 * LONGEST_REASON).decode("utf-8", "replace").strip()[:LONGEST_REASON],
    )
    if found and may_ask(request.key, found[0]):
        again = load_again(clients, request.bucket, token, found[1])
        upload = upload_record.locate(clients, Upload.of_event(again.event))
        if upload_record.withdraw(clients, upload, withdrawal):
            load_upload(clients, again, name, seconds_left)
            return
    log_step("not withdrawn", upload=token, request=request.key)
