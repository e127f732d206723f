"""`onhand replay`: load again what the bucket holds, and make the history from it. The tables come from the bucket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote_plus

import typer

from load_inventory.upload import is_file
from onhand.console import console, fail, stderr, warn
from onhand.known import stores, warn_of_stranger
from onhand.options import OfStore, Since
from onhand.queues import send_all
from onhand.rebuild_history import in_words, rebuild_history
from onhand.since import from_when_here
from onhand.stack import Stack, find_stack
from onhand.upload_log import kept_event
from onhand.uploads import FINISHED, Upload, get_uploads, summary
from read_file.csv_cells import clean
from stock.messages import LoadAgain, Record, Recount
from stock.order_token import order_token
from stock.reorder_points import ALL_STORES
from stock.times import iso

_READERS = 16
_UPLOADS_A_LOOK = 1000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0  # seconds between two looks
_PATIENCE = 20 * 60  # seconds without any result: longer than the longest run of Load-Inventory
_RESULT = ("Token", "Key", "State", "Reason", "Finished")

_NOTES_SHOWN = 10

Result = tuple[str, str]
"""State of an upload and when it was finished; both are "" if it is not on record."""


class Only(StrEnum):
    """A part of what a replay does."""

    ROWS = "rows"
    HISTORY = "history"


@dataclass(frozen=True)
class Stored:
    """A version of a file in the bucket: an upload with its order token and its S3 event record.

    `logged`: Load-Inventory has seen it, and kept its event under `log/`, with what was `decided` about a snapshot
    and the format by which it was read, and with what somebody asked last, to withdraw it or to take that back.
    Of others, event and token are made of what S3 lists.
    """

    token: str
    event: Record
    logged: bool
    decided: str | None = None
    form: str | None = None
    withdrawal: dict[str, Any] | None = None

    @property
    def newest(self) -> str:
        """The token of the newest that happened to it: it came, or somebody asked for it to be withdrawn or not."""
        return max(self.token, self.withdrawal["as_of"] if self.withdrawal else "")


@dataclass(frozen=True)
class Replayed:
    """What was sent to the queue (or would be): the tokens of uploads, each with its result before that.

    `left_out`: how many uploads were not sent because Load-Inventory has not seen them yet.
    """

    before: dict[str, Result]
    left_out: int


def replay_command(
    store: OfStore = None,
    since: Since = None,
    alerts: Annotated[bool, typer.Option(help="Publish alerts for what is out of stock, once more.")] = False,
    lost: Annotated[
        bool, typer.Option("--lost", help="Also uploads that were never loaded, because their messages are lost.")
    ] = False,
    only: Annotated[
        Only | None, typer.Option(help="Only load the rows again, or only add to the history what files tell.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Wait until all are loaded.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show how many it would be.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Make the tables from the files in the bucket again: after they were lost, emptied or restored.

    Safe at any time: a count that a newer upload has set stays. No alert is published again, unless you give --alerts.

    The history gets what the files tell and it does not have, also of days before
    onhand kept one. For that, every file of the stores is read on this machine.

    An upload that was never loaded is left out, as it may still wait in the queue. --lost loads it, too, with alerts.
    Exit code 1 if an upload fails, or if the waiting ended before all were loaded.
    """
    start = from_when_here(since) if since else None
    stack = find_stack()
    warn_of_stranger(stack, store)
    report: dict[str, Any] = {"dry_run": dry_run}
    if only is not Only.HISTORY:
        if lost and (waiting := stack.depth(stack.outputs.UploadsQueueUrl)):
            warn(f"{_messages(waiting)} in the queue. An upload among them that is loaded as lost is on record twice.")
        replayed = replay(stack, since=start, store=store, quiet=not alerts, lost=lost, dry_run=dry_run)
        if not as_json:
            _show(replayed, dry_run)
        waits = wait and not dry_run
        loaded = (not replayed.before or _wait(stack, replayed.before)) if waits else None
        report |= {"uploads": len(replayed.before), "left_out": replayed.left_out, "loaded": loaded}
    if only is not Only.ROWS:
        report["history"] = _rebuild(stack, store, start, dry_run, as_json)
    if as_json:
        console.print_json(data=report)
    if report.get("loaded") is False:
        raise typer.Exit(1)


def _rebuild(stack: Stack, store: str | None, since: datetime | None, dry_run: bool, as_json: bool) -> int:
    """Add to the history what files tell; return how many changes."""
    rebuilt = rebuild_history(stack, store, since, dry_run)
    for note in rebuilt.notes[:_NOTES_SHOWN]:
        warn(note)
    if (more := len(rebuilt.notes) - _NOTES_SHOWN) > 0:
        warn(f"and {more:,} more like these")
    if not as_json:
        console.print(in_words(rebuilt, dry_run))
    return rebuilt.changes


def _show(replayed: Replayed, dry_run: bool) -> None:
    console.print(f"{_uploads(len(replayed.before))} {'would be ' if dry_run else ''}delivered again")
    if replayed.left_out:
        console.print(
            f"{_uploads(replayed.left_out)} left out, never loaded so far: what waits in the queue is loaded by itself "
            "(`onhand status`), dead letters by `onhand redrive`. If neither holds them, `onhand replay --lost` loads "
            "them.",
            soft_wrap=True,
        )


