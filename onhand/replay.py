"""`onhand replay`: load again what the bucket holds. The bucket is the log, the tables are made from it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote_plus

import typer

from onhand.console import console
from onhand.stack import Stack, find_stack

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_READERS = 16
_MESSAGES_A_CALL = 10
_ASK_SECONDS = 0.5


@dataclass(frozen=True)
class Logged:
    """An upload in the bucket: its place in the order, its S3 event record, what was decided about a snapshot."""

    place: str
    event: dict[str, Any]
    decision: str | None


def replay_command(
    store: Annotated[str | None, typer.Option(help="Only uploads that may hold rows of this store.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only uploads from then on, your time.")] = None,
    alerts: Annotated[bool, typer.Option(help="Send alerts for what is out of stock, once more.")] = False,
    wait: Annotated[bool, typer.Option(help="Wait until all are loaded.")] = True,
) -> None:
    """Load uploads again, from the files in the bucket: after tables were lost, emptied or restored.

    Safe at any time: a count that a newer upload has set stays. No alert is sent again, unless you say --alerts.
    """
    stack = find_stack()
    number = replay(stack, since=since.astimezone() if since else None, store=store, quiet=not alerts)
    console.print(f"{number} upload{'s' if number != 1 else ''} delivered again")
    if wait and number:
        with console.status("Loading …") as status:
            while left := stack.depth(stack.outputs.UploadsQueueUrl):
                status.update(f"Loading, {left} left …")
                time.sleep(_ASK_SECONDS)


def replay(stack: Stack, since: datetime | None = None, store: str | None = None, quiet: bool = True) -> int:
    """Have uploads delivered again, oldest first; return how many.

    `store`: only those that may hold rows of it. `quiet`: without alerts. All versions of a file count, as each was an
    upload of its own. One that Load-Inventory never saw takes its place by the time at which S3 stored it.
    """
    found = sorted(_uploads(stack, store), key=lambda upload: upload.place)
    if since is not None:
        first = since.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
        found = [upload for upload in found if upload.place >= first]
    for at in range(0, len(found), _MESSAGES_A_CALL):
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(number), "MessageBody": _message(upload, quiet)}
            for number, upload in enumerate(found[at : at + _MESSAGES_A_CALL])
        ]
        failed = stack.sqs.send_message_batch(QueueUrl=stack.outputs.UploadsQueueUrl, Entries=entries).get("Failed")
        if failed:
            raise RuntimeError(f"The queue did not take {len(failed)} messages: {failed[0].get('Message')}")
    return len(found)


def _message(upload: Logged, quiet: bool) -> str:
    return json.dumps({"redeliver": upload.event, "quiet": quiet, "decision": upload.decision})


def _uploads(stack: Stack, store: str | None) -> Iterator[Logged]:
    """Yield every version of every upload in the bucket."""
    bucket = stack.outputs.UploadsBucket
    log: dict[str, str] = {}  # version → key of its event
    for page in stack.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="log/"):
        for entry in page.get("Contents", []):
            log[entry["Key"].rpartition("/")[2].removesuffix(".json")] = entry["Key"]

    def read(version: Any) -> Logged:
        if key := log.get(version["VersionId"]):
            kept = json.loads(stack.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
            return Logged(key.split("/")[1], kept["event"], kept["decision"])
        return _not_logged(bucket, version)

    versions = stack.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix="uploads/")
    with ThreadPoolExecutor(_READERS) as pool:
        for page in versions:  # type: ignore[assignment]
            wanted = [version for version in page.get("Versions", []) if _may_hold(version["Key"], store)]  # type: ignore[attr-defined]
            yield from pool.map(read, wanted)


def _may_hold(key: str, store: str | None) -> bool:
    folders = key.removeprefix("uploads/").split("/")
    return not key.endswith("/") and (store is None or len(folders) == 1 or folders[0] == store)


def _not_logged(bucket: str, version: Any) -> Logged:
    at = version["LastModified"].astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    thing = {"key": quote_plus(version["Key"], safe="/"), "size": version["Size"], "versionId": version["VersionId"]}
    event = {"eventTime": at, "s3": {"bucket": {"name": bucket}, "object": thing}}
    return Logged(at.replace("-", "").replace(":", ""), event, None)
