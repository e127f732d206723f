"""The mails that the local AWS keeps instead of sending them: codes for forgotten passwords, digests."""

import json
import urllib.request
from dataclasses import dataclass

from onhand.stack import Stack


@dataclass(frozen=True)
class Mail:
    """A mail as SES of the emulator has it; `text` may be empty where there is only HTML."""

    id: str
    to: str
    subject: str
    text: str


def kept(stack: Stack) -> list[Mail]:
    """All mails of this run of the local AWS, oldest first. Raises OSError if it does not answer."""
    with urllib.request.urlopen(f"{stack.endpoint}/_ministack/ses/messages", timeout=10) as answer:  # noqa: S310, here
        by_account = json.load(answer)["messages"]
    return [
        Mail(each["MessageId"], ", ".join(each["To"]), each["Subject"] or "", each["BodyText"] or "")
        for mails in by_account.values()
        for each in mails
    ]
