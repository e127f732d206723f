"""`onhand withdraw`: undo an upload, and take that back."""

import time
from typing import Annotated

import typer
from botocore.exceptions import ClientError

from load_inventory.upload import UPLOADS_PREFIX, only_store
from load_inventory.withdrawal import LONGEST_REASON, WITHDRAWALS_PREFIX
from onhand.console import UserError, console
from onhand.stack import Stack, find_stack
from onhand.upload import metadata_text, who
from onhand.uploads import Upload, find_token, get_uploads, summary, withdrawal

_PAUSE, _LONGEST_PAUSE = 0.3, 5.0  # seconds between two looks
_PATIENCE = 5 * 60  # seconds


def withdraw(
    upload: Annotated[str, typer.Argument(help="Its token, or the name of its file: then the newest upload of that.")],
    reason: Annotated[str, typer.Option(help="Why: others see it.")] = "",
    by: Annotated[str | None, typer.Option(help="Who asks for it.", show_default="who is signed in here")] = None,
    take_back: Annotated[bool, typer.Option("--take-back", help="It counts again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show which upload it would be.")] = False,
) -> None:
    """Withdraw an upload: its stores become as if it had never come. Nothing is lost, --take-back makes it count again.

    Rows that other uploads speak of are as these say, others go. Alerts that it raised close. A replay knows of it.
    """
    stack = find_stack()
    record = _find(stack, find_token(stack, upload))
    _check(stack, record, take_back)
    if len(reason) > LONGEST_REASON:
        raise UserError(f"The reason has {len(reason)} characters. At most {LONGEST_REASON} are kept: shorten it.")
    if not dry_run:
        _ask(stack, record, reason, by or who(stack), take_back)
        record = _wait(stack, record)
    console.print(summary(record), soft_wrap=True)
    if dry_run:
        stores = ", ".join(record.get("Stores", []))
        more = " and others" if record.get("StoreCount", 0) > len(record.get("Stores", [])) else ""
        console.print(f"It would {'count again' if take_back else 'be withdrawn'}, in {stores}{more}.")


def _find(stack: Stack, token: str) -> Upload:
    for record in get_uploads(stack, [token], consistent=True):
        return record
    raise UserError(f"No upload {token} is on record. The dashboard's page Uploads shows the token of each.")


def _check(stack: Stack, record: Upload, take_back: bool) -> None:
    """Raise UserError if there is nothing to withdraw, or to take back."""
    name, state = record["Key"].removeprefix(UPLOADS_PREFIX), record["State"]
    if take_back:
        if state != "withdrawn":
            raise UserError(f"{name} is not withdrawn, so there is nothing to take back.")
    elif state == "withdrawn":
        raise UserError(f"{name} is withdrawn already: {withdrawal(record)}")
    elif state == "refused":
        raise UserError(f"{name} was refused: nothing of it was loaded, so there is nothing to withdraw.")
    elif state != "loaded":
        raise UserError(f"{name} is not through yet. Withdraw it when it is loaded.")
    try:
        stack.s3.head_object(Bucket=stack.outputs.UploadsBucket, Key=record["Key"], VersionId=record["VersionId"])
    except ClientError as error:
        raise UserError(f"The file of {name} is gone from the bucket, so what it said is not known.") from error


def _ask(stack: Stack, record: Upload, reason: str, by: str, take_back: bool) -> None:
    store = only_store(record["Key"])
    metadata = {"uploaded-by": metadata_text(by)} | ({"take-back": "true"} if take_back else {})
    stack.s3.put_object(
        Bucket=stack.outputs.UploadsBucket,
        Key=f"{WITHDRAWALS_PREFIX}{f'{store}/' if store else ''}{record['Token']}",
        Body=reason.encode(),
        ContentType="text/plain; charset=utf-8",
        Metadata=metadata,
    )


def _wait(stack: Stack, before: Upload) -> Upload:
    """Return the record when the request was carried out."""
    began, pause = time.monotonic(), _PAUSE
    with console.status("Putting the rows right …"):
        while time.monotonic() < began + _PATIENCE:
            time.sleep(pause)
            record = _find(stack, before["Token"])
            asked = record.get("Withdrawal", {}).get("AsOf")
            if record["State"] != before["State"] and record.get("CarriedOut") == asked:
                return record
            pause = min(_LONGEST_PAUSE, pause * 1.5)
    raise UserError(
        f"It was asked for, but is not done after {_PATIENCE // 60} minutes. `onhand status` shows what waits in the "
        "queue; it is done by itself."
    )
