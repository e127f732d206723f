"""Loading the rows of one store: register, read, write what changed, look again (docs/order.md)."""

import hashlib
from collections.abc import Callable, Collection, Iterable

from load_inventory import ledger, stores
from load_inventory.csv_file import Row
from load_inventory.decide import Stored, Tally, Verdict, View, decide, delists
from load_inventory.inventory import WHOLE_STORE, Range, Write, cheaper_by_key, read_items, read_store, write_rows
from load_inventory.services import Services
from load_inventory.stores import Store
from load_inventory.upload import Delivery, Settle, redelivery
from stock.reorder import ReorderPoints

_ROUNDS = 100


def load_store(
    services: Services,
    delivery: Delivery,
    name: str,
    rows: dict[str, Row],
    keep: Collection[str] | None,
    of_all: ReorderPoints,
) -> Tally:
    """Load the rows of one store (item → row) and return what became of them.

    `keep` are the items that a snapshot mentions; None: it is no snapshot. To do it again, at any time, is safe.
    """
    open_before = ledger.register(services, delivery, name)
    store = stores.get_store(services, name)
    if keep is not None:
        stores.note_snapshot(services, name, delivery.upload.token)
    tally = load_rows(services, delivery, store, rows, keep, of_all)
    if must_look_again(tally, open_before, snapshot=keep is not None):
        look_again(services, delivery, name, snapshot=keep is not None)
    if delivery.settle:
        settle_on(services, delivery, done=keep is not None or not (delivery.settle.removed or tally.unsettled))
    sum_up(services, delivery, store, tally, fingerprint(rows), exact=not (open_before or tally.doubtful))
    return tally


def load_rows(
    services: Services,
    delivery: Delivery,
    store: Store,
    rows: dict[str, Row],
    keep: Collection[str] | None,
    of_all: ReorderPoints,
    span: Range = WHOLE_STORE,
    before_writing: Callable[[], None] = lambda: None,
) -> Tally:
    """Read the items of a store in `span`, write those that `rows` changes, and return what became of them."""
    token, settle = delivery.upload.token, delivery.settle
    view = View(token, store.snapshot, settle.token if settle else None, store.points, of_all)
    tally = Tally()
    pending = dict(rows)
    for page in _read(services, store, rows, span, everything=keep is not None or settle is not None):
        writes = []
        for item, stored in page:
            if row := pending.pop(item, None):
                verdict = decide(row, stored, view)
                if verdict in (Verdict.WRITE, Verdict.STAMP):
                    writes.append(Write(item, row, stored, verdict))
                else:
                    tally.count(verdict)
            elif keep is not None and item not in keep and delists(stored, token):
                writes.append(Write(item, None, stored))
            elif settle and stored.as_of == settle.token:
                tally.unsettled = True
        if writes:
            before_writing()
        _write(services, delivery, store, writes, view, tally)
    new = [Write(item, row, None) for item, row in pending.items() if decide(row, None, view) is Verdict.WRITE]
    tally.superseded += len(pending) - len(new)
    if new:
        before_writing()
    _write(services, delivery, store, new, view, tally)
    return tally


def must_look_again(tally: Tally, open_before: bool, snapshot: bool) -> bool:
    """Return whether this attempt wrote to the store, or one before it may have and died before it looked again.

    What an earlier attempt wrote bears its token, but what a snapshot removed left no trace.
    """
    return tally.wrote or (open_before and (tally.found_own or snapshot))


def look_again(services: Services, delivery: Delivery, store: str, snapshot: bool) -> None:
    """Have the newest upload of the store delivered again if it is newer than this one, which has just written."""
    if newer := ledger.newer(services, store, delivery.upload.token):
        settle = Settle(store, delivery.upload.token, snapshot)
        _redeliver(services, newer[0], delivery.quiet, settle)


def settle_on(services: Services, delivery: Delivery, done: bool) -> None:
    """Unless all rows of the late upload are settled, have the next older upload delivered again."""
    settle = delivery.settle
    if settle is None or done:
        return
    for entry in ledger.newer(services, settle.store, settle.token):
        if entry.token < delivery.upload.token:
            _redeliver(services, entry, delivery.quiet, settle)
            return


def sum_up(
    services: Services,
    delivery: Delivery,
    store: Store,
    tally: Tally,
    items: str | None,
    exact: bool,
    recount: Callable[[Services, str], None] = stores.recount,
) -> None:
    """Bring the store's summary up to date and close this attempt in the ledger.

    `exact`: the tally holds all that this upload ever changed in the store, so that adding it is right.
    """
    upload = delivery.upload
    if not exact:
        recount(services, store.name)
    elif tally.wrote:
        closing = ledger.closing(services, delivery, store.name, items)
        if stores.add_to_summary(services, store, upload.token, upload.at, tally, closing):
            return
        recount(services, store.name)
    stores.note_upload(services, store.name, upload.token, upload.at)
    ledger.close(services, delivery, store.name, items)


def fingerprint(items: Iterable[str]) -> str:
    """Return a name for a set of items: equal sets have equal names."""
    return hashlib.blake2b("\0".join(sorted(items)).encode(), digest_size=12).hexdigest()


def _read(
    services: Services, store: Store, rows: dict[str, Row], span: Range, everything: bool
) -> Iterable[list[tuple[str, Stored]]]:
    if not everything and cheaper_by_key(len(rows), store.items):
        return [list(read_items(services, store.name, rows).items())]
    return read_store(services, store.name, span)


def _write(services: Services, delivery: Delivery, store: Store, writes: list[Write], view: View, tally: Tally) -> None:
    for _ in range(_ROUNDS):
        if not writes:
            return
        overtaken = {write.item for write in write_rows(services, store.name, writes, view, delivery.quiet)}
        for write in writes:
            if write.item not in overtaken:
                _count(write, view, tally)
        found = read_items(services, store.name, overtaken)
        again = [write for write in writes if write.item in overtaken]
        writes = [retry for write in again if (retry := _decide_again(write, found.get(write.item), view, tally))]
    raise TimeoutError(f"Rows of the store {store.name!r} changed under each of {_ROUNDS} attempts to write them")


def _count(write: Write, view: View, tally: Tally) -> None:
    tally.wrote = True
    tally.shift(write.stored, -1)
    if write.row is None:
        tally.removed += 1
        return
    tally.count(write.verdict)
    tally.shift(Stored(write.row.count, None, short=view.short(write.row, write.stored)), 1)


def _decide_again(write: Write, stored: Stored | None, view: View, tally: Tally) -> Write | None:
    if write.row is None:
        return Write(write.item, None, stored) if stored and delists(stored, view.token) else None
    verdict = decide(write.row, stored, view)
    if verdict in (Verdict.WRITE, Verdict.STAMP):
        return Write(write.item, write.row, stored, verdict)
    tally.count(verdict)
    # Either another attempt wrote it, or this one did and the answer was lost: what it changed is not known.
    tally.doubtful = tally.doubtful or verdict is Verdict.OWN
    return None


def _redeliver(services: Services, entry: ledger.Entry, quiet: bool, settle: Settle) -> None:
    services.send(redelivery(entry.event, quiet=quiet, settle=settle))
