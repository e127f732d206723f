"""What of a cell counts, how it is shown, and which names and numbers there are."""

import sys
import unicodedata

import pytest

from read_file.csv_cells import (
    BLANKS,
    INVISIBLE,
    LONGEST_NAME,
    MOST_DIGITS,
    SURELY_SHORT,
    Numbers,
    clean,
    is_changed_by_spreadsheets,
    is_composed,
    is_plain_number,
    is_shortened,
    name_reason,
    number_reason,
    spelled_out,
    visible,
)

SEEN = {
    *map(chr, range(0x600, 0x606)), "\u06dd", "\u070f", "\u0890", "\u0891", "\u08e2", "\U000110bd", "\U000110cd",
    *map(chr, range(0xE0020, 0xE0080)),
}  # fmt: skip
"""Signs of Unicode's category Cf that are seen, or are part of a flag."""


# ---- What does not count --------------------------------------------------------------------------------------------


def test_all_white_space_is_taken_off_names() -> None:
    blanks = "".join(sign for sign in map(chr, range(sys.maxunicode)) if sign.isspace())

    assert clean(f"{blanks}Echo Dot{blanks}") == "Echo Dot"
    assert set(BLANKS) == {*blanks, "\x1a", *INVISIBLE}


def test_what_is_not_seen_is_known() -> None:
    hieroglyphs = set(map(chr, range(0x13430, 0x13440)))  # their joiners, some of which only a later Unicode has
    assert {
        sign for sign in map(chr, range(sys.maxunicode)) if unicodedata.category(sign) == "Cf"
    } - SEEN | hieroglyphs == set(INVISIBLE)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("tea", "tea"),
        (" tea ", "tea"),
        ("\x1atea\x1f\x00", "tea\x1f\x00"),
        ("tea\x1a", "tea"),
        ("\x1atea", "tea"),
        ("Earl\u200b Gr\xadey", "Earl Grey"),
        ("\u200btea\ufeff", "tea"),
        ("e\u0301clair", "éclair"),
        ("म\u200dत", "म\u200dत"),
        ("", ""),
        (" ", ""),
        ("'", "'"),
        ("'tea", "'tea"),
        ("'=tea", "=tea"),
        ("'00123", "00123"),
        ("' 00123", "00123"),
        ("'\u200b=tea", "=tea"),
        ("''=tea", "''=tea"),
        ('\'="00123"', "00123"),
        ('="00123"', "00123"),
        ('=" 00123 "', "00123"),
        ('="a ""b"" c"', 'a "b" c'),
        ('=""', ""),
        ('="tea', '="tea'),
        ('="a"&"b"', '="a"&"b"'),
        ("=tea", "=tea"),
        ("(tea)", "(tea)"),
    ],
)
def test_what_does_not_count_is_taken_off(cell: str, name: str) -> None:
    assert clean(cell) == name


@pytest.mark.parametrize(
    ("text", "is_changed"),
    [
        *((sign + "tea", True) for sign in "=+-@＝＋－＠"),
        ("00123", True),
        ("1-2", True),
        ("12.50", True),
        ("8E5", True),
        ("3 Mar", True),
        ("March", False),
        ("12. September 2026", True),
        ("2026 -Sep- 0012", True),
        ("1 March 20260", False),
        ("tea", False),
        ("12 kg", False),
        ("()", False),
        ("", False),
    ],
)
def test_what_a_spreadsheet_would_change_is_known(text: str, is_changed: bool) -> None:
    assert is_changed_by_spreadsheets(text) is is_changed


# ---- What is shown --------------------------------------------------------------------------------------------------


def test_control_characters_become_visible() -> None:
    assert visible("a\tb\r\n\x1b[31m\x7f\x9b é 🧊") == "a␉b␍␊␛[31m␡␦ é 🧊"


def test_every_control_character_has_a_picture() -> None:
    names = [unicodedata.name(visible(chr(code))) for code in (*range(0x20), 0x7F)]
    assert [name for name in names if not name.startswith("SYMBOL FOR ")] == []
    assert [ord(visible(chr(code))) - 0x2400 for code in range(0x20)] == [*range(0x20)]
    assert visible("".join(map(chr, range(0x80, 0xA0)))) == "␦" * 0x20
    assert visible(" ~\xa0\n") == " ~\xa0␊"


def test_what_is_not_seen_is_named() -> None:
    assert spelled_out("a\u200eb\xadc\n\U000e0001 é") == "a‹U+200E›b‹U+00AD›c␊‹U+E0001› é"
    assert [sign for sign in INVISIBLE if spelled_out(sign) == sign] == ["\u200c", "\u200d"]


# ---- Names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("tea", None),
        ("Earl Grey, 1 kg", None),
        ("007", None),
        ("", "missing"),
        ("x" * 226, None),
        ("x" * 900, None),
        ("x" * 901, "name-too-long"),
        ("é" * 450, None),
        ("é" * 451, "name-too-long"),
        ("🧊" * 225, None),
        ("🧊" * 226, "name-too-long"),
        ("te\x00a", "control-character"),
        ("te\x1fa", "control-character"),
        ("te\x7fa", "control-character"),
        ("te\x9fa", "control-character"),
        ("te␀a", "control-character"),
        ("te\u202ea", "invisible-character"),
        ("te\u2066a", "invisible-character"),
        ("te\ufff9a", "invisible-character"),
        ("\u200dtea", None),
        ("1E+05", "shortened"),
        ("1,5E-10", "shortened"),
        ("12E+05", None),
        ("1E+5", None),
        ("9E5", None),
        ("x1E+05", None),
        ("٣E+05", None),
    ],
)
def test_a_name_is_one_or_it_is_said_why_not(name: str, key: str | None) -> None:
    reason = name_reason("item", name)
    assert (reason and reason.key) == key


