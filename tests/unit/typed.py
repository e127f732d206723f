"""A command line as typed, understood but not run."""

from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from onhand.main import app


def understood(words: Sequence[str]) -> Any:
    """Return the context of the command that words call. What is wrong with them ends in a UsageError."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("onhand", list(words))
    while isinstance(command, TyperGroup) and context._protected_args:
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)
    return context


def commands(command: Any = None) -> Iterator[Any]:
    """Yield every command and family of commands, but not all of them together."""
    command = command or typer.main.get_command(app)
    context: Any = None
    for name in command.list_commands(context) if isinstance(command, TyperGroup) else ():
        found = command.get_command(context, name)
        yield found
        yield from commands(found)
