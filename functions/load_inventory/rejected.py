"""The rejected rows of an upload, as a CSV in the bucket that is safe to open in a spreadsheet."""

import csv
import io
from typing import Any

from load_inventory.csv_file import Rejected

_PART_BYTES = 5 * 1024 * 1024  # S3 takes no smaller ones
_SHOWN = 10
_CELL = 1000  # characters
_SHOWN_CELL = 100


class RejectedRows:
    """Collects rejected rows: the first ones to show, and all of them in an object. Holds at most 5 MB."""

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        self.count = 0
        self.first: list[dict[str, Any]] = []
        self._s3 = s3
        self._object = {"Bucket": bucket, "Key": key}
        self._upload_id: str | None = None
        self._etags: list[str] = []
        self._start()

    def add(self, row: Rejected) -> None:
        """Take a rejected row."""
        self.count += 1
        if len(self.first) < _SHOWN:
            cells = {"Reason": row.reason, "Store": row.store, "Item": row.item, "Count": row.count}
            self.first.append({"Line": row.line} | {name: cell[:_SHOWN_CELL] for name, cell in cells.items()})
        cells_ = (row.reason, row.store, row.item, row.count)
        self._csv.writerow([row.line, *(harmless(cell[:_CELL]) for cell in cells_)])
        if self._text.tell() > _PART_BYTES:
            self._send_part()

    def finish(self) -> str | None:
        """Write what is left; return the key of the object, or None if no row was rejected."""
        if not self.count:
            return None
        if self._upload_id is None:
            self._s3.put_object(**self._object, Body=self._bytes(), ContentType="text/csv; charset=utf-8")
        else:
            self._send_part()
            parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(self._etags, 1)]
            self._s3.complete_multipart_upload(
                **self._object, UploadId=self._upload_id, MultipartUpload={"Parts": parts}
            )
        return self._object["Key"]

    def _send_part(self) -> None:
        if self._upload_id is None:
            answer = self._s3.create_multipart_upload(**self._object, ContentType="text/csv; charset=utf-8")
            self._upload_id = answer["UploadId"]
        answer = self._s3.upload_part(
            **self._object, UploadId=self._upload_id, PartNumber=len(self._etags) + 1, Body=self._bytes()
        )
        self._etags.append(answer["ETag"])
        self._start(header=False)

    def _bytes(self) -> bytes:
        return self._text.getvalue().encode("utf-8", "replace")

    def _start(self, header: bool = True) -> None:
        self._text = io.StringIO(newline="")
        self._csv = csv.writer(self._text)
        if header:
            self._text.write("\ufeff")  # Excel takes the file for UTF-8 only with it
            self._csv.writerow(["line", "reason", "store", "item", "count"])


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
