"""Checks: asking Load-Inventory what files would change, and showing what it says. Nothing is changed by it."""

from pathlib import Path
from typing import Any

import typer
from rich.markup import escape
from rich.table import Table

from load_inventory.upload import CHECKS_PREFIX, answer_key
from onhand.answers import answer_to
from onhand.console import console, printable, stderr, warn
from onhand.stack import Stack
from onhand.uploads import number_of
from stock.likeness import like, told_apart

Check = dict[str, Any]
"""The answer to a check, see docs/data-model.md."""

_SHOWN = 10
_KINDS = {"ToZero": "runs out", "Delisted": "delisted", "NewItems": "new", "OtherCounts": "changed"}


def check(stack: Stack, files: list[Path], store: str | None, metadata: dict[str, str]) -> list[Check]:
    """Have files checked and return the answers. Raises UserError if one does not come for a long time."""
    with stderr.status("Checking …"):
        keys = [_send(stack, path, store, metadata) for path in files]
        named = zip(files, keys, strict=True)
        return [answer_to(stack, f"{path.name} was sent to be checked", key) for path, key in named]


def _send(stack: Stack, path: Path, store: str | None, metadata: dict[str, str]) -> str:
    """Send a file to be checked; return the key of the answer."""
    key = f"{CHECKS_PREFIX}{store}/{path.name}" if store else CHECKS_PREFIX + path.name
    with path.open("rb") as body:
        stored = stack.s3.put_object(Bucket=stack.outputs.UploadsBucket, Key=key, Body=body, Metadata=metadata)
    return answer_key(key, stored["VersionId"])


def _new_store(name: str, items: int, known: set[str]) -> str:
    meant = like(name, known)
    shown = printable(told_apart(name, meant) if meant else name)
    return f"{shown} ({number_of(items, 'item')})" + (f", like {printable(meant)}" if meant else "")


def show_changes(answer: Check, known: set[str]) -> None:
    """Print what an upload would change: the first of each kind. `known`: the stores that there are."""
    if "Changes" not in answer:
        return
    read = (f"line {row['Line']}: {row['Store']} · {row['Item']} · {row['Count']:,}" for row in answer["FirstRows"][:3])
    console.print(f"  [dim]Read as {escape(printable(', '.join(read)))}[/]", soft_wrap=True)
    changes = answer["Changes"]
    if new := changes["NewStores"]["First"]:
        named = ", ".join(_new_store(each["Store"], each["Items"], known) for each in new[:_SHOWN])
        more = changes["NewStores"]["Count"] - len(new[:_SHOWN])
        named += f" and {more:,} more" if more else ""
        console.print(f"  [yellow]New stores:[/] {escape(named)}", soft_wrap=True)
    for removal in changes["Removals"]["First"][:_SHOWN]:
        console.print(f"  [yellow]{escape(_removal(removal))}[/]", soft_wrap=True)
    table = Table("", "store", "item", "before", "after", box=None, padding=(0, 2, 0, 2), header_style="dim")
    for kind, what in _KINDS.items():
        found = changes[kind]
        for row in found["First"][:_SHOWN]:
            names = [escape(printable(row[name])) for name in ("Store", "Item")]
            table.add_row(what, *names, *(_count(row.get(name)) for name in ("Previous", "Count")))
        if more := found["Count"] - len(found["First"][:_SHOWN]):
            table.add_row(what, f"[dim]and {more:,} more[/]")
    if table.row_count:
        console.print(table)


def confirm_removals(answers: list[Check]) -> None:
    """Ask before files remove items, with their number. Raises typer.Abort if they shall not."""
    compared = [answer["Changes"] for answer in answers if "Changes" in answer]
    for removal in [removal for changes in compared for removal in changes["Removals"]["First"]][:_SHOWN]:
        warn(_removal(removal))
    removed = sum(answer["Upload"].get("Removed", 0) for answer in answers)
    if large := sum(map(_is_too_large, answers)):
        warn(f"{number_of(large, 'file')} too large to be compared: how many items that removes is not known.")
    if removed or large:
        question = "Send it without knowing that?" if large else f"Remove {number_of(removed, 'item')}?"
        typer.confirm(question, abort=True, err=True)


def _is_too_large(answer: Check) -> bool:
    return "Changes" not in answer and answer["Upload"]["State"] != "refused"


def _removal(removal: dict[str, Any]) -> str:
    store = printable(removal["Store"])
    return f"Would remove {removal['Removed']:,} of the {number_of(removal['Items'], 'item')} of {store}."


def _count(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"
