"""Which column of a file is what: by the format, by its name, or by a title that is known. No AWS in here."""

from dataclasses import dataclass
from functools import cached_property

from read_file.csv_cells import clean, spelled_out
from read_file.csv_titles import COUNT, ITEM, KNOWN, REORDER_POINT, STORE
from read_file.file_format import Format, same_title
from read_file.reasons import Reason
from read_file.refused import Refused

_OF_A_DOWNLOAD = ("line", "reason")
_SHOWN = 8  # titles
_CELL = 40  # characters


@dataclass(frozen=True)
class Columns:
    """At which columns (from 0) of a file are item, count, reorder point and store, and what was assumed of that.

    `store` None: all rows are of `fixed_store`. `stores`: the columns that hold the counts of one store each, with that
    store; `count` is None then. `assumed`: of these, the file's own titles by what they were taken for.
    """

    titles: tuple[str, ...]
    item: int
    count: int | None
    reorder_point: int | None
    store: int | None
    fixed_store: str | None
    stores: tuple[tuple[int, str], ...]
    assumed: dict[str, str]

    @cached_property
    def width(self) -> int:
        """How many columns there are up to the last one that has a title."""
        return max(at for at, title in enumerate(self.titles, 1) if title)

    @cached_property
    def read(self) -> list[int]:
        """The columns that are read."""
        single = [self.store, self.item, self.count, self.reorder_point]
        return [at for at in single if at is not None] + [at for at, _ in self.stores]

    def unread(self) -> list[str]:
        """Return the titles of the columns that are not read, but for those of a download of rejected rows."""
        first = len(_OF_A_DOWNLOAD) if is_download(self.titles) else 0
        return [
            one_line(title) for at, title in enumerate(self.titles) if at >= first and title and at not in self.read
        ]


def is_download(titles: tuple[str, ...] | list[str]) -> bool:
    """Whether titles are those of rejected rows, as they are downloaded: the line and the reason come first."""
    return tuple(map(same_title, titles[:2])) == _OF_A_DOWNLOAD


def find_columns(cells: list[str], form: Format, only_store: str | None) -> Columns | None:
    """Return what the columns are that the cells of a line name; None, if the line does not name them.

    Raises Refused if several columns may be the one, or if the format names columns that are not there.
    """
    return _Finder(cells, form).find(only_store)


def missing(cells: list[str], form: Format, only_store: str | None) -> list[str]:
    """Return which columns a line does not name, of those that a file needs."""
    finder = _Finder(cells, form)
    needed = [ITEM] if form.store_columns else [ITEM, COUNT]
    if only_store is None and not form.fixed_store and not form.store_columns:
        needed.insert(0, STORE)
    return [column for column in needed if not finder.candidates(column)]


class _Finder:
    """Finds the columns in one line."""

    def __init__(self, cells: list[str], form: Format) -> None:
        self._titles = tuple(map(clean, cells))
        self._plain = [same_title(title) for title in self._titles]
        self._form = form
        self._asked = {STORE: form.store, ITEM: form.item, COUNT: form.count, REORDER_POINT: form.reorder_point}

    def candidates(self, column: str) -> list[int]:
        """Return the columns that may be the one: those of the format, else of its own name, else of a known title."""
        if asked := self._asked[column]:
            return next((found for title in asked if (found := self._called(title))), [])
        return self._at({same_title(column)}) or self._at(KNOWN[column])

    def find(self, only_store: str | None) -> Columns | None:
        form = self._form
        found = {column: self.candidates(column) for column in (STORE, ITEM, COUNT, REORDER_POINT)}
        if form.store_columns:
            found[STORE] = found[COUNT] = []
        elif form.fixed_store:
            found[STORE] = []
        fixed = form.fixed_store or only_store
        stores = self._stores()
        has_store = bool(stores) if form.store_columns else found[STORE] or (fixed is not None and not form.store)
        if not (found[ITEM] and has_store and (stores or found[COUNT])):
            return None
        at = {column: self._only(column, places) for column, places in found.items()}
        item = at[ITEM]
        assert item is not None
        return Columns(
            self._titles, item, at[COUNT], at[REORDER_POINT], at[STORE],
            fixed if at[STORE] is None and not stores else None,
            stores, self._assumed(at),
        )  # fmt: skip

    def _called(self, title: str) -> list[int]:
        """Return the columns of a title: spelled so, as `On hand (new)` is not `On hand (old)`, or else the same."""
        exact = [at for at, found in enumerate(self._titles) if found.casefold() == clean(title).casefold()]
        return exact or self._at({same_title(title)})

    def _at(self, titles: frozenset[str] | set[str]) -> list[int]:
        return [at for at, plain in enumerate(self._plain) if plain in titles]

    def _only(self, column: str, places: list[int]) -> int | None:
        if len(places) < 2:
            return places[0] if places else None
        if self._is_told(column, places[0]):
            raise Refused.of("column-twice", title=self._titles[places[0]])
        if column == REORDER_POINT:
            return None  # it may be left out, and is among the columns that are not read
        both = shown_titles([self._titles[at] for at in places])
        raise Refused(Reason.of("column-ambiguous", column=column, titles=both), titles=self._titles)

    def _is_told(self, column: str, at: int) -> bool:
        return bool(self._asked[column]) or self._plain[at] == same_title(column)

    def _assumed(self, at: dict[str, int | None]) -> dict[str, str]:
        return {
            column: one_line(self._titles[place])
            for column, place in at.items()
            if place is not None and not self._is_told(column, place)
        }

    def _stores(self) -> tuple[tuple[int, str], ...]:
        found = [self._called(title) for title in self._form.store_columns]
        for places in found:
            if len(places) > 1:
                raise Refused.of("store-twice", titles=shown_titles([self._titles[at] for at in places]))
        return tuple((at, self._titles[at]) for at in sorted({at for places in found for at in places}))


def one_line(title: str) -> str:
    """Return a title as people read it, on one line."""
    return spelled_out(" ".join(title.split()))


def shown_titles(titles: list[str]) -> list[str]:
    """Return titles as people read them, the first ones at least."""
    return [one_line(title[:_CELL]) for title in titles[:_SHOWN] if title]
