"""The samples' past on this machine: files in the bucket as if they had been there all along, loaded one by one.

An upload has the time at which S3 receives it, so what is to be of long ago is not sent: it is put there unannounced,
and the log that Load-Inventory keeps of uploads says when it came.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from onhand.console import UserError, step
from onhand.rebuild_history import rebuild_history
from onhand.replay import Stored, not_logged
from onhand.stack import Stack
from onhand.uploads import FINISHED, get_uploads
from samples.past import DAYS, File, files
from stock.messages import LoadAgain

_PAUSE, _PATIENCE = 0.02, 120  # seconds


def bring(stack: Stack, data: Path) -> None:
    """Have the stores of samples/past.py, with what they sent until yesterday. Raises UserError if it is not loaded."""
    with step(f"Make up four stores with a past of {DAYS} days (samples/README.md)"):
        with unannounced(stack, data / "announced.json"):
            there = dict(_versions(stack))  # of a start that was broken off
            uploads = [_put(stack, file, there) for file in files(datetime.now(UTC).date())]
        rebuild_history(stack, store=None, since=None)  # before the rows are loaded: so nothing in it came late
        for upload in uploads:
            _load(stack, upload)


@contextmanager
def unannounced(stack: Stack, kept: Path) -> Iterator[None]:
    """Meanwhile the bucket announces nothing. What it does else is in the file `kept`, should this be broken off."""
    bucket = stack.outputs.UploadsBucket
    if not kept.exists():
        announces = stack.s3.get_bucket_notification_configuration(Bucket=bucket)
        kept.write_text(json.dumps({"QueueConfigurations": announces["QueueConfigurations"]}))
    stack.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        announces = json.loads(kept.read_text())
        stack.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=announces)
        kept.unlink()


def _versions(stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield key and version of the files in the bucket."""
    pages = stack.s3.get_paginator("list_object_versions").paginate(
        Bucket=stack.outputs.UploadsBucket, Prefix="uploads/"
    )
    for page in pages:
        yield from ((version["Key"], version["VersionId"]) for version in page.get("Versions", []))


def _put(stack: Stack, file: File, there: dict[str, str]) -> Stored:
    """Put a file into the bucket, unless it is there (its version by key), and its event into the log."""
    bucket, key, body = stack.outputs.UploadsBucket, f"uploads/{file.name}", file.text.encode()
    by = {"uploaded-by": "samples/past.py, made up"}
    version = there.get(key) or stack.s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata=by)["VersionId"]
    upload = not_logged(bucket, {"Key": key, "VersionId": version, "Size": len(body), "LastModified": file.at})
    kept = {"event": upload.event, "decision": None, "format": "", "withdrawal": None}
    stack.s3.put_object(Bucket=bucket, Key=f"log/{upload.token}/{version}.json", Body=json.dumps(kept).encode())
    return upload


def _load(stack: Stack, upload: Stored) -> None:
    """Have an upload loaded, without alerts, and wait until it is: the next one is to find what this one left."""
    message = LoadAgain(upload.event, quiet=True, decision=None, form="")
    stack.sqs.send_message(QueueUrl=stack.outputs.UploadsQueueUrl, MessageBody=message.body())
    deadline = time.monotonic() + _PATIENCE
    while not any(one["State"] in FINISHED for one in get_uploads(stack, [upload.token], ("Token", "State"))):
        if time.monotonic() > deadline:
            raise UserError("What the made-up stores sent is not loaded. `onhand trace` tells what failed.")
        time.sleep(_PAUSE)
