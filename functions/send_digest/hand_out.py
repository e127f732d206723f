"""Every quarter of an hour: a message for every digest whose time has come since the last time."""

from send_digest.digests_table import digests, handed_out, note_handed_out
from send_digest.services import Services
from stock.attributes import Item, text
from stock.messages import SendDigest
from stock.steps import log_step
from stock.times import iso
from telling.digest import Digest

_LATEST = 6 * 3600
"""Seconds. A digest that was missed for so long, as nothing ran, is not made up for: its morning is over."""


def hand_out(services: Services) -> int:
    """Send a message for every digest that is due; return how many.

    Up to when that was done is noted last: who crashes before sends some messages again, and that does no harm.
    """
    now = services.clock()
    since = max(handed_out(services), now - _LATEST)
    messages = [message for row in digests(services) if (message := _of_row(row, since, now))]
    services.send(messages)
    note_handed_out(services, now)
    log_step("digests", digests=len(messages), since=iso(since))
    return len(messages)


def _of_row(row: Item, since: float, until: float) -> SendDigest | None:
    """Return the message of a digest, if it is due. One that cannot be read does not keep the others back."""
    try:
        moment = Digest.of(row).due(since, until)
    except ValueError as error:
        log_step("failed", digest=text(row, "Digest"), reason=str(error))
        return None
    return None if moment is None else SendDigest(text(row, "Digest"), moment)
