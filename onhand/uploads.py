"""The records of uploads in the table Uploads: reading and showing them."""

import itertools
from collections.abc import Iterable, Iterator
from heapq import merge
from typing import Any

from rich.markup import escape
from rich.table import Table

from load_inventory.upload import CHECKS_PREFIX
from onhand.console import UserError, printable
from onhand.items import get_many, plain
from onhand.stack import Stack
from stock.order_token import event_time, is_order_token
from stock.shards import all_of, upload_scopes

Upload = dict[str, Any]
"""An item of scope `all`, see docs/data-model.md."""

FINISHED = ("loaded", "refused", "failed", "withdrawn")
_UPLOADS_TO_SEARCH = 2000
_COUNTS = ("Changed", "Unchanged", "Superseded", "Repeated", "Rejected")


def newest(stack: Stack) -> Iterator[Upload]:
    """All uploads, newest first."""

    def of(scope: str) -> Iterator[Upload]:
        pages = stack.dynamodb.get_paginator("query").paginate(
            TableName=stack.outputs.UploadsTable,
            KeyConditionExpression="#scope = :scope",
            ExpressionAttributeNames={"#scope": "Scope"},
            ExpressionAttributeValues={":scope": {"S": scope}},
            ScanIndexForward=False,
            PaginationConfig={"PageSize": 50},
        )
        for page in pages:
            yield from map(plain, page["Items"])

    return merge(*map(of, all_of("all", stack.shards)), key=lambda upload: str(upload["Token"]), reverse=True)


def find_token(stack: Stack, name: str) -> str:
    """Return an upload's token, given that, or the name of a file, of which the newest upload counts."""
    if is_order_token(name):
        return name
    wanted = name.removeprefix("uploads/")
    for record in itertools.islice(newest(stack), _UPLOADS_TO_SEARCH):
        found = str(record["Key"]).removeprefix("uploads/")
        if found == wanted or found.endswith(f"/{wanted}"):
            return str(record["Token"])
    raise UserError(
        f"None of the last {_UPLOADS_TO_SEARCH:,} uploads is of a file '{name}'. Give its token: it stands in "
        "`onhand trace --json` of others, on the dashboard's page Uploads, and in alerts."
    )


def get_uploads(
    stack: Stack, tokens: list[str], only: tuple[str, ...] = (), consistent: bool = False
) -> Iterator[Upload]:
    """The uploads with the given order tokens, as far as they are on record; only some attributes, or (none) all."""
    keys = [
        {"Scope": {"S": scope}, "Token": {"S": token}}
        for token in tokens
        for scope in upload_scopes(token, stack.shards)
    ]
    return get_many(stack, stack.outputs.UploadsTable, keys, ConsistentRead=consistent, **_projection(only))


def uploads_between(stack: Stack, first: str, last: str, only: tuple[str, ...]) -> Iterator[Upload]:
    """Some attributes of the uploads with order tokens from `first` to `last` (beginnings of tokens are enough)."""
    projection = _projection(only)
    for scope in all_of("all", stack.shards):
        pages = stack.dynamodb.get_paginator("query").paginate(
            TableName=stack.outputs.UploadsTable,
            KeyConditionExpression="#scope = :scope AND #Token BETWEEN :first AND :last",
            ProjectionExpression=projection["ProjectionExpression"],
            ExpressionAttributeNames={"#scope": "Scope", "#Token": "Token", **projection["ExpressionAttributeNames"]},
            ExpressionAttributeValues={":scope": {"S": scope}, ":first": {"S": first}, ":last": {"S": last}},
        )
        for page in pages:
            yield from map(plain, page["Items"])


def _projection(only: Iterable[str]) -> dict[str, Any]:
    names = {f"#{name}": name for name in only}
    return {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names} if names else {}


