"""Which onhand a command speaks to: the one on this machine, or, only with --aws, the one on AWS."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Target:
    """What the options of every command say (onhand/everywhere.py). `--aws` is never a default: nobody reaches AWS by
    accident.
    """

    aws: bool = False
    data: Path = ROOT / ".onhand"
    name: str = "onhand"
    region: str | None = None


target = Target()


def clean_environment() -> dict[str, str]:
    """The environment without anything that would send a local program to AWS or let settings of the user's in."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_", "LOCALSTACK_"))}
