"""Options that several commands have."""

from typing import Annotated

import typer

from onhand.console import UserError

Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of template.yaml. Repeatable."),
]
WithDashboard = Annotated[bool, typer.Option("--dashboard/--no-dashboard", help="Build and publish the dashboard.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def pairs(parameters: list[str] | None) -> dict[str, str]:
    """NAME=VALUE, as --parameter takes them. Raises UserError if one is not that."""
    found = [parameter.partition("=") for parameter in parameters or []]
    for name, equals, _ in found:
        if not equals:
            raise UserError(f"--parameter {name}: NAME=VALUE is wanted.")
    return {name: value for name, _, value in found}