def summary(upload: Upload) -> str:
    """One line of an upload and its result, as Rich markup."""
    name = escape(printable(upload["Key"].partition("/")[2]))  # a key may hold any character
    is_check = upload["Key"].startswith(CHECKS_PREFIX)
    if upload["State"] == "refused":
        refused = "would be refused" if is_check else "refused"
        return f"[red]✗[/] [bold]{name}[/] {refused}: {escape(upload.get('Reason', ''))}"
    if upload["State"] == "failed":
        reason = escape(upload.get("Reason", "the log of Load-Inventory has the reason"))
        return f"[red]✗[/] [bold]{name}[/] could not be loaded: {reason} (it is kept; `onhand redrive` tries again)"
    if upload["State"] == "withdrawn":
        return f"[yellow]↶[/] [bold]{name}[/] was withdrawn {escape(withdrawal(upload))}"
    if upload["State"] == "loading":
        parts = f", part {upload.get('PartsDone', 0)} of {upload['Parts']}" if upload.get("Parts") else ""
        return f"[cyan]…[/] [bold]{name}[/] is loading{parts}"
    if upload.get("Mode") == "removal":
        return (
            f"[green]✓[/] [bold]{name}[/]: the store is removed, {number_of(upload.get('Removed', 0), 'item')} delisted"
        )
    counts = ", ".join(f"{upload[count]:,} {count.lower()}" for count in _COUNTS if upload.get(count))
    counts = counts or ("nothing" if "Changed" in upload else "not compared with the counts: it is too large")
    stores = upload.get("StoreCount", len(upload.get("Stores", [])))
    removed = f", [yellow]{number_of(upload['Removed'], 'item')} delisted[/]" if upload.get("Removed") else ""
    loaded = "would be loaded" if is_check else "loaded"
    if loaded_nothing(upload):
        nothing = "nothing would be loaded" if is_check else "nothing was loaded"
        return f"[red]✗[/] [bold]{name}[/]: {nothing}, every row was rejected ({upload['Rows']:,})"
    mark = "[yellow]![/]" if upload.get("Rejected") or upload.get("Conflicting") or removed else "[green]✓[/]"
    return (
        f"{mark} [bold]{name}[/] {loaded}: {number_of(upload.get('Rows', 0), 'row')} of {number_of(stores, 'store')} "
        f"({counts}{removed})"
    )


def withdrawal(upload: Upload) -> str:
    """Who withdrew an upload, when and why, in words."""
    if not (asked := upload.get("Withdrawal")):
        return "by somebody"
    why = f": {printable(asked['Why'])}" if asked["Why"] else ""
    return f"by {printable(asked['By']) or 'somebody'}, {event_time(asked['AsOf'])[:16]}Z{why}"


def loaded_nothing(upload: Upload) -> bool:
    """Whether every row of a file was rejected."""
    return upload["State"] in ("loaded", "checked") and bool(0 < upload.get("Rows", 0) == upload.get("Rejected", 0))


def notes(upload: Upload) -> list[str]:
    """What was assumed of an upload's file, and what of it was not read."""
    return [note["Text"] for note in upload.get("Notes", [])]


def number_of(number: int, what: str) -> str:
    """Return how many of what there are, in words: `1 file`, `2 files`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def rejected_rows(upload: Upload) -> Table | None:
    """The first rejected rows of an upload with their reasons, or None if it has none."""
    rows = upload.get("FirstRejected")
    if not rows:
        return None
    table = Table("line", "reason", "store", "item", "count", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for row in rows:
        texts = (str(row.get(name, "")) for name in ("Reason", "Store", "Item", "Count"))
        table.add_row(str(row["Line"]), *(escape(text) for text in texts))
    return table


def _repeated_row(row: dict[str, Any]) -> str:
    counts = ("", "")
    if row.get("Count") != row.get("LastCount"):
        counts = (f": {row['Count']}", f": {row['LastCount']}")
    return f"{row['Item']} (line {row['Line']}{counts[0]}, again in {row['LastLine']}{counts[1]})"


def repeated_rows(upload: Upload) -> str | None:
    """The first repeated items of an upload in words, or None if it has none."""
    rows = upload.get("FirstRepeated")
    if not rows:
        return None
    first = ", ".join(map(_repeated_row, rows[:3]))
    more = upload["Repeated"] - len(rows[:3])
    said = f"The last line of an item counts: {first}{f' and {more} more' if more > 0 else ''}"
    if conflicting := upload.get("Conflicting"):
        said += (
            f". {conflicting:,} of them with another count than the last one. If they are bins or lots, have a format "
            "add them up."
        )
    return said
