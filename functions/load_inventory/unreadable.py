"""Why S3 does not give out a file, where that is its sender's mistake: in words for a store clerk."""

from load_inventory.upload import MISSING
from read_file.reasons import Reason

# The key is disabled, gone, or about to be deleted. (A throttled KMS is no reason: that is tried again.)
_KEY_CODES = ("KMS.DisabledException", "KMS.NotFoundException", "KMS.KMSInvalidStateException")
# What S3 says, with the code AccessDenied, when the object may be read but its key may not be used.
_KEY_WORDS = ("kms:Decrypt", "customer master key", "KMS key")
_OWN_KEY_WORDS = "stored using a form of Server Side Encryption"


def why_unreadable(code: str, message: str) -> Reason | None:
    """Return why a file cannot be read, by the code and message of S3's answer; None if its sender cannot help it.

    She cannot help a plain AccessDenied: the function lacks a right, and the upload is tried again.
    """
    if code in MISSING:
        return Reason.of("deleted")
    if code == "InvalidObjectState":
        return Reason.of("archived")
    if code == "InvalidRequest" and _OWN_KEY_WORDS in message:
        return Reason.of("encrypted-by-sender")
    if code in _KEY_CODES or (code == "AccessDenied" and any(words in message for words in _KEY_WORDS)):
        return Reason.of("encrypted")
    return None
