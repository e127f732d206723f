"""`onhand silent`: which stores sent nothing for some time."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from onhand.console import console
from onhand.known import stores
from onhand.moments import minute
from onhand.stack import find_stack
from stock.silent_stores import CLOSED_AFTER, silent_stores


def silent(
    hours: Annotated[float, typer.Option(help="For how many hours.", min=0)] = 24,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """List the stores that sent nothing that could be loaded for some hours, longest first.

    A store that was removed, or was silent for 30 days more and so is taken to be closed, is left out. Exit code 1 if
    there are any.
    """
    last_uploads = [(row["Store"], row.get("LastUploadAt", "")) for row in stores(find_stack()) if row.get("Items")]
    found = silent_stores(last_uploads, hours, datetime.now(UTC))
    if as_json:
        print(json.dumps([{"store": store, "last": at} for store, at in found], indent=2))  # noqa: T201 - for programs
    elif found:
        table = Table("store", "last upload", box=None, padding=(0, 2, 0, 0), header_style="dim")
        for store, at in found:
            table.add_row(escape(store), escape(minute(at)))
        console.print(table)
    else:
        console.print(
            f"No store was silent for {hours:g} hours, but for those that were so for {CLOSED_AFTER.days} days more."
        )
    if found:
        raise typer.Exit(1)
