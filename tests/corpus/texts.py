"""Encodings, odd characters, counts that are none, names at the limit, repeated items and odd stores."""

import unicodedata

from tests.corpus.hostile import HEADER, Hostile, bad_count, bad_item, bad_row, count, item, loads, refused
from tests.corpus.shapes import DOT, DOT_SHOW, END, START, numbered, numbered_items

UMLAUT = HEADER + "Berlin,Kühlschrank,5\n"
FRIDGE = {"Kühlschrank": 5}
JAPANESE = HEADER + "Berlin,冷蔵庫,5\n"
RUSSIAN = HEADER + "Berlin,Холодильник,5\n"
NOT_UTF8 = "is not UTF-8 text"
ZERO_BYTES = "zero bytes"

ENCODED: list[Hostile] = [
    loads("UTF-8", UMLAUT, FRIDGE),
    loads("UTF-8 with a byte order mark", "\ufeff" + UMLAUT, FRIDGE),
    loads("two byte order marks", "\ufeff\ufeff" + UMLAUT, FRIDGE),
    loads("byte order mark before a quote", '\ufeff"store","item","count"\nBerlin,Kühlschrank,5\n', FRIDGE),
    loads("byte order mark before a store", f"{HEADER}\ufeffBerlin,Kühlschrank,5\n", FRIDGE),
    loads("UTF-8 taken for cp1252 and encoded again", UMLAUT.encode().decode("cp1252"), {"KÃ¼hlschrank": 5}),
    loads("UTF-7", UMLAUT.encode("utf-7"), {"K+APw-hlschrank": 5}),
    loads(
        "characters of four bytes at every offset of a block",
        HEADER + "".join(f"Berlin,{'x' * (n % 7)}🧊{n},{n}\n" for n in range(6000)),
        {f"{'x' * (n % 7)}🧊{n}": n for n in range(6000)},
    ),
    *(
        loads(f"{name} with a byte order mark", ("\ufeff" + UMLAUT).encode(name), FRIDGE, lines=False,
              notes=("encoding",))
        for name in ("utf-16-le", "utf-16-be")
    ),
    loads("UTF-16 of 20,000 rows, with CRLF",
          ("\ufeff" + HEADER + numbered(20_000)).replace("\n", "\r\n").encode("utf-16-le"),
          numbered_items(20_000), lines=False, notes=("encoding",)),
    refused("UTF-16 that ends within a character", ("\ufeff" + UMLAUT).encode("utf-16-le")[:-1], "After line 2"),
    refused("UTF-16 with half a pair", ("\ufeff" + UMLAUT).encode("utf-16-le") + b"\x00\xd8A\0", "any more"),
    *(
        refused(f"{name} with a byte order mark", ("\ufeff" + UMLAUT).encode(name), "UTF-32 text")
        for name in ("utf-32-le", "utf-32-be")
    ),
    *(
        refused(f"{name} without a byte order mark", UMLAUT.encode(name), ZERO_BYTES)
        for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    ),
    *(
        refused(name, text.encode(name), f"Line 2 {NOT_UTF8}")
        for name, text in (
            ("cp1252", UMLAUT), ("cp437", UMLAUT), ("mac-roman", UMLAUT), ("shift-jis", JAPANESE),
            ("euc-jp", JAPANESE), ("gb18030", JAPANESE), ("koi8-r", RUSSIAN), ("cp1251", RUSSIAN),
        )
    ),
    refused("EBCDIC", UMLAUT.encode("cp500"), "not UTF-8"),
    refused("cp1252 in the header", "store,item,count,größe\n".encode("cp1252") + b"Berlin,Echo,1,2\n", "Line 1"),
    refused("cp1252 on the last of 20,000 lines", (HEADER + numbered(20_000) + "Köln,Echo,1").encode("cp1252"),
            f"Line 20002 {NOT_UTF8}"),
    refused("cp1252 after lines with CR", (HEADER + numbered(9) + "Köln,Echo,1\n").replace("\n", "\r").encode("cp1252"),
            "Line 11"),
    refused("overlong UTF-8", START.encode() + b"Berlin,\xc0\xaf,5\n", NOT_UTF8),
    refused("surrogates in UTF-8", START.encode() + b"Berlin,\xed\xa0\xbd\xed\xb8\x80,5\n", NOT_UTF8),
    refused("UTF-8 that ends within a character", UMLAUT.encode() + b"Berlin,K\xc3", f"Line 3 {NOT_UTF8}"),
    refused("zero byte in a name", START + "Berlin,Echo\0Plus,5\n", ZERO_BYTES),
    refused("zero bytes at the end", START + "\0" * 4096, ZERO_BYTES),
    refused("nothing but zero bytes", b"\0" * 100_000, ZERO_BYTES),
    loads("zero byte far down", HEADER + numbered(8000) + "Berlin,Echo\0Plus,5\n" + END,
          numbered_items(8000) | {"Echo Show": 3}, rejected={8002: "control character"}),
    loads("zero bytes for a last line", HEADER + numbered(8000) + "\0" * 500, numbered_items(8000),
          rejected={8002: "control character"}),
]  # fmt: skip

