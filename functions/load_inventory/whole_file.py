"""Loading an upload: in this invocation if it fits, else in parts."""

from typing import Any

from botocore.exceptions import ClientError

from load_inventory import ledger, stores
from load_inventory.csv_file import Refused, Rejected, Row, read_rows, repeated
from load_inventory.decide import Tally
from load_inventory.load import load_store, settle_on
from load_inventory.parts import split
from load_inventory.rejected import RejectedRows
from load_inventory.services import Services
from load_inventory.snapshot import count_removal, decide_snapshot, put_event
from load_inventory.split import MOST_STORES, Sample
from load_inventory.upload import APPLY, Delivery, Upload

_SHOWN = 10
_SHOWN_STORES = 20
_READING_TIME = 0.4  # of an invocation's: a file that does not fit is read twice, and sorted into parts


class File:
    """What was read of an upload: its rows while they fit, what was found wrong with others, and a sample of all."""

    def __init__(self, upload: Upload, part_rows: int, s3: Any, reports: bool) -> None:
        self.rows: dict[str, dict[str, Row]] = {}  # store → item → its last row
        self.stores: set[str] = set()
        self.sample = Sample(upload.token)
        self.fits = True
        self._mentioned: dict[str, set[str]] = {}  # store → items of rejected rows
        self._valid = 0
        self._mentions = 0
        self._unreadable = 0  # line of the first row whose item is not known
        self._only_store = upload.only_store
        self._repeated = 0
        self._first_repeated: list[dict[str, Any]] = []
        self._part_rows = part_rows
        self._reports = reports  # rejected rows: not when only one store is settled
        self._rejected = RejectedRows(s3, upload.bucket, f"rejected/{upload.token}.csv")

    def add(self, row: Row | Rejected) -> None:
        """Take the next row of the file. Raises Refused if it names more stores than one upload may."""
        if isinstance(row, Rejected):
            if self._reports:
                self._rejected.add(row)
            if row.known:
                self._mention(row)
            elif not self._unreadable and row.store.strip() in ("", self._only_store or row.store.strip()):
                self._unreadable = row.line
            return
        if row.store not in self.stores:
            if len(self.stores) == MOST_STORES:
                raise Refused(f"The file names more than {MOST_STORES:,} stores. Split it into several files.")
            self.stores.add(row.store)
        self._valid += 1
        self.sample.add(row)
        if self.fits:
            self._keep(row)
            self._bound()

    def _mention(self, row: Rejected) -> None:
        self._mentions += 1
        self.sample.add(row)
        if self.fits:
            self._mentioned.setdefault(row.store, set()).add(row.item)
            self._bound()

    def _keep(self, row: Row) -> None:
        items = self.rows.setdefault(row.store, {})
        if before := items.get(row.item):
            self._repeated += 1
            if len(self._first_repeated) < _SHOWN:
                self._first_repeated.append(repeated(before, row))
        items[row.item] = row

    def _bound(self) -> None:
        if self._valid + self._mentions > self._part_rows:
            self.fits = False
            self.rows.clear()
            self._mentioned.clear()

    def check(self) -> None:
        """Raise Refused if there was no row at all."""
        if self._reports and not self._valid and not self._rejected.count:
            raise Refused("The file has a first line, but no rows. It needs a row for every item: store,item,count")

    def check_snapshot(self) -> None:
        """Raise Refused if what the file mentions cannot be told."""
        if self._unreadable:
            raise Refused(
                f"A snapshot removes what it does not mention, and line {self._unreadable} cannot be read. "
                "Mend the rejected rows and upload it again, or upload it with --force."
            )

    def kept(self, store: str) -> set[str]:
        """Return the items of a store that the file mentions, in rows that are loaded or rejected."""
        return self.rows[store].keys() | self._mentioned.get(store, set())

    def findings(self) -> dict[str, Any]:
        """Write the rejected rows and return what was found, as facts for the upload's record."""
        facts: dict[str, Any] = {
            "Rows": self._valid + self._rejected.count,
            "Rejected": self._rejected.count,
            "Stores": sorted(self.stores)[:_SHOWN_STORES],
            "StoreCount": len(self.stores),
        }
        if self.fits:
            facts |= {"Repeated": self._repeated, "FirstRepeated": self._first_repeated}
        if key := self._rejected.finish():
            facts |= {"RejectedKey": key, "FirstRejected": self._rejected.first}
        return facts


