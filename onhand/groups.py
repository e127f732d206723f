"""`onhand group`: groups of stores, such as a region or a format; a store may be in several."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from onhand.completion import group_names as completed
from onhand.completion import store_names
from onhand.console import UserError, console, warn
from onhand.group_file import Said, in_lines, read_groups, what_is_wrong
from onhand.known import confirm, confirm_stores, stores, stores_with_items
from onhand.memberships import Change, Groups, change_groups, group_names, members
from onhand.options import Insist, Yes
from onhand.stack import Stack, find_stack
from onhand.subscriptions import who_receives
from onhand.uploads import number_of
from stock.likeness import did_you_mean, like

app = typer.Typer(
    help="Groups of stores, such as a region or a format. A store may be in several.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(autocompletion=completed, help="The group.")]
Stores = Annotated[list[str], typer.Argument(autocompletion=store_names, help="Stores.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
_SHOWN = 20


@app.command()
def add(name: Name, store: Stores, yes: Insist = False) -> None:
    """Put stores into a group. A group that is new is made by that."""
    if wrong := what_is_wrong(name):
        raise UserError(wrong)
    stack = find_stack()
    confirm_stores(stack, store, yes)
    known = group_names(stack)
    confirm(_new_group(name, known), yes)
    change_groups(stack, dict.fromkeys(store, lambda groups: groups | {name}))
    _say(stack, name)


@app.command()
def remove(name: Name, store: Stores, dry_run: DryRun = False) -> None:
    """Take stores out of a group. A group that has lost its last store is gone."""
    stack = find_stack()
    there = members(stack, name)
    for one in store:
        if one not in there:
            raise UserError(f"{one} is not in {name}, nothing was changed.{did_you_mean(one, there)}")
    left = there - set(store)
    if dry_run:
        console.print(f"{escape(name)} would have {number_of(len(left), 'store')}")
        return
    if not left:
        _warn_of_receivers(stack, name)
    change_groups(stack, dict.fromkeys(store, lambda groups: groups - {name}))
    _say(stack, name)


@app.command("list")
def list_groups(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the groups, and how many stores each has."""
    stack = find_stack()
    counted = Counter(group for row in stores(stack) for group in row.get("Groups", ()))
    found = {group: counted[group] for group in group_names(stack)}
    if as_json:
        print(json.dumps([{"group": group, "stores": number} for group, number in found.items()], indent=2))  # noqa: T201
        return
    if not found:
        console.print("There are no groups. `onhand group add NAME STORE …` makes one.")
    for group, number in found.items():
        console.print(f"{escape(group)} [dim]{number_of(number, 'store')}[/]")


@app.command()
def show(name: Name, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the stores of a group. What is out there: `onhand stores --group`."""
    found = sorted(members(find_stack(), name))
    if as_json:
        print(json.dumps(found, indent=2))  # noqa: T201 - for programs
        return
    for store in found:
        console.print(escape(store))


@app.command()
def rename(name: Name, new: Annotated[str, typer.Argument(help="Its new name.")]) -> None:
    """Give a group another name. Who receives its alerts or digests is told here: subscribe them again."""
    if wrong := what_is_wrong(new):
        raise UserError(wrong)
    stack = find_stack()
    there = members(stack, name)
    if new in group_names(stack):
        raise UserError(f"There is a group '{new}' already. `onhand group add` puts stores into it.")
    _warn_of_receivers(stack, name)
    change_groups(stack, dict.fromkeys(there, lambda groups: groups - {name} | {new}))
    _say(stack, new)


@app.command()
def delete(name: Name, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Delete a group. Its stores stay."""
    stack = find_stack()
    there = members(stack, name)
    _warn_of_receivers(stack, name)
    console.print(f"{escape(name)} has {number_of(len(there), 'store')}")
    if dry_run:
        return
    if not yes and not typer.confirm("Delete the group?", err=True):
        raise UserError("Nothing was changed.")
    change_groups(stack, dict.fromkeys(there, lambda groups: groups - {name}))
    console.print(f"[green]✓[/] {escape(name)} is gone")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file: store and group.")],
    dry_run: DryRun = False,
    yes: Insist = False,
) -> None:
    """Take over the groups of stores from a file: a line for each store and group.

    What the file says of a store replaces the groups that it is in; a store whose group is blank is in none. Stores
    that are not in the file stay where they are. If a line is wrong, nothing is changed.
    """
    said = read_groups(file.read_bytes())
    stack = find_stack()
    if not yes and (doubts := list(_doubts(stack, said))):
        raise UserError(in_lines([*doubts, "--yes takes over what is new."]))
    before = {row["Store"]: frozenset(row.get("Groups", ())) for row in stores(stack)}
    changed = {store: groups for store, groups in said.groups.items() if groups != before.get(store, frozenset())}
    for store, groups in list(changed.items())[:_SHOWN] if dry_run else ():
        console.print(f"{escape(store)}: {escape(_words(before.get(store, frozenset())))} → {escape(_words(groups))}")
    if not dry_run:
        change_groups(stack, {store: _to(groups) for store, groups in changed.items()})
    would = "would be in other groups than before" if dry_run else "are in other groups than before"
    console.print(f"[green]✓[/] {len(changed):,} of {number_of(len(said.groups), 'store')} {would}")


def _to(groups: Groups) -> Change:
    return lambda _: groups


def _words(groups: Groups) -> str:
    return ", ".join(sorted(groups)) or "no group"


def _new_group(name: str, known: list[str]) -> Iterator[str]:
    """Yield a doubt if a group is new and is easily taken for another one."""
    if name not in known and (meant := like(name, known)):
        yield f"There is no group '{name}' so far, but one called '{meant}'."


def _doubts(stack: Stack, said: Said) -> Iterator[str]:
    """Yield what of a file may be a typo: stores that have no items, groups that are like others."""
    known, groups = stores_with_items(stack), group_names(stack)
    for store, line in said.line_of_store.items():
        if store not in known:
            yield f"Line {line}: there is no store '{store}' with any items.{did_you_mean(store, known)}"
    for group, line in said.line_of_group.items():
        yield from (f"Line {line}: {doubt}" for doubt in _new_group(group, groups))


def _warn_of_receivers(stack: Stack, name: str) -> None:
    for said in who_receives(stack, group=name):
        warn(said)


def _say(stack: Stack, name: str) -> None:
    left = len(members(stack, name)) if name in group_names(stack) else 0
    console.print(f"[green]✓[/] {escape(name)} has {number_of(left, 'store')}")
