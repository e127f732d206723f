"""Loading the rows of stores: read, ask newer uploads, write what changed, look again (docs/order.md)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from load_inventory import event_counts, ledger, summaries
from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.csv_rows import Row
from load_inventory.inventory import (
    WHOLE_STORE,
    Key,
    KeyRange,
    Write,
    cheaper_by_key,
    read_items,
    read_store,
    write_rows,
)
from load_inventory.newer_uploads import Question, ask
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
    tokens,
    verdict,
)
from load_inventory.summaries import Store
from stock.reorder_points import ALL_STORES

_ROUNDS = 100
_AT_A_TIME = 10_000  # rows to be written that are held in memory


@dataclass
class Share:
    """What an upload says of one store, or of a range of its items, and what became of that.

    `rows`: item → its last row. `kept`: items of which a snapshot has only rejected rows.
    """

    store: str
    rows: dict[str, Row]
    snapshot: bool = False
    kept: set[str] = field(default_factory=set)
    keys: KeyRange = WHOLE_STORE
    tally: Tally = field(default_factory=Tally)

    def delists(self, item: str) -> bool:
        """Whether the upload is a snapshot that does not mention an item."""
        return self.snapshot and item not in self.rows and item not in self.kept


class Candidate(NamedTuple):
    """A row that the upload may have to change, and what is stored of it."""

    share: Share
    item: str
    stored: Stored | None

    @property
    def key(self) -> Key:
        return self.share.store, self.item


Answers = dict[Key, News]
"""What newer uploads say of (store, item)s."""


class Loading:
    """One attempt at loading the shares that an upload has in stores.

    Expects that the upload is registered with them. To do it again, at any time, is safe.
    `before_writing` waits for what must be done before the first row is written.
    """

    def __init__(
        self,
        clients: Clients,
        attempt: Attempt,
        shares: list[Share],
        before_writing: Callable[[], None] = lambda: None,
    ) -> None:
        self._clients, self._attempt, self._shares = clients, attempt, shares
        self._before_writing = before_writing
        self._stores: dict[str, Store] = {}  # as they were before any row was read
        self._latest: dict[str, Store] = {}  # as they were when this attempt looked for newer uploads last
        self._points: dict[str, Points] = {}
        self._newer: dict[str, list[ledger.Entry]] = {}
        self._others: Callable[[], None] = lambda: None  # waits for these two

    def run(self) -> None:
        """Load the rows, and bring the summaries up to date; the shares' tallies say what became of the rows."""
        names = [share.store for share in self._shares]
        self._stores = summaries.read_stores(self._clients, names)
        self._others = self._clients.begin(self._read_others)
        shares, in_full = self._shares, self._attempt.doubtful
        while shares:
            before = {share.store: share.tally.wrote for share in shares}
            self._load(shares, in_full)
            wrote = [share for share in shares if share.tally.wrote > before[share.store]]
            shares, in_full = self._where_others_came(wrote), True
        events = {share.store: share.tally.events for share in self._shares}
        counted = self._clients.begin(lambda: event_counts.add(self._clients, self._attempt.token, events))
        self._sum_up()
        counted()

    def _read_others(self) -> None:
        """Read, beside the first rows, what else their fate depends on: reorder points and newer uploads."""
        of_all, self._points = summaries.read_points(self._clients, list(self._stores.values()))
        self._newer = ledger.newer(self._clients, self._attempt.token, self._stores.values(), of_all)

    # ---- Read, ask, write ----------------------------------------------------------------------------------------

    def _load(self, shares: list[Share], in_full: bool) -> None:
        """Load shares once. `in_full`: whatever the upload speaks of is compared with what newer uploads say."""
        for share in shares:
            share.tally.rows.clear()
        answers = self._ask_in_full(shares) if in_full else None
        rest = self._clients.each(lambda share: self._read(share, answers), shares)
        self._apply([candidate for found in rest for candidate in found], answers)

    def _read(self, share: Share, answers: Answers | None) -> list[Candidate]:
        """Read the rows of a share and return those that may have to be changed; of many, apply some already."""
        pending = dict.fromkeys(share.rows)
        if answers and share.snapshot:
            pending |= {item: None for store, item in answers if store == share.store}
        found: list[Candidate] = []
        for page in self._pages(share):
            self._others()
            for item, stored in page:
                pending.pop(item, None)
                if self._may_change(share, item, stored, answers):
                    found.append(Candidate(share, item, stored))
            if len(found) > _AT_A_TIME:
                self._apply(found, answers)
                found = []
        return found + [Candidate(share, item, None) for item in pending]

    def _pages(self, share: Share) -> Iterable[list[tuple[str, Stored]]]:
        if not share.snapshot and cheaper_by_key(len(share.rows), self._stores[share.store].items):
            found = read_items(self._clients, [(share.store, item) for item in share.rows])
            return [[(item, stored) for (_, item), stored in found.items()]]
        return read_store(self._clients, share.store, share.keys)

    def _may_change(self, share: Share, item: str, stored: Stored, answers: Answers | None) -> bool:
        """Return whether the upload may have to change a stored row; if not, count what became of its own row."""
        if answers and (share.store, item) in answers:
            return True
        if self._would_change(share, item, stored):
            return True
        if item in share.rows:
            share.tally.rows[verdict(stored, self._attempt.token)] += 1
        return False

    def _would_change(self, share: Share, item: str, stored: Stored) -> bool:
        """Return whether this upload alone would change a stored row."""
        if row := share.rows.get(item):
            return differs(row, stored, self._attempt.token, self._points[share.store])
        return share.delists(item) and delists(stored, self._attempt.token)

    def _apply(self, candidates: list[Candidate], answers: Answers | None) -> None:
        """Write what is to be written, each row on condition that it still is as it was read; else decide again."""
        for _ in range(_ROUNDS):
            if not candidates:
                return
            news = answers
            if news is None:
                news, more = self._ask(candidates)
                candidates = candidates + more
            decided = [(candidate, self._decide(candidate, news)) for candidate in candidates]
            writes = [(candidate, write) for candidate, write in decided if write]
            self._before_writing()
            held = write_rows(self._clients, [write for _, write in writes])
            missed = []
            for (candidate, write), done in zip(writes, held, strict=True):
                if done:
                    self._note(candidate, write)
                else:
                    missed.append((candidate, write))
            candidates = self._read_again(missed)
        raise TimeoutError(f"Rows changed under each of {_ROUNDS} attempts to write them")

    def _decide(self, candidate: Candidate, answers: Answers) -> Write | None:
        """Return the write that a row needs; None if it needs none, then its row is counted."""
        share, item, stored = candidate
        row, token = share.rows.get(item), self._attempt.token
        news = answers.get(candidate.key) or News()
        others = [other > token for other in tokens(news)]
        if row is not None or share.delists(item):
            news.hear(row, token, not self._attempt.quiet)
        assert news.as_of, "a candidate is a row that some upload speaks of"
        wanted = row_after(news, stored)
        state = self._points[share.store].short(item, wanted.count, wanted.point) if wanted else None
        if is_needed(stored, wanted, state) or (any(others) and self._is_stamped(candidate, wanted)):
            return Write(share.store, item, stored, wanted, state)
        if row is not None:
            superseded = stored is None or others[0]
            share.tally.rows[Verdict.SUPERSEDED if superseded else verdict(stored, token)] += 1  # type: ignore[arg-type]
        return None

    def _is_stamped(self, candidate: Candidate, wanted: Wanted | None) -> bool:
        """Return whether a row that is right already gets the tokens of the newer uploads that say so.

        So it does where this upload would have changed it: the next late one sees by the token that it need not ask.
        """
        share, item, stored = candidate
        if stored is None or wanted is None:
            return False
        return tokens(stored) != tokens(wanted) and self._would_change(share, item, stored)

    def _note(self, candidate: Candidate, write: Write) -> None:
        share, token = candidate.share, self._attempt.token
        share.tally.note(write.stored, write.wanted, write.state, token)
        share.tally.removed += write.wanted is None and share.delists(candidate.item)
        if candidate.item in share.rows:
            own = write.wanted is not None and token in tokens(write.wanted)
            share.tally.rows[Verdict.CHANGED if own else Verdict.SUPERSEDED] += 1

    def _read_again(self, missed: list[tuple[Candidate, Write]]) -> list[Candidate]:
        found = read_items(self._clients, [candidate.key for candidate, _ in missed]) if missed else {}
        again = []
        for (share, item, _), write in missed:
            stored = found.get((share.store, item))
            # If it is as it was to be, somebody else wrote it, or this attempt did and the answer was lost.
            share.tally.doubtful |= _tokens(stored) == _tokens(write.wanted)
            again.append(Candidate(share, item, stored))
        return again

    # ---- Newer uploads -------------------------------------------------------------------------------------------

    def _ask(self, candidates: list[Candidate]) -> tuple[Answers, list[Candidate]]:
        """Ask newer uploads, if there are any, about rows that this upload would change.

        Where many had to be asked, all that they say of the store is put right with it: the other rows are returned. So
        the work of loading many uploads again is not done for each of them.
        """
        questions: dict[str, Question] = {}
        shares = {}
        for share, item, stored in candidates:
            if newer := self._newer.get(share.store):
                question = questions.setdefault(share.store, Question(newer, {}, keys=share.keys))
                question.ask(item, is_present=stored is not None)
                shares[share.store] = share
        answers = self._answers(questions)
        asked = {candidate.key for candidate in candidates}
        keys = [
            (store, item)
            for store, item in answers
            # The upload's own rows are candidates, or counted already.
            if questions[store].thorough and item not in shares[store].rows and (store, item) not in asked
        ]
        found = read_items(self._clients, keys)
        return answers, [Candidate(shares[store], item, found.get((store, item))) for store, item in keys]

    def _ask_in_full(self, shares: list[Share]) -> Answers:
        """Ask newer uploads about whatever this upload speaks of."""
        self._others()
        return self._answers(
            {
                share.store: Question(
                    newer,
                    {item: News() for item in share.rows},
                    present=set(share.rows),
                    everything=share.snapshot,
                    keys=share.keys,
                )
                for share in shares
                if (newer := self._newer.get(share.store))
            }
        )

    def _answers(self, questions: dict[str, Question]) -> Answers:
        if questions:
            ask(self._clients, self._attempt, questions)
        return {(store, item): news for store, asked in questions.items() for item, news in asked.news.items()}

    def _where_others_came(self, shares: list[Share]) -> list[Share]:
        """Return those of some shares in whose stores newer uploads were registered since the ledger was read last."""
        if not shares:
            return []
        names = [share.store for share in shares]
        found = summaries.read_stores(self._clients, [*names, ALL_STORES])
        of_all = found.pop(ALL_STORES)
        newer = ledger.newer(self._clients, self._attempt.token, found.values(), of_all)
        came = {name for name in names if _tokens_of(newer.get(name)) - _tokens_of(self._newer.get(name))}
        self._newer |= newer
        self._latest |= found
        return [share for share in shares if share.store in came]

    # ---- Summaries -----------------------------------------------------------------------------------------------

    def _sum_up(self) -> None:
        exact = []
        recount = []
        for share in self._shares:
            store = self._stores[share.store]
            latest = self._latest.get(share.store, store)
            if self._attempt.doubtful or share.tally.doubtful or latest.epoch != store.epoch:
                recount.append(share.store)
            elif share.tally.wrote or latest.last_upload < self._attempt.token:
                exact.append((latest, share.tally))
        recount += summaries.add(self._clients, self._attempt, exact)
        self._clients.each(lambda name: summaries.recount(self._clients, name, self._attempt.token), recount)


def _tokens(row: Stored | Wanted | None) -> tuple[str, ...] | None:
    return tokens(row) if row else None


def _tokens_of(entries: list[ledger.Entry] | None) -> set[str]:
    return {entry.token for entry in entries or ()}
