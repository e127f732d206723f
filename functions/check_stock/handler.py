"""Lambda's way in: records of the Inventory stream, and messages of the alerts queue."""

import logging
import time
from contextlib import suppress
from functools import cache
from typing import Any

from check_stock.invocation import Invocation
from check_stock.publish import TIME_FOR_A_PAGE, publish
from check_stock.recheck import recheck
from check_stock.record_changes import record
from check_stock.services import Services, Settings
from stock.messages import Publish, Recheck, UnknownMessageError, alerts_message
from stock.metrics import emit
from stock.steps import log_step

_FIRST_PAUSE = 5  # seconds after the first failure of a message; each pause is twice as long as the one before
_LONGEST_PAUSE = 900
_UPLOADS_IN_A_LINE = 20  # of a log

log = logging.getLogger("check_stock")
log.setLevel(logging.INFO)


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take a batch of either kind.

    Of the stream, a whole batch succeeds or fails: it is in order, and to repeat it is safe. Messages fail alone.
    """
    records = event["Records"]
    if records[0]["eventSource"] == "aws:dynamodb":
        changes = record(_services(), records)
        emit({"RecordsRead": len(records), "ChangesRecorded": changes.total()})
        log_step("recorded", records=len(records), changes=dict(changes.most_common(_UPLOADS_IN_A_LINE)))
        return {}
    ends = time.time() + context.get_remaining_time_in_millis() / 1000
    return take_messages(_services(), records, Invocation(context.aws_request_id, ends))


def take_messages(services: Services, records: list[dict[str, Any]], invocation: Invocation) -> dict[str, Any]:
    """Take messages of the alerts queue; report those that must come again, and tell the queue when."""
    again = []
    for entry in records:
        pause = _take(services, entry, invocation)
        if pause is not None:
            _postpone(services, entry, pause)
            again.append({"itemIdentifier": entry["messageId"]})
    counts = invocation.counts
    metrics: dict[str, float | list[float]] = {
        "AlertsSent": counts["sent"],
        "AlertsHeld": counts["held"],
        "MessagesPublished": counts["messages"],
        "MessagesFailed": counts["failed"],
    }
    if invocation.seconds:
        metrics["SecondsToAlert"] = invocation.seconds[:100]
    emit(metrics)
    return {"batchItemFailures": again}


def _take(services: Services, entry: dict[str, Any], invocation: Invocation) -> float | None:
    """Take a message; return after how many seconds it must come again, None: never."""
    if invocation.ends - services.clock() < TIME_FOR_A_PAGE:
        return 1.0
    try:
        match alerts_message(entry["body"]):
            case Publish() as message:
                pause = publish(services, message, invocation)
                if pause is not None:
                    log_step(
                        "waits", upload=message.token, store=message.store, event=message.event, seconds=round(pause, 1)
                    )
                return pause
            case Recheck() as message:
                recheck(services, message)
    except Exception as error:  # whatever it is: the others go on, and the queue brings this one again
        log.exception("failed", extra={"body": entry["body"]})
        _log_failure(entry, error)
        invocation.counts["failed"] += 1
        if isinstance(error, UnknownMessageError):
            return 0.0  # trying does not make it known: it goes to the dead letters at once
        deliveries = int(entry["attributes"]["ApproximateReceiveCount"])
        return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(deliveries - 1, 16)))
    return None


def _log_failure(entry: dict[str, Any], error: Exception) -> None:
    facts: dict[str, Any] = {"reason": f"{type(error).__name__}: {error}"[:500]}
    with suppress(UnknownMessageError):
        match alerts_message(entry["body"]):
            case Publish(store, token, event):
                facts |= {"upload": token, "store": store, "event": event}
            case Recheck(store):
                facts |= {"store": store}
    log_step("failed", **facts, delivery=int(entry["attributes"]["ApproximateReceiveCount"]))


def _postpone(services: Services, entry: dict[str, Any], pause: float) -> None:
    try:
        services.postpone(entry["receiptHandle"], pause)
    except Exception:  # then the queue brings it when it would bring the message of a crashed invocation
        log.exception("not postponed", extra={"body": entry["body"]})


@cache
def _services() -> Services:
    return Services(Settings.from_environment())
