"""A digest is sent: once for each morning, unless a crash comes between its acceptance and the note of it."""

from send_digest.compose import compose
from send_digest.digests_table import claim_of, find, note_sent
from send_digest.gather import gather
from send_digest.services import Services
from stock.claim import claimed
from stock.messages import PostTo, SendDigest
from stock.steps import log_step
from stock.times import seconds
from telling.alert_message import LONGEST_SUBJECT, to_ascii
from telling.digest import Digest, How
from telling.listing import Listing, as_html, as_text
from telling.post import of_listing


def send(services: Services, message: SendDigest, name: str, ends: float) -> bool:
    """Send a digest, unless that was done; return False if another invocation is at it.

    `name`: one that no other invocation has. `ends`: when this one ends at the latest (epoch seconds).
    """
    with claimed(services, claim_of(services, message.digest), name, ends) as is_mine:
        digest = find(services, message.digest) if is_mine else None
        if digest and (not digest.last_sent or seconds(digest.last_sent) < message.moment):
            _send(services, digest)
        return is_mine


def preview(services: Services, name: str) -> Listing | None:
    """Return what would be sent now; None: there is no such digest."""
    digest = find(services, name)
    return compose(digest, gather(services, digest), services.settings.dashboard_url) if digest else None


def _send(services: Services, digest: Digest) -> None:
    morning = gather(services, digest)
    listing = compose(digest, morning, services.settings.dashboard_url)
    _deliver(services, digest, listing)
    note_sent(services, digest, seconds(morning.now))
    log_step("digest sent", digest=digest.id, out=len(morning.out), low=len(morning.low))


def _deliver(services: Services, digest: Digest, listing: Listing) -> None:
    match digest.how:
        case How.EMAIL:
            services.mail(digest.to, listing.subject, as_text(listing), as_html(listing))
        case How.SNS:
            to = {"DataType": "String", "StringValue": digest.to}
            services.publish(services.settings.topic_arn, {
                "Subject": to_ascii(listing.subject)[:LONGEST_SUBJECT],
                "Message": as_text(listing),
                "MessageAttributes": {"to": to},  # the filter of the one subscription that an address has
            })  # fmt: skip
        case How.CHANNEL:
            services.post(PostTo(digest.to, of_listing(listing)))
