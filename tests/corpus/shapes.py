"""Quotes, delimiters, headers, blank lines, line ends and rows of the wrong shape."""

from read_file.file_format import Format
from tests.corpus.hostile import HEADER, NO_ROWS, Hostile, bad_row, export, loads, refused

DOT = {"Echo Dot": 12}
DOT_SHOW = {"Echo Dot": 12, "Echo Show": 3}
START = f"{HEADER}Berlin,Echo Dot,12\n"
END = "Berlin,Echo Show,3\n"
QUOTES = "quotes do not match"
NOTES = "store,item,count,notes\n"


def numbered(lines: int) -> str:
    """Return plain rows of Berlin: Item 0 with the count 0, Item 1 with the count 1, and so on."""
    return "".join(f"Berlin,Item {n},{n}\n" for n in range(lines))


def numbered_items(lines: int) -> dict[str, int]:
    """Return what `numbered` loads."""
    return {f"Item {n}": n for n in range(lines)}


EXPORTS: list[Hostile] = [
    export(
        "excel-de-utf8.csv",
        loaded={"Berlin": {'Küchenwaage "Profi"': 14, "Schrauben; 5 mm": 1200, "Größe XL": 0, "Preis 3,50 €": 7}},
    ),
    export("excel-de-ansi.csv", refused="Line 3 is not UTF-8"),
    export("excel-unicode-text.txt", loaded={"Berlin": {"Waage": 14}}, lines=False),
    export(
        "google-sheets.csv",
        loaded={"Berlin": {"Echo Dot": 12, "Echo, 2nd Gen": 4, "Echo Show": 0}},
        rejected={4: "“#N/A” is not a whole number", 5: "“1,250” is not a whole number"},
    ),
    export("libreoffice.csv", loaded={"Berlin": {"Echo Dot": 12, 'Lampe 12" weiß': 3, "=Summe(A1)": 1}}),
    export(
        "pandas-with-index.csv",
        loaded={"Berlin": {"Echo Dot": 12, "Echo Show": 3}},
        rejected={3: "count is missing"},
    ),
    export(
        "r-write-csv.csv",
        loaded={"Berlin": {"Echo Dot": 12, "NA": 5}},
        rejected={4: "“NA” is not a whole number", 5: "“1e+05” is not a whole number"},
    ),
    export(
        "sql-server.csv",
        loaded={"Berlin": {"Echo Dot": 12, "NULL": 3}},
        rejected={4: "“NULL” is not a whole number", 6: "item is missing"},
    ),
    export("till-report.xls", refused="a web page"),
    export("till-with-title.csv", loaded={"Berlin": DOT}, lines=False),
    export("old-mac.csv", loaded={"Berlin": {"Echo Dot": 12, "Café": 3}}),
    export(
        "dos-till.csv", loaded={"Berlin-1": {"ECHO DOT": 12, "ECHO PLUS": 0}}, rejected={4: "count is missing"}
    ),
    export(
        "two-files-joined.csv",
        loaded={"Berlin": {"Echo Dot": 12, "Echo Plus": 4}},
        lines=False,
    ),
    export("feed.json", refused="must name the columns"),
    export("web-shop.csv", loaded={"Berlin": {"Echo Dot": 12, "Echo Plus": 0, "Echo Show": 3}}, lines=False),
    export("wrapped-title.csv", loaded={"Berlin": DOT}, lines=False),
]  # fmt: skip