def test_a_reason_says_what_is_wrong_with_a_name() -> None:
    for name, values in {"te\u202ea\u2066": {"character": "U+202E"}, "1E+05": {"cell": "1E+05"}}.items():
        reason = name_reason("item", name)
        assert reason
        assert reason.values == {"column": "item"} | values


def test_a_name_that_is_surely_short_has_no_more_bytes_than_a_name_may_have() -> None:
    assert len(("🧊" * SURELY_SHORT).encode()) == LONGEST_NAME


@pytest.mark.parametrize(("name", "so_it_is"), [("é", True), ("e\u0301", False), ("␀", False), ("tea", True)])
def test_a_name_may_be_composed_already(name: str, so_it_is: bool) -> None:
    assert is_composed(name) is so_it_is


def test_a_number_without_some_of_its_digits_is_known() -> None:
    assert [text for text in ("1E+05", "1.5E+120", "9,9e-10", "1E5", "E+05") if is_shortened(text)] == [
        "1E+05", "1.5E+120", "9,9e-10",
    ]  # fmt: skip


# ---- Numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "so_it_is"),
    [("7", True), ("007", True), ("9" * MOST_DIGITS, True), ("0" * (MOST_DIGITS + 1), False), ("7" * 20, False),
     ("٣", False), ("²", False), ("", False), ("-7", False), ("7.0", False), ("x", False)],
)  # fmt: skip
def test_a_plain_number_is_known(text: str, so_it_is: bool) -> None:
    assert is_plain_number(text) is so_it_is


@pytest.mark.parametrize(
    ("text", "key", "cell"),
    [
        ("7", None, None),
        ("9" * MOST_DIGITS, None, None),
        ("00" + "9" * MOST_DIGITS, None, None),
        ("1" + "0" * MOST_DIGITS, "too-large", None),
        ("1" + "0" * MOST_DIGITS + "00", "too-large", None),
        ("", "missing", None),
        ("-7", "below-0", "-7"),
        ("+7", "not-a-number", "+7"),
        ("/7", "not-a-number", "/7"),
        ("-", "not-a-number", "-"),
        ("-x", "not-a-number", "-x"),
        ("-7x", "not-a-number", "-7x"),
        ("-٣", "not-a-number", "-٣"),
        ("٣", "not-a-number", "٣"),
        ("many\u200e", "not-a-number", "many‹U+200E›"),
        ("x" * 40, "not-a-number", "x" * 40),
        ("x" * 41, "not-a-number", "x" * 40 + "…"),
        ("1,250", "ambiguous-number", "1,250"),
        ("12.000", "ambiguous-number", "12.000"),
        ("0.250", "not-a-number", "0.250"),
        ("1,25", "not-a-number", "1,25"),
    ],
)
def test_a_number_is_one_or_it_is_said_why_not(text: str, key: str | None, cell: str | None) -> None:
    reason = number_reason("count", text)
    assert (reason and reason.key) == key
    assert (reason and reason.values.get("cell")) == cell


@pytest.mark.parametrize(
    ("decimal", "thousands", "cells"),
    [
        ("", "", {
            "7": "7", "007": "007", "٣": "٣", "²": "²", "12.0": "12", "12,00": "12", "12.000": "12.000",
            "12.0000": "12", "0.000": "0", "-0,000": "-0,000", "-3.0": "-3", "\u22123": "-3", "\u2212x": "\u2212x",
            "1,250": "1,250", "1.250,00": "1.250,00", "12.5": "12.5", ".0": ".0", "0.": "0.", "": "", "-": "-",
            "1 250": "1 250", "many": "many", "--3": "--3", "－3": "－3",
        }),
        (".", "", {"12.000": "12", "12,0": "12,0", "12.0": "12"}),
        (",", "", {"12,000": "12", "12.0": "12.0"}),
        ("", ",", {"1,250": "1250", "1,250.00": "1250", "1,250,000": "1250000", "12,50": "12,50", "12.000": "12"}),
        (",", ".", {"1.250": "1250", "1.250,0": "1250", "-1.250": "-1250", "1250": "1250", "1.25": "1.25"}),
        ("", " ", {"1 250": "1250", "1\xa0250": "1250", "1\u2009250": "1250", "1\u202f250": "1250", "1'250": "1'250"}),
        ("", "'", {"1'250": "1250", "1’250": "1250", "1250'0": "1250'0"}),
        ("", "’", {"1'250": "1250", "1’250": "1250"}),
        ("", "_", {"1_250": "1250", "1_25": "1_25", "5_0": "5_0", "12.0": "12"}),
    ],
)  # fmt: skip
def test_a_number_may_be_written_in_many_ways(decimal: str, thousands: str, cells: dict[str, str]) -> None:
    numbers = Numbers(decimal, thousands)
    assert {cell: numbers.plain(cell) for cell in cells} == cells


def test_a_number_with_a_long_fraction_is_none() -> None:
    numbers = Numbers(".", ",")
    assert numbers.plain("7." + "0" * 38) == "7"
    assert numbers.plain("7." + "0" * 39) == "7." + "0" * 39
