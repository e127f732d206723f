"""Lambda's way in: records of the Inventory stream, and messages of the alerts queue."""

import json
import logging
import time
from functools import cache
from typing import Any

from check_stock.changes import change_of_record
from check_stock.record import recheck, record
from check_stock.say import BusyError, Turn, say
from check_stock.services import Services, Settings
from stock.metrics import emit

_TIME_FOR_A_MESSAGE = 15.0
"""Seconds: with less left, messages go back to the queue."""

log = logging.getLogger("check_stock")
log.setLevel(logging.INFO)


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take a batch of either kind.

    Of the stream, a whole batch succeeds or fails: it is in order, and to repeat it is safe. Messages fail alone.
    """
    records = event["Records"]
    if records[0]["eventSource"] == "aws:dynamodb":
        changes = [change for entry in records if (change := change_of_record(entry))]
        record(_services(), changes)
        log.info("recorded", extra={"records": len(records), "changes": len(changes)})
        return {}
    ends = time.time() + context.get_remaining_time_in_millis() / 1000
    return take_messages(_services(), records, Turn(context.aws_request_id, ends))


def take_messages(services: Services, records: list[dict[str, Any]], turn: Turn) -> dict[str, Any]:
    """Take messages of the alerts queue; report those that must come again."""
    failed = []
    for entry in records:
        try:
            if turn.ends - services.clock() < _TIME_FOR_A_MESSAGE:
                raise TimeoutError("no time left for this message")
            _take(services, json.loads(entry["body"]), turn)
        except BusyError as busy:
            log.info("waits", extra={"body": entry["body"], "reason": str(busy)})
            failed.append({"itemIdentifier": entry["messageId"]})
        except Exception:  # whatever it is: the others go on, and the queue brings this one again
            log.exception("not said", extra={"body": entry["body"]})
            failed.append({"itemIdentifier": entry["messageId"]})
    emit("Check-Stock", {
        "AlertsSent": turn.counts["said"],
        "AlertsHeld": turn.counts["held"],
        "MessagesPublished": turn.counts["messages"],
        "MessagesFailed": len(failed),
    })  # fmt: skip
    log.info("said", extra=turn.counts | {"failed": len(failed)})
    return {"batchItemFailures": failed}


def _take(services: Services, body: dict[str, Any], turn: Turn) -> None:
    if "recheck" in body:
        recheck(services, body["recheck"]["store"], body["recheck"]["items"])
    else:
        say(services, body, turn)


@cache
def _services() -> Services:
    return Services(Settings.from_environment())
