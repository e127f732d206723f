"""A store that sends nothing: counted by the function, and listed by the command line."""

import io
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onhand.stack import Stack
from stock.times import iso
from tests.aws.conftest import machine, put

DAY = 86_400
pytestmark = pytest.mark.only_emulator("in a stack with a parameter of its own")


@pytest.mark.long
def test_a_store_that_was_silent_for_two_days(tmp_path: Path) -> None:
    with machine(tmp_path / "watched", "--parameter", "StoreSilentHours=24") as it:
        stack = it.stack
        for store in ("Lima", "Oslo"):
            put(stack, f"{store}/a.csv", f"store,item,count\n{store},Dot,1\n".encode())

        def invoke() -> dict[str, int]:
            answer = stack.functions.invoke(FunctionName="Watch-Stores", Payload=b"{}")
            found: dict[str, int] = json.loads(io.BytesIO(answer["Payload"].read()).read())
            return found

        assert invoke() == {"silent": 0}
        it.cli("silent")
        let_two_days_go_by(stack, "Oslo")
        assert invoke() == {"silent": 1}
        (listed,) = json.loads(it.cli("silent", "--json", expect=1).stdout)
        assert listed["store"] == "Oslo"
        assert datetime.fromisoformat(listed["last"]) < datetime.now(UTC)
        assert "Oslo" in it.cli("silent", expect=1).stdout
        it.cli("silent", "--hours", "72")

        it.cli("store", "remove", "Oslo", "--yes")
        let_two_days_go_by(stack, "Oslo")
        assert invoke() == {"silent": 0}
        it.cli("silent")


def let_two_days_go_by(stack: Stack, store: str) -> None:
    """Let the last upload of a store be of the day before yesterday."""
    stack.dynamodb.update_item(
        TableName=stack.outputs.StoresTable,
        Key={"Store": {"S": store}},
        UpdateExpression="SET LastUploadAt = :at",
        ExpressionAttributeValues={":at": {"S": iso(time.time() - 2 * DAY)}},
    )
