"""`onhand items`: every item of all stores, from the catalogue."""

import json
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from onhand import catalogue
from onhand.console import UserError, console
from onhand.csv_out import write_csv
from onhand.stack import find_stack
from onhand.uploads import number_of
from stock.catalogue import Entry, folded, totals
from stock.likeness import did_you_mean

_SHOWN = 200  # items in the terminal


def list_items(
    short: Annotated[bool, typer.Option("--short", help="Only those that are out or low in any store.")] = False,
    find: Annotated[
        str | None,
        typer.Option("--find", metavar="WORDS", help="Only those whose name has these words in it, in any case."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """List the items of all stores: how many stores carry each, are out of it, have little of it, and its units.

    With --short, what is missing in most stores comes first; else they come by name.
    """
    if as_json and as_csv:
        raise UserError("Give --json or --csv, not both.")
    known = catalogue.read(find_stack())
    if not known.counted:
        raise UserError("The items of all stores were never counted. `onhand doctor --repair` does that.")
    entries = [entry for entry in known.entries.values() if not short or entry.is_short]
    found = sorted((one for one in entries if _has(one, find)), key=_most_missing if short else _name)
    if as_csv:
        write_csv(Entry._fields, found)
    elif as_json:
        print(json.dumps([one._asdict() for one in found], indent=2))  # noqa: T201 - for programs, without wrapping
    elif not found:
        console.print(_nothing(known.entries, find))
    else:
        _show(found)


def _has(entry: Entry, words: str | None) -> bool:
    name = folded(entry.item)
    return all(word in name for word in folded(words or "").split())


def _name(entry: Entry) -> tuple[str, str]:
    return folded(entry.item), entry.item


def _most_missing(entry: Entry) -> tuple[int, int, tuple[str, str]]:
    return -entry.out, -entry.low, _name(entry)


def _nothing(known: dict[str, Entry], find: str | None) -> str:
    if not known:
        return "No store has any items. `onhand upload FILE` brings some."
    return f"No item is called so.{did_you_mean(find, known)}" if find else "Nothing is out or low."


def _show(found: list[Entry]) -> None:
    table = Table(*Entry._fields, box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, *numbers in found[:_SHOWN]:
        table.add_row(escape(name), *(f"{number:,}" for number in numbers))
    console.print(table)
    if len(found) > _SHOWN:
        console.print(f"… and {len(found) - _SHOWN:,} more (--csv lists all)")
    sums = totals(found)
    rows = f"{number_of(sums.rows, 'row')} in stores, {sums.out:,} out, {sums.low:,} low"
    console.print(f"{number_of(sums.items, 'item')}: {rows}, {number_of(sums.units, 'unit')}")
