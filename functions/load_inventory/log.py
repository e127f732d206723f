"""The log of uploads in the bucket: every upload's event, from which the tables can be made again."""

import json
from typing import Any

from botocore.exceptions import ClientError

from load_inventory.clients import Clients
from load_inventory.upload import Upload


def keep_event(clients: Clients, upload: Upload) -> None:
    """Keep the upload's event in the bucket, unless it is kept, so that it can be replayed in its place."""
    try:
        put_event(clients, upload, None, IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":  # it is kept already
            raise


def put_event(clients: Clients, upload: Upload, decision: str | None, **condition: Any) -> None:
    """Keep the upload's event in the bucket, with what was decided about it (None: nothing yet)."""
    body = json.dumps({"event": upload.event, "decision": decision}).encode()
    key = f"log/{upload.token}/{upload.version_id or 'null'}.json"
    clients.s3.put_object(Bucket=upload.bucket, Key=key, Body=body, ContentType="application/json", **condition)
