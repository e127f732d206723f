"""`onhand upload`: send files and wait for what became of them."""

import getpass
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from onhand.checks import check, confirm_removals, show_changes
from onhand.completion import store_names
from onhand.console import UserError, console, fail, printable, warn
from onhand.known import stores
from onhand.stack import Stack, find_stack
from onhand.uploads import (
    FINISHED,
    Upload,
    get_uploads,
    loaded_nothing,
    notes,
    rejected_rows,
    repeated_rows,
    summary,
    uploads_between,
)
from stock.likeness import like, told_apart

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 2.0  # seconds between two looks
_SOON = 60  # seconds without news, after which a word is due
_PATIENCE = 20 * 60  # seconds without news, after which we stop waiting: longer than the longest run of Load-Inventory
# How far the clocks of S3's own machines may be apart.
_TOLERANCE = timedelta(minutes=1)
_PROGRESS = ("Token", "Key", "VersionId", "State", "Parts", "PartsDone", "RowsDone")


@dataclass
class Sent:
    """A file that was sent: its key and version, its bar, and, as soon as it is on record, its order token.

    S3 dates its event between `first` and `last`. `news`: when its record changed last, by the monotonic clock.
    """

    key: str
    version: str
    task: TaskID
    first: datetime
    last: datetime
    news: float
    token: str | None = None
    seen: Upload | None = None


def upload(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", exists=True, dir_okay=False, readable=True, help="CSV files or Excel workbooks."
        ),
    ],
    store: Annotated[
        str | None,
        typer.Option(autocompletion=store_names, help="They hold rows of this store only; others are rejected."),
    ] = None,
    snapshot: Annotated[
        bool, typer.Option("--snapshot", help="They list everything: items they do not name are delisted.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Let it delist, or set to 0, as many items as it wants to.")
    ] = False,
    add_up: Annotated[
        bool, typer.Option("--add-up", help="Add up the counts of an item's rows, such as of several bins.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what they would change: new, sold out, delisted, rejected.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask: --force says first how many items it removes.")
    ] = False,
    wait: Annotated[bool, typer.Option(help="Wait for the results.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="The results as JSON, when all are there.")] = False,
) -> None:
    """Upload files with the columns store, item and count, and show what became of every row.

    Exit code 1 if a file was refused (with --dry-run: would be) or could not be loaded, if all of its rows were
    rejected, or if no result came for
    a long time.
    """
    stack = find_stack()
    names = [path.name for path in files]
    if len(set(names)) < len(names):
        raise UserError("Two of these files have the same name: the later one would replace the earlier one.")
    metadata = {"uploaded-by": metadata_text(who(stack))}
    if snapshot:
        metadata["mode"] = "snapshot"
    if force:
        metadata["force"] = "true"
    if add_up:
        metadata["repeats"] = "add"
    if dry_run:
        raise typer.Exit(_check(stack, files, store, metadata, as_json))
    if force and not yes:
        confirm_removals(check(stack, files, store, metadata))
    results = send(stack, files, store, metadata, wait, show_each=not as_json)
    if as_json:
        console.print_json(json.dumps(results))
    elif any(result.get("MayInsist") for result in results):
        console.print("To load it nevertheless, add --force. What it would remove, --dry-run says.")
    if wait and (
        len(results) < len(files) or any(result["State"] != "loaded" or loaded_nothing(result) for result in results)
    ):
        raise typer.Exit(1)


def _check(stack: Stack, files: list[Path], store: str | None, metadata: dict[str, str], as_json: bool) -> int:
    """Show what files would change; return the exit code."""
    answers = check(stack, files, store, metadata)
    if as_json:
        console.print_json(json.dumps(answers))
    else:
        known = _known(stack)
        for answer in answers:
            show(answer["Upload"])
            show_changes(answer, known)
        console.print("Nothing was changed. What is compared, is compared with the counts of this moment.")
    return 1 if any(answer["Upload"]["State"] == "refused" for answer in answers) else 0


def send(
    stack: Stack, files: list[Path], store: str | None, metadata: dict[str, str], wait: bool, show_each: bool = True
) -> list[Upload]:
    """Upload files with progress; wait for their results and (`show_each`) print each as soon as it is there.

    Returns the results; none of a file that had no news for so long that waiting for it ended.
    """
    prefix = f"uploads/{store}/" if store else "uploads/"
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[what]}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        sent = []
        for path in files:
            task = progress.add_task(escape(path.name), total=max(1, path.stat().st_size), what="sending")
            sent.append(_send(stack, path, prefix + path.name, metadata, progress, task))
            progress.update(task, what="sent, waits")
        return _results(stack, sent, progress, show_each) if wait else []


def _results(stack: Stack, sent: list[Sent], progress: Progress, show_each: bool) -> list[Upload]:
    """Wait for the results of the files that were sent, and show their progress; `show_each`: also what has come."""
    results: list[Upload] = []
    waiting = list(sent)
    pause = _FIRST_PAUSE
    warned = False
    while waiting:
        changed = _look(stack, waiting)
        for file in changed:
            _show_progress(file, progress)
        tokens = [file.token for file in changed if file.token and file.seen and file.seen["State"] in FINISHED]
        for result in get_uploads(stack, tokens, consistent=True):
            results.append(result)
            if show_each:
                show(result)
                _show_new_stores(stack, result)
        waiting = [file for file in waiting if file.token not in tokens]
        for file in [file for file in waiting if time.monotonic() > file.news + _PATIENCE]:
            fail(_no_news(file))
            waiting.remove(file)
        if not warned and any(time.monotonic() > file.news + _SOON for file in waiting):
            warned = True
            warn("This takes long. Ctrl-C ends the waiting, not the loading; `onhand status` shows what waits.")
        if waiting:
            pause = _FIRST_PAUSE if changed else min(_LONGEST_PAUSE, pause * 1.5)
            time.sleep(pause)
    return results


