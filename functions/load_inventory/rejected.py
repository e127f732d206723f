"""The rejected rows of an upload, as a CSV in the bucket that is safe to open in a spreadsheet."""

import csv
import io
import re
from typing import Any

from read_file.csv_cells import clean, is_changed_by_spreadsheets, spelled_out, visible
from read_file.csv_columns import is_download
from read_file.csv_header import Header
from read_file.csv_rows import Rejected

_PART_BYTES = 5 * 1024 * 1024  # S3 takes no smaller ones
_SHOWN = 10
_SHOWN_CELL = 100  # characters
_CONTENT_TYPE = "text/csv; charset=utf-8"
_NOTHING = "(empty)"
_SAFE_NUMBER = re.compile("0|[1-9][0-9]{0,14}")


class RejectedRows:
    """Collects rejected rows: the first ones to show, and all of them in an object. Holds little more than 5 MB.

    The object has the columns of the uploaded file after the line and the reason, and its delimiter: the program that
    wrote that file opens this one, and who reads that file can read this one.
    """

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        self.count = 0
        self.first: list[dict[str, Any]] = []
        self._s3 = s3
        self._object = {"Bucket": bucket, "Key": key}
        self._upload_id: str | None = None
        self._etags: list[str] = []
        self._header: Header | None = None

    def add(self, row: Rejected) -> None:
        """Take a rejected row."""
        if not self.count:
            self._start(row.header.delimiter)
            self._text.write("\ufeff")  # Excel takes the file for UTF-8 only with it
        if row.header is not self._header:  # files that were joined name their columns again
            self._header = row.header
            self._csv.writerow(["line", "reason", *map(harmless, titles(row))])
        self.count += 1
        if len(self.first) < _SHOWN:
            self.first.append(shown(row))
        self._csv.writerow([row.line, harmless(row.reason), *map(harmless, own_cells(row))])
        if self._bytes.tell() > _PART_BYTES:
            self._send_part()
            self._start(row.header.delimiter)

    def finish(self) -> str | None:
        """Write what is left; return the key of the object, or None if no row was rejected."""
        if not self.count:
            return None
        if self._upload_id is None:
            self._s3.put_object(**self._object, Body=self._written(), ContentType=_CONTENT_TYPE)
        else:
            self._send_part()
            parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(self._etags, 1)]
            self._s3.complete_multipart_upload(
                **self._object, UploadId=self._upload_id, MultipartUpload={"Parts": parts}
            )
        return self._object["Key"]

    def _start(self, delimiter: str) -> None:
        self._bytes = io.BytesIO()
        self._text = io.TextIOWrapper(self._bytes, "utf-8", newline="")
        self._csv = csv.writer(self._text, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC)

    def _written(self) -> bytes:
        self._text.flush()
        return self._bytes.getvalue()

    def _send_part(self) -> None:
        if self._upload_id is None:
            answer = self._s3.create_multipart_upload(**self._object, ContentType=_CONTENT_TYPE)
            self._upload_id = answer["UploadId"]
        answer = self._s3.upload_part(
            **self._object, UploadId=self._upload_id, PartNumber=len(self._etags) + 1, Body=self._written()
        )
        self._etags.append(answer["ETag"])


def shown(row: Rejected) -> dict[str, Any]:
    """Return what an upload's record says of a rejected row."""
    cells = {"Store": row.store, "Item": row.item, "Count": row.count}
    reason = row.reason.facts()
    return {"Line": row.line} | reason | {name: spelled_out(cell[:_SHOWN_CELL]) for name, cell in cells.items()}


def titles(row: Rejected) -> list[str]:
    """Return the titles of a file's columns, up to the last that has one."""
    columns = row.header.columns
    return list(columns.titles[_skipped(row) : columns.width])


def own_cells(row: Rejected) -> list[str]:
    """Return the cells of a row as the file has them, so that they are not loaded as long as nobody mends them.

    Cells behind the last column are what a row is rejected for, but blank ones are lost in a spreadsheet: the last one
    says that it is there.
    """
    cells = row.cells[_skipped(row) :]
    width = len(titles(row))
    if row.reason.key == "too-many-cells" and not any(map(clean, cells[width:])):
        cells = [*cells[:-1], _NOTHING]
    return cells


def _skipped(row: Rejected) -> int:
    """Of a row that was downloaded, and is rejected again, the line and the reason are not its own."""
    is_whole = row.reason.key not in ("quotes", "too-long")
    return 2 if is_whole and is_download(row.header.columns.titles) else 0


def harmless(cell: str) -> str:
    """Return a cell in which no spreadsheet finds a formula (https://owasp.org/www-community/attacks/CSV_Injection).

    Control characters become pictures of themselves: a row stays one line, and people see what is wrong. An apostrophe
    goes before a formula, also where one would begin if the spreadsheet took another delimiter than the file has, and
    before a number or a date that it would write otherwise than the file: 00123, 1-2, 8E5.
    """
    text = _FORMULA.sub("'", visible(cell))
    bare = text.strip()
    if not text.startswith("'") and is_changed_by_spreadsheets(bare) and not _SAFE_NUMBER.fullmatch(bare):
        return "'" + text
    return text


_FORMULA = re.compile(
    r"""(?:^|(?<=[,;|]))  # the beginning of a cell
        (?=[\s"\u200b-\u200f\u2060\ufeff\u2400-\u2426]*  # what a spreadsheet might skip
        [=+\-@＝＋－＠])""",
    re.VERBOSE,
)
