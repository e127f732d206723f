"""The morning of a store: what its past lets expect is written down, and people are told of what is likely."""

from dataclasses import dataclass
from datetime import datetime

from look_ahead.availability import availability
from look_ahead.forecasts_table import claim_of, forget_forecasts, write_forecasts
from look_ahead.foresight import look_ahead
from look_ahead.outlook import likely_out, outlook
from look_ahead.priors import Priors
from look_ahead.read_past import read_past
from look_ahead.services import Services
from look_ahead.tell import tell
from stock.attributes import texts
from stock.claim import claimed
from stock.levels import Event
from stock.read_items import Key, read_items
from stock.reorder_points import ALL_STORES
from stock.steps import log_step
from stock.time_zone import time_zone
from stock.times import iso
from telling.alert_message import Head

_DAY = 86_400


@dataclass(frozen=True)
class Looked:
    """How many items the store has, and of how many people were told."""

    items: int
    told: int


def look_at_store(services: Services, store: str, priors: Priors, name: str, ends: float) -> Looked | None:
    """Look ahead for a store; None: another invocation is at it.

    `name`: one that no other invocation has. `ends`: when this one ends at the latest (epoch seconds).
    """
    with claimed(services, claim_of(services, store), name, ends) as is_mine:
        return _look(services, store, priors) if is_mine else None


def _look(services: Services, store: str, priors: Priors) -> Looked:
    now = services.clock()
    past = read_past(services, store, now)
    if not past.counts:
        forget_forecasts(services, store)
        return Looked(0, 0)
    keys = [Key(services.settings.stores, ("Store",), (one,)) for one in (store, ALL_STORES)]
    settings = read_items(services.dynamodb, keys)
    zone = time_zone(*map(settings.get, keys))
    forecasts = look_ahead(past.pasts, past.looks, past.counts, priors, now / _DAY)
    likely = likely_out(forecasts, services.settings.soon_days)
    when = {"At": iso(now), "Day": datetime.fromtimestamp(now, zone).date().isoformat()}
    whole = outlook(forecasts, likely, availability(past, now / _DAY))
    write_forecasts(services, store, forecasts, when | whole)
    groups = texts(settings.get(keys[0], {}), "Groups")
    head = Head(store, Event.RUNS_OUT_SOON, iso(now), zone, None, services.settings.dashboard_url, groups)
    told = tell(services, head, likely, past.low)
    log_step("looked ahead", store=store, items=len(forecasts), known=whole["Known"], likely=len(likely), told=told)
    return Looked(len(forecasts), told)