QUOTED: list[Hostile] = [
    bad_row("quote opened and never closed", 'Berlin,"Echo Plus,5', QUOTES),
    loads("quote opened on the last line", START + 'Berlin,"Echo Plus,5', DOT, rejected={3: QUOTES}),
    loads("quote opened on the last line, which ends", START + 'Berlin,"Echo Plus,5\n', DOT, rejected={3: QUOTES}),
    loads(
        "quote closed 40 lines later, in a name",
        f'{HEADER}Berlin,"Echo,5\n{numbered(39)}Berlin,Plus",5\n{END}',
        numbered_items(39) | {'Plus"': 5, "Echo Show": 3},
        rejected={2: QUOTES},
    ),
    loads(
        "quote closed 40 lines later, in a note",
        f'{NOTES}Berlin,Echo Dot,12,"' + "a note\n" * 40 + '"\n' + END,
        DOT_SHOW,
        lines=False,
    ),
    loads("note of 100 lines", f'{NOTES}Berlin,Echo Dot,12,"' + "\n" * 99 + '"\n' + END, DOT_SHOW, lines=False),
    loads(
        "note of 101 lines",
        f'{NOTES}Berlin,Echo Dot,12,"' + "\n" * 100 + '"\n' + END,
        {"Echo Show": 3},
        rejected={2: QUOTES, 102: QUOTES},
        lines=False,
    ),
    loads(
        "note of 70,000 characters in 70 lines",
        f'{NOTES}Berlin,Echo Dot,12,"{"x" * 999}\n' + f"{'x' * 999}\n" * 69 + '"\n' + END,
        {"Echo Show": 3},
        rejected={2: QUOTES} | dict.fromkeys(range(3, 72), "store is longer") | {72: QUOTES},
        lines=False,
    ),
    loads("note with rows in it", f'{NOTES}Berlin,Echo Dot,12,"\nBerlin,Echo,1,\n"\n', DOT, lines=False),
    loads("quote in the middle of a name", START + 'Berlin,TV 55" flat,3\n', DOT | {'TV 55" flat': 3}),
    loads("two quotes in the middle of a name", START + 'Berlin,The "best" TV,3\n', DOT | {'The "best" TV': 3}),
    bad_row("quote not doubled in a quoted name", 'Berlin,"TV 55" flat",3', QUOTES),
    bad_row("backslash before a quote", r'Berlin,"TV 55\" flat",3', QUOTES),
    bad_row("blank after the closing quote", 'Berlin,"Echo Plus" ,3', QUOTES),
    loads("quote doubled", START + 'Berlin,"TV 55"" flat",3\n', DOT | {'TV 55" flat': 3}),
    loads("only a quote for a name", START + 'Berlin,"""",3\n', DOT | {'"': 3}),
    bad_row("empty quoted name", 'Berlin,"",3', "item is missing"),
    bad_row("blank quoted name", 'Berlin,"   ",3', "item is missing"),
    bad_row("three quotes", '"""', QUOTES),
    bad_row("one quote", '"', QUOTES),
    loads("apostrophes are no quotes", START + "Berlin,'Echo',3\n", DOT | {"'Echo'": 3}),
    loads("typographic quotes are no quotes", START + "Berlin,“Echo”,3\n", DOT | {"“Echo”": 3}),
    loads("blanks before quotes", 'store, "item", "count"\nBerlin, "Echo, Dot", "12"\n', {"Echo, Dot": 12}),
    loads("everything quoted", '"store","item","count"\n"Berlin","Echo Dot","12"\n', DOT),
    loads("quoted delimiters", START + 'Berlin,"a,b;c|d\te",3\n', DOT, rejected={3: "control character"}),
    loads("quoted line break around a count", f'{HEADER}Berlin,Echo Dot,"12\n"\n{END}', {"Echo Show": 3},
          rejected={2: QUOTES, 3: QUOTES}, lines=False),
    loads("line break in a name", f'{HEADER}Berlin,"Echo\nDot",12\n{END}', {"Echo Show": 3},
          rejected={2: QUOTES, 3: "count is missing"}),
    loads("carriage return in a name", f'{HEADER}Berlin,"Echo\rDot",12\n{END}', {"Echo Show": 3},
          rejected={2: QUOTES, 3: "count is missing"}),
    loads("a quote opened on every line", HEADER + 'Berlin,"Echo,1\n' * 50 + END, {"Echo Show": 3},
          rejected=dict.fromkeys(range(2, 52), QUOTES)),
    loads("lines that open a quote whether or not one is open", HEADER + 'a","\n' * 250 + END, {"Echo Show": 3},
          rejected=dict.fromkeys(range(2, 252), QUOTES)),
    loads("quote opened in the last but one block", f'{HEADER}Berlin,"Echo,5\n{numbered(8000)}', numbered_items(8000),
          rejected={2: QUOTES}),
    loads("row that begins in one block and ends in the next",
          NOTES + "".join(f'Berlin,Item {n},{n},"two\n"\n' for n in range(5000)), numbered_items(5000), lines=False),
    refused("quote opened in the first line", '"store,item,count\nBerlin,Echo Dot,12\n', "must name the columns"),
]  # fmt: skip

