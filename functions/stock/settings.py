"""Settings of a function, as the template hands them to it in environment variables (docs/data-model.md)."""

import os
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self


def variable(name: str, read: Callable[[str], Any] = str) -> dict[str, Any]:
    """Return the metadata of a field that is read from an environment variable; without that its default holds."""
    return {"name": name, "read": read}


@dataclass(frozen=True)
class FromEnvironment:
    """A dataclass each field of which has a `variable` as its metadata."""

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings. Raises KeyError if a variable is missing whose field has no default."""
        given = [each for each in fields(cls) if each.default is MISSING or each.metadata["name"] in os.environ]
        return cls(**{each.name: each.metadata["read"](os.environ[each.metadata["name"]]) for each in given})


def without_slash(url: str) -> str:
    """Return an address to which paths are added."""
    return url.rstrip("/")
