"""Options that several commands have."""

from typing import Annotated

import typer

from onhand.completion import group_names, store_names
from onhand.console import UserError
from onhand.events import Event

Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of template.yaml. Repeatable."),
]
WithDashboard = Annotated[bool, typer.Option("--dashboard/--no-dashboard", help="Build and publish the dashboard.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Insist = Annotated[bool, typer.Option("--yes", help="Do it even for a name that nobody knows so far, unasked.")]
OfStore = Annotated[str | None, typer.Option("--store", autocompletion=store_names, help="Only of this store.")]
OfGroup = Annotated[
    str | None, typer.Option("--group", autocompletion=group_names, help="Only of the stores of this group.")
]
OfItem = Annotated[str | None, typer.Option("--item", help="Only of this item.")]
OfEvent = Annotated[Event | None, typer.Option("--event", help="Only this.")]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="WHEN", help="Only from then on, such as yesterday, “2 days ago” or 2026-11-20."),
]


def pairs(parameters: list[str] | None) -> dict[str, str]:
    """NAME=VALUE, as --parameter takes them. Raises UserError if one is not that."""
    found = [parameter.partition("=") for parameter in parameters or []]
    for name, equals, _ in found:
        if not equals:
            raise UserError(f"--parameter {name}: NAME=VALUE is wanted.")
    return {name: value for name, _, value in found}
