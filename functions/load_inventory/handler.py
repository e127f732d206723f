"""Load-Inventory: takes messages off the uploads queue and loads the uploads that they announce."""

import gc
import json
import logging
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from load_inventory import parts, stores, whole_file
from load_inventory.services import Services, Settings
from load_inventory.upload import UPLOADS_PREFIX, Delivery, Upload

logger = logging.getLogger("load_inventory")
logger.setLevel(logging.INFO)
# Rows are many and form no cycles: to look for cycles among them at Python's own pace is half the CPU of a reload.
gc.set_threshold(100_000, 50, 50)
_services: Services | None = None


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a batch of queue messages; return those that failed, which the queue delivers again.

    Raises nothing: whatever goes wrong with one message is logged and does not touch the others.
    """
    global _services
    _services = _services or Services(Settings.from_environment())
    failed = []
    for message in event["Records"]:
        try:
            act(_services, json.loads(message["body"]), message["messageId"], context)
        except Exception:
            logger.exception("A message failed and will be delivered again", extra={"message_id": message["messageId"]})
            _deliver_soon(_services, message)
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}


def _deliver_soon(services: Services, message: dict[str, Any]) -> None:
    """Let a message that failed come again after 10 s, then 40 s, then 160 s, not when its invocation would end."""
    receives = int(message["attributes"]["ApproximateReceiveCount"])
    with suppress(ClientError):  # then it comes again later
        services.sqs.change_message_visibility(
            QueueUrl=services.settings.queue_url,
            ReceiptHandle=message["receiptHandle"],
            VisibilityTimeout=min(10 * 4 ** (receives - 1), 900),
        )


def act(services: Services, body: dict[str, Any], message_id: str, context: Any) -> None:
    """Do what one message of docs/data-model.md asks for."""
    if "recount" in body:
        stores.recount(services, body["recount"])
    elif "part" in body:
        parts.load_part(services, body)
    elif "redeliver" in body:
        whole_file.load(services, Delivery.of_message(body, message_id), context)
    else:
        for number, record in enumerate(body.get("Records", [])):  # S3's test event has none
            if record["eventName"].startswith("ObjectCreated:"):
                upload = Upload.of_event(record)
                if upload.key.startswith(UPLOADS_PREFIX) and not upload.key.endswith("/"):
                    attempt = f"{message_id}.{number}" if number else message_id
                    whole_file.load(services, Delivery(upload, attempt), context)
