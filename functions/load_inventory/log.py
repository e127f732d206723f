"""The log of uploads in the bucket: every upload's event, from which the tables can be made again."""

import json
from typing import Any

from botocore.exceptions import ClientError

from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.formats import written
from stock.messages import LoadAgain


def keep_event(clients: Clients, attempt: Attempt) -> None:
    """Keep the upload's event in the bucket, unless it is kept, so that it can be replayed in its place."""
    try:
        put_event(clients, attempt, None, IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":  # it is kept already
            raise


def put_event(clients: Clients, attempt: Attempt, decision: str | None, **condition: Any) -> None:
    """Keep the upload's event in the bucket, with what was decided and what was asked about it (None: nothing yet)."""
    upload, withdrawal = attempt.upload, attempt.withdrawal
    kept: dict[str, Any] = {"event": upload.event, "decision": decision, "format": written(attempt.form)}
    kept["withdrawal"] = withdrawal.kept() if withdrawal else None
    key, body = _key(upload.token, upload.version_id), json.dumps(kept).encode()
    clients.s3.put_object(Bucket=upload.bucket, Key=key, Body=body, ContentType="application/json", **condition)


def load_again(clients: Clients, bucket: str, token: str, version_id: str) -> LoadAgain:
    """Return the message that has an upload loaded as its record says by now, be it withdrawn or not."""
    kept = json.loads(clients.s3.get_object(Bucket=bucket, Key=_key(token, version_id))["Body"].read())
    return LoadAgain(kept["event"], quiet=False, decision=kept["decision"], form=kept.get("format", ""))


def _key(token: str, version_id: str) -> str:
    return f"log/{token}/{version_id or 'null'}.json"
