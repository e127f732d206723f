"""The log of uploads in the bucket: every upload's event, from which the tables can be made again."""

import json
from typing import Any

from botocore.exceptions import ClientError

from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.formats import written


def keep_event(clients: Clients, attempt: Attempt) -> None:
    """Keep the upload's event in the bucket, unless it is kept, so that it can be replayed in its place."""
    try:
        put_event(clients, attempt, None, IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":  # it is kept already
            raise


def put_event(clients: Clients, attempt: Attempt, decision: str | None, **condition: Any) -> None:
    """Keep the upload's event and format in the bucket, with what was decided about it (None: nothing yet)."""
    upload = attempt.upload
    body = json.dumps({"event": upload.event, "decision": decision, "format": written(attempt.form)}).encode()
    key = f"log/{upload.token}/{upload.version_id or 'null'}.json"
    clients.s3.put_object(Bucket=upload.bucket, Key=key, Body=body, ContentType="application/json", **condition)
