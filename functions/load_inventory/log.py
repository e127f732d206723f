"""The log of uploads in the bucket: every upload's event, from which the tables can be made again."""

import json
from typing import Any

from botocore.exceptions import ClientError

from load_inventory.clients import Clients
from load_inventory.upload import Upload
from load_inventory.withdrawal import Withdrawal
from stock.messages import LoadAgain


def keep_event(clients: Clients, upload: Upload) -> None:
    """Keep the upload's event in the bucket, unless it is kept, so that it can be replayed in its place."""
    try:
        put_event(clients, upload, None, IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":  # it is kept already
            raise


def keep_withdrawal(clients: Clients, upload: Upload, withdrawal: Withdrawal) -> None:
    """Keep in the bucket what was asked about an upload last, so that a replay knows it."""
    keep_event(clients, upload)
    kept = _read(clients, upload.bucket, upload.token, upload.version_id)
    if kept.get("withdrawal") != withdrawal.kept():
        _put(clients, upload, kept | {"withdrawal": withdrawal.kept()})


def load_again(clients: Clients, bucket: str, token: str, version_id: str) -> LoadAgain:
    """Return the message that has an upload loaded as its record says by now, be it withdrawn or not."""
    kept = _read(clients, bucket, token, version_id)
    return LoadAgain(kept["event"], quiet=False, decision=kept["decision"])


def put_event(clients: Clients, upload: Upload, decision: str | None, **condition: Any) -> None:
    """Keep the upload's event in the bucket, with what was decided about it (None: nothing yet)."""
    _put(clients, upload, {"event": upload.event, "decision": decision}, **condition)


def _put(clients: Clients, upload: Upload, kept: dict[str, Any], **condition: Any) -> None:
    key = _key(upload.token, upload.version_id)
    body = json.dumps(kept).encode()
    clients.s3.put_object(Bucket=upload.bucket, Key=key, Body=body, ContentType="application/json", **condition)


def _read(clients: Clients, bucket: str, token: str, version_id: str) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(clients.s3.get_object(Bucket=bucket, Key=_key(token, version_id))["Body"].read())
    return kept


def _key(token: str, version_id: str) -> str:
    return f"log/{token}/{version_id or 'null'}.json"
