"""What was read of an uploaded file: its rows while they fit, what is wrong with others, and a sample of all."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from load_inventory.attempt import Attempt
from load_inventory.clients import Clients
from load_inventory.rejected import RejectedRows
from load_inventory.share import Share
from load_inventory.split_file import MOST_STORES, Sample
from load_inventory.unreadable import why_unreadable
from load_inventory.upload import REMOVAL, Upload
from read_file.csv_cells import clean
from read_file.csv_rows import (
    Reading,
    Refused,
    Rejected,
    Row,
    check_folder,
    contradicts,
    read_rows,
    repeated,
    summed,
)
from read_file.notes import Notes
from read_file.reasons import Reason

SHOWN_REPEATED = 10
_SHOWN_STORES = 20
_READING_TIME = 0.4
"""Of an invocation's time: a file that does not fit is read twice, and sorted into parts."""


class UploadedFile:
    """The rows of a file, and what was found out about it. `fits`: all of its rows are here.

    Of a file of more than `part_rows` rows only what bounded memory holds is kept: counts, stores, the sample.
    """

    def __init__(self, clients: Clients, attempt: Attempt) -> None:
        upload = attempt.upload
        self.rows: dict[str, dict[str, Row]] = {}  # store → item → its last row
        self.stores: set[str] = set()
        self.zeros: dict[str, int] = {}  # store → how many rows have the count 0, if any
        self.sample = Sample(upload.token)
        self.notes = Notes()
        self.reading: Reading | None = None
        self.fits = True
        self._kept: dict[str, set[str]] = {}  # store → items of rejected rows
        self._valid = 0
        self._mentions = 0
        self._unreadable = 0  # line of the first row whose item is not known
        self._only_store = upload.only_store
        self._add_up = attempt.form.add_up
        self._repeated = self._conflicting = 0
        self._first_repeated: list[dict[str, Any]] = []
        self._part_rows = clients.settings.part_rows
        self._rejected = RejectedRows(clients.s3, upload.bucket, upload.rejected_key)

    def add(self, row: Row | Rejected) -> None:
        """Take the next row of the file. Raises Refused if it names more stores than one upload may."""
        if isinstance(row, Rejected):
            self._rejected.add(row)
            if row.known:
                self._mention(row)
            elif not self._unreadable and self._may_be_of_a_store(row):
                self._unreadable = row.line
            return
        if row.store not in self.stores:
            if len(self.stores) == MOST_STORES:
                raise Refused.of("too-many-stores", most=MOST_STORES)
            self.stores.add(row.store)
        self._valid += 1
        if not row.count:
            self.zeros[row.store] = self.zeros.get(row.store, 0) + 1
        self.sample.add(row)
        if self.fits:
            self._keep(row)
            self._bound()

    def remove_store(self) -> None:
        """Take the file for one that says of its folder's store that nothing is left of it. Raises Refused."""
        store = clean(self._only_store or "")
        check_folder(store)
        self.stores.add(store)
        self.rows[store] = {}

    def _may_be_of_a_store(self, row: Rejected) -> bool:
        """Whether a row that cannot be read may be about an item that a snapshot would remove.

        In the folder of a store, a row that names another store is not.
        """
        named = row.store.strip()
        return not named or self._only_store in (None, named)

    def _mention(self, row: Rejected) -> None:
        self._mentions += 1
        self.sample.add(row)
        if self.fits:
            self._kept.setdefault(row.store, set()).add(row.item)
            self._bound()

    def _keep(self, row: Row) -> None:
        items = self.rows.setdefault(row.store, {})
        if before := items.get(row.item):
            self._repeated += 1
            if self._add_up:
                row = summed(before, row)
            else:
                self._conflicting += contradicts(before, row)
                if len(self._first_repeated) < SHOWN_REPEATED:
                    self._first_repeated.append(repeated(before, row))
        items[row.item] = row

    def _bound(self) -> None:
        if self._valid + self._mentions > self._part_rows:
            self.fits = False
            self.rows.clear()
            self._kept.clear()

    def check(self) -> None:
        """Raise Refused if there was no row at all."""
        if not self._valid and not self._rejected.count:
            raise Refused.of("no-rows")

    def check_snapshot(self) -> None:
        """Raise Refused if what the file mentions cannot be told."""
        if self._unreadable:
            raise Refused(Reason.of("snapshot-line", line=self._unreadable), may_insist=True)

    def shares(self, attempt: Attempt, snapshot: bool) -> list[Share]:
        """Return what the upload says of each store, if it fits."""
        return [
            Share(attempt, store, rows, snapshot, self._kept.get(store, set()) if snapshot else set())
            for store, rows in sorted(self.rows.items())
        ]

    def findings(self) -> dict[str, Any]:
        """Write the rejected rows and return what was found, as facts for the upload's record."""
        stores = self.stores or ({self._only_store} if self._only_store else set())
        facts: dict[str, Any] = {
            "Rows": self._valid + self._rejected.count,
            "Rejected": self._rejected.count,
            "Stores": sorted(stores)[:_SHOWN_STORES],
            "StoreCount": len(stores),
        }
        if notes := self.notes.facts():
            facts["Notes"] = notes
        if self.fits:
            facts |= {
                "Repeated": self._repeated,
                "Conflicting": self._conflicting,
                "FirstRepeated": self._first_repeated,
            }
        if key := self._rejected.finish():
            facts |= {"RejectedKey": key, "FirstRejected": self._rejected.first}
        return facts


def open_upload(clients: Clients, upload: Upload) -> dict[str, Any]:
    """Return S3's answer to a GetObject for an upload. Raises Refused if its sender is the one to mend what S3 says."""
    try:
        return upload.open(clients.s3)
    except ClientError as error:
        said = error.response["Error"]
        reason = why_unreadable(said["Code"], said.get("Message", ""))
        if reason is None:
            raise
        raise Refused(reason) from error


def first_bytes(content: dict[str, Any], most: int) -> bytes:
    """Return so many bytes of what `open_upload` returned, at most. Raises if the answer breaks off before.

    That is only known when more is asked for: until then half of it looks like all of it.
    """
    begin: bytes = content["Body"].read(most)
    content["Body"].read(1)
    return begin


def read_file(body: Any, mode: str, attempt: Attempt, file: UploadedFile, seconds_left: Callable[[], float]) -> None:
    """Read all rows of an upload into `file`. Raises Refused if they cannot be loaded, or not be read in time."""
    if mode == REMOVAL:
        body.close()
        file.remove_store()
        return
    least = seconds_left() * (1 - _READING_TIME)

    def watch(line: int) -> None:
        if seconds_left() < least:
            raise Refused.of("too-slow", line=line)

    rows = read_rows(body, attempt.upload.only_store, watch, attempt.form)
    file.notes, file.reading = rows.notes, rows
    for row in rows:
        file.add(row)
    file.check()