DECOMPOSED = unicodedata.normalize("NFD", "Café crème")

CHARACTERS: list[Hostile] = [
    item("emoji", "🍕 Pizza 🧀"),
    item("emoji of several characters", "👩‍👩‍👧‍👦 Family pack 🏳️‍🌈"),
    item("flags", "🇵🇰🇩🇪"),
    item("Arabic, right to left", "مصباح ٤٠ واط"),
    item("Hebrew among Latin", "Echo שלום Dot"),
    item("marks of direction", "Echo\u200fDot\u200e!", "EchoDot!"),
    item("marks of direction around", "\u200e\u202bEcho Plus\u202c\u2069", "Echo Plus"),
    bad_item("override of direction", "Echo \u202egpj.exe", "an invisible character, U+202E"),
    item("joiners", "می‌خواهم"),
    item("Mongolian vowel separator and soft hyphen around", "\u180eEcho Plus\xad", "Echo Plus"),
    item("many combining characters", "Z\u0351\u036b\u0343\u0360a\u0321\u034alg\u0322\u0312o", "Z͑ͫ̓͠a̡͊lg̢̒o"),
    item("Thai", "ตู้เย็น"),
    item("Chinese", "冰箱 三门"),
    item("beyond the basic plane", "𝕰𝖈𝖍𝖔 𐍈"),
    item("private use and not a character", "\ue000 \ufffe"),
    item("replacement character", "Echo \ufffd Dot"),
    item("decomposed", DECOMPOSED, "Café crème"),
    item("Korean letters, decomposed", unicodedata.normalize("NFD", "냉장고"), "냉장고"),
    item("ligature and full-width letters stay", "ﬁlter Ｅｃｈｏ"),
    item("Angstrom sign becomes the letter", "\u212b", "Å"),
    item("zero-width space within", "Echo\u200bPlus", "EchoPlus"),
    item("zero-width spaces around", "\u200b Echo Plus \u200b\ufeff", "Echo Plus"),
    item("soft hyphen", "Echo\xadPlus", "EchoPlus"),
    item("no-break spaces around", "\xa0Echo Plus\u202f\u3000", "Echo Plus"),
    item("no-break space within", "Echo\xa0Plus"),
    item("line separator of Unicode", "Echo\u2028Plus\u2029!"),
    item("single letter", "x"),
    item("number", "4011"),
    item("number as a formula", '="00123"', "00123"),
    item("number as a formula, quoted", '"=""00123"""', "00123"),
    item("number behind an apostrophe", "'00123", "00123"),
    item("date behind an apostrophe", "'3-4", "3-4"),
    item("quoted text as a formula", '"=""TV 55"""" flat"""', 'TV 55" flat'),
    item("apostrophe before a word", "'Echo Plus'"),
    bad_item("shortened by a spreadsheet", "8.71826E+12", "a spreadsheet has shortened the item “8.71826E+12”"),
    bad_item("shortened with a comma", '"8,71826E+12"', "shortened"),
    bad_item("shortened behind an apostrophe", "'4.00638E+12", "shortened"),
    item("almost shortened", "8E12"),
    item("formula =", "=1+1"),
    item("formula with a link", '"=HYPERLINK(""http://example.com/""&A1;""sale"")"',
         '=HYPERLINK("http://example.com/"&A1;"sale")'),
    item("command", "=cmd|'/c calc'!A1"),
    item("formula +", "+1 week"),
    item("formula -", "-18 °C freezer"),
    item("formula @", "@SUM(A1)"),
    item("formula after a blank", " =1+1", "=1+1"),
    item("formula after a tab", "\t=1+1", "=1+1"),
    item("formula behind an apostrophe", "'=1+1", "=1+1"),
    item("full-width formula", "＝1+1"),
    item("markup", "<script>alert(1)</script>"),
    item("percent-encoded", "Echo%20Dot%00"),
    item("backslashes", r"C:\new\table\0"),
    item("braces and dollars", "{{7*7}} ${HOME} %s {0}"),
    item("statement", "x'; DROP TABLE Inventory; --"),
    item("name of a property", "__proto__"),
    item("star", "*"),
    item("hash", "#REF!"),
    bad_item("tab", '"Echo\tPlus"', "control character"),
    bad_item("escape sequence", "\x1b[2J\x1b[31mEcho", "control character"),
    bad_item("bell", "Echo\a", "control character"),
    bad_item("delete", "Echo\x7f", "control character"),
    bad_item("backspaces", "Echo\b\b\b\bDot", "control character"),
    bad_item("vertical tab", "Echo\vPlus", "control character"),
    bad_item("form feed", "Echo\fPlus", "control character"),
    bad_item("next line of Latin-1", "Echo\x85Plus", "control character"),
    bad_item("picture of a tab", "Echo␉Plus", "control character"),
    bad_item("only a zero-width space", "\u200b", "item is missing"),
    bad_item("only no-break spaces", "\xa0\xa0", "item is missing"),
]  # fmt: skip

