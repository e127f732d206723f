"""Answering what somebody asked for through the bucket."""

import json
from typing import Any

from load_inventory.clients import Clients
from load_inventory.upload import Upload, answer_key


def put_answer(clients: Clients, upload: Upload, answer: dict[str, Any]) -> None:
    """Put an answer, as JSON, where whoever put the object looks for it."""
    key, body = answer_key(upload.key, upload.version_id), json.dumps(answer).encode()
    clients.s3.put_object(Bucket=upload.bucket, Key=key, Body=body, ContentType="application/json")
