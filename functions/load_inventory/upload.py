"""An upload, and the message that asks for it to be loaded."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from stock.order_token import event_time, order_token

UPLOADS_PREFIX = "uploads/"
APPLY = "apply"


@dataclass(frozen=True)
class Upload:
    """One version of one object, as the S3 event that announced it says."""

    token: str
    bucket: str
    key: str
    version_id: str
    size: int  # bytes
    event: dict[str, Any]

    @classmethod
    def of_event(cls, event: dict[str, Any]) -> "Upload":
        """Return the upload of an S3 event record. Raises KeyError if it is none."""
        thing = event["s3"]["object"]
        kept = {
            "eventTime": event["eventTime"],
            "userIdentity": {"principalId": event.get("userIdentity", {}).get("principalId", "")},
            "s3": {
                "bucket": {"name": event["s3"]["bucket"]["name"]},
                "object": {name: thing[name] for name in ("key", "size", "versionId", "sequencer") if name in thing},
            },
        }
        return cls(
            token=order_token(event),
            bucket=event["s3"]["bucket"]["name"],
            key=unquote_plus(thing["key"]),
            version_id=thing.get("versionId", ""),
            size=int(thing.get("size", 0)),
            event=kept,
        )

    @property
    def at(self) -> str:
        """Event time, ISO 8601."""
        return event_time(self.token)

    @property
    def principal(self) -> str:
        """Who AWS says put the object."""
        return str(self.event["userIdentity"]["principalId"])

    @property
    def only_store(self) -> str | None:
        """The only store whose rows it may hold, from `uploads/<store>/<name>`; None: any store."""
        folders = self.key.removeprefix(UPLOADS_PREFIX).split("/")
        return folders[0] if len(folders) > 1 else None

    def open(self, s3: Any) -> dict[str, Any]:
        """Return S3's answer to a GetObject for just the version that was announced. Raises ClientError."""
        version = {"VersionId": self.version_id} if self.version_id else {}
        answer: dict[str, Any] = s3.get_object(Bucket=self.bucket, Key=self.key, **version)
        return answer


@dataclass(frozen=True)
class Settle:
    """A request to look at a store again after an older upload, `token`, wrote to it late (docs/order.md).

    `removed`: the older upload is a snapshot, so what it wrote cannot be told from the rows.
    """

    store: str
    token: str
    removed: bool = False


@dataclass(frozen=True)
class Delivery:
    """A message that asks for an upload to be loaded.

    `attempt` names it, through all its deliveries. `quiet`: what it writes raises no alert. `decision`: what was
    decided about a snapshot the first time, and a replay repeats: APPLY, or the reason why it was refused.
    """

    upload: Upload
    attempt: str
    quiet: bool = False
    settle: Settle | None = None
    decision: str | None = None

    def message(self) -> dict[str, Any]:
        """Return the body of a message that asks for the same."""
        return redelivery(self.upload.event, quiet=self.quiet, settle=self.settle, decision=self.decision)

    @classmethod
    def of_message(cls, body: dict[str, Any], attempt: str) -> "Delivery":
        """Return the delivery of a message `{"redeliver": …}`."""
        settle = body.get("settle")
        return cls(
            Upload.of_event(body["redeliver"]),
            attempt,
            bool(body.get("quiet")),
            Settle(**settle) if settle else None,
            body.get("decision"),
        )


def redelivery(
    event: dict[str, Any], *, quiet: bool, settle: Settle | None = None, decision: str | None = None
) -> dict[str, Any]:
    """Return the body of the message that delivers an upload again, given its S3 event record."""
    return {"redeliver": event, "quiet": quiet, "settle": settle and settle.__dict__, "decision": decision}
