"""Which onhand a command speaks to: the one on this machine, or, only with --aws, the one on AWS."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Target:
    """The options before the command. `--aws` is never a default: nobody reaches AWS by accident."""

    aws: bool = False
    data: Path = ROOT / ".onhand"
    name: str = "onhand"
    region: str | None = None


target = Target()

# Options that may stand before or after the command.
_WITH_VALUE = ("--data", "--stack", "--region")
_FLAGS = ("--aws", "--local")


def options_first(arguments: list[str]) -> list[str]:
    """Bring the options that hold for every command before the command, so that they may stand anywhere."""
    first: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in _WITH_VALUE:
            first += [word, *([value] if (value := next(words, None)) is not None else [])]
        elif word in _FLAGS or word.startswith(tuple(f"{option}=" for option in _WITH_VALUE)):
            first.append(word)
        else:
            rest.append(word)
    return first + rest


def clean_environment() -> dict[str, str]:
    """The environment without anything that would send a local program to AWS or let settings of the user's in."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_", "LOCALSTACK_"))}
