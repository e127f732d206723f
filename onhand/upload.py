"""`onhand upload`: send files and wait for what became of them."""

import getpass
import math
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from onhand.console import UserError, console, warn
from onhand.stack import Stack, find_stack
from onhand.uploads import FINISHED, Upload, newest, rejected_rows, repeated_rows, summary

_ASK_SECONDS = 0.3
_PATIENCE_SECONDS = 60


def upload(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, readable=True, help="CSV files.")
    ],
    store: Annotated[str | None, typer.Option(help="They hold rows of this store only; others are rejected.")] = None,
    snapshot: Annotated[
        bool, typer.Option("--snapshot", help="They list everything: items they do not name are delisted.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Let a snapshot delist as many items as it wants to.")] = False,
    wait: Annotated[bool, typer.Option(help="Wait for the results.")] = True,
) -> None:
    """Upload CSV files (store,item,count) and say what became of every row.

    Exit code 1 if a file was refused.
    """
    stack = find_stack()
    names = [path.name for path in files]
    if len(set(names)) < len(names):
        raise UserError("Two of these files have the same name: the later one would replace the earlier one.")
    metadata = {"uploaded-by": _who(stack)}
    if snapshot:
        metadata["mode"] = "snapshot"
    if force:
        metadata["force"] = "true"
    results = send(stack, files, store, metadata, wait)
    if any(result["State"] == "refused" for result in results):
        raise typer.Exit(1)


def send(stack: Stack, files: list[Path], store: str | None, metadata: dict[str, str], wait: bool) -> list[Upload]:
    """Upload files with progress; wait for their results and print them, each as soon as it is there."""
    prefix = f"uploads/{store}/" if store else "uploads/"
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[what]}"), TimeElapsedColumn())
    results: list[Upload] = []
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        waiting: dict[tuple[str, str], TaskID] = {}
        for path in files:
            task = progress.add_task(escape(path.name), total=max(1, path.stat().st_size), what="sending")
            key = prefix + path.name
            waiting[key, _send(stack, path, key, metadata, progress, task)] = task
            progress.update(task, what="sent, waits")
        patience = time.monotonic() + _PATIENCE_SECONDS
        while wait and waiting:
            if time.monotonic() > patience:
                patience = math.inf
                warn("This takes long. Ctrl-C ends the waiting, not the loading; `onhand status` says what waits.")
            for upload in _find(stack, set(waiting)):
                task = waiting[upload["Key"], upload["VersionId"]]
                if upload["State"] in FINISHED:
                    progress.remove_task(task)
                    del waiting[upload["Key"], upload["VersionId"]]
                    results.append(upload)
                    show(upload)
                elif upload.get("Parts"):
                    what = f"loading, {upload.get('RowsDone', 0):,} rows"
                    progress.update(task, total=upload["Parts"], completed=upload.get("PartsDone", 0), what=what)
                else:
                    progress.update(task, what="loading")
            if waiting:
                time.sleep(_ASK_SECONDS)
    return results


def show(upload: Upload) -> None:
    """Print an upload's result with its first rejected and repeated rows."""
    console.print(summary(upload), soft_wrap=True)
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


def _send(stack: Stack, path: Path, key: str, metadata: dict[str, str], progress: Progress, task: TaskID) -> str:
    with path.open("rb") as body:
        stack.s3.upload_fileobj(
            body,
            stack.outputs.UploadsBucket,
            key,
            ExtraArgs={"ContentType": "text/csv", "Metadata": metadata},
            Callback=lambda sent: progress.advance(task, sent),
        )
    # A multipart upload does not tell its version.
    return stack.s3.head_object(Bucket=stack.outputs.UploadsBucket, Key=key)["VersionId"]


def _find(stack: Stack, wanted: set[tuple[str, str]]) -> list[Upload]:
    """The records of these uploads (key and version), as far as they are there. Looks at the newest thousand."""
    found: list[Upload] = []
    for number, upload in enumerate(newest(stack)):
        if (upload["Key"], upload["VersionId"]) in wanted:
            found.append(upload)
        if len(found) == len(wanted) or number > 1000:
            break
    return found


def _who(stack: Stack) -> str:
    if stack.is_local:
        return getpass.getuser().encode("ascii", "replace").decode()
    return stack.sts.get_caller_identity()["Arn"].rpartition(":")[2]
