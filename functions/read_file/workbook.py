"""An Excel workbook (.xlsx): its sheets, and the texts and number formats that their cells refer to. No AWS in here."""

import io
import posixpath
from dataclasses import dataclass, field
from typing import NamedTuple

from read_file.csv_cells import visible
from read_file.refused import Refused
from read_file.sheet_numbers import NumberFormat, number_format
from read_file.workbook_entries import LARGE, Entries, Start, unescaped

_MOST_TEXT = 150_000_000  # characters of all texts
_EACH_TEXT = 50  # characters that it counts for besides its own: so much memory it takes
NO_WORKBOOK = (
    ("content.xml", "an OpenDocument file"),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
)


@dataclass
class Workbook:
    """One sheet of a workbook: its `path` among `entries`, and what its cells refer to by number.

    `sheets` are the names of all its sheets, that of this one first.
    """

    entries: Entries
    path: str
    sheets: tuple[str, ...]
    texts: list[str] = field(default_factory=list)
    formats: list[NumberFormat] = field(default_factory=list)
    since_1904: bool = False


def open_workbook(stream: io.BufferedIOBase, sheet: str) -> Workbook:
    """Return a sheet of a workbook, the first visible one if `sheet` is "". Raises Refused if that cannot be."""
    entries = Entries(stream)
    main = _main(entries)
    related = _related(entries, main)
    sheets, since_1904 = _sheets(entries, main)
    chosen = _chosen(sheets, sheet)
    path = related.get(chosen.identity, ("", ""))[1]
    if path not in entries.paths:
        raise Refused.of("workbook-damaged")
    by_kind = {kind: target for kind, target in related.values() if target in entries.paths}
    names = (chosen.name, *(each.name for each in sheets if each is not chosen))
    book = Workbook(entries, path, names, since_1904=since_1904)
    if "sharedStrings" in by_kind:
        book.texts = _texts(entries, by_kind["sharedStrings"])
    if "styles" in by_kind:
        book.formats = _formats(entries, by_kind["styles"])
    return book


def _main(entries: Entries) -> str:
    for path, kind in NO_WORKBOOK:
        if path in entries.paths:
            raise Refused.of("workbook-kind", kind=kind)
    if "_rels/.rels" not in entries.paths:
        raise Refused.of("zip")
    found = dict(_related(entries, "").values())
    return found.get("officeDocument", "")


def _related(entries: Entries, path: str) -> dict[str, tuple[str, str]]:
    """Return the entries that one entry refers to: id → kind and path."""
    folder, name = posixpath.split(path)
    found = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
            found[attributes["Id"]] = attributes["Type"].rpartition("/")[2], target

    _read(entries, posixpath.join(folder, "_rels", f"{name}.rels"), start)
    return found


class _Sheet(NamedTuple):
    name: str
    identity: str
    is_visible: bool


def _sheets(entries: Entries, path: str) -> tuple[list[_Sheet], bool]:
    """Return the sheets of a workbook, and whether its days count from 1904."""
    found = []
    since_1904 = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        if element == "workbookPr":
            since_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif element == "sheet":
            plain = {name.rpartition(":")[2]: value for name, value in attributes.items()}
            found.append(_Sheet(plain["name"], plain["id"], plain.get("state", "visible") == "visible"))

    _read(entries, path, start)
    return found, since_1904


def _chosen(sheets: list[_Sheet], wanted: str) -> _Sheet:
    for sheet in sheets:
        if sheet.name.strip().casefold() == wanted.strip().casefold() if wanted else sheet.is_visible:
            return sheet
    names = [visible(sheet.name[:40]) for sheet in sheets[:8]]
    raise Refused.of("no-sheet", sheet=visible(wanted), sheets=names)


def _texts(entries: Entries, path: str) -> list[str]:
    """Return the texts that cells refer to. A text may come in runs of different type; readings (rPh) are no part."""
    found: list[str] = []
    pieces: list[str] = []
    inside = reading = False
    size = 0

    def start(element: str, _attributes: dict[str, str]) -> None:
        nonlocal inside, reading
        inside = element == "t" and not reading
        reading = reading or element == "rPh"

    def text(piece: str) -> None:
        nonlocal size
        if inside:
            pieces.append(piece)
            size += len(piece)

    def end(element: str) -> None:
        nonlocal inside, reading, size
        inside = False
        reading = reading and element != "rPh"
        if element == "si":
            found.append(unescaped("".join(pieces)))
            pieces.clear()
            size += _EACH_TEXT

    for _ in entries.read(path, start, end, text, LARGE):
        if size > _MOST_TEXT:
            raise Refused.of("workbook-text")
    return found


def _formats(entries: Entries, path: str) -> list[NumberFormat]:
    """Return the number formats that cells refer to, by the number of their style."""
    codes: dict[int, str] = {}
    found: list[NumberFormat] = []
    inside = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        inside = inside or element == "cellXfs"
        if element == "numFmt":
            codes[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif inside and element == "xf":
            number = int(attributes.get("numFmtId", "0"))
            found.append(number_format(number, codes.get(number, "")))

    def end(element: str) -> None:
        nonlocal inside
        inside = inside and element != "cellXfs"

    for _ in entries.read(path, start, end, lambda _text: None):
        pass
    return found


def _read(entries: Entries, path: str, start: Start) -> None:
    for _ in entries.read(path, start, lambda _element: None, lambda _text: None):
        pass
