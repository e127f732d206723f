"""Wait until a group of alerts is complete, so that one message has all of it."""

from dataclasses import dataclass
from datetime import datetime

from check_stock.alert import Group
from check_stock.alerts_table import Waiting, read_waiting
from check_stock.invocation import Invocation
from check_stock.record_changes import upload_keys
from check_stock.services import Services
from stock.alert_log import fit_key
from stock.attributes import Item, text, whole_number
from stock.order_token import event_time
from stock.read_items import Key, read_items

GATHER_SECONDS = 60.0
"""How long after its first message a group is published as it is."""
ALERTS_AT_A_TIME = 2000

_FIRST_PAUSE = 0.02  # seconds between two looks; each pause is twice as long as the one before, up to the longest
_LONGEST_PAUSE = 0.25
_BY_HAND_SECONDS = 1.4  # a second, and what the stream may need to deliver its last records


@dataclass(frozen=True)
class Gathered:
    """What waits in a group, and the upload's item of the table Uploads. `is_late`: there may be more to come."""

    upload: Item | None
    waiting: Waiting
    is_late: bool


def gather(services: Services, group: Group, since: float, invocation: Invocation) -> Gathered | None:
    """Return what waits in a group when it is complete, or is late; None: it is neither, and the patience is at an end.

    `since`: epoch seconds at which its message was sent first.
    """
    pause = _FIRST_PAUSE
    while True:
        gathered = _look(services, group, is_late=services.clock() - since > GATHER_SECONDS)
        if gathered or invocation.patience <= 0:
            return gathered
        pause = min(pause, invocation.patience)
        services.sleep(pause)
        invocation.patience -= pause
        pause = min(2 * pause, _LONGEST_PAUSE)


def _look(services: Services, group: Group, is_late: bool) -> Gathered | None:
    """Return what waits in a group, if it is complete or late.

    It is complete when the upload is through and as many alerts are recorded as it moved rows in this way; a group of
    changes by hand when its second is over.
    """
    if group.by_hand:
        ends = datetime.fromisoformat(event_time(group.token)).timestamp() + _BY_HAND_SECONDS
        if not is_late and services.clock() < ends:
            return None
        return Gathered(None, read_waiting(services, group, ALERTS_AT_A_TIME), is_late)
    upload, moved = _read_upload(services, group)
    if not is_late and upload and text(upload, "State") == "loading":
        return None
    waiting = read_waiting(services, group, ALERTS_AT_A_TIME)
    if is_late or waiting.after or waiting.recorded >= moved:
        return Gathered(upload, waiting, is_late)
    return None


def _read_upload(services: Services, group: Group) -> tuple[Item | None, int]:
    """Return the item of a group's upload, and how many rows of the store it moved so that this event was raised."""
    uploads = upload_keys(services, group.token)
    # Who writes a row by hand may give its store a name that leaves no room for anything before it.
    events = Key(services.settings.uploads, ("Scope", "Token"), (fit_key(f"events:{group.store}"), group.token))
    found = read_items(services.dynamodb, [*uploads, events])
    upload = next((found[key] for key in uploads if key in found), None)
    return upload, whole_number(found.get(events, {}), group.event) or 0
