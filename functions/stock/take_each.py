"""Taking the messages of a queue, with pauses before what failed comes again. No AWS in here."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from stock.messages import UnknownMessageError
from stock.metrics import emit
from stock.steps import log_step

_FIRST_PAUSE, _LONGEST_PAUSE = 30, 3600  # seconds, of a message that failed; each is three times the one before


def take_each(
    records: list[dict[str, Any]],
    act: Callable[[str], int],
    postpone: Callable[[str, float], None],
    about: Callable[[str], Mapping[str, str]],
) -> dict[str, Any]:
    """Take messages one by one; return, as Lambda wants it, those that must come again, and tell the queue when.

    `act` does what the body of a message asks for, and returns after how many seconds it must come again, 0: never.
    `postpone` hides a message, by its receipt, for so many seconds. `about`: what a message is about, for the log.
    """
    again = []
    for entry in records:
        pause: float | None
        try:
            pause = act(entry["body"]) or None
        except Exception as error:  # whatever it is, the queue brings the message again
            logging.getLogger(__name__).exception("failed", extra={"body": entry["body"]})
            emit({"MessagesFailed": 1})
            delivery = int(entry["attributes"]["ApproximateReceiveCount"])
            log_step(
                "failed", reason=f"{type(error).__name__}: {error}"[:500], **about(entry["body"]), delivery=delivery
            )
            pause = _pause_after(error, delivery)
        if pause is not None:
            again.append({"itemIdentifier": entry["messageId"]})
            with suppress(Exception):  # then it comes when that of a crashed invocation would
                postpone(entry["receiptHandle"], pause)
    return {"batchItemFailures": again}


def _pause_after(error: Exception, delivery: int) -> float:
    """Return after how many seconds a message comes again that failed."""
    if isinstance(error, UnknownMessageError):
        return 0  # trying does not make it known: it goes to the dead letters at once
    return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 3 ** min(delivery - 1, 16)))
