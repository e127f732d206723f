"""Lambda's way in: a look at the clock now and then, messages of the digests queue, and what a preview asks."""

import time
from contextlib import suppress
from functools import cache
from typing import Any

from send_digest.send import preview, send
from send_digest.services import Services, Settings
from send_digest.whose_time import hand_out_digests
from stock.messages import UnknownMessageError, digests_message
from stock.take_each import take_each
from telling.listing import as_html, as_text

_PAUSE_OF_A_CLAIM = 60  # seconds; another invocation sends the digest


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take messages: those that must come again are returned; `{"preview": id}` of the command line; or what the
    scheduler sends, which has neither."""
    if "preview" in event:
        return previewed(_services(), event["preview"])
    if "Records" not in event:
        return {"digests": hand_out_digests(_services())}
    ends = time.time() + context.get_remaining_time_in_millis() / 1000
    return take_messages(_services(), event["Records"], context.aws_request_id, ends)


def previewed(services: Services, name: str) -> dict[str, str]:
    """Return what would be sent of a digest now: `subject`, `text` and `html`; nothing if there is none such."""
    listing = preview(services, name)
    return {"subject": listing.subject, "text": as_text(listing), "html": as_html(listing)} if listing else {}


def take_messages(services: Services, records: list[dict[str, Any]], name: str, ends: float) -> dict[str, Any]:
    """Take messages; report those that must come again.

    `name`: one that no other invocation has. `ends`: when this one ends at the latest (epoch seconds).
    """

    def act(body: str) -> int:
        return 0 if send(services, digests_message(body), name, ends) else _PAUSE_OF_A_CLAIM

    return take_each(records, act, services.postpone, _about)


def _about(body: str) -> dict[str, str]:
    with suppress(UnknownMessageError):
        return {"digest": digests_message(body).digest}
    return {}


@cache
def _services() -> Services:
    return Services(Settings.from_environment())
