"""What the uploads in the bucket say, store by store: its log names them, their files are read again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from load_inventory.decision import APPLY
from load_inventory.formats import as_asked, read_format
from load_inventory.upload import MISSING, REMOVAL, ROWS, UPLOADS_PREFIX, is_file, is_forced, mode_of, only_store
from onhand.fold import Said
from onhand.stack import Stack
from onhand.upload_log import kept_event
from onhand.uploads import get_uploads
from read_file.csv_cells import clean
from read_file.csv_row import store_reason
from read_file.csv_rows import Refused, Rejected, Row, read_rows
from read_file.file_format import Format

_READERS = 16
_PARTS_OF_A_LOG_KEY = 3  # log/<token>/<version>.json; people may put something else there


@dataclass(frozen=True, order=True)
class Logged:
    """An upload that the log names. `state` is that of its record, "" if it has none, `form` how it was read then."""

    token: str
    key: str
    version_id: str
    state: str = ""
    form: str = ""


@dataclass(frozen=True)
class _File:
    """A file that was read: how, its mode, and whether it counts."""

    upload: Logged
    form: Format
    snapshot: bool
    sure: bool
    removal: bool

    def said(self) -> Said:
        """Return what it says of a store as long as none of its rows was heard."""
        return Said(self.upload.token, self.snapshot, self.form.add_up)


class Bucket:
    """The uploads in the bucket as they are now. `stores`: only of these; None: of all.

    What grows with the number of uploads, and the rows of files that may be of any store, is kept in a temporary
    database on disk. In memory there is one store at a time.
    `unseen`: keys of files that Load-Inventory has not seen. `problems`: files that cannot be read any more, in words.
    """

    def __init__(self, stack: Stack, stores: set[str] | None) -> None:
        self._stack, self._name = stack, stack.outputs.UploadsBucket
        self._only = stores
        self.unseen: set[str] = set()
        self.problems: dict[str, str] = {}
        self._disk = sqlite3.connect("")
        self._disk.execute("CREATE TABLE log (version TEXT, token TEXT)")
        self._disk.execute("CREATE TABLE said (store TEXT, file TEXT, item TEXT, count INTEGER, point INTEGER)")
        self._folders = self._list_folders()
        self._list_log()
        self._shared = self._logged(UPLOADS_PREFIX, in_folders=False)
        self._files = self._read_shared()

    @property
    def shared(self) -> set[str]:
        """Tokens of the uploads that may be of any store."""
        return {upload.token for upload in self._shared}

    def close(self) -> None:
        """Give the disk space back."""
        self._disk.close()

    def stores(self) -> set[str]:
        """Return the names of the stores that have a folder, or rows in a file of any store."""
        return self._folders.keys() | {store for (store,) in self._disk.execute("SELECT DISTINCT store FROM said")}

    def uploads_of(self, store: str) -> list[Logged]:
        """Return the uploads that may have rows of a store, oldest first."""
        # Its own name in any case: a folder all of whose files were deleted is not listed, and has versions.
        folders = {f"{UPLOADS_PREFIX}{store}/", *self._folders.get(store, ())}
        own = [one for folder in folders for one in self._logged(folder, in_folders=True)]
        return sorted(own + self._shared)

    def said_of(self, store: str, uploads: list[Logged]) -> Iterator[tuple[Said, bool]]:
        """Yield what uploads say of a store, in the order given, and for each whether it surely was loaded."""
        with ThreadPoolExecutor(_READERS) as pool:
            # So many at a time: an executor would read all files before the first is wanted.
            for at in range(0, len(uploads), _READERS):
                some = uploads[at : at + _READERS]
                own = iter(pool.map(self._read_own, [upload for upload in some if only_store(upload.key)]))
                for upload in some:
                    read = next(own) if only_store(upload.key) else self._said_in_shared(store, upload)
                    if read and read[0].touches:
                        yield read

    def _list_folders(self) -> dict[str, list[str]]:
        """Return the folders of each store: their names may differ in blanks, or in how an umlaut is composed."""
        folders: dict[str, list[str]] = {}
        pages = self._stack.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._name, Prefix=UPLOADS_PREFIX, Delimiter="/"
        )
        for page in pages:
            for one in page.get("CommonPrefixes", []):
                store = clean(one["Prefix"].split("/")[1])
                if store_reason(store) is None:  # uploads//a.csv is refused
                    folders.setdefault(store, []).append(one["Prefix"])
        return folders

    def _list_log(self) -> None:
        pages = self._stack.s3.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix="log/")
        for page in pages:
            keys = (entry["Key"].split("/") for entry in page.get("Contents", []))
            entries = [(key[2].removesuffix(".json"), key[1]) for key in keys if len(key) == _PARTS_OF_A_LOG_KEY]
            self._disk.executemany("INSERT INTO log VALUES (?, ?)", entries)
        self._disk.execute("CREATE INDEX by_version ON log (version)")

    def _logged(self, prefix: str, in_folders: bool) -> list[Logged]:
        """Return the uploads under a prefix, oldest first; those in folders below it, or only those right under it."""
        found = []
        delimiter: dict[str, Any] = {} if in_folders else {"Delimiter": "/"}
        pages = self._stack.s3.get_paginator("list_object_versions").paginate(
            Bucket=self._name, Prefix=prefix, **delimiter
        )
        for page in pages:
            for version in page.get("Versions", []):
                key, version_id = version["Key"], version["VersionId"]
                if not is_file(key):
                    continue
                tokens = self._disk.execute("SELECT token FROM log WHERE version = ?", (version_id,)).fetchall()
                found += [Logged(token, key, version_id) for (token,) in tokens]
                if not tokens:
                    self.unseen.add(key)
        wanted = ("Token", "State", "Format")
        records = get_uploads(self._stack, [one.token for one in found], wanted, consistent=True)
        by_token = {record["Token"]: record for record in records}
        return sorted(_with_record(one, by_token.get(one.token, {})) for one in found)

    def _read_own(self, upload: Logged) -> tuple[Said, bool] | None:
        """Return what a file in the folder of a store says of it, and whether it was loaded; None: it says nothing."""
        opened = self._open(upload)
        if opened is None:
            return None
        file, body = opened
        said = file.said()
        said.removal = file.removal
        if file.removal:
            return said, file.sure
        try:
            for row in read_rows(body, only_store(upload.key), form=file.form):
                said.hear(row)
        except Refused as refused:
            self._note_unreadable(upload, refused)
            return None
        return said, file.sure

    def _read_shared(self) -> dict[str, _File]:
        """Put the rows of files that may be of any store on disk; return the files that were read, by token."""
        files: dict[str, _File] = {}
        for upload in self._shared:
            if opened := self._open(upload):
                file, body = opened
                rows = (self._spooled(file, row) for row in read_rows(body, form=file.form) if self._is_wanted(row))
                try:
                    self._disk.executemany("INSERT INTO said VALUES (?, ?, ?, ?, ?)", rows)
                except Refused as refused:
                    self._note_unreadable(upload, refused)
                else:
                    files[upload.token] = file
        self._disk.execute("CREATE INDEX by_store ON said (store, file)")
        return files

    def _is_wanted(self, row: Row | Rejected) -> bool:
        known = isinstance(row, Row) or row.known
        return known and (self._only is None or row.store in self._only)

    @staticmethod
    def _spooled(file: _File, row: Row | Rejected) -> tuple[Any, ...]:
        if isinstance(row, Row):
            return row.store, file.upload.token, row.item, row.count, row.reorder_point
        return row.store, file.upload.token, row.item, None, None

    def _said_in_shared(self, store: str, upload: Logged) -> tuple[Said, bool] | None:
        file = self._files.get(upload.token)
        if file is None:
            return None
        said = file.said()
        query = "SELECT item, count, point FROM said WHERE store = ? AND file = ? ORDER BY rowid"
        for item, count, point in self._disk.execute(query, (store, upload.token)):
            if count is None:
                said.kept.add(item)
            else:
                said.hear_row(item, count, point)
        return said, file.sure

    def _open(self, upload: Logged) -> tuple[_File, Any] | None:
        """Return a file and its bytes, unless it was refused or withdrawn, or is gone."""
        if upload.state in ("refused", "withdrawn"):
            return None
        decision, form = None, upload.form
        if not upload.state:
            kept = kept_event(self._stack, upload.token, upload.version_id)
            decision, form, asked = kept["decision"], kept["format"], kept["withdrawal"]
            if decision not in (None, APPLY) or (asked and not asked["back"]):
                return None
        try:
            answer = self._stack.s3.get_object(Bucket=self._name, Key=upload.key, VersionId=upload.version_id)
        except ClientError as error:
            if error.response["Error"]["Code"] not in MISSING:
                raise
            self.problems[upload.token] = f"{upload.key}: its file is gone"
            return None
        metadata = answer["Metadata"]
        mode = mode_of(upload.key, metadata)
        removal, snapshot = mode == REMOVAL, mode != ROWS
        is_decided = not snapshot or decision == APPLY or removal or is_forced(metadata)
        sure = upload.state == "loaded" or (not upload.state and is_decided)
        return _File(upload, as_asked(read_format(form), metadata), snapshot, sure, removal), answer["Body"]

    def _note_unreadable(self, upload: Logged, refused: Refused) -> None:
        if upload.state:  # else it was refused when it came, and its record is gone
            self.problems[upload.token] = f"{upload.key}: it cannot be read any more: {refused}"


def _with_record(upload: Logged, record: dict[str, Any]) -> Logged:
    return replace(upload, state=record.get("State", ""), form=record.get("Format", ""))
