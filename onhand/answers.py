"""Waiting for what Load-Inventory answers to an object of the bucket that asks for something."""

import json
import time
from typing import Any

from botocore.exceptions import ClientError

from load_inventory.upload import MISSING
from onhand.console import UserError
from onhand.stack import Stack

_PAUSE = 0.3  # seconds between two looks
_PATIENCE = 20 * 60  # seconds: longer than the longest run of Load-Inventory


def answer_to(stack: Stack, what: str, key: str) -> dict[str, Any]:
    """Return the answer under a key. Raises UserError if it does not come for a long time. `what` was asked?"""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            body = stack.s3.get_object(Bucket=stack.outputs.UploadsBucket, Key=key)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in MISSING:
                raise
            time.sleep(_PAUSE)
        else:
            answer: dict[str, Any] = json.loads(body.read())
            return answer
    raise UserError(
        f"{what}, and no answer came in {_PATIENCE // 60} minutes. `onhand status` shows what waits before it."
    )