DELIMITED: list[Hostile] = [
    *(
        loads(f"delimiter {delimiter!r}", (START + END).replace(",", delimiter), DOT_SHOW)
        for delimiter in ";\t|^~，"
    ),
    *(refused(f"delimiter {d!r}", (START + END).replace(",", d), "must name the columns") for d in ":\x01\x1f "),
    loads("sep=;", "sep=;\n" + (START + END).replace(",", ";"), DOT_SHOW, lines=False),
    loads("SEP=, with CRLF", "SEP=,\r\n" + START + END, DOT_SHOW, lines=False),
    loads("sep=tab", "sep=\t\r\n" + (START + END).replace(",", "\t"), DOT_SHOW, lines=False),
    loads('"sep=;"', '"sep=;"\n' + (START + END).replace(",", ";"), DOT_SHOW, lines=False),
    loads("sep= that is not true", "sep=;\n" + START + END, DOT_SHOW, lines=False),
    refused("only sep=", "sep=;\n", "must name the columns"),
    refused('sep="', 'sep="\nstore"item"count\n', "Found: “sep="),
    loads("a row with another delimiter than the header", HEADER + "Berlin;Echo Dot;12\n" + END, {"Echo Show": 3},
          rejected={2: "item is missing"}),
    refused("all rows with another delimiter than the header", HEADER + "Berlin;Echo Dot;12\nBerlin;Echo Show;3\n",
            "has commas between the columns, the others have semicolons"),
    refused("every line in quotes", '"store,item,count"\n"Berlin,Echo Dot,12"\n', "Every line stands in quotes"),
    loads("commas in a file with semicolons", "store;item;count\nBerlin;Echo, Dot;12\nBerlin;Echo;1,5\n",
          {"Echo, Dot": 12}, rejected={3: "“1,5” is not a whole number"}),
    loads("delimiters after every row", "store,item,count,,\nBerlin,Echo Dot,12,,\nBerlin,Echo Show,3,,\n", DOT_SHOW),
    loads("delimiters after the rows, not the header", HEADER + "Berlin,Echo Dot,12,,\nBerlin,Echo Show,3,,\n",
          DOT_SHOW),
    loads("delimiters after one row", START + "Berlin,Echo Plus,1,\n" + END, DOT_SHOW, rejected={3: "4 columns"}),
    loads("delimiters after the first row", HEADER + "Berlin,Echo Plus,1,,\n" + END, {"Echo Show": 3},
          rejected={2: "5 columns"}),
    loads("delimiters after the only row", HEADER + "Berlin,Echo Plus,1,\n", rejected={2: "4 columns"}),
    loads("a comma in a name moves the count, and the last column is empty",
          "store,item,count,price\nBerlin,Nails,1,250,\nBerlin,Echo Dot,12,\nBerlin,Echo Show,3,\n", DOT_SHOW,
          rejected={2: "5 columns"}),
    loads("a cell behind the last title", "store,item,count,\nBerlin,Nails,1,250\nBerlin,Echo Dot,12,\n", DOT,
          rejected={2: "behind the last column"}),
    loads("delimiters before every row", ",,store,item,count\n,,Berlin,Echo Dot,12\n", DOT),
    loads("rows of delimiters", START + ",,\n,,,,,,\n , , \n" + END, DOT_SHOW),
]  # fmt: skip

