"""The past of an item in a store, by what is kept of it and by its row as it is. No AWS in here."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from look_ahead.availability import Span, spans_of
from look_ahead.demand import day
from onhand.moments import stamp
from stock.history import Change, Past, steps
from stock.order_token import is_order_token


@dataclass(frozen=True)
class Row:
    """A row of the table Inventory. `count` None: it has no whole number. `as_of` "": it was written by hand."""

    count: int | None
    as_of: str


@dataclass(frozen=True)
class Known:
    """A store that there is, or was: its name and its time zone."""

    name: str
    zone: tzinfo


@dataclass(frozen=True)
class ItemPast:
    """What is known of an item in a store.

    `known_from`: from then on. `late`: tokens of the uploads that showed more than an hour after they were made. `row`:
    as it is now; None: there is none.
    """

    store: Known
    item: str
    past: Past
    known_from: datetime
    late: frozenset[str]
    row: Row | None

    def spans(self, until: datetime) -> Iterator[Span]:
        """Yield from when to when it had which count, as far as that is known.

        Of a row that nobody delisted and that is gone nothing is: it was removed by hand, nobody knows when.
        """
        if self.row or not self.past.steps or self.past.steps[-1].after is None:
            yield from spans_of(self.past, day(stamp(self.known_from)), day(stamp(until)))


def put_together(
    item: str, facts: Iterable[Change], row: Row | None, since: str, withdrawn: Collection[str] = ()
) -> Past:
    """Return the past of an item from a moment on, by what is kept of it and by its row, without withdrawn uploads.

    The row is a fact, too: its upload says its count. Without any newer fact it was so all the time.
    """
    own = [Change(item, row.as_of, None, row.count)] if row and is_order_token(row.as_of) else []
    told = [change for change in (*facts, *own) if change.token >= since]
    return steps(told, withdrawn).get(item) or Past(row.count if row else None, [])