def _look(stack: Stack, waiting: list[Sent]) -> list[Sent]:
    """Read the records of files, of each one by its token once that is known; return those whose record changed."""
    found: list[Upload] = []
    if unknown := [file for file in waiting if file.token is None]:
        first, last = min(file.first for file in unknown), max(file.last for file in unknown)
        found += uploads_between(stack, _token(first), _token(last), _PROGRESS)
    found += get_uploads(stack, [file.token for file in waiting if file.token], _PROGRESS)
    records = {(record["Key"], record["VersionId"]): record for record in found}
    changed = []
    for file in waiting:
        record = records.get((file.key, file.version))
        if record is not None and record != file.seen:
            file.token, file.seen, file.news = record["Token"], record, time.monotonic()
            changed.append(file)
    return changed


def _show_progress(file: Sent, progress: Progress) -> None:
    record = file.seen or {}
    if record["State"] in FINISHED:
        progress.remove_task(file.task)
    elif record.get("Parts"):
        what = f"loading, {record.get('RowsDone', 0):,} rows"
        progress.update(file.task, total=record["Parts"], completed=record.get("PartsDone", 0), what=what)
    else:
        progress.update(file.task, what="loading")


def _no_news(file: Sent) -> str:
    name, minutes = file.key.removeprefix("uploads/"), _PATIENCE // 60
    if file.seen is None:
        return (
            f"{name} was sent, but after {minutes} minutes it is not in the list of uploads. `onhand status` shows "
            "what waits in the queue and among the dead letters. If nothing does, `onhand replay --lost` loads it."
        )
    return (
        f"{name} is being loaded, without any progress for {minutes} minutes. Loading is tried for some hours: the "
        "list of uploads shows how it ends, and the log of Load-Inventory why it takes so long."
    )


def show(upload: Upload) -> None:
    """Print an upload's result with its first rejected and repeated rows."""
    console.print(summary(upload), soft_wrap=True)
    for note in notes(upload):
        console.print(f"  [dim]{escape(printable(note))}[/]", soft_wrap=True)
    if repeated := repeated_rows(upload):
        console.print(f"  [dim]{escape(repeated)}[/]", soft_wrap=True)
    if table := rejected_rows(upload):
        console.print(table)
        if upload["Rejected"] > len(upload["FirstRejected"]):
            console.print(f"  [dim]and {upload['Rejected'] - len(upload['FirstRejected'])} more[/]")
        if upload.get("RejectedKey"):
            console.print(
                f"  [dim]All of them: {escape(upload['RejectedKey'])} in the uploads bucket[/]", soft_wrap=True
            )


def _show_new_stores(stack: Stack, upload: Upload) -> None:
    """Say which stores an upload is the first of: a misspelt name makes one, too."""
    new = upload.get("NewStores", [])
    known = _known(stack) - set(new) if new else set()
    for name in new:
        meant = like(name, known)
        hint = f", like {meant}: if that is meant, `onhand withdraw {upload['Token']}`" if meant else ""
        shown = escape(told_apart(name, meant) if meant else name)
        console.print(f"  [{'yellow' if meant else 'dim'}]new store {shown}{escape(hint)}[/]", soft_wrap=True)
    if more := upload.get("NewStoreCount", 0) - len(new):
        console.print(f"  [dim]and {more:,} more new stores[/]")


def _known(stack: Stack) -> set[str]:
    """Return the stores that there are."""
    return {row["Store"] for row in stores(stack) if row.get("Items")}


def _send(stack: Stack, path: Path, key: str, metadata: dict[str, str], progress: Progress, task: TaskID) -> Sent:
    began = time.monotonic()
    with path.open("rb") as body:
        stack.s3.upload_fileobj(
            body,
            stack.outputs.UploadsBucket,
            key,
            ExtraArgs={"ContentType": "text/csv", "Metadata": metadata},
            Callback=lambda sent: progress.advance(task, sent),
        )
    # A multipart upload does not return its version. S3 dates it to its begin (LastModified), and its event to its end.
    stored = stack.s3.head_object(Bucket=stack.outputs.UploadsBucket, Key=key)
    now = time.monotonic()
    last = stored["LastModified"] + timedelta(seconds=now - began)
    return Sent(key, stored["VersionId"], task, stored["LastModified"] - _TOLERANCE, last + _TOLERANCE, news=now)


def _token(moment: datetime) -> str:
    """The beginning of the order token of an upload of that moment."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S")


def metadata_text(said: str) -> str:
    """Return a text as an object's metadata may hold it: what is not ASCII in words of RFC 2047."""
    return said if said.isascii() else Header(said, "utf-8", maxlinelen=10_000).encode()


def who(stack: Stack) -> str:
    """Return who is signed in here."""
    if stack.is_local:
        return getpass.getuser()
    return stack.sts.get_caller_identity()["Arn"].rpartition(":")[2]
