"""Loading the rows of stores: read, ask newer uploads, write what changed, look again (docs/order.md)."""

from collections.abc import Callable
from typing import NamedTuple

from load_inventory import event_counts, ledger, summaries
from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.delisted import keep_delisted, keep_delisted_before
from load_inventory.inventory import read_items, read_share, write_rows
from load_inventory.keys import Key
from load_inventory.log import load_again
from load_inventory.newer_uploads import Question, ask
from load_inventory.rules import News, Stored
from load_inventory.share import Share, Write
from load_inventory.summaries import Store
from stock.reorder_points import ALL_STORES

_ROUNDS = 100
_AT_A_TIME = 10_000  # rows to be written that are held in memory


class Candidate(NamedTuple):
    """A row that the upload may have to change, and what is stored of it."""

    share: Share
    item: str
    stored: Stored | None

    @property
    def key(self) -> Key:
        return self.share.store, self.item


Answers = dict[str, Question]
"""What newer uploads say, by store; of a store that has none, nothing."""


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
        self._by_store = {share.store: share for share in shares}
        self._before_writing = before_writing
        self._stores: dict[str, Store] = {}  # as they were before any row was read
        self._latest: dict[str, Store] = {}  # as they were when this attempt looked for newer uploads last
        self._newer: dict[str, list[ledger.Entry]] = {}  # uploads to ask, and those that are withdrawn
        self._withdrawn_since: set[ledger.Entry] = set()  # what they say may have been written after that
        self._others: Callable[[], None] = lambda: None  # waits for that
        self._for_others: set[str] = set()  # stores in which it put rows right that the upload does not speak of

    def run(self) -> None:
        """Load the rows, and bring the summaries up to date; the shares' tallies say what became of the rows."""
        names = [share.store for share in self._shares]
        self._stores = summaries.enter_stores(self._clients, names)
        self._others = self._clients.begin(self._read_others)
        shares, in_full = self._shares, self._attempt.doubtful or self._takes_back_a_snapshot
        while shares:
            before = {share.store: share.tally.wrote for share in shares}
            self._load(shares, in_full)
            # Also where it cannot be told, since an answer was lost: a doubt stays.
            wrote = [share for share in shares if share.tally.doubtful or share.tally.wrote > before[share.store]]
            shares, in_full = self._where_others_came(wrote), True
        self._have_withdrawn_ones_look_again()
        events = {share.store: share.tally.events for share in self._shares}
        counted = self._clients.begin(lambda: event_counts.add(self._clients, self._attempt.token, events))
        self._sum_up()
        counted()

    @property
    def new_stores(self) -> list[str]:
        """The stores that held nothing before, and do now."""
        return [share.store for share in self._shares if share.tally.items > 0 and not self._stores[share.store].items]

    def _read_others(self) -> None:
        """Read, beside the first rows, what else their fate depends on: reorder points and newer uploads."""
        of_all, points = summaries.read_points(self._clients, list(self._stores.values()))
        for share in self._shares:
            share.points = points[share.store]
        self._newer = ledger.newer(self._clients, self._attempt.asks_after, self._stores.values(), of_all)
        self._tell_what_is_withdrawn()
        if self._attempt.doubtful:
            self._withdrawn_since = {each for newer in self._newer.values() for each in newer if each.withdrawn}

    # ---- Read, ask, write ----------------------------------------------------------------------------------------

    def _load(self, shares: list[Share], in_full: bool) -> None:
        """Load shares once. `in_full`: whatever the upload speaks of is compared with what newer uploads say."""
        for share in shares:
            share.tally.rows.clear()
        answers = self._ask_in_full(shares) if in_full else None
        rest = self._clients.each(lambda share: self._read(share, answers), shares)
        self._apply([candidate for found in rest for candidate in found], answers)
        for store, question in (answers or {}).items():
            if self._takes_back_a_snapshot:
                keep_delisted_before(self._clients, self._by_store[store], question)

    def _read(self, share: Share, answers: Answers | None) -> list[Candidate]:
        """Read the rows of a share and return those that may have to be changed; of many, apply some already."""
        pending = dict.fromkeys(share.rows)
        if self._attempt.withdrawn and answers is None:
            pending = {}  # what it said left a row
        question = answers.get(share.store) if answers else None
        everything = share.snapshot or (question is not None and question.everything)
        if question and everything:
            pending |= dict.fromkeys(question.news)
        found: list[Candidate] = []
        for page in read_share(self._clients, share, self._stores[share.store].items, everything):
            self._others()
            for item, stored in page:
                pending.pop(item, None)
                if (question and question.concerns(item, stored.as_of)) or share.would_change(item, stored):
                    found.append(Candidate(share, item, stored))
                else:
                    share.leave(item, stored)
            if len(found) > _AT_A_TIME:
                self._apply(found, answers)
                found = []
        return found + [Candidate(share, item, None) for item in pending]

    def _apply(self, candidates: list[Candidate], answers: Answers | None) -> None:
        """Write what is to be written, each row on condition that it still is as it was read; else decide again."""
        for _ in range(_ROUNDS):
            if not candidates:
                return
            asked = answers
            if asked is None:
                asked, more = self._ask(candidates)
                candidates = candidates + more
            decided = [share.decide(item, stored, _news(asked, share, item)) for share, item, stored in candidates]
            writes = [write for write in decided if write]
            self._before_writing()
            keep_delisted(self._clients, writes + self._delisted_meanwhile(candidates, asked))
            missed = []
            for write, done in zip(writes, write_rows(self._clients, writes), strict=True):
                share = self._by_store[write.store]
                if done:
                    share.note(write)
                    continue
                share.tally.doubtful |= done is None
                missed.append(write)
            candidates = self._read_again(missed)
        raise TimeoutError(f"Rows changed under each of {_ROUNDS} attempts to write them")

    def _read_again(self, missed: list[Write]) -> list[Candidate]:
        found = read_items(self._clients, [(write.store, write.item) for write in missed]) if missed else {}
        again = []
        for write in missed:
            share, stored = self._by_store[write.store], found.get((write.store, write.item))
            if share.speaks_of(write.item):  # else whoever changed the row looks after it
                again.append(Candidate(share, write.item, stored))
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
            if newer := self._to_ask(share.store):
                question = questions.setdefault(share.store, Question(newer, {}, keys=share.keys))
                question.ask(item, is_present=stored is not None)
                if self._attempt.withdrawn and stored and stored.point_as_of not in share.withdrawn:
                    question.only_count.add(item)
                shares[share.store] = share
        self._answer(questions)
        asked = {candidate.key for candidate in candidates}
        keys = [
            (store, item)
            for store, question in questions.items()
            if question.thorough
            for item in question.news
            # The upload's own rows are candidates, or counted already.
            if item not in shares[store].rows and (store, item) not in asked
        ]
        self._for_others.update(store for store, _ in keys)
        found = read_items(self._clients, keys)
        return questions, [Candidate(shares[store], item, found.get((store, item))) for store, item in keys]

    def _ask_in_full(self, shares: list[Share]) -> Answers:
        """Ask newer uploads about whatever this attempt, or one that may have died half way, can have written."""
        self._others()
        questions = {
            share.store: Question(
                newer,
                {item: News() for item in share.rows},
                present=set(share.rows),
                everything=share.snapshot or self._attempt.doubtful or share.store in self._for_others,
                keys=share.keys,
            )
            for share in shares
            if (newer := self._to_ask(share.store))
        }
        self._answer(questions)
        return questions

    def _answer(self, questions: dict[str, Question]) -> None:
        if questions:
            ask(self._clients, self._attempt, questions)

    def _where_others_came(self, shares: list[Share]) -> list[Share]:
        """Return those of some shares for which the ledger has other uploads to ask than when it was read last.

        For what is taken back, one that was withdrawn meanwhile matters, too: it was asked.
        """
        if not shares:
            return []
        names = [share.store for share in shares]
        found = summaries.read_stores(self._clients, [*names, ALL_STORES])
        of_all = found.pop(ALL_STORES)
        newer = ledger.newer(self._clients, self._attempt.asks_after, found.values(), of_all)
        came = set()
        for name in names:
            before, now = set(self._newer.get(name, [])), set(newer.get(name, []))
            gone = {each for each in now - before if each.withdrawn}
            self._withdrawn_since |= gone
            if set(ledger.speaking(now - before)) or (gone and self._attempt.withdrawn):
                came.add(name)
        self._newer |= newer
        self._tell_what_is_withdrawn()
        self._latest |= found
        return [share for share in shares if share.store in came]

    def _to_ask(self, store: str) -> list[ledger.Entry]:
        return ledger.speaking(self._newer.get(store, []))

    # ---- Withdrawn uploads ---------------------------------------------------------------------------------------

    @property
    def _takes_back_a_snapshot(self) -> bool:
        return self._attempt.withdrawn and any(share.snapshot for share in self._shares)

    def _tell_what_is_withdrawn(self) -> None:
        if self._attempt.withdrawn:
            for share in self._shares:
                newer = self._newer.get(share.store, [])
                share.withdrawn = frozenset({self._attempt.token, *(each.token for each in newer if each.withdrawn)})

    def _delisted_meanwhile(self, candidates: list[Candidate], answers: Answers) -> list[Write]:
        """Return what lists delist that came while this upload was withdrawn, so that they found no row of it."""
        if not self._attempt.taken_back:
            return []
        own = [(share, share.rows[item]) for share, item, stored in candidates if stored is None and item in share.rows]
        told = [(share.store, row, _news(answers, share, row.item) or News()) for share, row in own]
        return [
            Write(store, row.item, Stored(row.count), None, None, news.as_of)
            for store, row, news in told
            if news.count is None and news.as_of
        ]

    def _have_withdrawn_ones_look_again(self) -> None:
        """Have those take back again what they said that were withdrawn while this attempt may have written it.

        An attempt that takes back itself has done that already.
        """
        if not self._attempt.withdrawn:
            for each in self._withdrawn_since:
                again = load_again(self._clients, self._attempt.upload.bucket, each.token, each.version_id)
                self._clients.send(again.body())

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


def _news(answers: Answers, share: Share, item: str) -> News | None:
    return answers[share.store].about(item) if share.store in answers else None
