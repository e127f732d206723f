"""The rules for one cell of a CSV: what of it counts, and what a name and a number may be. No AWS in here."""

import re
import unicodedata

LONGEST_NAME = 900  # bytes of UTF-8: DynamoDB takes 1,024 in a sort key, and alerts add to it
SURELY_SHORT = LONGEST_NAME // 4  # characters of a name: UTF-8 has at most four bytes for one
LARGEST_COUNT = 999_999_999_999_999  # every program that reads it, JavaScript too, holds it exactly
_DIGITS = len(str(LARGEST_COUNT))

FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# White space, the end-of-file mark of DOS (1A), zero-width space (200B), word joiner (2060) and byte order mark (FEFF).
BLANKS = "".join(
    map(chr, (*range(9, 14), 0x1A, *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C)))
) + "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"  # fmt: skip
# Control characters, and the pictures that `visible` shows them as.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2400-\u2426]")
_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


def clean(cell: str) -> str:
    """Return a cell without what does not count: blanks and invisible characters around it, and how it is composed.

    An apostrophe does not count either if it keeps a spreadsheet from taking the cell for a formula, such as `'=A1`:
    rejected rows are written with it.
    """
    text = cell.strip()
    if text.isascii() and text[:1] > "'" and text[-1] > " ":
        return text
    text = text.strip(BLANKS)
    if text.startswith("'") and text[1:].lstrip(BLANKS).startswith(FORMULA_SIGNS):
        text = text[1:].lstrip(BLANKS)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def visible(text: str) -> str:
    """Return a text with pictures in place of control characters, which could drive a terminal or break a line."""
    return text if text.isprintable() else text.translate(_PICTURES)


def name_reason(column: str, name: str) -> str | None:
    """Return why a cleaned cell is no name of a store or an item, if it is none."""
    if not name:
        return f"the {column} is missing"
    if len(name) * 4 > LONGEST_NAME and len(name.encode()) > LONGEST_NAME:
        return f"the {column} is longer than {LONGEST_NAME} bytes"
    if _CONTROL.search(name):
        return f"the {column} holds a control character, such as a tab"
    return None


def is_composed(name: str) -> bool:
    """Return whether a printable name is as `clean` would return it, and holds none of _CONTROL."""
    return unicodedata.is_normalized("NFC", name) and not _CONTROL.search(name)


def is_plain_number(text: str) -> bool:
    """Return whether a text is plainly a whole number that is not too large."""
    return text.isdigit() and len(text) <= _DIGITS and text.isascii()


def number_reason(column: str, text: str) -> str | None:
    """Return why a cleaned cell is no count or reorder point, if it is none."""
    if text.isascii() and text.isdigit():
        return None if len(text.lstrip("0")) <= _DIGITS else f"the {column} is too large"
    if not text:
        return f"the {column} is missing"
    shown = visible(text if len(text) <= 40 else text[:40] + "…")
    if text[0] == "-" and text.isascii() and text[1:].isdigit():
        return f"the {column} “{shown}” is below 0"
    return f"the {column} “{shown}” is not a whole number: write digits 0 to 9 only, such as 1200"