def load(services: Services, delivery: Delivery, context: Any) -> None:
    """Load an upload. A user's mistake ends in its record as refused, not in an exception."""
    upload = delivery.upload
    try:
        content = upload.open(services.s3)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "NoSuchVersion"):
            raise
        refuse(services, delivery, "The file was deleted before it could be read. Upload it again.")
        return
    metadata = {name: value.lower() for name, value in content["Metadata"].items()}
    snapshot = metadata.get("mode") == "snapshot"
    forced = metadata.get("force") == "true"
    decision: str | None = APPLY  # the ledger, which settles, holds only what was applied
    if not delivery.settle:
        by = content["Metadata"].get("uploaded-by") or upload.principal
        record = ledger.start(services, upload, by, "snapshot" if snapshot else "rows")
        keep_event(services, upload)
        if snapshot and not forced:
            decision = delivery.decision or record.get("Decision", {}).get("S")
    file = File(upload, services.settings.part_rows, services.s3, reports=delivery.settle is None)
    try:
        read_file(content["Body"], delivery, file, context)
        if snapshot and decision != APPLY:
            file.check_snapshot()
        if file.fits and snapshot:
            judge(services, upload, decision, file)
    except Refused as refusal:
        refuse(services, delivery, str(refusal), **file.findings())
        return
    if file.fits:
        load_now(services, delivery, file, snapshot)
    else:
        split(services, delivery, file.stores, file.sample, snapshot, decision, file.findings())


def refuse(services: Services, delivery: Delivery, reason: str, **facts: Any) -> None:
    """Record that an upload was refused, and go on with what it was delivered again for, if anything."""
    upload = delivery.upload
    if not delivery.settle:
        ledger.start(services, upload, upload.principal, "rows")  # unless it is on record, with what is known better
        ledger.finish(services, upload, {"State": "refused", "Reason": reason} | facts)
    settle_on(services, delivery, done=False)


def judge(services: Services, upload: Upload, decision: str | None, file: File) -> None:
    """Raise Refused if the snapshot would remove too much."""
    removals = []
    if decision is None:
        removals = [count_removal(services, upload.token, store, file.kept(store)) for store in sorted(file.rows)]
    decide_snapshot(services, upload, decision, removals)


def keep_event(services: Services, upload: Upload) -> None:
    """Keep the upload's event in the bucket, so that it can be replayed in its place in the order."""
    try:
        put_event(services, upload, None, IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":  # it is kept already
            raise


def read_file(body: Any, delivery: Delivery, file: File, context: Any) -> None:
    """Read all rows of an upload into `file`; of a delivery that settles one store, only that store's."""
    only = delivery.settle.store if delivery.settle else None
    least_time = context.get_remaining_time_in_millis() * (1 - _READING_TIME)
    for number, row in enumerate(read_rows(body, delivery.upload.only_store)):
        if only is None or row.store == only:
            file.add(row)
        if number % 65_536 == 65_535 and context.get_remaining_time_in_millis() < least_time:
            raise Refused(f"The file is too large to read in one go: split it after about {number + 1:,} rows.")
    file.check()


def load_now(services: Services, delivery: Delivery, file: File, snapshot: bool) -> None:
    """Load the rows of a file, store by store, and record what became of them."""
    of_all = stores.get_store(services, stores.ALL_STORES).points

    def one(store: str) -> Tally:
        keep = file.kept(store) if snapshot else None
        return load_store(services, delivery, store, file.rows[store], keep, of_all)

    tallies = services.each(one, sorted(file.rows))
    if not delivery.settle:
        facts = file.findings() | {
            "State": "loaded",
            "Changed": sum(tally.changed for tally in tallies),
            "Unchanged": sum(tally.unchanged for tally in tallies),
            "Superseded": sum(tally.superseded for tally in tallies),
            "Removed": sum(tally.removed for tally in tallies),
        }
        ledger.finish(services, delivery.upload, facts)
