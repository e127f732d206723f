"""What a group may be called, and a file that says which store is in which: columns store, group. No AWS in here."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from onhand.console import UserError
from read_file.csv_titles import KNOWN, STORE
from read_file.file_format import same_title

MOST_GROUPS = 20
"""Of a store."""
ALL_GROUPS = "*"
"""Under this key, the table Groups has the names of all groups."""

_LONGEST_NAME = 100
_DELIMITERS = ";\t,"
_GROUP = ("group", "groups", "gruppe", "gruppen")


class Line(NamedTuple):
    """What a line says; `group` "": the store is in none."""

    number: int
    store: str
    group: str


class Said(NamedTuple):
    """What a file says: the groups of each store, and in which line each name stands first."""

    groups: dict[str, frozenset[str]]
    line_of_store: dict[str, int]
    line_of_group: dict[str, int]


def what_is_wrong(group: str) -> str:
    """Return why a group cannot be called so, or ""."""
    if not group.strip() or not group.isprintable() or group != group.strip():
        return f"'{group}' cannot be the name of a group: give it letters, and no blanks around them."
    if group == ALL_GROUPS:
        return "A group cannot be called “*”: that stands for all."
    if len(group) > _LONGEST_NAME:
        return f"'{group[:30]}…' cannot be the name of a group: it has more than {_LONGEST_NAME} characters."
    return ""


def read_groups(content: bytes) -> Said:
    """Return what a file says. Raises UserError if it is no such file, with every line that is wrong."""
    lines = list(_lines(content))
    if wrong := list(_mistakes(lines)):
        raise UserError(in_lines(wrong))
    said = Said({}, {}, {})
    for number, store, group in lines:
        said.groups[store] = said.groups.get(store, frozenset()) | ({group} if group else set())
        said.line_of_store.setdefault(store, number)
        if group:
            said.line_of_group.setdefault(group, number)
    return said


def in_lines(wrong: list[str], most: int = 20) -> str:
    """Return what is wrong, one below the other, and that nothing was changed."""
    more = [f"… and {len(wrong) - most:,} more"] if len(wrong) > most else []
    return "\n".join(["Nothing was changed.", *wrong[:most], *more])


def _lines(content: bytes) -> Iterator[Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UserError(f"Line {line}: this is no text in UTF-8. Save the file as “CSV UTF-8”.") from None
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        titles = [same_title(title) for title in next(reader, [])]
        store = next((at for at, title in enumerate(titles) if title == STORE or title in KNOWN[STORE]), None)
        group = next((at for at, title in enumerate(titles) if title in _GROUP), None)
        if store is None or group is None:
            raise UserError(
                f"Line 1 must name two columns, store and group; it says: {first.strip()[:80] or 'nothing'}"
            )
        for cells in reader:
            if any(cell.strip() for cell in cells):
                padded = [*(cell.strip() for cell in cells), *[""] * len(titles)]
                yield Line(reader.line_num, padded[store], padded[group])
    except csv.Error as error:
        raise UserError(
            f"Line {reader.line_num}: {error}. A name with a quotation mark wants it written twice."
        ) from None


def _mistakes(lines: list[Line]) -> Iterator[str]:
    """Yield what cannot be meant, with the numbers of lines."""
    first: dict[str, Line] = {}
    groups: dict[str, set[str]] = {}
    spelled: dict[str, Line] = {}
    for line in lines:
        number, store, group = line
        before = first.setdefault(store, line)
        alike = spelled.setdefault(group.casefold(), line)
        groups.setdefault(store, set()).add(group)
        if not store:
            yield f"Line {number}: there is no store in it."
        elif group and (wrong := what_is_wrong(group)):
            yield f"Line {number}: {wrong}"
        elif alike.group != group:
            yield f"Line {number}: the group '{group}' is '{alike.group}' in line {alike.number}: write it so."
        elif bool(before.group) != bool(group):
            yield f"Line {number}: {store} is in no group here or in line {before.number}, and in one in the other."
        elif len(groups[store]) == MOST_GROUPS + 1:
            yield f"Line {number}: {store} is in more than {MOST_GROUPS} groups."