def replay(
    stack: Stack,
    since: datetime | None = None,
    store: str | None = None,
    quiet: bool = True,
    lost: bool = False,
    dry_run: bool = False,
) -> Replayed:
    """Have uploads loaded again, oldest first: so that rows tell since when they are as they are.

    All versions of a file count, as each was an upload of its own. `store`: only those that may hold rows of it.
    `since`: only those that came, or were withdrawn or taken back, from then on. `quiet`: without alerts. `lost`: also
    those that Load-Inventory never saw; they take their place in the order by the time at which S3 stored them, and are
    not quiet, as nobody received an alert.
    `dry_run`: nothing is sent.
    """
    found = sorted(_stored(stack, store), key=lambda upload: upload.token)
    if since is not None:
        first = since.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
        found = [upload for upload in found if upload.newest >= first]
    sent = [upload for upload in found if upload.logged or lost]
    before = {upload.token: ("", "") for upload in sent}
    before |= {record["Token"]: _result(record) for record in get_uploads(stack, list(before), _RESULT)}
    if dry_run:
        return Replayed(before, len(found) - len(sent))
    # Rows may be lost while the summaries are not: a recount at any time puts those right, since what is loaded after
    # it is added, and what was loaded before it is counted.
    names = [store] if store else [row["Store"] for row in stores(stack) if row["Store"] != ALL_STORES]
    recounts = [Recount(name).body() for name in names] if sent else []
    send_all(stack.sqs, stack.outputs.UploadsQueueUrl, [*(_message(upload, quiet) for upload in sent), *recounts])
    return Replayed(before, len(found) - len(sent))


def _message(upload: Stored, quiet: bool) -> str:
    return LoadAgain(upload.event, quiet and upload.logged, upload.decided, upload.form, upload.withdrawal).body()


def _wait(stack: Stack, before: dict[str, Result]) -> bool:
    """Wait until every upload has another result than before, and show how many have none; return whether all came.

    It ends earlier when one fails, when none has come for a long time, and on Ctrl-C.
    """
    left = list(before)
    pause, came = _FIRST_PAUSE, time.monotonic()
    try:
        with console.status("Loading …") as status:
            while left:
                status.update(f"Loading, {len(left):,} left …")
                time.sleep(pause)
                # Those that were sent first: they are loaded first, more or less.
                looked_at = get_uploads(stack, left[:_UPLOADS_A_LOOK], _RESULT)
                done = [record for record in looked_at if is_done(_result(record), before[record["Token"]])]
                if done:
                    pause, came = _FIRST_PAUSE, time.monotonic()
                    tokens = {record["Token"] for record in done}
                    left = [token for token in left if token not in tokens]
                else:
                    pause = min(_LONGEST_PAUSE, pause * 1.5)
                if failed := [record for record in done if record["State"] == "failed"]:
                    return _end(failed, left)
                if left and time.monotonic() > came + _PATIENCE:
                    return _give_up(left)
    except KeyboardInterrupt:
        warn(f"The waiting ends, not the loading: {_uploads(len(left))} left. `onhand status` shows what waits.")
        return False
    return True


def is_done(now: Result, before: Result) -> bool:
    """Has an upload a result of a replay, given its result now, and the one before the replay was sent?

    A replay that loads an upload sets the time at which it finished, so the clocks of two machines need not agree. An
    upload that is refused stays so.
    """
    state = now[0]
    return state == "refused" or (state in FINISHED and now != before)


def _end(failed: list[Upload], left: list[str]) -> bool:
    for upload in failed:
        stderr.print(summary(upload), soft_wrap=True)
    if left:
        warn(f"The waiting ends here, not the loading: {_uploads(len(left))} left. `onhand status` shows what waits.")
    return False


def _give_up(left: list[str]) -> bool:
    fail(
        f"{_uploads(len(left))} not loaded, and no result for {_PATIENCE // 60} minutes. Loading is tried for some "
        "hours. `onhand status` shows what waits; the log of Load-Inventory has the reason."
    )
    return False


def _result(record: Upload) -> Result:
    return str(record["State"]), str(record.get("Finished", ""))


def _stored(stack: Stack, store: str | None) -> Iterator[Stored]:
    """Yield every version of every file in the bucket that may hold rows of a store (None: of any)."""
    bucket = stack.outputs.UploadsBucket
    log: dict[str, str] = {}  # version → key of its event
    for page in stack.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="log/"):
        for entry in page.get("Contents", []):
            log[entry["Key"].rpartition("/")[2].removesuffix(".json")] = entry["Key"]

    def read(version: Any) -> Stored:
        if key := log.get(version["VersionId"]):
            token = key.split("/")[1]
            kept = kept_event(stack, token, version["VersionId"])
            return Stored(token, kept["event"], True, kept["decision"], kept["format"], kept["withdrawal"])
        return not_logged(bucket, version)

    versions = stack.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix="uploads/")
    with ThreadPoolExecutor(_READERS) as pool:
        for page in versions:  # type: ignore[assignment]
            wanted = [version for version in page.get("Versions", []) if _may_hold(version["Key"], store)]  # type: ignore[attr-defined]
            yield from pool.map(read, wanted)


def _may_hold(key: str, store: str | None) -> bool:
    folders = key.removeprefix("uploads/").split("/")
    return is_file(key) and (store is None or len(folders) == 1 or clean(folders[0]) == store)


def not_logged(bucket: str, version: Any) -> Stored:
    """Return an upload that Load-Inventory never saw, from an entry of S3's list of versions."""
    found = {"key": quote_plus(version["Key"], safe="/"), "size": version["Size"], "versionId": version["VersionId"]}
    event = {
        "eventTime": iso(version["LastModified"].timestamp()),
        "s3": {"bucket": {"name": bucket}, "object": found},
    }
    return Stored(order_token(event), event, logged=False)


def _uploads(number: int) -> str:
    return f"{number:,} upload{'' if number == 1 else 's'}"


def _messages(number: int) -> str:
    return f"{number:,} message{' waits' if number == 1 else 's wait'}"
