"""The rules for a row of a CSV: its cells in, a row or the reason why it is none out. No AWS in here."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

from read_file.csv_cells import (
    LONGEST_NAME,
    MOST_DIGITS,
    SURELY_SHORT,
    Numbers,
    clean,
    is_composed,
    is_plain_number,
    is_shortened,
    name_reason,
    number_reason,
    spelled_out,
)
from read_file.csv_columns import find_columns
from read_file.csv_header import Header
from read_file.csv_records import Records, Unreadable
from read_file.file_format import Format
from read_file.notes import Notes
from read_file.reasons import Reason
from read_file.refused import Refused
from stock.rows import LARGEST_COUNT

_KNOWN_STORES = 1000


@dataclass(slots=True)
class Row:
    """A row as it is loaded."""

    line: int
    store: str
    item: str
    count: int
    reorder_point: int | None


@dataclass(slots=True)
class Rejected:
    """A row that is not loaded: the number of its first line, why, and store, item and count as found.

    `known`: store and item are what they should be, so the file does mention the item. `cells` are all of the row's
    cells, under the columns of `header`; of a line that cannot be split into cells, the line.
    """

    line: int
    reason: Reason
    store: str
    item: str
    count: str
    cells: list[str]
    header: Header
    known: bool = False


def store_reason(store: str) -> Reason | None:
    """Return why a cleaned cell is no name of a store, if it is none."""
    return name_reason("store", store) or (Reason.of("star") if store == "*" else None)


def summed(earlier: Row, row: Row) -> Row:
    """Return the row that stands for two of one item whose counts are added up: bins or lots of it."""
    point = earlier.reorder_point if row.reorder_point is None else row.reorder_point
    return Row(row.line, row.store, row.item, min(earlier.count + row.count, LARGEST_COUNT), point)


def repeated(row: Row, last: Row) -> dict[str, Any]:
    """Return what an upload's record says of a row that a later line of the file repeats."""
    return {
        "Line": row.line, "LastLine": last.line, "Store": row.store, "Item": row.item,
        "Count": row.count, "LastCount": last.count,
    }  # fmt: skip


def contradicts(row: Row, last: Row) -> bool:
    """Whether a row that a later line repeats says another count."""
    return row.count != last.count


