"""Output of the command line, and how it reports that something went wrong."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

console = Console(highlight=False)
stderr = Console(stderr=True, highlight=False)


class UserError(Exception):
    """Something that the person at the keyboard can mend: shown without a traceback, with what to do."""


def printable(text: str) -> str:
    """A text that others wrote, on one line and without control characters: they could drive the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


@contextmanager
def step(what: str, quiet: bool = False) -> Iterator[None]:
    """Show that something goes on, and afterwards how long it took."""
    if quiet:
        yield
        return
    started = time.monotonic()
    try:
        with console.status(f"{what} …"):
            yield
    except BaseException:
        console.print(f"[red]✗[/] {what}")
        raise
    console.print(f"[green]✓[/] {what} [dim]({time.monotonic() - started:.1f} s)[/]")


def warn(text: str) -> None:
    """Print on stderr what does not stop us."""
    stderr.print(f"[yellow]![/] {escape(text)}", soft_wrap=True)


def fail(text: str) -> None:
    """Print on stderr what stopped us."""
    stderr.print(f"[red]✗[/] {escape(text)}", soft_wrap=True)
