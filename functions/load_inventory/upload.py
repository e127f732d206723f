"""An upload, or a file to be checked: one version of one object of the uploads bucket.

No AWS in here, but for `open`, which is given S3.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from stock.messages import Record
from stock.order_token import event_time, order_token

UPLOADS_PREFIX = "uploads/"
CHECKS_PREFIX = "checks/"
"""Files that somebody wants to know of what they would change."""
FORMATS_PREFIX = "formats/"
"""Changes of the format that files of a store are read by."""
POINTS_PREFIX = "points/"
"""Reorder points of single items that somebody sets."""
_ANSWERS_PREFIX = "checked/"
_LONGEST_KEY = 1024  # bytes

ROWS, SNAPSHOT, REMOVAL = "rows", "snapshot", "removal"
"""Modes of an upload: a snapshot lists everything, a removal says, whatever is in it, that a store is none any more."""


@dataclass(frozen=True)
class Upload:
    """One version of one object, as the S3 event that announced it says. `size` is in bytes.

    `scope`: under which its record is kept in the table Uploads (upload_record.locate).
    """

    token: str
    bucket: str
    key: str
    version_id: str
    size: int
    event: Record
    scope: str = "all"

    @classmethod
    def of_event(cls, event: Record) -> "Upload":
        """Return the upload of an S3 event record. Raises KeyError if it is none."""
        found = event["s3"]["object"]
        kept = {
            "eventTime": event["eventTime"],
            "userIdentity": {"principalId": event.get("userIdentity", {}).get("principalId", "")},
            "s3": {
                "bucket": {"name": event["s3"]["bucket"]["name"]},
                "object": {name: found[name] for name in ("key", "size", "versionId", "sequencer") if name in found},
            },
        }
        return cls(
            token=order_token(event),
            bucket=event["s3"]["bucket"]["name"],
            key=unquote_plus(found["key"]),
            version_id=found.get("versionId", ""),
            size=int(found.get("size", 0)),
            event=kept,
        )

    @property
    def is_file(self) -> bool:
        """Whether the object is a file that somebody uploaded."""
        return is_file(self.key)

    @property
    def is_check(self) -> bool:
        """Whether the object is a file that is to be checked, and not loaded."""
        return self._asks_under(CHECKS_PREFIX)

    @property
    def is_format(self) -> bool:
        """Whether the object says how files are to be read from now on."""
        return self._asks_under(FORMATS_PREFIX)

    @property
    def sets_points(self) -> bool:
        """Whether the object says at which counts items are low from now on."""
        return self._asks_under(POINTS_PREFIX)

    def _asks_under(self, prefix: str) -> bool:
        """Whether the object is put under a prefix for an answer. Of a folder without end S3 would not take that."""
        fits = len(answer_key(self.key, self.version_id).encode()) <= _LONGEST_KEY
        return self.key.startswith(prefix) and not self.key.endswith("/") and fits

    @property
    def rejected_key(self) -> str:
        """The key of the object with its rejected rows."""
        return answer_key(self.key, self.version_id, "csv") if self.is_check else f"rejected/{self.token}.csv"

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
        return only_store(self.key)

    def open(self, s3: Any) -> dict[str, Any]:
        """Return S3's answer to a GetObject for just the version that was announced. Raises ClientError."""
        return open_version(s3, self.bucket, self.key, self.version_id)


def is_file(key: str) -> bool:
    """Whether a key is that of a file under uploads/, and not of a folder or of what programs leave beside files.

    These are hidden files, locks of open documents, and a folder's own settings.
    """
    name = key.rpartition("/")[2]
    is_left = name.startswith((".", "~$")) or name.lower() in ("", "desktop.ini", "thumbs.db", "ehthumbs.db", "icon\r")
    return key.startswith(UPLOADS_PREFIX) and not is_left


def only_store(key: str) -> str | None:
    """Return the only store whose rows the upload under a key may hold; None: any store."""
    folders = key.split("/")[1:-1]
    return folders[0] if folders else None


def answer_key(key: str, version_id: str, kind: str = "json") -> str:
    """Return the key of the answer to a check, from what its sender knows. Who may send for a store may read it."""
    store = only_store(key)
    folder = "" if store is None else f"{store}/"
    return f"{_ANSWERS_PREFIX}{folder}{version_id or 'null'}.{kind}"


def open_version(s3: Any, bucket: str, key: str, version_id: str) -> dict[str, Any]:
    """Return S3's answer to a GetObject for one version of an object. Raises ClientError."""
    version = {"VersionId": version_id} if version_id else {}
    answer: dict[str, Any] = s3.get_object(Bucket=bucket, Key=key, **version)
    return answer


def mode_of(key: str, metadata: dict[str, str]) -> str:
    """Return what the sender says by an object's metadata: ROWS, SNAPSHOT, or, of the store of a folder, REMOVAL."""
    mode = metadata.get("mode", "").lower()
    return mode if mode == SNAPSHOT or (mode == REMOVAL and only_store(key) is not None) else ROWS


def is_forced(metadata: dict[str, str]) -> bool:
    """Whether the sender insists on a snapshot, whatever it removes."""
    return metadata.get("force", "").lower() == "true"


MISSING = ("NoSuchKey", "NoSuchVersion", "NoSuchBucket")
"""S3's codes for an object that was deleted, or that never was."""
