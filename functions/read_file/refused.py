"""A file that cannot be loaded. No AWS in here."""

from typing import Any

from read_file.reasons import Reason


class Refused(Exception):  # noqa: N818
    """The whole file cannot be loaded; `reason` says why and what to do, in words for a store clerk.

    `may_insist`: it is loaded nevertheless if its sender insists (the metadata `force`). `titles`: of the columns,
    where they do not tell which column is what, so that she may say it.
    """

    def __init__(self, reason: str, may_insist: bool = False, titles: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_insist = may_insist
        self.titles = titles

    @classmethod
    def of(cls, key: str, **values: Any) -> "Refused":
        """Return the refusal whose reason has a key (`FILES`) and is made of these values."""
        return cls(Reason.of(key, **values))

    def answer(self) -> dict[str, Any]:
        """Return it as the answer to who asked for something through the bucket has it."""
        facts = {"ReasonOf": self.reason.facts()} if isinstance(self.reason, Reason) else {}
        return {"Refused": str(self), **facts}
