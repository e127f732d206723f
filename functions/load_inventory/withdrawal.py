"""What somebody asked about an upload: to withdraw it, or to take that back. No AWS in here.

A request is an object of the bucket, put where its sender may put uploads, too: `withdrawals/<store>/<token>` or
`withdrawals/<token>`. Its text says why; with the metadata `take-back` = `true` it takes a withdrawal back.
"""

from dataclasses import asdict, dataclass
from typing import Any

from load_inventory.upload import UPLOADS_PREFIX, only_store
from stock.order_token import is_order_token

WITHDRAWALS_PREFIX = "withdrawals/"
LONGEST_REASON = 500
"""Characters."""


@dataclass(frozen=True)
class Withdrawal:
    """The newest request about an upload: its own token, whether it takes a withdrawal back, who asks, and why."""

    as_of: str
    back: bool
    by: str
    why: str

    def attributes(self) -> dict[str, Any]:
        """Return it as the upload's record has it."""
        return {"AsOf": self.as_of, "Back": self.back, "By": self.by, "Why": self.why}

    def kept(self) -> dict[str, Any]:
        """Return it as the bucket's log has it."""
        return asdict(self)


def newest(*requests: Withdrawal | None) -> Withdrawal | None:
    """Return the newest of some requests, which is the one that holds; None: there is none."""
    return max((request for request in requests if request), key=lambda request: request.as_of, default=None)


def asked_about(key: str) -> str | None:
    """Return the token of the upload that a request under a key is about; None: the object is no request."""
    name = key.rpartition("/")[2]
    return name if key.startswith(WITHDRAWALS_PREFIX) and is_order_token(name) else None


def may_ask(request_key: str, upload_key: str) -> bool:
    """Return whether who may put the request may put such an upload, too: in the same store's folder, or anywhere."""
    asks_for = only_store(UPLOADS_PREFIX + request_key.removeprefix(WITHDRAWALS_PREFIX))
    return asks_for is None or asks_for == only_store(upload_key)
