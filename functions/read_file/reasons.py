"""Why a row is rejected, or a file refused: in words, and as a key and values, for other languages. No AWS in here."""

from typing import Any

TEXTS = {
    "missing": "the {column} is missing",
    "name-too-long": "the {column} is longer than {bytes} bytes",
    "control-character": "the {column} holds a control character, such as a tab",
    "invisible-character": (
        "the {column} holds an invisible character, {character}, that turns letters around: type the name again"
    ),
    "shortened": "a spreadsheet has shortened the {column} “{cell}”: format the column as text and write all digits",
    "star": "“*” is not a store's name: it stands for all stores",
    "other-store": "this folder is for the store “{store}” only",
    "too-large": "the {column} is too large",
    "below-0": "the {column} “{cell}” is below 0",
    "not-a-number": "the {column} “{cell}” is not a whole number: write digits 0 to 9 only, such as 1200",
    "ambiguous-number": (
        "the {column} “{cell}” is not a whole number for certain, as its sign may stand for thousands or for decimals: "
        "write digits 0 to 9 only, such as 1200"
    ),
    "too-many-cells": (
        "the row has {cells} columns, the first line has {width}: put quotes around a name or a number that holds the "
        "delimiter, and delete cells that stand behind the last column"
    ),
    "no-counts": "no store has a count in this row",
    "too-long": "the line is longer than {most:,} characters",
    "unknown-store": "there is no store “{store}” that has any items",
    "unknown-store-like": "there is no store “{store}” that has any items: did you mean “{meant}”?",
    "unknown-item": "{store} has no item “{item}”",
    "unknown-item-like": "{store} has no item “{item}”: did you mean “{meant}”?",
    "unknown-item-anywhere": "no store has an item “{item}”",
    "unknown-item-anywhere-like": "no store has an item “{item}”: did you mean “{meant}”?",
    "point-twice": "line {line} says another reorder point for the same item",
    "quotes": (
        "the quotes do not match (a quote inside a name is written twice, and a name holds no line break): {line}"
    ),
}
"""Key → the sentence, of a row. The dashboard has them in its other languages: `dashboard/src/i18n/said.de.json`."""

_SAVE_AS_CSV = "Save the sheet as “CSV UTF-8” and upload that."
_SAVE = "Save the sheet as “Excel workbook (.xlsx)” or “CSV UTF-8” and upload that."
_FIRST_LINE = "The first line must name the columns store, item and count."

