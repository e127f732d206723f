"""The options that every command has: which onhand it speaks to. They stand before the command or after it."""

from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from onhand.target import target


def say(param: typer.CallbackParam, value: Any) -> Any:
    """Take over what an option says: the one called `name`, or after a command `target_name`, says `target.name`."""
    said = value.expanduser().absolute() if isinstance(value, Path) else value
    setattr(target, str(param.name).removeprefix("target_"), said)
    return value


def _say_if_given(param: typer.CallbackParam, value: Any) -> Any:
    return value if value is None else say(param, value)


def _after_the_command(
    target_aws: Annotated[bool | None, typer.Option("--aws/--local", hidden=True, callback=_say_if_given)] = None,
    target_data: Annotated[Path | None, typer.Option("--data", hidden=True, callback=_say_if_given)] = None,
    target_name: Annotated[str | None, typer.Option("--stack", hidden=True, callback=_say_if_given)] = None,
    target_region: Annotated[str | None, typer.Option("--region", hidden=True, callback=_say_if_given)] = None,
) -> None:
    """Have options that say nothing unless they are given: what stands before the command holds then.

    Commands have parameters called `name` or `data` themselves.
    """


@cache
def _options() -> list[Any]:
    """The options as typer makes them, none of which a command's function gets to see."""
    app = typer.Typer(add_completion=False)
    app.command()(_after_the_command)
    options = typer.main.get_command(app).params
    for option in options:
        option.expose_value = False
    return options


class Command(TyperCommand):
    """A command that takes them."""

    def __init__(self, *arguments: Any, params: list[Any] | None = None, **settings: Any) -> None:
        super().__init__(*arguments, params=[*(params or []), *_options()], **settings)


class Family(TyperGroup):
    """A family of commands that takes them before its command."""

    def __init__(self, *arguments: Any, params: list[Any] | None = None, **settings: Any) -> None:
        super().__init__(*arguments, params=[*(params or []), *_options()], **settings)
