"""The rows of a store's CSV: bytes in, rows and rejected rows out. Memory does not grow with the file. No AWS in here.

A file becomes rows in steps, each in a module of its own: its bytes (file_bytes), text in blocks of whole lines
(file_text), which line names the columns (csv_header) and which column is what (csv_columns), the cells of each row
(csv_records), the rules for a row (csv_row) and for a cell (csv_cells). A format (file_format) says what cannot be
found out from the file.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from read_file.csv_cells import clean, spelled_out
from read_file.csv_header import Header, read_header
from read_file.csv_records import Records, Unreadable, read_records
from read_file.csv_row import Rejected, Row, RowRules, contradicts, repeated, store_reason, summed
from read_file.file_format import FOUND_OUT, Format
from read_file.file_text import Text
from read_file.notes import Notes
from read_file.opened import UTF_8
from read_file.refused import Refused

__all__ = ["Reading", "Refused", "Rejected", "Row", "check_folder", "contradicts", "read_rows", "repeated", "summed"]


_Found = tuple[int, Records | Unreadable]  # the number of a line, and what was found from it on
_MOST_FIRST = 1000  # lines
SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "|"}


def read_rows(
    content: io.IOBase,
    only_store: str | None = None,
    watch: Callable[[int], None] = lambda _line: None,
    form: Format = FOUND_OUT,
) -> "Reading":
    """Return a CSV file as it is read: every row of it, in order, as a Row or as Rejected.

    `content` gives the bytes of the file, plain or gzip; `only_store` is the store whose rows it may hold (None: any).
    Blank lines, and rows whose cells are all blank, are not rows. `watch` is called before each 64 KB (unpacked) are
    read, whether there are rows in them or not, with the number of lines read so far; what it raises ends the reading.
    Whoever asks for the rows gets Refused, possibly after some of them, if the file cannot be loaded.
    """
    return Reading(content, form, None if only_store is None else clean(only_store), watch)


def check_folder(store: str | None) -> None:
    """Raise Refused if no store can be called as the folder of a file is; None: it lies in none."""
    if store == "":
        raise Refused.of("folder-without-name")
    if store and (reason := store_reason(store)):
        raise Refused.of("folder", reason=reason)


@dataclass
class Reading:
    """A file that is read by going through it, once. `notes` and `found` are complete when that is done.

    `found` is the format that was applied: what was asked for, and what was found out. `titles`: of all columns.
    """

    content: io.IOBase
    form: Format
    only_store: str | None
    watch: Callable[[int], None]
    notes: Notes = field(default_factory=Notes)
    found: Format = FOUND_OUT
    titles: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Row | Rejected]:
        self._check_folder()
        text = Text(self.content, self.watch, self.form)
        form = replace(self.form, delimiter=text.file.delimiter or self.form.delimiter)
        header = read_header(text, form, self.only_store)
        self._note(text, header)
        records = read_records(text, header)
        first = _first(records)
        _refuse_another_delimiter(first, header)
        rules = RowRules(header, self.form, self.only_store, self.notes, first)
        for line, found in chain(first, records):
            if isinstance(found, Unreadable):
                yield rules.unreadable(line, found)
                continue
            while found:
                done = yield from rules.check(line, found)
                line, found = line + done, found[done:]

    def _check_folder(self) -> None:
        store, fixed = self.only_store, clean(self.form.fixed_store)
        check_folder(store)
        check_folder(fixed or None)
        if store and fixed and fixed != store:
            raise Refused.of("store-of-format", fixed=fixed, store=spelled_out(store))

    def _note(self, text: Text, header: Header) -> None:
        columns, notes = header.columns, self.notes
        file = text.file
        if file.encoding != UTF_8 and not self.form.encoding:
            notes.add("encoding", Encoding=file.encoding.upper())
        if self.form != FOUND_OUT:
            notes.format(self.form.in_words())
        if len(file.sheets) > 1 and not self.form.sheet:
            notes.sheets(file.sheets)
        if header.has_title:
            notes.add("lines-before", Line=header.line)
        if columns.assumed:
            notes.add("columns-assumed", Columns=columns.assumed)
        if columns.fixed_store is not None and not self.form.fixed_store:
            notes.add("store-of-folder", Store=columns.fixed_store)
        notes.titles(columns.unread())
        if self.form.add_up:
            notes.add("added-up")
        self.titles = columns.titles
        self.found = applied(self.form, file.encoding, header)


def applied(form: Format, encoding: str, header: Header) -> Format:
    """Return a format that says all that was found out of a file."""
    columns = header.columns

    def title(at: int | None) -> tuple[str, ...]:
        return () if at is None else (columns.titles[at],)

    return replace(
        form,
        encoding=encoding,
        delimiter=header.delimiter,
        lines_before=header.line - 1,
        store=title(columns.store),
        item=title(columns.item),
        count=title(columns.count),
        reorder_point=title(columns.reorder_point),
        fixed_store=columns.fixed_store or "",
    )


def _first(records: Iterator[_Found]) -> list[_Found]:
    """Return the first records of a file, up to two rows if they are not far apart."""
    first: list[_Found] = []
    rows = lines = 0
    for line, found in records:
        first.append((line, found))
        lines += len(found)
        rows += 0 if isinstance(found, Unreadable) else sum(map(_has_text, found))
        if rows > 1 or lines > _MOST_FIRST:
            break
    return first


def _has_text(cells: list[str]) -> bool:
    return any(map(clean, cells))


def _refuse_another_delimiter(first: list[tuple[int, Any]], header: Header) -> None:
    """Raise Refused if no row at the beginning of a file has the delimiter of its header, but all have another one."""
    rows = [cells for _, found in first if not isinstance(found, Unreadable) for cells in found if _has_text(cells)]
    if not rows or any(len(cells) > 1 for cells in rows):
        return
    for delimiter in ",;\t|":
        if all(cells[0].count(delimiter) >= header.columns.width - 1 for cells in rows):
            sign = SIGNS.get(header.delimiter, header.delimiter)
            raise Refused.of("sign-of-rows", sign=sign, sign_of_rows=SIGNS[delimiter])