RAGGED: list[Hostile] = [
    bad_row("one cell", "Berlin", "item is missing"),
    bad_row("two cells", "Berlin,Echo Plus", "count is missing"),
    bad_row("no store", ",Echo Plus,5", "store is missing"),
    bad_row("no item", "Berlin,,5", "item is missing"),
    bad_row("no count", "Berlin,Echo Plus,", "count is missing"),
    bad_row("item and count changed over", "Berlin,5,Echo Plus", "“Echo Plus” is not a whole number"),
    bad_row("four cells", "Berlin,Echo Plus,5,6", "4 columns, the first line has 3"),
    bad_row("comma in a name", "Berlin,Echo, 2nd Gen,5", "put quotes around"),
    bad_row("comma in a count", "Berlin,Echo Plus,1,000", "4 columns"),
    bad_row("a thousand cells", "Berlin,Echo Plus" + ",5" * 998, "1000 columns"),
    bad_row("60,000 cells", "Berlin,Echo Plus,5" + "," * 59_990 + "5", "columns"),
    bad_row("60,000 empty cells", "Berlin,Echo Plus,5" + "," * 59_990, "columns"),
    bad_row("a sentence", "This line is no row at all.", "item is missing"),
    bad_row("comment", "# end of the list", "item is missing"),
    loads("header again", START + HEADER + END, DOT_SHOW, lines=False),
    loads("header again in another order", START + "count,Item,store\n3,Echo Show,Berlin\n", DOT_SHOW, lines=False),
    loads(
        "header again with other titles",
        START + "SKU;Qty;Shop\n".replace(";", ",") + "Echo Show,3,Berlin\n",
        DOT_SHOW,
        lines=False,
    ),
    loads(
        "header again with a column more",
        START + "item,store,count,shelf\nEcho Show,Berlin,3\nEcho Plus,Berlin,4,A1\n",
        DOT_SHOW | {"Echo Plus": 4},
        lines=False,
    ),
    loads(
        "header again with a column fewer",
        "shelf,store,item,count\nA1,Berlin,Echo Dot,12\ncount,item,store\n3,Echo Show,Berlin\n",
        DOT_SHOW,
        lines=False,
    ),
    loads(
        "header again where counts are added up",
        START + HEADER + END + "item,store,count\nEcho Plus,Berlin,4\n",
        DOT_SHOW | {"Echo Plus": 4},
        form=Format(add_up=True),
        lines=False,
    ),
    loads(
        "header again that has the text of rows to leave out",
        START + "item,count,total value,store\nEcho Show,3,30,Berlin\nTotal,15,150\n",
        DOT_SHOW,
        form=Format(leave_out=("Total*",)),
        notes=("format", "header-again", "left-out"),
        lines=False,
    ),
    loads(
        "header again, a thousand times, in two orders",
        START + "item,store,count\nstore,item,count\n" * 500 + END,
        DOT_SHOW,
        lines=False,
    ),
]

BLANK: list[Hostile] = [
    loads("blank lines between rows", START + "\n\n  \n\t\n" + END, DOT_SHOW),
    loads("blank lines before the header", "\n \n,,,\n" + START, DOT, lines=False),
    loads("a thousand blank lines at the end", START + "\r\n" * 1000, DOT),
    loads("100,000 blank lines in the middle", START + "\n" * 100_000 + END, DOT_SHOW),
    loads("blanks around every cell", " store , item\t, count \n  Berlin ,\tEcho Dot , 12 \n", DOT),
    loads("no line end at the end", START + END.strip(), DOT_SHOW),
    loads("end-of-file mark of DOS", START + "\x1a", DOT),
    loads("900 blank lines before the header", "\n" * 900 + START, DOT, lines=False),
    refused("100,000 blank lines before the header", "\n" * 100_000 + START, "begins with 1,000 blank lines"),
    refused("empty", b"", "The file is empty"),
    refused("one line end", "\n", "The file is empty"),
    refused("only blanks", " \t\r\n   \n\n", "The file is empty"),
    refused("only a byte order mark", "\ufeff", "The file is empty"),
    refused("only delimiters", ",,,\n,,,\n", "The file is empty"),
    refused("only the header", HEADER, NO_ROWS),
    refused("only the header, without a line end", HEADER.strip(), NO_ROWS),
    refused("header and blank lines", HEADER + "\n\n,,\n", NO_ROWS),
]

