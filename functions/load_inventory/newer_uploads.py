"""Asking newer uploads what they say of items: by reading their files again, newest first (docs/order.md)."""

import logging
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from load_inventory import upload_record
from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.formats import as_asked, read_format
from load_inventory.keys import WHOLE_STORE, KeyRange
from load_inventory.ledger import Entry
from load_inventory.rules import News
from load_inventory.upload import MISSING, REMOVAL, only_store, open_version
from read_file.csv_rows import Refused, Row, read_rows, summed

_MANY = 3  # files
logger = logging.getLogger("load_inventory")


@dataclass
class Question:
    """What is asked about one store: `news` has the items, and takes the answers.

    `uploads`: those to ask, newest first. `present`: the items of which the table holds a row; of others only snapshots
    need to be asked, as what another upload sets leaves a row. `everything`: the uploads are asked about all items of
    the store, and not only until the items of the question are answered. `keys`: the range of items that matters.
    `only_count`: items whose reorder point is known.
    Whatever else the uploads that are read say of items is collected, too.
    """

    uploads: list[Entry]
    news: dict[str, News]
    present: set[str] = field(default_factory=set)
    everything: bool = False
    keys: KeyRange = WHOLE_STORE
    only_count: set[str] = field(default_factory=set)
    asked: int = 0
    _snapshots: list["Said"] = field(default_factory=list)  # those that were heard, without their rows

    def __post_init__(self) -> None:
        self._open = dict(self.news)  # the items that were asked about

    def ask(self, item: str, is_present: bool) -> None:
        """Ask about one more item."""
        self.news[item] = self._open[item] = News()
        if is_present:
            self.present.add(item)

    def about(self, item: str) -> News:
        """Return what the uploads that were asked say of any item: a snapshot delists what it does not mention."""
        if item in self.news:
            return self.news[item]
        news = News()
        for said in self._snapshots:
            if item not in said.kept:
                news.hear(None, said.token, said.live)
        return news

    def concerns(self, item: str, as_of: str) -> bool:
        """Whether a row with that token may not be as the uploads say; of rows by hand only those that they mention."""
        if not self.everything:
            return item in self._open
        return item in self.news or "" < as_of < self.about(item).as_of

    @property
    def thorough(self) -> bool:
        """Whether all uploads were asked, and so many that nobody should have to do it again."""
        return self.asked == len(self.uploads) > _MANY

    def wants(self, upload: Entry) -> bool:
        """Whether an upload may still have something to say."""
        if upload not in self.uploads:
            return False
        if self.everything:
            kept = [said.kept for said in self._snapshots]
            return not kept or bool(set.intersection(*kept)) or any(not news.complete for news in self.news.values())
        open_items = (
            item for item, news in self._open.items() if not (news.complete or (news.as_of and item in self.only_count))
        )
        return any(upload.lists_all or item in self.present for item in open_items)

    def hear(self, said: "Said", is_snapshot: bool) -> None:
        """Take in what an upload says of the store."""
        for item, row in said.rows.items():
            news = self.about(item)
            if item in self.news or not news.as_of:  # else a newer snapshot has delisted it
                news.hear(row, said.token, said.live)
                self.news[item] = news
        if is_snapshot:
            for item, news in self.news.items():
                if item not in said.rows and item not in said.kept:
                    news.hear(None, said.token, said.live)
            self._snapshots.append(Said(said.token, said.live, kept=said.kept))


@dataclass
class Said:
    """What a file that has rows of a store says of it: the last row of each item, the items of rejected rows.

    `live`: what is written of it raises alerts.
    """

    token: str
    live: bool
    rows: dict[str, Row] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    def hear(self, row: Row, add_up: bool) -> None:
        """Take in the next row of the file; `add_up`: to the one of the item before it."""
        before = self.rows.get(row.item) if add_up else None
        self.rows[row.item] = summed(before, row) if before else row


def ask(clients: Clients, attempt: Attempt, questions: dict[str, Question]) -> None:
    """Ask newer uploads, newest first, until every question (by store) is answered; each file is read once at most."""
    uploads = sorted({upload for question in questions.values() for upload in question.uploads}, reverse=True)
    at_work = upload_record.at_work(clients, [upload.token for upload in uploads]) if attempt.quiet else set()
    for upload in uploads:
        asking = {store: question for store, question in questions.items() if question.wants(upload)}
        if not asking:
            continue
        is_live = not attempt.quiet or upload.token in at_work
        for store, said in _read(clients, attempt.upload.bucket, upload, asking, is_live).items():
            asking[store].hear(said, upload.lists_all)
        for question in asking.values():
            question.asked += 1


def _read(clients: Clients, bucket: str, upload: Entry, asking: dict[str, Question], live: bool) -> dict[str, Said]:
    """Return what an upload says of stores, of those only that it touches; nothing, if its file is gone."""
    said = {store: Said(upload.token, live) for store in asking}
    if upload.mode == REMOVAL:
        return said
    touched = set()
    try:
        answer = open_version(clients.s3, bucket, upload.key, upload.version_id)
    except ClientError as error:
        if error.response["Error"]["Code"] not in MISSING:
            raise
        return {}
    form = as_asked(read_format(upload.form), answer["Metadata"])
    try:
        for row in read_rows(answer["Body"], only_store(upload.key), form=form):
            question = asking.get(row.store)
            if question is None:
                continue
            concerns = question.keys.holds(row.item)
            if isinstance(row, Row):
                touched.add(row.store)
                if concerns:
                    said[row.store].hear(row, form.add_up)
            elif concerns and row.known:
                said[row.store].kept.add(row.item)
    except Refused:
        logger.exception("A newer upload cannot be read any more: it says nothing", extra={"upload": upload.token})
        return {}
    return {store: said[store] for store in touched}
