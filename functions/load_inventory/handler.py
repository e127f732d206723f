"""Load-Inventory: takes messages off the uploads queue and does what they ask for."""

import gc
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from load_inventory import summaries, upload_record
from load_inventory.check_upload import check_upload
from load_inventory.clients import Clients, Settings
from load_inventory.keep_format import keep_format
from load_inventory.load_part import load_part
from load_inventory.load_upload import load_upload
from load_inventory.set_points import set_points
from load_inventory.upload import Upload
from load_inventory.withdraw_upload import withdraw_upload
from load_inventory.withdrawal import asked_about
from stock.messages import LoadAgain, LoadPart, Recount, UnknownMessageError, Uploaded, uploads_messages
from stock.metrics import emit
from stock.order_token import order_token
from stock.steps import log_step

logger = logging.getLogger("load_inventory")
logger.setLevel(logging.INFO)
# Rows are many and form no cycles: to look for cycles among them at Python's own pace is half the CPU of a reload.
gc.set_threshold(100_000, 50, 50)
_FIRST_PAUSE, _LONGEST_PAUSE = 10, 3600  # seconds


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a batch of queue messages; return those that failed, which the queue delivers again.

    Raises nothing: whatever goes wrong with one message is logged and counted, and does not touch the others.
    """
    clients = _clients()
    failed = []
    for message in event["Records"]:
        try:
            act(clients, message["body"], context.aws_request_id, lambda: context.get_remaining_time_in_millis() / 1000)
        except Exception as error:
            logger.exception("A message failed", extra={"message_id": message["messageId"]})
            _log_failure(message, error)
            emit({"MessagesFailed": 1})
            _try_later(clients, message, error)
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}


def act(clients: Clients, body: str, name: str, seconds_left: Callable[[], float]) -> None:
    """Do what one message asks for. `name`: one that no other invocation has. `seconds_left`: of this invocation."""
    for number, message in enumerate(uploads_messages(body)):
        log_step("received", **_facts(message), invocation=name)
        match message:
            case Uploaded(event) if Upload.of_event(event).is_check:
                check_upload(clients, event, seconds_left)
            case Uploaded(event) if Upload.of_event(event).is_format:
                keep_format(clients, event)
            case Uploaded(event) if Upload.of_event(event).sets_points:
                set_points(clients, event)
            case Uploaded() | LoadAgain():
                upload = Upload.of_event(message.event)
                if asked_about(upload.key):
                    withdraw_upload(clients, upload, f"{name}.{number}", seconds_left)
                elif upload.is_file:
                    load_upload(clients, message, f"{name}.{number}", seconds_left)
            case LoadPart():
                load_part(clients, message, name)
            case Recount():
                summaries.recount(clients, message.store)


def _log_failure(message: dict[str, Any], error: Exception) -> None:
    delivery = int(message["attributes"]["ApproximateReceiveCount"])
    reason = f"{type(error).__name__}: {error}"[:500]
    if isinstance(error, UnknownMessageError):
        log_step("failed", delivery=delivery, reason=reason)
        return
    for asked in uploads_messages(message["body"]):
        log_step("failed", **_facts(asked), delivery=delivery, reason=reason)


def _facts(message: Uploaded | LoadAgain | LoadPart | Recount) -> dict[str, Any]:
    """Return what a message asks for, for a line of the log."""
    match message:
        case Recount(store):
            return {"asks": "recount", "store": store}
        case LoadPart(event):
            return {"upload": order_token(event), "asks": "part", "phase": message.phase, "part": message.number}
        case LoadAgain(event):
            return {"upload": order_token(event), "asks": "load again", "quiet": message.quiet}
    upload = Upload.of_event(message.event)
    if token := asked_about(upload.key):
        return {"upload": token, "asks": "withdraw, or take that back"}
    return {"upload": upload.token, "asks": _asks(upload)}


def _asks(upload: Upload) -> str:
    if upload.is_check:
        return "check"
    if upload.is_format:
        return "keep a format"
    if upload.sets_points:
        return "set reorder points"
    return "load" if upload.is_file else "nothing, it is no file to load"


def pause_after(receives: int) -> int:
    """Return the seconds until a message is tried again that was received that often: 10, 30, 90 … up to an hour.

    Twelve tries take six hours: longer than most disturbances of a region.
    """
    return int(min(_FIRST_PAUSE * 3 ** (receives - 1), _LONGEST_PAUSE))


def _try_later(clients: Clients, message: dict[str, Any], error: Exception) -> None:
    """Let a message come again later; or if this was the last try, record that its uploads failed."""
    receives = int(message["attributes"]["ApproximateReceiveCount"])
    # Trying does not make a message known: it goes to the dead letters at once.
    pause = 0 if isinstance(error, UnknownMessageError) else pause_after(receives)
    # If one of these calls fails, too: the message comes again when its time is over.
    with suppress(Exception):
        clients.sqs.change_message_visibility(
            QueueUrl=clients.settings.queue_url,
            ReceiptHandle=message["receiptHandle"],
            VisibilityTimeout=pause,
        )
    if receives >= clients.settings.max_receives:
        with suppress(Exception):
            _give_up(clients, message["body"], error)


def _give_up(clients: Clients, body: str, error: Exception) -> None:
    with suppress(UnknownMessageError):
        for asked in uploads_messages(body):
            if not isinstance(asked, Recount):
                reason = (
                    f"It could not be loaded in {clients.settings.max_receives} tries: {type(error).__name__}: {error}"
                )
                upload = upload_record.locate(clients, Upload.of_event(asked.event))
                upload_record.fail(clients, upload, reason[:500])


@cache
def _clients() -> Clients:
    return Clients(Settings.from_environment())