COUNTS: list[Hostile] = [
    count("0", 0), count("007", 7), count("0" * 60 + "5", 5), count(" 5 ", 5), count("5\t", 5), count('"5"', 5),
    count("\xa05\u200b", 5), count("999999999999999", 999_999_999_999_999),
    *map(bad_count, (
        "1e3", "1E+3", '"1,000"', "1.000", "1 000", "1\xa0000", "1'000", "1_000", "1.5", "12.50", '"12,5"', "5.", ".5",
        "0x10", "+5", "5-", "(5)", "--5", "-", "- 5", "1.000.000", "٣", "५", "５", "²", "½", "Ⅷ", "〇", "五", "five",
        "5 pcs", "€5", "5%", "~5", "5?", "TRUE", "NULL", "None", "NaN", "inf", "#N/A", "=1+1", "2026-11-22", "12:30",
        "5\u0301", "5\x00"[:1] + "\x07", "x" * 5000,
    )),
    *(bad_count(cell, "too large") for cell in ("1000000000000000", "9" * 400, "9" * 60_000)),
    *(count(cell, 0) for cell in ("-5", "-5000000", " -5", "'-5", "\u22125", "-5.0")),
    bad_count("-" + "9" * 60_000, "below 0"),
    *(count(cell, 12) for cell in ("12.0", "12.00", "12.0000", '"12,0"', "'12", '="12"')),
    *(count(cell, 0) for cell in ("0.000", '"0,000"')),
    bad_count("12.000", "may stand for thousands or for decimals"),
    bad_count("1\u202e2", "‹U+202E›"),
    bad_count("", "count is missing"),
    bad_count('""', "count is missing"),
    bad_count("\u200b", "count is missing"),
]  # fmt: skip

POINTS = "store,item,count,reorder_point\n"

REORDER_POINTS: list[Hostile] = [
    loads("reorder points", f"{POINTS}Berlin,Echo Dot,12,4\nBerlin,Echo Show,3,\n", DOT_SHOW),
    loads("reorder point column in capitals, first", "Reorder_Point,store,item,count\n4,Berlin,Echo Dot,12\n", DOT),
    loads("rows too short for the reorder point", f"{POINTS}Berlin,Echo Dot,12\n", DOT),
    *(
        loads(f"reorder point {point!r:.20}", f"{POINTS}Berlin,Echo Dot,12,4\nBerlin,Echo Plus,5,{point}\n",
              DOT | {"Echo Plus": 5}, notes=("points-not-read",))
        for point in ("4.5", "-1", "few", "n/a", "9" * 99)
    ),
    loads("reorder point 4.0", f"{POINTS}Berlin,Echo Dot,12,4.0\n", DOT),
]  # fmt: skip

LONG = "Berlin" + "x" * 894

