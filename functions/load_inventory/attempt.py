"""One attempt at loading an upload, or a part of one. No AWS in here."""

import time
from dataclasses import dataclass

from load_inventory.upload import Upload
from load_inventory.withdrawal import Withdrawal
from read_file.file_format import FOUND_OUT, Format

_LONGEST_LIFE = 15 * 86_400
"""Seconds after which an attempt is over for sure: no message of a queue lives longer than 14 days."""


@dataclass(frozen=True)
class Attempt:
    """One attempt at an upload. Every invocation makes one of its own, with a `mark` that no other has.

    `quiet`: what it writes raises no alert. `doubtful`: the mark of another attempt at the same was found open, so
    that one may have died half way: what it wrote was perhaps neither looked at again nor counted. `over`: the marks of
    other attempts that are closed together with its own. `withdrawal`: what somebody asked about it last.
    `again`: it was loaded before and is replayed, withdrawn or taken back, or is not known to have been announced.
    `form`: how the file is read, the same for every attempt.
    """

    upload: Upload
    mark: str
    quiet: bool = False
    doubtful: bool = False
    over: frozenset[str] = frozenset()
    withdrawal: Withdrawal | None = None
    again: bool = False
    form: Format = FOUND_OUT

    @property
    def withdrawn(self) -> bool:
        """Whether the upload says nothing any more: the attempt takes back what it said."""
        return self.withdrawal is not None and not self.withdrawal.back

    @property
    def taken_back(self) -> bool:
        """Whether the upload was withdrawn for a while."""
        return self.withdrawal is not None and self.withdrawal.back

    @property
    def asks_after(self) -> str:
        """The attempt asks uploads with greater tokens: newer ones, or all others if it takes back what it said."""
        return "0" if self.withdrawn else self.token

    @property
    def token(self) -> str:
        """The upload's order token."""
        return self.upload.token


def new_mark(name: str) -> str:
    """Return a mark for an invocation, given a name that no other invocation has."""
    return f"{int(time.time())}-{name}"


def over(marks: frozenset[str]) -> frozenset[str]:
    """Return those of some marks whose attempts are over for sure, since they are too old."""
    first = time.time() - _LONGEST_LIFE
    return frozenset(mark for mark in marks if int(mark.partition("-")[0]) < first)


def expiry() -> int:
    """Return when (epoch seconds) what is written down for attempts of now is of no use any more."""
    return int(time.time()) + _LONGEST_LIFE
