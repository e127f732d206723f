"""How a store's files are to be read, where that cannot be found out from the file alone. No AWS in here."""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from read_file.reasons import Reason

MOST_LINES_BEFORE = 1000
"""Lines before the header."""
LONGEST_FORMAT = 4000  # characters: it is kept with every upload that is read by it
DECIMAL_SIGNS = (".", ",")
THOUSANDS_SIGNS = (",", ".", " ", "'", "’", "_")
ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257",
    "iso-8859-1", "iso-8859-2", "iso-8859-15", "cp437", "cp850", "cp852", "mac-roman",
    "cp932", "gb18030", "big5", "cp949",
)  # fmt: skip
SIGNS_IN_WORDS = {"tab": "\t", "blank": " "}
"""Signs that are hard to type, and to see."""
_NO_DELIMITERS = "\"'\r\n\0"


class FormatError(ValueError):
    """A format that no file can be read by; `reason` says what is wrong with it, in words for a store clerk."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Format:
    """How files are to be read. Whatever is left empty is found out from the file.

    `store`, `item`, `count` and `reorder_point` are titles of columns, the first one that the file has counts; see
    `same_title` for how they are compared. `fixed_store` stands in for a column of stores. `store_columns` are titles
    of columns that hold counts, each of the store that is its title. A row is left out if one of its cells is a text
    of `leave_out`, or begins with one that ends in `*`, in capitals or not. `negative`: counts below 0 are taken as 0
    (`zero`, also if nothing is said), or their rows rejected (`reject`). `add_up`: the counts of an item's rows are
    added up, instead of the last one counting. `sheet` is a workbook's. Raises FormatError if it contradicts itself.
    """

    encoding: str = ""
    delimiter: str = ""
    lines_before: int | None = None
    store: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    reorder_point: tuple[str, ...] = ()
    fixed_store: str = ""
    store_columns: tuple[str, ...] = ()
    decimal: str = ""
    thousands: str = ""
    negative: str = ""
    add_up: bool = False
    leave_out: tuple[str, ...] = ()
    sheet: str = ""

    def __post_init__(self) -> None:
        _check(self)

    def as_json(self) -> dict[str, Any]:
        """Return what is set, as JSON has it: lists of texts, texts, numbers and true."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value not in ("", (), None, False)
        }

    def in_words(self) -> str:
        """Return what is set as people write it, such as `item=Article, thousands=blank`."""
        return ", ".join(
            f"{name}={_word(each)}"
            for name, value in self.as_json().items()
            for each in (value if isinstance(value, list) else [value])
        )

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> "Format":
        """Return a format from what `as_json` gives. Raises FormatError if it is none."""
        known = {field.name: field.default for field in fields(cls)}
        if unknown := [name for name in values if name not in known]:
            raise FormatError(f"A format has no “{unknown[0]}”. It has: {', '.join(known)}.")
        return cls(**{name: _value(name, value, known[name]) for name, value in values.items()})


def same_title(title: str) -> str:
    """Return what of a column's title counts: letters without accents, in lower case, digits, `#` and `?`.

    `Qty On Hand`, `qty_on_hand` and `QTY ON HAND * (pcs)` are the same title: a unit in brackets does not count either.
    """
    if title.isascii() and title.isalnum():
        return title.lower()
    text = unicodedata.normalize("NFKD", title).casefold().strip()
    if text.endswith((")", "]")) and (at := max(text.rfind("("), text.rfind("["))) > 0:
        text = text[:at]
    return "".join(sign for sign in text if sign.isalnum() or sign in "#?")


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return next((word for word, sign in SIGNS_IN_WORDS.items() if sign == value), str(value))


def _value(name: str, value: Any, default: Any) -> Any:
    if name == "lines_before":
        right = isinstance(value, int) and not isinstance(value, bool)
        wanted = "a number"
    elif isinstance(default, tuple):
        value = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else value
        right = isinstance(value, tuple) and all(isinstance(text, str) for text in value)
        wanted = "a text or a list of texts"
    else:
        right = isinstance(value, type(default))
        wanted = "true or false" if isinstance(default, bool) else "a text"
    if not right:
        raise FormatError(f"“{name}” of a format is {wanted}.")
    return value


def _check(form: Format) -> None:
    if (size := len(form.in_words())) > LONGEST_FORMAT:
        raise FormatError(f"A format is at most {LONGEST_FORMAT:,} characters long, and this one has {size:,}.")
    if form.encoding and form.encoding not in ENCODINGS:
        raise FormatError(f"The encoding “{form.encoding}” is not known. Choose one of: {', '.join(ENCODINGS)}.")
    if form.delimiter and (len(form.delimiter) > 1 or form.delimiter in _NO_DELIMITERS or form.delimiter.isalnum()):
        raise FormatError(f"“{form.delimiter}” cannot stand between columns: choose one sign, such as ; or a tab.")
    if form.lines_before is not None and not 0 <= form.lines_before <= MOST_LINES_BEFORE:
        raise FormatError(f"Between 0 and {MOST_LINES_BEFORE:,} lines may stand before the header.")
    _check_signs(form)
    _check_columns(form)
    if form.negative not in ("", "zero", "reject"):
        raise FormatError("Counts below 0 are either taken as 0 (zero), or their rows are rejected (reject).")
    if any(not text.strip("* ") for text in form.leave_out):
        raise FormatError("A text by which rows are left out is empty: every row would be left out.")


def _check_signs(form: Format) -> None:
    if form.decimal and form.decimal not in DECIMAL_SIGNS:
        raise FormatError(f"The decimal sign “{form.decimal}” is not known: choose a point or a comma.")
    if form.thousands and form.thousands not in THOUSANDS_SIGNS:
        raise FormatError(f"The thousands sign “{form.thousands}” is not known: choose one of , . ' ’ _ or a blank.")
    if form.decimal and form.decimal == form.thousands:
        raise FormatError(f"“{form.decimal}” cannot be both the decimal sign and the thousands sign.")


def _check_columns(form: Format) -> None:
    if form.fixed_store and form.store:
        raise FormatError(Reason.of("format-fixed-store"))
    if form.store_columns and (form.store or form.fixed_store or form.count):
        raise FormatError(Reason.of("format-store-columns"))
    if form.fixed_store == "*":
        raise FormatError("“*” is not a store's name: it stands for all stores.")
    means: dict[str, str] = {}
    columns = {"store": form.store, "item": form.item, "count": form.count, "reorder point": form.reorder_point}
    for what, titles in (*columns.items(), *((f"count of {title}", (title,)) for title in form.store_columns)):
        for title in titles:
            if not same_title(title):
                raise FormatError(Reason.of("format-title", title=title))
            if means.setdefault(title.casefold(), what) != what:
                raise FormatError(
                    Reason.of("format-column-twice", title=title, other=means[title.casefold()], column=what)
                )


FOUND_OUT = Format()
"""Nothing is said: all of it is found out from the file."""
