"""The emulator MiniStack as a program, with one defect mended: `python -m onhand.emulator`.

MiniStack 1.5.33 puts no record into a table's stream for what a PartiQL statement changed; AWS does. Load-Inventory
writes with PartiQL, so without this Check-Stock would not receive any row. tests/aws/test_emulator.py fails as soon as
MiniStack does it by itself.
"""

import copy
from collections.abc import Callable
from functools import wraps
from typing import Any

from ministack import app
from ministack.services import dynamodb

Write = Callable[..., tuple[int, Any, Any]]


def mend() -> None:
    """Make PartiQL's INSERT, UPDATE and DELETE put their changes into the stream."""
    for name in ("_partiql_insert", "_partiql_update", "_partiql_delete"):
        setattr(dynamodb, name, _with_stream(getattr(dynamodb, name)))


def _with_stream(write: Write) -> Write:
    @wraps(write)
    def run(table: dict[str, Any], parsed: dict[str, Any], *rest: Any) -> tuple[int, Any, Any]:
        partition, sort = _key(table, parsed)
        before = copy.deepcopy(table["items"].get(partition, {}).get(sort))
        reply = write(table, parsed, *rest)
        after = table["items"].get(partition, {}).get(sort)
        if after != before:
            event = "REMOVE" if after is None else "MODIFY" if before else "INSERT"
            dynamodb._emit_stream_event(parsed["table"], event, before, after)
        return reply

    return run


def _key(table: dict[str, Any], parsed: dict[str, Any]) -> tuple[Any, Any]:
    if parsed["op"] != "INSERT":
        partition, sort, *_ = dynamodb._partiql_key_target(table, parsed)
        return partition, sort
    item = parsed.get("item") or {}
    item = item["M"] if set(item) == {"M"} else item
    names = table["pk_name"], table["sk_name"]
    partition, sort = (dynamodb._extract_key_val(item.get(name)) if name else "__no_sort__" for name in names)
    return partition, sort


if __name__ == "__main__":
    mend()
    app.main()
