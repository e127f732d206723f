"""Lambda's way in: records of the Inventory stream, and messages of the alerts queue."""

import logging
import time
from functools import cache
from typing import Any

from check_stock.invocation import Invocation
from check_stock.publish import TIME_FOR_A_PAGE, publish
from check_stock.recheck import recheck
from check_stock.record_changes import record
from check_stock.services import Services, Settings
from stock.messages import Publish, Recheck, alerts_message
from stock.metrics import emit

_FIRST_PAUSE = 5  # seconds after the first failure of a message; each pause is twice as long as the one before
_LONGEST_PAUSE = 900

log = logging.getLogger("check_stock")
log.setLevel(logging.INFO)


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take a batch of either kind.

    Of the stream, a whole batch succeeds or fails: it is in order, and to repeat it is safe. Messages fail alone.
    """
    records = event["Records"]
    if records[0]["eventSource"] == "aws:dynamodb":
        changes = record(_services(), records)
        emit({"RecordsRead": len(records), "ChangesRecorded": changes})
        log.info("recorded", extra={"records": len(records), "changes": changes})
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
    emit({
        "AlertsSent": counts["sent"],
        "AlertsHeld": counts["held"],
        "MessagesPublished": counts["messages"],
        "MessagesFailed": counts["failed"],
    })  # fmt: skip
    log.info("published", extra=counts | {"again": len(again)})
    return {"batchItemFailures": again}


def _take(services: Services, entry: dict[str, Any], invocation: Invocation) -> float | None:
    """Take a message; return after how many seconds it must come again, None: never."""
    if invocation.ends - services.clock() < TIME_FOR_A_PAGE:
        return 1.0
    try:
        match alerts_message(entry["body"]):
            case Publish() as message:
                return publish(services, message, invocation)
            case Recheck() as message:
                recheck(services, message)
    except Exception:  # whatever it is: the others go on, and the queue brings this one again
        log.exception("failed", extra={"body": entry["body"]})
        invocation.counts["failed"] += 1
        deliveries = int(entry["attributes"]["ApproximateReceiveCount"])
        return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(deliveries - 1, 16)))
    return None


def _postpone(services: Services, entry: dict[str, Any], pause: float) -> None:
    try:
        services.postpone(entry["receiptHandle"], pause)
    except Exception:  # then the queue brings it when it would bring the message of a crashed invocation
        log.exception("not postponed", extra={"body": entry["body"]})


@cache
def _services() -> Services:
    return Services(Settings.from_environment())