HEADERS: list[Hostile] = [
    loads("header in capitals", "STORE,Item,cOuNt\nBerlin,Echo Dot,12\n", DOT),
    loads("columns in another order", "count,store,item\n12,Berlin,Echo Dot\n", DOT),
    loads("columns in between", "id,count,price,store,x,item,y\n1,12,9.99,Berlin,,Echo Dot,\n", DOT),
    loads("200 more columns", HEADER.strip() + "".join(f",c{n}" for n in range(200)) + "\nBerlin,Echo Dot,12\n", DOT),
    loads("a column twice that does not matter", "store,item,count,note,note\nBerlin,Echo Dot,12,a,b\n", DOT),
    loads("no-break spaces in the header", "store\xa0,\xa0item,count\nBerlin,Echo Dot,12\n", DOT),
    loads("invisible characters in the header", "\u200bstore,\u2060item,count\ufeff\nBerlin,Echo Dot,12\n", DOT),
    loads("title of three lines", 'store,item,count,"counted\nby\nwhom"\nBerlin,Echo Dot,12,me\n', DOT, lines=False),
    refused("title of 20 lines", 'store,item,count,"' + "\n" * 20 + '"\nBerlin,Echo Dot,12,me\n', "must name"),
    refused("no header", "Bonn,Echo Dot,12\nBonn,Echo Show,3\n", "Missing: store, item, count. Found: “Bonn”"),
    refused("mixed delimiters", "store,item\tcount\nBerlin,Echo Dot\t12\n", "different signs between the columns"),
    refused("no store column", "item,count\nEcho Dot,12\n", "Missing: store. Found: “item”, “count”."),
    refused("no item column", "store,count\nBerlin,12\n", "Missing: item."),
    refused("no count column", "store,item\nBerlin,Echo Dot\n", "Missing: count."),
    loads("words that are known", "shop,product,qty\nBerlin,Echo Dot,12\n", DOT),
    refused("other words", "where,what,how many\nBerlin,Echo Dot,12\n", "Found: “where”, “what”, “how many”."),
    refused("count twice", "store,item,count,count\nBerlin,Echo Dot,12,13\n", "column count more than once"),
    refused("store twice", "store,STORE,item,count\nBerlin,Berlin,Echo Dot,12\n", "column store more than once"),
    refused("reorder_point twice", "store,item,count,reorder_point,Reorder_Point\n", "reorder_point more than once"),
    loads("comment before the header", "# stock list\n" + START, DOT, lines=False),
    loads("30 lines before the header", "Stock list\n" * 30 + START, DOT, lines=False),
    refused("31 lines before the header", "Stock list\n" * 31 + START, "Found: “Stock list”"),
    refused("header below a row", "Berlin,Echo Show,3\n" + START, "named in line 2, but there is a row above it"),
    refused("control characters in the header", "\x1b[31mstore,item\n", "“␛[31mstore”"),
    loads("full-width letters", "ｓｔｏｒｅ,item,count\nBerlin,Echo Dot,12\n", DOT),
    refused("20,000 columns", ",".join(f"c{n}" for n in range(9000)) + "\n", "must name the columns"),
]  # fmt: skip

LINE_ENDS: list[Hostile] = [
    loads("CRLF", (START + END).replace("\n", "\r\n"), DOT_SHOW),
    loads("CR", (START + END).replace("\n", "\r"), DOT_SHOW),
    loads("LF CR", (START + END).replace("\n", "\n\r"), DOT_SHOW),
    loads("CR CR LF", (START + END).replace("\n", "\r\r\n"), DOT_SHOW),
    loads("all three", "store,item,count\rBerlin,Echo Dot,12\r\nBerlin,Echo Show,3\n", DOT_SHOW),
    loads(
        "CR, 20,000 rows, one bad",
        (HEADER + numbered(20_000) + "Berlin,Echo,x\n").replace("\n", "\r"),
        numbered_items(20_000),
        rejected={20_002: "whole number"},
    ),
    loads(
        "CRLF, 20,000 rows, one bad",
        (HEADER + numbered(20_000) + "Berlin,Echo,x\n").replace("\n", "\r\n"),
        numbered_items(20_000),
        rejected={20_002: "whole number"},
    ),
]

ALL = [*EXPORTS, *QUOTED, *DELIMITED, *RAGGED, *BLANK, *HEADERS, *LINE_ENDS]