FILES = {
    "empty": "The file is empty. It needs a first line that names its columns, and a row for every item.",
    "no-rows": "The file has a first line, but no rows. It needs a row for every item: store,item,count",
    "too-many-stores": "The file names more than {most:,} stores. Split it into several files.",
    "too-slow": "The file is too large to read in one go: split it after about {line:,} lines.",
    "snapshot-line": (
        "A snapshot removes what it does not mention, and line {line} cannot be read. "
        "Mend the rejected rows and upload it again, or confirm that it may remove what those rows name."
    ),
    "removes-too-much": (
        "The snapshot would remove {removed:,} of the {items:,} items of “{store}”, "
        "more than {limit}%. If the file is complete, upload it again and confirm that it may remove as many."
    ),
    "empties-too-much": (
        "The file would set {emptied:,} of the {items:,} items of “{store}” to 0 at once, more than "
        "{limit}%. If that is so, upload it again and confirm that it may."
    ),
    "unknown-stores": (
        "The file names a store that onhand does not know: {stores}. Spell it as it is known. If it is new, "
        "upload the file again and confirm that."
    ),
    "more-unknown-stores": (
        "The file names a store that onhand does not know: {stores} and {more:,} more. Spell it as it is known. "
        "If it is new, upload the file again and confirm that."
    ),
    "deleted": "The file was deleted before it could be read. Upload it again.",
    "archived": (
        "The file was put into an archive (S3 Glacier), where it cannot be read. Upload it again as S3 Standard."
    ),
    "encrypted": (
        "The file is encrypted with a key (AWS KMS) that onhand may not use. "
        "Upload it again without a key of your own: onhand's bucket encrypts by itself."
    ),
    "encrypted-by-sender": (
        "The file is encrypted with a key that only its sender has (SSE-C). "
        "Upload it again without a key: onhand's bucket encrypts by itself."
    ),
    "folder-without-name": "The folder in uploads/ has no name. Put the file into uploads/<store>/, or into uploads/.",
    "folder": "The file's rows cannot be loaded: {reason}.",
    "store-of-format": "The format says that the rows are of “{fixed}”, and the folder is that of “{store}”.",
    "added-up-line": (
        "Line {line} cannot be loaded: {reason}. The counts of an item's rows are added up, so that none may "
        "be missing: mend the line and upload the whole file again."
    ),
    "first-line-too-long": f"The first line is longer than any header. {_FIRST_LINE}",
    "blank-lines": f"The file begins with {{lines:,}} blank lines. {_FIRST_LINE}",
    "row-above": (
        "The columns are named in line {line}, but there is a row above it: "
        "“{row}”. Move the line that names the columns to the top."
    ),
    "columns-of-format": "No line has the columns that the format names. Missing: {columns}. Found: {titles}.",
    "columns-missing": f"{_FIRST_LINE} Missing: {{columns}}. Found: {{titles}}.",
    "columns-missing-of-stores": (
        f"{_FIRST_LINE} Missing: {{columns}}. Found: {{titles}}. If every store has a column of its own, have a format "
        "say which columns these are."
    ),
    "lines-in-quotes": (
        "Every line stands in quotes as a whole, so that it is one cell. Export the list again without quotes "
        "around the lines."
    ),
    "signs-differ": (
        "The first line has different signs between the columns, such as a comma and a tab. Export the list "
        "again with the same sign everywhere."
    ),
    "sign-of-rows": (
        "The first line has {sign} between the columns, the others have {sign_of_rows}. Export the list again with the "
        "same sign in all lines."
    ),
    "column-twice": "The first line names the column {title} more than once. Keep one of them.",
    "column-ambiguous": (
        "Several columns may be the {column}: {titles}. Call the right one “{column}”, or have a format say so."
    ),
    "store-twice": "Several columns are of the same store: {titles}.",
    "joined-line": (
        "Line {line} names the columns again, as where two files are joined, and several may be the same one. "
        "Upload the two files one by one."
    ),
    "not-utf8": (
        "Line {line} is not UTF-8 text. In Excel, save as “CSV UTF-8 (Comma delimited)”; elsewhere, choose UTF-8 as "
        "the encoding; then upload the file again. If your program cannot, have a format name its encoding, such as "
        "cp1252."
    ),
    "encoding-ends": (
        "After line {line} the file is not text in the encoding {encoding} any more. "
        "Save it as “CSV UTF-8” and upload it again."
    ),
    "utf-32": "The file is UTF-32 text. Save it as “CSV UTF-8” and upload it again.",
    "zero-bytes": (
        "The file is not UTF-8 text: it holds zero bytes, as workbooks, pictures and some UTF-16 text do. "
        f"{_SAVE_AS_CSV}"
    ),
    "other-kind": f"This is {{kind}}, not a CSV file. {_SAVE_AS_CSV}",
    "gzip-twice": "This is a gzip file inside a gzip file. Compress it once only and upload it again.",
    "gzip-damaged": "The gzip file is damaged or ends early. Compress it again and upload it again.",
    "gzip-bomb": (
        "The gzip file unpacks to more than {ratio} times its size, as no stock list does. Upload the CSV file itself."
    ),
    "zip": "This is a zip file. Upload the files that are in it, one by one.",
    "workbook-kind": f"This is {{kind}}, which cannot be read. {_SAVE}",
    "workbook-damaged": (
        f"The Excel workbook is damaged, or is no workbook. Open it, save it again, and upload it; or: {_SAVE_AS_CSV}"
    ),
    "workbook-too-large": f"The Excel workbook is larger than {{megabytes}} MB. {_SAVE_AS_CSV}",
    "workbook-bomb": (
        f"The Excel workbook unpacks to more than {{ratio}} times its size, as no stock list does. {_SAVE_AS_CSV}"
    ),
    "workbook-text": f"The Excel workbook holds too much text. {_SAVE}",
    "columns-of-points": ("The first line must name the columns {needed}. Missing: {columns}. Found: {titles}."),
    "no-points": "The file has a first line, but no rows. It needs a row for every reorder point.",
    "too-many-points": "The file has more than {most:,} rows. Split it into several files.",
    "wrong-points": "Nothing was set: {mistakes:,} of the rows cannot be. Mend them and send the file again.",
    "too-many-strangers": (
        "Nothing was set: {items:,} of the items that are to be set in all stores are in none of the largest stores. "
        "Set them for the stores that have them, or split the file."
    ),
    "format-fixed-store": "A format has either a column of stores or one fixed store, not both.",
    "format-store-columns": (
        "Where every store has a column of its own, there is no column of stores, no fixed store and no column of "
        "counts: leave those out, or the columns of the stores."
    ),
    "format-title": "“{title}” cannot be the title of a column: it has no letter and no digit.",
    "format-column-twice": "The column “{title}” cannot be both {other} and {column}.",
    "format-newer": "Somebody changed the format after you did. Look at it again.",
    "no-sheet": "The Excel workbook has no sheet “{sheet}”. It has: {sheets}.",
}
"""Key → the sentence, of a whole file that is refused."""


class Reason(str):
    """A reason in English, which was made of `key` and `values`."""

    key: str
    values: dict[str, Any]

    @classmethod
    def of(cls, key: str, **values: Any) -> "Reason":
        """Return the reason of a key. A value may be a list of names, or a reason itself."""
        text = TEXTS.get(key) or FILES[key]
        reason = cls(text.format(**{name: _shown(name, value) for name, value in values.items()}))
        reason.key, reason.values = key, values
        return reason

    def facts(self) -> dict[str, Any]:
        """Return it as the record of an upload has it: the sentence, its key, and the values that it is made of."""
        values = {name: value.facts() if isinstance(value, Reason) else value for name, value in self.values.items()}
        return {"Reason": str(self), "Key": self.key, "Values": values}


def _shown(name: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return ", ".join(value if name == "columns" else (f"“{each}”" for each in value)) or "nothing"
