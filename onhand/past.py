"""The samples' past on this machine: files in the bucket as if they had been there all along, and loaded again.

An upload has the time at which S3 receives it, so what is to be of long ago is not sent: it is put there unannounced,
and the log that Load-Inventory keeps of uploads says when it came.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from onhand.console import UserError, step
from onhand.rebuild_history import rebuild_history
from onhand.replay import not_logged, replay, wait_until_loaded
from onhand.stack import Stack
from samples.past import DAYS, File, files


def bring(stack: Stack, data: Path) -> None:
    """Have the stores of samples/past.py, with what they sent until yesterday. Raises UserError if it is not loaded."""
    with step(f"Make up four stores with {DAYS} days behind them, and load what they sent (samples/README.md)"):
        with _unannounced(stack, data / "announced.json"):
            for file in files(datetime.now(UTC).date()):
                _put(stack, file)
        if not wait_until_loaded(stack, replay(stack, quiet=True).before):
            raise UserError("What the made-up stores sent is not loaded. `make down`, then `make up` tries again.")
        rebuild_history(stack, store=None, since=None)


@contextmanager
def _unannounced(stack: Stack, kept: Path) -> Iterator[None]:
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


def _put(stack: Stack, file: File) -> None:
    bucket, key, body = stack.outputs.UploadsBucket, f"uploads/{file.name}", file.text.encode()
    by = {"uploaded-by": "samples/past.py, made up"}
    put = stack.s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata=by, ContentType="text/csv")
    version = {"Key": key, "VersionId": put["VersionId"], "Size": len(body), "LastModified": file.at}
    upload = not_logged(bucket, version)
    kept = {"event": upload.event, "decision": None, "format": "", "withdrawal": None}
    stack.s3.put_object(
        Bucket=bucket, Key=f"log/{upload.token}/{version['VersionId']}.json", Body=json.dumps(kept).encode()
    )