class RowRules:
    """The rules for the rows of a file. `first`: records at its beginning, which tell how many cells its rows have."""

    def __init__(
        self, header: Header, form: Format, only_store: str | None, notes: Notes, first: list[tuple[int, Any]]
    ) -> None:
        self._form, self._only_store, self._notes = form, only_store, notes
        self._numbers = Numbers(form.decimal, form.thousands)
        self._stores: dict[str, str] = {}  # cells as found → store, for some stores that were found to be right
        self._left_out = _texts_left_out(form)
        self._take(header)
        self._most = max(self._columns.width, len(self._columns.titles), _cells_of_all(first, self._columns.width))

    def _take(self, header: Header) -> None:
        self._header, self._columns = header, header.columns
        fixed = header.columns.fixed_store
        self._fixed = None if fixed is None else clean(fixed)

    def unreadable(self, line: int, found: Unreadable) -> Row | Rejected:
        """Return the rejected row of a line that has no cells."""
        return self._not_of_a_sum(self._reject(line, found.reason, [found.line], ["", "", ""]))

    def check(self, line: int, records: Records) -> Generator[Row | Rejected, None, int]:
        """Yield the rows that records, one a line from `line` on, hold; none for blank ones.

        Returns how many records were dealt with: those up to one that names the columns again, if there is one.
        """
        columns, stores, fixed = self._columns, self._stores, self._fixed
        width, at_item, at_count, at_point = columns.width, columns.item, columns.count, columns.reorder_point
        at_store = columns.store or 0
        most = self._most
        if columns.stores or self._left_out:
            width = most = -1  # no row has so many cells: all are looked at carefully
        point = ""
        for number, cells in enumerate(records, line):
            if len(cells) == width or (len(cells) == most and not any(cells[width:])):
                store = fixed or stores.get(cells[at_store])
                item, count = cells[at_item], cells[at_count]  # type: ignore[index]  # None only where stores have columns
                if at_point is not None:
                    point = cells[at_point]
                # Nearly every row is plain, and to see that costs little. _row would return the same for it.
                if (
                    store is not None
                    and item
                    # Not a blank, a sign that may be taken away, or a number that a spreadsheet has shortened.
                    and (item.isalnum() or item[0] > "=" or ("/" < item[0] < "=" and not is_shortened(item)))
                    and item[-1] > " "
                    and item.isprintable()
                    and len(item) <= SURELY_SHORT
                    and (item.isascii() or is_composed(item))
                    and count.isdigit()  # as in is_plain_number, whose call would cost a twentieth of all time
                    and len(count) <= MOST_DIGITS
                    and count.isascii()
                    and (not point or is_plain_number(point))
                ):
                    yield Row(number, store, item, int(count), int(point) if point else None)
                    continue
            if cells:
                yield from map(self._not_of_a_sum, self._rows(number, cells))
                if self._columns is not columns:
                    return number + 1 - line
        return len(records)

    def _rows(self, line: int, cells: list[str]) -> Iterator[Row | Rejected]:
        """Yield the rows of a line: one for each store if these have columns, none if its cells are blank."""
        if not any(map(clean, cells)):
            return
        if self._is_left_out(cells):
            if not self._names_columns(line, cells):
                self._notes.count("left-out", line)
            return
        columns = self._columns
        if len(cells) > self._most or any(map(clean, cells[columns.width :])):
            if self._names_columns(line, cells):  # a joined file may have more of them
                return
            reason = Reason.of("too-many-cells", cells=len(cells), width=columns.width)
            yield self._reject(line, reason, cells, self._header.named(cells))
            return
        full = cells + [""] * (columns.width - len(cells))
        if columns.stores:
            yield from self._wide(line, full)
        elif (row := self._row(line, full)) is not None:
            yield row

    def _wide(self, line: int, cells: list[str]) -> Iterator[Row | Rejected]:
        """Yield a row for each store that has a count in a line."""
        stores, item = self._columns.stores, cells[self._columns.item]
        if self._names_columns(line, cells):
            return
        reason = name_reason("item", clean(item))
        if reason is None and not any(clean(cells[at]) for at, _ in stores):
            reason = Reason.of("no-counts")
        if reason:
            yield self._reject(line, reason, cells, ["", item, ""])
            return
        for at, store in stores:
            if clean(cells[at]):
                others = [other for other, _ in stores if other != at]
                own = ["" if place in others else cell for place, cell in enumerate(cells)]
                yield self._checked(line, own, [store, item, cells[at]])

    def _row(self, line: int, cells: list[str]) -> Row | Rejected | None:
        found = self._header.named(cells)
        if self._fixed is not None:
            found[0] = self._fixed
        row = self._checked(line, cells, found)
        return None if isinstance(row, Rejected) and self._names_columns(line, cells) else row

    def _checked(self, line: int, cells: list[str], found: list[str]) -> Row | Rejected:
        """Return a row by its cells for store, item and count."""
        known = self._stores.get(found[0])
        store, item = known or clean(found[0]), clean(found[1])
        if reason := (None if known else self._store_reason(store)) or name_reason("item", item):
            return self._reject(line, reason, cells, found)
        if not known and len(found[0]) <= LONGEST_NAME:
            if len(self._stores) >= _KNOWN_STORES:
                self._stores.clear()
            self._stores[found[0]] = store
        count = self._numbers.plain(clean(found[2]))
        is_negative = count.startswith("-") and number_reason("count", count[1:]) is None
        if is_negative and self._form.negative != "reject":
            self._notes.count("negative", line, clean(found[2]))
            count = "0"
        if reason := number_reason("count", count):
            return self._reject(line, reason, cells, [store, item, found[2]], known=True)
        return Row(line, store, item, int(count), self._point(line, cells))

    def _point(self, line: int, cells: list[str]) -> int | None:
        at = self._columns.reorder_point
        point = "" if at is None else self._numbers.plain(clean(cells[at]))
        if not point:
            return None
        if number_reason("reorder_point", point):
            self._notes.count("points-not-read", line, spelled_out(point))
            return None
        return int(point)

    def _names_columns(self, line: int, cells: list[str]) -> bool:
        """Whether a line that is no row names the columns again, as where files were joined; those count from it on.

        Raises Refused if it names them, and several may be the one: the rows below would be read by the old ones.
        """
        try:
            columns = find_columns(cells, self._form, self._only_store)
        except Refused:
            if self._form.store_columns:
                return False  # their titles may be numbers, as counts are
            raise Refused.of("joined-line", line=line) from None
        if columns is None:
            return False
        self._notes.count("header-again", line)
        if columns.titles != self._columns.titles:
            self._take(replace(self._header, columns=columns, line=line))
            self._most = max(columns.width, len(columns.titles))
        return True

    def _is_left_out(self, cells: list[str]) -> bool:
        if self._left_out is None:
            return False
        texts, beginnings = self._left_out
        return any((text := clean(cell).casefold()) in texts or text.startswith(beginnings) for cell in cells if cell)

    def _reject(self, line: int, reason: Reason, cells: list[str], found: list[str], known: bool = False) -> Rejected:
        store, item, count = found
        return Rejected(line, reason, store, item, count, cells, self._header, known)

    def _not_of_a_sum(self, row: Row | Rejected) -> Row | Rejected:
        """Return a row. Raises Refused if it is rejected where counts are added up."""
        if isinstance(row, Rejected) and self._form.add_up:
            raise Refused.of("added-up-line", line=row.line, reason=row.reason)
        return row

    def _store_reason(self, store: str) -> Reason | None:
        if store and self._only_store is not None and store != self._only_store:
            return Reason.of("other-store", store=spelled_out(self._only_store))
        return store_reason(store)


def _texts_left_out(form: Format) -> tuple[frozenset[str], tuple[str, ...]] | None:
    """Return the texts of cells by which rows are left out, and their beginnings; None if there are none."""
    if not form.leave_out:
        return None
    texts = [clean(text).casefold() for text in form.leave_out]
    beginnings = tuple(text.rstrip("*") for text in texts if text.endswith("*"))
    return frozenset(text for text in texts if not text.endswith("*")), beginnings


def _cells_of_all(first: list[tuple[int, Any]], width: int) -> int:
    """Return how many cells all rows at the beginning of a file have, if it is the same number; else 0.

    Where they all end in more delimiters than the header, a program writes them so; where only some do, a name that
    holds the delimiter has moved the cells of these rows.
    """
    rows = [cells for _, found in first if not isinstance(found, Unreadable) for cells in found]
    rows = [cells for cells in rows if any(map(clean, cells))]
    lengths = {len(cells) for cells in rows}
    if len(rows) < 2 or len(lengths) > 1 or any(any(map(clean, cells[width:])) for cells in rows):
        return 0
    return lengths.pop()
