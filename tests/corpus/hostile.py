"""A hostile file and what must become of it.

Every file speaks of the store `Berlin`, or of stores whose names hold that word: a test that loads many files into one
table replaces it by another word of the same length.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from read_file.file_format import FOUND_OUT, Format

BERLIN = "Berlin"
HEADER = "store,item,count\n"
NO_ROWS = "no rows"  # the reader finds none, and whoever loads refuses the file
FILES = Path(__file__).parent / "files"


def _as_it_is(body: bytes) -> bytes:
    return body


@dataclass(frozen=True)
class Hostile:
    """A file. It is refused for a reason that holds the text `refused`, or else loaded.

    `loaded`: store → item → count. `rejected`: line → a word of the reason. `repeated`: number of rows that a later one
    repeats. `folder`: the store under whose prefix it is uploaded. `form`: the format by which it is read. `notes`:
    keys of what is said of it besides (None: that does not matter). `source`: where its shape is from, in public; `why`
    what becomes of it is right. `lines`: every line after the header that is not
    blank is a row.
    """

    name: str
    body: bytes = field(repr=False)
    loaded: Mapping[str, Mapping[str, int]] = field(default_factory=dict, repr=False)
    rejected: Mapping[int, str] = field(default_factory=dict, repr=False)
    refused: str = ""
    repeated: int = 0
    folder: str | None = None
    form: Format = FOUND_OUT
    notes: tuple[str, ...] | None = None
    source: str = field(default="", repr=False)
    why: str = field(default="", repr=False)
    lines: bool = True
    pack: Callable[[bytes], bytes] = field(default=_as_it_is, repr=False)

    def content(self, store: str = BERLIN) -> bytes:
        """Return the file, of another store if one is given."""
        body = self.body
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            body = body.replace(BERLIN.encode(encoding), store.encode(encoding))
        return self.pack(body)

    def expected(self, store: str = BERLIN) -> dict[str, dict[str, int]]:
        """Return what it loads: store → item → count."""
        return {
            name.replace(BERLIN, store): {item.replace(BERLIN, store): count for item, count in items.items()}
            for name, items in self.loaded.items()
        }

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(map(len, self.loaded.values())) + self.repeated + len(self.rejected)


def loads(name: str, text: str | bytes, items: Mapping[str, int] | None = None, **more: object) -> Hostile:
    """Return a file that is loaded; `items` are those of Berlin. Without a header line it gets the usual one."""
    body = text.encode() if isinstance(text, str) else text
    if items is not None:
        more["loaded"] = {BERLIN: items}
    return Hostile(name, body, **more)  # type: ignore[arg-type]


def item(name: str, cell: str, loaded: str | None = None) -> Hostile:
    """Return a file with an item, as it stands in the file, that is loaded: under its name or under `loaded`."""
    text = f"{HEADER}Berlin,Echo Dot,12\nBerlin,{cell},7\nBerlin,Echo Show,3\n"
    return loads(f"item: {name}", text, {"Echo Dot": 12, cell if loaded is None else loaded: 7, "Echo Show": 3})


def bad_item(name: str, cell: str, why: str) -> Hostile:
    """Return a file with an item that is rejected."""
    text = f"{HEADER}Berlin,Echo Dot,12\nBerlin,{cell},7\nBerlin,Echo Show,3\n"
    return loads(f"bad item: {name}", text, {"Echo Dot": 12, "Echo Show": 3}, rejected={3: why})


def count(cell: str, loaded: int) -> Hostile:
    """Return a file with a count, as it stands in the file, that is loaded."""
    text = f"{HEADER}Berlin,Echo Dot,12\nBerlin,Echo Plus,{cell}\n"
    return loads(f"count: {cell!r:.40}", text, {"Echo Dot": 12, "Echo Plus": loaded})


def bad_count(cell: str, why: str = "not a whole number") -> Hostile:
    """Return a file with a count that is rejected."""
    text = f"{HEADER}Berlin,Echo Dot,12\nBerlin,Echo Plus,{cell}\nBerlin,Echo Show,3\n"
    return loads(f"bad count: {cell!r:.40} of {len(cell):,}", text, {"Echo Dot": 12, "Echo Show": 3}, rejected={3: why})


def bad_row(name: str, line: str, why: str) -> Hostile:
    """Return a file with a line that is rejected."""
    text = f"{HEADER}Berlin,Echo Dot,12\n{line}\nBerlin,Echo Show,3\n"
    return loads(f"bad row: {name}", text, {"Echo Dot": 12, "Echo Show": 3}, rejected={3: why})


def refused(name: str, body: str | bytes, why: str, **more: object) -> Hostile:
    """Return a file that is refused."""
    return Hostile(
        f"refused: {name}", body.encode() if isinstance(body, str) else body, refused=why, **more  # type: ignore[arg-type]
    )  # fmt: skip


def export(name: str, **more: object) -> Hostile:
    """Return a file of files/."""
    return Hostile(f"export: {name}", (FILES / name).read_bytes(), **more)  # type: ignore[arg-type]
