"""`onhand format`: how files are to be read, where that cannot be found out from them."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from load_inventory.formats import SCOPE, format_key, read_format, written
from onhand.completion import store_names
from onhand.console import UserError, console, printable, warn
from onhand.items import plain
from onhand.known import stores
from onhand.stack import Stack, find_stack
from read_file.csv_rows import Reading, Refused, Rejected, Row, read_rows
from read_file.file_format import FOUND_OUT, SIGNS_IN_WORDS, Format, FormatError, same_title
from stock.likeness import did_you_mean
from stock.reorder_points import ALL_STORES

app = typer.Typer(help="How files are to be read, where they are not just store,item,count.", no_args_is_help=True)

_SHOWN = 10  # rows
_COLUMNS = {"store": "the stores", "item": "the items", "count": "the counts", "reorder_point": "the reorder points"}
_SIGNS = {"thousands": "between thousands, if any", "decimal": "before decimals, if any"}

OfStore = Annotated[
    str | None, typer.Option(autocompletion=store_names, help="Only files in the folder of this store.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="What is not found out by itself, such as item=Article. Repeatable."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]


@app.command("learn")
def learn(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A file as it will come.")],
    store: OfStore = None,
    settings: Settings = None,
    dry_run: DryRun = False,
) -> None:
    """Show how a file is understood, let it be corrected, and read all later ones in that way.

    On a terminal it asks whether the columns are right. Files that came before stay as they were read.
    """
    stack = None if dry_run else find_stack()
    look = _look(file, store, _given(settings or []))
    _show(look)
    while sys.stdin.isatty() and not dry_run and not _is_right(look):
        look = _look(file, store, _corrected(look))
        _show(look)
    if look.refusal:
        raise UserError(f"Nothing was kept. {look.refusal} What is not found out is said with --set.")
    form = _pinned(look)
    if form == FOUND_OUT:
        console.print("It is understood by itself: nothing needs to be kept.")
        return
    if stack is None:
        console.print(f"Would be kept for {escape(_whose(store))}: {escape(form.in_words())}")
        return
    _keep(stack, store, form)


@app.command("set")
def set_format(
    settings: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...", help="Such as item=Article decimal=,")],
    store: OfStore = None,
) -> None:
    """Say how files are read from now on, instead of what was said before.

    item=Article: the title of the column of items. So do store, count and
    reorder_point; several titles, if files differ, by several item=.

    fixed_store=Berlin: the store, if no column has it. store_columns=Berlin: a
    column that holds the counts of the store that is its title.

    delimiter=; decimal=, thousands=. (or `tab`, `blank`), encoding=cp1252,
    lines_before=3, sheet=List.

    leave_out=Total*: rows with a cell that begins so. add_up=true: the counts of
    an item's rows are added up, such as of several bins. negative=reject: counts
    below 0 are not taken as 0.
    """
    _keep(find_stack(), store, _given(settings))


@app.command("show")
def show_formats(as_json: AsJson = False) -> None:
    """Show the formats that are kept. That of a store holds for files in its folder, instead of that of all stores."""
    found = list(_kept(find_stack()))
    if as_json:
        whose = {ALL_STORES: None}
        console.print_json(data=[{"store": whose.get(name, name), "format": form.as_json()} for name, form in found])
        return
    if not found:
        console.print("No format is kept: files are read as they are understood by themselves.")
        return
    table = Table("files of", "are read with", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name, form in found:
        table.add_row(escape("every other store" if name == ALL_STORES else name), escape(form.in_words()))
    console.print(table)


@app.command("remove")
def remove_format(store: OfStore = None, dry_run: DryRun = False) -> None:
    """Forget a format again. Files that were read with it stay as they were read."""
    stack = find_stack()
    kept = dict(_kept(stack)).get(store or ALL_STORES)
    if kept is None:
        raise UserError(f"No format is kept for {_whose(store)}. `onhand format show` lists them.")
    if dry_run:
        console.print(f"Would be forgotten for {escape(_whose(store))}: {escape(kept.in_words())}")
        return
    stack.dynamodb.delete_item(TableName=stack.outputs.UploadsTable, Key=format_key(store or ALL_STORES))
    console.print(f"[green]✓[/] No format is kept any more for {escape(_whose(store))}")


# ---- A file as it is understood --------------------------------------------------------------------------------------


@dataclass
class _Look:
    """A file as it is understood with a format: its first rows, how many are loaded and rejected, why it is refused."""

    form: Format
    reading: Reading
    first: list[Row | Rejected]
    numbers: Counter[str]
    refusal: str = ""


def _look(file: Path, store: str | None, form: Format) -> _Look:
    with file.open("rb") as content:
        reading = read_rows(content, store, form=form)
        look = _Look(form, reading, [], Counter())
        try:
            rows = iter(reading)
            for row in islice(rows, _SHOWN):
                look.first.append(row)
            for row in (*look.first, *rows):
                look.numbers["rejected" if isinstance(row, Rejected) else "loaded"] += 1
        except Refused as refused:
            look.refusal = str(refused)
    return look


def _show(look: _Look) -> None:
    if look.first:
        table = Table("line", *_COLUMNS, "", box=None, padding=(0, 2, 0, 0), header_style="dim")
        for row in look.first:
            table.add_row(str(row.line), *map(escape, _cells(row)))
        console.print(table)
        console.print(f"Rows that would be loaded: {look.numbers['loaded']:,}, rejected: {look.numbers['rejected']:,}")
    for note in look.reading.notes.facts():
        console.print(f"[dim]{escape(printable(note['Text']))}[/]", soft_wrap=True)
    if look.refusal:
        warn(f"It would be refused: {look.refusal}")


def _cells(row: Row | Rejected) -> list[str]:
    if isinstance(row, Row):
        point = "" if row.reorder_point is None else str(row.reorder_point)
        return [printable(row.store), printable(row.item), str(row.count), point, ""]
    return [*map(printable, (row.store, row.item, row.count)), "", f"rejected: {printable(row.reason)}"]


def _is_right(look: _Look) -> bool:
    return not look.refusal and typer.confirm("Is that right?", default=True)


def _corrected(look: _Look) -> Format:
    """Ask which column and sign is which, and return the format with the answers; where there is none it stays."""
    console.print("Which column has …? Its title as in the file, nothing to leave it; Ctrl-C ends this.")
    answers: dict[str, Any] = {}
    for column, what in _COLUMNS.items():
        now = ", ".join(getattr(look.reading.found, column) or getattr(look.form, column))
        answer = typer.prompt(f"… {what}", default=now, show_default=bool(now)).strip()
        if answer != now:
            answers[column] = (answer,)
    for name, what in _SIGNS.items():
        now = getattr(look.form, name)
        answer = typer.prompt(f"Which sign stands {what}", default=now, show_default=bool(now)).strip()
        answers[name] = SIGNS_IN_WORDS.get(answer, answer) or now
    try:
        return replace(look.form, **answers)
    except FormatError as error:
        warn(str(error))
        return look.form


def _pinned(look: _Look) -> Format:
    """Return the format with the titles that were found: another column in a later file leaves them as they are."""
    found: dict[str, Any] = {column: getattr(look.reading.found, column) for column in _COLUMNS}
    own = {column: [same_title(title) for title in titles] == [same_title(column)] for column, titles in found.items()}
    return replace(look.form, **{column: found[column] for column in found if found[column] and not own[column]})


# ---- What is kept ----------------------------------------------------------------------------------------------------


def _given(settings: list[str]) -> Format:
    """Return the format that NAME=VALUEs are. Raises UserError if they are none."""
    known = {field.name: field.default for field in fields(Format)}
    values: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise UserError(f"{setting}: NAME=VALUE is wanted, such as item=Article.")
        default = known.get(name)
        if isinstance(default, tuple):
            values.setdefault(name, []).append(value)
        elif isinstance(default, bool):
            values[name] = {"true": True, "false": False}.get(value.lower(), value)
        elif name == "lines_before" and value.isdecimal():
            values[name] = int(value)
        else:
            values[name] = SIGNS_IN_WORDS.get(value, value)
    try:
        return Format.of_json(values)
    except FormatError as error:
        raise UserError(str(error)) from None


def _keep(stack: Stack, store: str | None, form: Format) -> None:
    if form == FOUND_OUT:
        raise UserError("Nothing is said by that. `onhand format remove` forgets a format.")
    names = [row["Store"] for row in stores(stack) if row["Store"] != ALL_STORES]
    if store is not None and store not in names:
        warn(f"No store '{store}' has sent a file yet.{did_you_mean(store, names)}")
    item = format_key(store or ALL_STORES) | {"Format": {"S": written(form)}}
    stack.dynamodb.put_item(TableName=stack.outputs.UploadsTable, Item=item)
    console.print(f"[green]✓[/] Files of {escape(_whose(store))} are read from now on with {escape(form.in_words())}")


def _kept(stack: Stack) -> Iterator[tuple[str, Format]]:
    """Yield the formats that are kept, each with its store or `*`."""
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.UploadsTable,
        KeyConditionExpression="#scope = :format",
        ExpressionAttributeNames={"#scope": "Scope"},
        ExpressionAttributeValues={":format": {"S": SCOPE}},
        ConsistentRead=True,
    )
    for page in pages:
        for row in map(plain, page["Items"]):
            yield row["Token"], read_format(row["Format"])


def _whose(store: str | None) -> str:
    return "every store" if store is None else store
