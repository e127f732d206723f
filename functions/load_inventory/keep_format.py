"""Keeping the format by which a store's files are read, as people ask for it through the bucket."""

from typing import Any

from load_inventory.clients import Clients
from load_inventory.formats import corrected, format_kept, format_key, names_for, written
from load_inventory.put_answer import put_answer
from load_inventory.upload import Upload
from load_inventory.uploaded_file import first_bytes, open_upload
from read_file.csv_cells import clean
from read_file.csv_rows import Refused, check_folder
from read_file.file_format import FormatError
from read_file.reasons import Reason
from stock.attributes import attribute
from stock.dynamodb import ConditionFailed
from stock.messages import Record
from stock.steps import log_step

_MOST_BYTES = 10_000


def keep_format(clients: Clients, event: Record) -> None:
    """Keep what an object says as a change of its store's format, and answer whether that was done.

    To do it again is safe: a change that is older than the one that was kept last does nothing.
    """
    upload = Upload.of_event(event)
    try:
        check_folder(upload.only_store and clean(upload.only_store))
        body = first_bytes(open_upload(clients, upload), _MOST_BYTES + 1)
        form = written(corrected(format_kept(clients, upload.key), body.decode(errors="replace")))
        _keep(clients, upload, form)
        answer: dict[str, Any] = {"Kept": form}
    except Refused as refusal:
        answer = refusal.answer()
    except FormatError as error:
        answer = Refused(error.reason).answer()
    put_answer(clients, upload, answer)
    log_step("format kept" if "Kept" in answer else "format refused", upload=upload.token, key=upload.key)


def _keep(clients: Clients, upload: Upload, form: str) -> None:
    """Keep a format. Raises FormatError if a newer one is kept."""
    request = {
        "TableName": clients.settings.uploads,
        "Key": format_key(names_for(upload.key)[0]),
        "UpdateExpression": "SET #Format=:form, AsOf=:token",
        "ConditionExpression": "attribute_not_exists(AsOf) OR AsOf<=:token",
        "ExpressionAttributeNames": {"#Format": "Format"},
        "ExpressionAttributeValues": {":form": attribute(form), ":token": attribute(upload.token)},
    }
    try:
        clients.dynamodb.call("UpdateItem", request)
    except ConditionFailed:
        raise FormatError(Reason.of("format-newer")) from None