NAMES: list[Hostile] = [
    item("900 bytes", "x" * 900),
    item("900 bytes of emoji", "🧊" * 225),
    item("900 bytes of Chinese", "冰" * 300),
    bad_item("901 bytes", "x" * 901, "longer than 900 bytes"),
    bad_item("901 bytes of emoji", "🧊" * 225 + "x", "longer than 900 bytes"),
    bad_item("60,000 characters", "x" * 60_000, "longer than 900 bytes"),
    item("900 bytes when composed", unicodedata.normalize("NFD", "é" * 450), "é" * 450),
    loads("store of 900 bytes", f"{HEADER}{LONG},Echo Dot,12\n", loaded={LONG: DOT}),
    bad_row("store of 901 bytes", f"{LONG}x,Echo Plus,5", "store is longer than 900 bytes"),
]

REPEATED: list[Hostile] = [
    loads("item twice", START + "Berlin,Echo Dot,5\n", {"Echo Dot": 5}, repeated=1),
    loads("row twice", START + "Berlin,Echo Dot,12\n", DOT, repeated=1),
    loads("item a thousand times", HEADER + "".join(f"Berlin,Echo,{n}\n" for n in range(1000)), {"Echo": 999},
          repeated=999),
    loads("item twice, 20,000 lines apart", START + numbered(20_000) + "Berlin,Echo Dot,5\n",
          numbered_items(20_000) | {"Echo Dot": 5}, repeated=1),
    loads("item composed and decomposed", f"{HEADER}Berlin,Café crème,1\nBerlin,{DECOMPOSED},2\n", {"Café crème": 2},
          repeated=1),
    loads("item with blanks and without", f"{HEADER}Berlin,Echo,1\nBerlin, Echo ,2\nBerlin,\u200bEcho,3\n", {"Echo": 3},
          repeated=2),
    loads("item in capitals is another one", f"{HEADER}Berlin,Echo,1\nBerlin,ECHO,2\n", {"Echo": 1, "ECHO": 2}),
    loads("item again, but wrong", START + "Berlin,Echo Dot,many\n", DOT, rejected={3: "whole number"}),
]  # fmt: skip

ONLY = "this folder is for the store “Berlin” only"

STORES: list[Hostile] = [
    loads("folder of the store", START + END, DOT_SHOW, folder="Berlin"),
    loads("another store in the folder", START + "Bonn,Echo Plus,5\n" + END, DOT_SHOW, folder="Berlin",
          rejected={3: ONLY}),
    loads("only other stores in the folder", HEADER + "Bonn,Echo,5\nBERLIN,Echo,5\n", folder="Berlin",
          rejected={2: ONLY, 3: ONLY}),
    loads("folder composed otherwise", f"{HEADER}Berlin-Café,Echo Dot,12\n",
          folder=unicodedata.normalize("NFD", "Berlin-Café"), loaded={"Berlin-Café": DOT}),
    bad_row("the store *", "*,Echo Plus,5", "stands for all stores"),
    bad_row("the store * with blanks", " * ,Echo Plus,5", "stands for all stores"),
    *(
        loads(f"store {name!r}", f'{HEADER}"{name}",Echo Dot,12\n', loaded={name: DOT})
        for name in (
            "Berlin/Mitte", "../Berlin", "Berlin/..", "#Berlin", "**Berlin", "store:Berlin", "Berlin, Mitte",
            "Berlin ✈", "<b>Berlin</b>", "Berlin' OR '1'='1", "=Berlin", "برلين Berlin", "Berlin&x=1?", "Berlin%2F",
            "Berlin\\n",
        )
    ),
    loads("the store .", f"{HEADER}.,Berlin: Echo Dot,12\n", loaded={".": {"Berlin: Echo Dot": 12}}),
    loads("300 stores", HEADER + "".join(f"Berlin {n},Echo,{n}\n" for n in range(300)),
          loaded={f"Berlin {n}": {"Echo": n} for n in range(300)}),
    loads("5,000 stores, again and again", HEADER + "".join(f"Berlin {n % 5000},Echo,{n}\n" for n in range(15_000)),
          loaded={f"Berlin {n}": {"Echo": 10_000 + n} for n in range(5000)}, repeated=10_000),
]  # fmt: skip

ALL = [*ENCODED, *CHARACTERS, *COUNTS, *REORDER_POINTS, *NAMES, *REPEATED, *STORES]
