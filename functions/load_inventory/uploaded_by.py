"""Who sent a file, as the sender says: the object's metadata `uploaded-by`."""

from email.errors import MessageError
from email.header import decode_header, make_header


def uploaded_by(metadata: dict[str, str]) -> str:
    """Return what the metadata says of the sender, as a person reads it; "" if nothing. It is a claim, not a proof.

    S3 hands out text that is not ASCII as words of RFC 2047 (`=?UTF-8?B?SsO2cmc=?=` is Jörg). What cannot be decoded
    stays as it is. Control characters become spaces.
    """
    raw = metadata.get("uploaded-by", "")
    try:
        said = str(make_header(decode_header(raw))) or raw
    except (MessageError, LookupError, ValueError):  # no base64, no character set, wrong bytes
        said = raw
    return "".join(character if character.isprintable() else " " for character in said).strip()
