"""A file whose bytes can be read. No AWS in here."""

import io
from dataclasses import dataclass

UTF_8 = "utf-8"


@dataclass(frozen=True)
class Opened:
    """A file's bytes as UTF-8, unpacked if they are gzip; `encoding` is the one that they had.

    Of a workbook they are one of its `sheets`, the first of these, as a CSV with the `delimiter`.
    """

    stream: io.BufferedReader
    encoding: str = UTF_8
    sheets: tuple[str, ...] = ()
    delimiter: str = ""
