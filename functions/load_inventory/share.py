"""What an upload says of one store, and what follows for the store's rows. No AWS in here."""

from dataclasses import dataclass, field
from typing import NamedTuple

from load_inventory.attempt import Attempt
from load_inventory.keys import WHOLE_STORE, KeyRange
from load_inventory.rules import (
    News,
    Points,
    Stored,
    Tally,
    Verdict,
    Wanted,
    delists,
    differs,
    is_needed,
    row_after,
    row_without,
    tokens,
    verdict,
)
from read_file.csv_rows import Row


class Write(NamedTuple):
    """A change of one row, on condition that the table still holds `stored`. `wanted` None: delete the row.

    `state` is the row's new Short. `delisted_by`: the order token of the upload that delists the item, if one does.
    """

    store: str
    item: str
    stored: Stored | None
    wanted: Wanted | None
    state: str | None
    delisted_by: str = ""


@dataclass
class Share:
    """What an attempt at an upload has to say of one store, or of a range of its items, and what became of that.

    `rows`: item → its last row. `kept`: items of which a snapshot has only rejected rows. `points` are those that hold
    in the store; they are read before anything is decided. `withdrawn`: tokens of withdrawn uploads, if the attempt's
    is one of them: what is stored of them is to go.
    """

    attempt: Attempt
    store: str
    rows: dict[str, Row]
    snapshot: bool = False
    kept: set[str] = field(default_factory=set)
    keys: KeyRange = WHOLE_STORE
    points: Points = field(default_factory=Points)
    tally: Tally = field(default_factory=Tally)
    withdrawn: frozenset[str] = frozenset()

    def delists(self, item: str) -> bool:
        """Whether the upload is a snapshot that does not mention an item."""
        return self.snapshot and item not in self.rows and item not in self.kept

    def speaks_of(self, item: str) -> bool:
        """Whether the upload says anything of an item."""
        return item in self.rows or self.delists(item)

    def would_change(self, item: str, stored: Stored) -> bool:
        """Return whether this upload alone would change a stored row."""
        if self.withdrawn:
            return not self.withdrawn.isdisjoint(tokens(stored))
        if row := self.rows.get(item):
            return differs(row, stored, self.attempt.token, self.points)
        return self.delists(item) and delists(stored, self.attempt.token)

    def leave(self, item: str, stored: Stored | None, superseded: bool = False) -> None:
        """Count what became of the upload's row of an item, if it has one, for which nothing is written."""
        if item in self.rows:
            became = Verdict.SUPERSEDED if superseded or stored is None else verdict(stored, self.attempt.token)
            self.tally.rows[became] += 1

    def decide(self, item: str, stored: Stored | None, news: News | None) -> Write | None:
        """Return the write that a row needs, which some upload speaks of; None if it needs none.

        `news` is what newer uploads say of the item, None: nothing. What this one says is taken in.
        """
        if self.withdrawn:
            return self._take_back(item, stored, news or News())
        news, token = news or News(), self.attempt.token
        newer, count_is_newer = max(tokens(news)) > token, news.as_of > token
        if self.speaks_of(item):
            news.hear(self.rows.get(item), token, not self.attempt.quiet)
        assert news.as_of, "some upload speaks of the item"
        wanted = row_after(news, stored)
        state = self.points.short(item, wanted.count, wanted.point) if wanted else None
        if is_needed(stored, wanted, state) or (newer and self._is_stamped(item, stored, wanted)):
            return Write(self.store, item, stored, wanted, state, news.as_of if wanted is None else "")
        self.leave(item, stored, superseded=count_is_newer)
        return None

    def _take_back(self, item: str, stored: Stored | None, news: News) -> Write | None:
        """Return the write that takes out of a row what withdrawn uploads said; `news` is what all others say."""
        wanted = row_without(news, stored, self.withdrawn)
        state = self.points.short(item, wanted.count, wanted.point) if wanted else None
        if is_needed(stored, wanted, state) or self._is_stamped(item, stored, wanted):
            return Write(self.store, item, stored, wanted, state, news.as_of if wanted is None else "")
        self.leave(item, stored)
        return None

    def _is_stamped(self, item: str, stored: Stored | None, wanted: Wanted | None) -> bool:
        """Return whether a row that is right already gets the tokens of the other uploads that say so.

        So it does where this upload would have changed it: the next late one sees by the token that it need not ask.
        """
        if stored is None or wanted is None:
            return False
        return tokens(stored) != tokens(wanted) and self.would_change(item, stored)

    def note(self, write: Write) -> None:
        """Count a write that was done."""
        token = self.attempt.token
        self.tally.note(write.stored, write.wanted, write.state, token)
        self.tally.removed += write.wanted is None and self.delists(write.item)
        if write.item in self.rows:
            own = write.wanted is not None and token in tokens(write.wanted)
            self.tally.rows[Verdict.CHANGED if own else Verdict.SUPERSEDED] += 1
