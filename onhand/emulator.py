"""The emulator MiniStack as a program, with two defects mended: `python -m onhand.emulator`.

MiniStack 1.5.33 puts no record into a table's stream for what a PartiQL statement changed; AWS does. Load-Inventory
writes with PartiQL, so without this Check-Stock would not receive any row. tests/aws/test_emulator.py fails as soon as
MiniStack does it by itself.

And it asks a role for the right to call BatchExecuteStatement or SendMessageBatch; AWS knows no such rights and asks
for those to do what is in them. So without this the grants of template.yaml would not be tried here.
"""

import copy
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from ministack import app
from ministack.core import iam_actions
from ministack.services import dynamodb

Write = Callable[..., tuple[int, Any, Any]]
Checks = list[tuple[str, str]]
"""Actions that a call takes, each with the ARN of its resource."""

_STATEMENT = re.compile(
    r'\s*(UPDATE|(?:INSERT|DELETE|SELECT)\b.*?\s(?:INTO|FROM))\s+"?([\w.-]+)', re.IGNORECASE | re.DOTALL
)


def mend() -> None:
    """Make PartiQL write to the stream, and let batches take the rights that AWS asks for."""
    for name in ("_partiql_insert", "_partiql_update", "_partiql_delete"):
        setattr(dynamodb, name, _with_stream(getattr(dynamodb, name)))
    iam_actions.dynamodb_transaction_checks = _with_statements(iam_actions.dynamodb_transaction_checks)
    iam_actions.extract_iam_action = _without_batches(iam_actions.extract_iam_action)


def statement_checks(body: bytes, region: str, account: str) -> Checks:
    """What the PartiQL statements of a call take: Service Authorization Reference, "Actions defined by DynamoDB"."""
    request = json.loads(body)
    found = (_STATEMENT.match(each["Statement"]) for each in request.get("Statements", [request]))
    asked = {(match[1].split()[0].capitalize(), match[2]) for match in found if match}
    return [(f"dynamodb:PartiQL{kind}", f"arn:aws:dynamodb:{region}:{account}:table/{name}") for kind, name in asked]


def _with_statements(checks: Callable[..., Checks]) -> Callable[..., Checks]:
    @wraps(checks)
    def run(action: str, body: bytes, region: str, account: str) -> Checks:
        if action in ("dynamodb:BatchExecuteStatement", "dynamodb:ExecuteStatement"):
            return statement_checks(body, region, account)
        return checks(action, body, region, account)

    return run


def _without_batches(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    @wraps(extract)
    def run(*request: Any, **more: Any) -> str | None:
        action = extract(*request, **more)
        return "sqs:SendMessage" if action == "sqs:SendMessageBatch" else action

    return run


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
