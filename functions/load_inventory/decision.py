"""Whether an upload that would take much from a store is loaded: decided once, for every replay."""

from load_inventory import upload_record
from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.log import put_event
from read_file.refused import Refused

APPLY = "apply"
"""The decision that an upload is loaded. Any other is the reason why it is refused."""


def decide(clients: Clients, attempt: Attempt, refusal: str | None) -> None:
    """Record what is decided about an upload, in the table and in the bucket. Raises Refused if it is not loaded.

    Two attempts may come to different decisions, as the table changes: the one that is recorded first counts.
    """
    decision = upload_record.decide(clients, attempt.upload, refusal or APPLY)
    put_event(clients, attempt, decision)
    if decision != APPLY:
        # What was decided before is kept as a text alone.
        raise Refused(refusal if refusal == decision else decision, may_insist=True)
