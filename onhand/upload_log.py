"""The log of uploads in the bucket: what it keeps of each."""

import json
from typing import Any

from onhand.stack import Stack


def kept_event(stack: Stack, token: str, version_id: str) -> dict[str, Any]:
    """Return what the log keeps of an upload: `event`, `decision`, `format` and `withdrawal`."""
    key = f"log/{token}/{version_id}.json"
    kept: dict[str, Any] = json.loads(stack.s3.get_object(Bucket=stack.outputs.UploadsBucket, Key=key)["Body"].read())
    return {"format": "", "withdrawal": None} | kept  # before there were formats, nothing was kept of them
