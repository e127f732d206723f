"""The rejected rows of an upload, as a CSV in the bucket that is safe to open in a spreadsheet."""

import csv
import io
import re
from typing import Any

from load_inventory.csv_cells import visible
from load_inventory.csv_rows import Rejected

_PART_BYTES = 5 * 1024 * 1024  # S3 takes no smaller ones
_SHOWN = 10
_CELL = 1000  # characters
_SHOWN_CELL = 100
_CONTENT_TYPE = "text/csv; charset=utf-8"


class RejectedRows:
    """Collects rejected rows: the first ones to show, and all of them in an object. Holds little more than 5 MB.

    The object has the delimiter of the uploaded file: the program that wrote that file opens this one.
    """

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        self.count = 0
        self.first: list[dict[str, Any]] = []
        self._s3 = s3
        self._object = {"Bucket": bucket, "Key": key}
        self._upload_id: str | None = None
        self._etags: list[str] = []

    def add(self, row: Rejected) -> None:
        """Take a rejected row."""
        if not self.count:
            self._start(row.delimiter)
            self._text.write("\ufeff")  # Excel takes the file for UTF-8 only with it
            self._csv.writerow(["line", "reason", "store", "item", "count"])
        self.count += 1
        if len(self.first) < _SHOWN:
            cells = {"Reason": row.reason, "Store": row.store, "Item": row.item, "Count": row.count}
            self.first.append({"Line": row.line} | {name: visible(cell[:_SHOWN_CELL]) for name, cell in cells.items()})
        self._csv.writerow(
            [row.line, *(harmless(cell[:_CELL]) for cell in (row.reason, row.store, row.item, row.count))]
        )
        if self._bytes.tell() > _PART_BYTES:
            self._send_part()
            self._start(row.delimiter)

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


def harmless(cell: str) -> str:
    """Return a cell in which no spreadsheet finds a formula (https://owasp.org/www-community/attacks/CSV_Injection).

    Control characters become pictures of themselves: a row stays one line, and people see what is wrong. An apostrophe
    goes before a formula, also where one would begin if the spreadsheet took another delimiter than the file has.
    """
    return _FORMULA.sub("'", visible(cell))


_FORMULA = re.compile(
    r"""(?:^|(?<=[,;|]))  # the beginning of a cell
        (?=[\s"\u200b-\u200f\u2060\ufeff\u2400-\u2426]*  # what a spreadsheet might skip
        [=+\-@＝＋－＠])""",
    re.VERBOSE,
)
