"""What a shell completes besides commands and options: the names of stores and of groups."""

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from onhand.target import target

_KEEP_SECONDS = 300
# A shell may evaluate what it completes, and anybody who uploads can name a store.
_HARMLESS = re.compile(r"[\w .,:=+@/-]+")


def store_names(incomplete: str) -> list[str]:
    """Return the stores whose names begin so, as they were some minutes ago at most; none where they cannot be read."""
    return _beginning(incomplete, _stores)


def group_names(incomplete: str) -> list[str]:
    """Return the groups whose names begin so; none where they cannot be read."""
    return _beginning(incomplete, _groups)


def _beginning(incomplete: str, read: Callable[[], list[str]]) -> list[str]:
    try:
        names = [name for name in read() if name.startswith(incomplete) and _HARMLESS.fullmatch(name)]
    except Exception:
        return []
    is_bash = os.environ.get("_ONHAND_COMPLETE") == "complete_bash"  # other shells quote by themselves
    return [name.replace(" ", "\\ ") for name in names] if is_bash else names


def _groups() -> list[str]:
    from onhand.memberships import group_names
    from onhand.stack import find_stack

    return group_names(find_stack())


def _stores() -> list[str]:
    """Return the stores that have any items. To read them takes a second: what was read is kept."""
    kept = _kept()
    if kept.exists() and time.time() < kept.stat().st_mtime + _KEEP_SECONDS:
        return [str(name) for name in json.loads(kept.read_text())]
    from onhand.known import stores_with_items
    from onhand.stack import find_stack

    names = sorted(stores_with_items(find_stack()))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(names))
    return names


def _kept() -> Path:
    where = "-".join(("aws", target.name, target.region or "") if target.aws else (target.name,))
    return target.data / "completion" / f"{where}.json"
