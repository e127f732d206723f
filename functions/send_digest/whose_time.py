"""Every quarter of an hour: a message for every digest whose time has come since the last time."""

from send_digest.digests_table import digests
from send_digest.services import Services
from stock.attributes import Item, item, text
from stock.hand_out import hand_out
from stock.messages import SendDigest
from stock.steps import log_step
from telling.digest import CLOCK, Digest

_LATEST = 6 * 3600
"""Seconds. A digest that was missed for so long, as nothing ran, is not made up for: its morning is over."""


def hand_out_digests(services: Services) -> int:
    """Send a message for every digest that is due; return how many."""

    def due(since: float, until: float) -> list[SendDigest]:
        return [message for row in digests(services) if (message := _of_row(row, since, until))]

    place = {"TableName": services.settings.digests, "Key": item({"Digest": CLOCK})}
    return len(hand_out(services, place, _LATEST, due))


def _of_row(row: Item, since: float, until: float) -> SendDigest | None:
    """Return the message of a digest, if it is due. One that cannot be read does not keep the others back."""
    try:
        moment = Digest.of(row).due(since, until)
    except ValueError as error:
        log_step("failed", digest=text(row, "Digest"), reason=str(error))
        return None
    return None if moment is None else SendDigest(text(row, "Digest"), moment)
