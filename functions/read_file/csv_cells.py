"""The rules for one cell of a CSV: what of it counts, and what a name and a number may be. No AWS in here."""

import re
import unicodedata

from read_file.reasons import Reason
from stock.rows import LARGEST_COUNT

LONGEST_NAME = 900  # bytes of UTF-8: DynamoDB takes 1,024 in a sort key, and alerts add to it
SURELY_SHORT = LONGEST_NAME // 4  # characters of a name: UTF-8 has at most four bytes for one
MOST_DIGITS = len(str(LARGEST_COUNT))

FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def _characters(*ranges: int | tuple[int, int]) -> str:
    return "".join(chr(code) for each in ranges for code in ([each] if isinstance(each, int) else range(*each)))


# Unicode's category Cf, but for the signs that are seen (Arabic and Indic ones) and the tags that make flags of emoji.
INVISIBLE = _characters(
    0xAD, 0x61C, 0x180E, (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2065), (0x2066, 0x2070), 0xFEFF,
    (0xFFF9, 0xFFFC), (0x13430, 0x13440), (0x1BCA0, 0x1BCA4), (0x1D173, 0x1D17B), 0xE0001,
)  # fmt: skip
# White space, the end-of-file mark of DOS (1A), and what is not seen.
BLANKS = _characters(
    (9, 14), 0x1A, (0x1C, 0x21), 0x85, 0xA0, 0x1680, (0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000
) + INVISIBLE  # fmt: skip
# Inside a name, these mean nothing in any script; joiners (200C, 200D) do.
_MEANINGLESS = dict.fromkeys(map(ord, "\xad\u061c\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"))
# These turn the letters after them around: what is read is not what is seen.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u206f\ufff9-\ufffb]")
# Control characters, and the pictures that `visible` shows them as.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2400-\u2426]")
_PICTURES = (
    {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0x2426)
)  # fmt: skip
_NAMED: dict[int, int | str] = {ord(sign): f"‹U+{ord(sign):04X}›" for sign in INVISIBLE if sign not in "\u200c\u200d"}

_TEXT_OF_A_FORMULA = re.compile('="((?:[^"]|"")*)"')
# What a spreadsheet takes for a number or a date, and writes otherwise: 00123, 1-2, 12.50, 8E5, 17 digits, 3 Mar.
_NUMBER_LIKE = re.compile(r"(?=[^0-9]*[0-9])[0-9.,:/%€$£¥'’()+\- \xa0\u202f]+(?:[Ee][+-]?[0-9]+)?")
_MONTH = (
    "(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz?|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?"
    "|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
_DATE_LIKE = re.compile(rf"(?=\D*\d)(?:\d{{1,4}}[-./ ]{{0,2}})?{_MONTH}[-./ ]{{0,2}}\d{{0,4}}", re.IGNORECASE)


def clean(cell: str) -> str:
    """Return a cell without what does not count: blanks, invisible characters, and how it is composed.

    What keeps a spreadsheet from changing a text does not count either, as those who export know it: `'=A1`, `'00123`,
    `="00123"`. Rejected rows are written with the apostrophe.
    """
    text = cell.strip()
    if text.isascii() and text[:1] > "'" and text[0] != "=" and text[-1] > " ":
        return text
    text = unicodedata.normalize("NFC", text.strip(BLANKS).translate(_MEANINGLESS))
    while (bare := _without_protection(text)) != text:
        text = bare.strip(BLANKS)
    return text


def _without_protection(text: str) -> str:
    if text.startswith("'") and is_changed_by_spreadsheets(text[1:].lstrip(BLANKS)):
        return text[1:]
    if text.startswith('="') and (found := _TEXT_OF_A_FORMULA.fullmatch(text)):
        return found[1].replace('""', '"')
    return text


def is_changed_by_spreadsheets(text: str) -> bool:
    """Return whether a spreadsheet would take a text for a formula, a number that it writes otherwise, or a date."""
    if text.startswith(FORMULA_SIGNS):
        return True
    return bool(_NUMBER_LIKE.fullmatch(text) or _DATE_LIKE.fullmatch(text))


def visible(text: str) -> str:
    """Return a text with pictures in place of control characters, which could drive a terminal or break a line."""
    return text if text.isprintable() else text.translate(_PICTURES)


def spelled_out(text: str) -> str:
    """Return a text for people, in which control characters are pictures and invisible ones are named: `‹U+200E›`."""
    return text if text.isprintable() else visible(text).translate(_NAMED)


def name_reason(column: str, name: str) -> Reason | None:
    """Return why a cleaned cell is no name of a store or an item, if it is none."""
    if not name:
        return Reason.of("missing", column=column)
    if len(name) > SURELY_SHORT and len(name.encode()) > LONGEST_NAME:
        return Reason.of("name-too-long", column=column, bytes=LONGEST_NAME)
    if name.isascii() and name.isalpha():
        return None
    if _CONTROL.search(name):
        return Reason.of("control-character", column=column)
    if found := _DIRECTION.search(name):
        return Reason.of("invisible-character", column=column, character=f"U+{ord(found[0]):04X}")
    if name[0].isdigit() and is_shortened(name):
        return Reason.of("shortened", column=column, cell=name)
    return None


def is_composed(name: str) -> bool:
    """Return whether a printable name is as `clean` would return it, and holds none of _CONTROL."""
    return unicodedata.is_normalized("NFC", name) and not _CONTROL.search(name)


is_shortened = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee][+-][0-9]{2,3}").fullmatch
"""Whether a name is a number of which a spreadsheet has left out digits."""


def is_plain_number(text: str) -> bool:
    """Return whether a text is plainly a whole number that is not too large."""
    return text.isdigit() and len(text) <= MOST_DIGITS and text.isascii()


def number_reason(column: str, text: str) -> Reason | None:
    """Return why a number, as `Numbers` gives it, is no count or reorder point, if it is none."""
    if text.isascii() and text.isdigit():
        return None if len(text.lstrip("0")) <= MOST_DIGITS else Reason.of("too-large", column=column)
    if not text:
        return Reason.of("missing", column=column)
    shown = spelled_out(text if len(text) <= 40 else text[:40] + "…")
    if text[0] == "-" and text.isascii() and text[1:].isdigit():
        return Reason.of("below-0", column=column, cell=shown)
    key = "ambiguous-number" if _AMBIGUOUS.fullmatch(text) else "not-a-number"
    return Reason.of(key, column=column, cell=shown)


_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_BLANK_SIGNS = " \xa0\u2009\u202f"


class Numbers:
    """How numbers are written: with which decimal sign and which thousands sign ("": nobody said).

    Without being told, `12.0` and `12,00` are 12, as no thousands sign has one or two digits after it; `12.000` and
    `1,250` may be two different numbers, and are none.
    """

    def __init__(self, decimal: str, thousands: str) -> None:
        signs = decimal or ".,".replace(thousands, "")
        zeros = "0+" if len(signs) == 1 else "0{1,2}|0{4,}"
        self._decimals = re.compile(rf"(?<=\d)[{re.escape(signs)}](?:{zeros})|(?<=^0)[{re.escape(signs)}]0+")
        marks = _BLANK_SIGNS if thousands == " " else "'’" if thousands in ("'", "’") else thousands
        self._marks = dict.fromkeys(map(ord, marks))
        self._groups = re.compile(rf"-?\d{{1,3}}(?:[{re.escape(marks)}]\d{{3}})+") if marks else None

    def plain(self, text: str) -> str:
        """Return a cleaned cell as digits alone, after a minus if it is below 0; as it is, if it is no whole number."""
        if text.isdigit() and text.isascii():
            return text
        number = "-" + text[1:] if text[:1] == "\u2212" else text
        at = max(number.rfind("."), number.rfind(","))
        if at > 0 and len(number) <= 40 and self._decimals.fullmatch(number, at):
            number = number[:at]
        if self._groups and self._groups.fullmatch(number):
            number = number.translate(self._marks)
        return number if number.removeprefix("-").isdigit() and number.isascii() else text
