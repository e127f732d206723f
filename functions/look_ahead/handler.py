"""Lambda's way in: a look at the clock now and then, and messages of the look-ahead queue."""

import time
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

from look_ahead.forecasts_table import read_priors
from look_ahead.gather_availability import gather_availability
from look_ahead.gather_priors import gather_priors
from look_ahead.look_at_store import look_at_store
from look_ahead.mornings import hand_out_mornings
from look_ahead.priors import Priors
from look_ahead.services import Services, Settings
from stock.messages import Gather, LookAhead, UnknownMessageError, look_ahead_message
from stock.metrics import emit
from stock.take_each import take_each

_PAUSE_OF_A_CLAIM = 60  # another invocation looks ahead for the store


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take what the scheduler sends, which has no records; or messages: those that must come again are returned."""
    if "Records" not in event:
        return {"stores": hand_out_mornings(_services())}
    ends = time.time() + context.get_remaining_time_in_millis() / 1000
    return take_messages(_services(), event["Records"], context.aws_request_id, ends)


def take_messages(services: Services, records: list[dict[str, Any]], name: str, ends: float) -> dict[str, Any]:
    """Take messages; report those that must come again.

    `name`: one that no other invocation has. `ends`: when this one ends at the latest (epoch seconds).
    """
    return take_each(records, lambda body: _act(services, body, name, ends), services.postpone, _about)


def _act(services: Services, body: str, name: str, ends: float) -> int:
    """Do what a message asks for; return after how many seconds it must come again, 0: never."""
    match look_ahead_message(body):
        case Gather():
            gather_priors(services)
            gather_availability(services)
        case LookAhead(store):
            looked = look_at_store(services, store, _priors(services, int(services.clock() // 3600)), name, ends)
            if looked is None:
                return _PAUSE_OF_A_CLAIM
            emit({"ItemsLookedAhead": looked.items, "AlertsSent": looked.told})
    return 0


def _about(body: str) -> dict[str, str]:
    with suppress(UnknownMessageError):
        match look_ahead_message(body):
            case LookAhead(store):
                return {"store": store}
    return {}


@lru_cache(1)
def _priors(services: Services, _hour: int) -> Priors:
    """Return what holds for all stores, read once an hour: it changes once a day."""
    return read_priors(services)


@cache
def _services() -> Services:
    return Services(Settings.from_environment())
