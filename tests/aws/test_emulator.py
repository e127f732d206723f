"""What onhand expects of the emulator beyond AWS's documents."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from onhand.stack import Aws, Stack
from tests.engines import free_port

from .conftest import Machine

pytestmark = pytest.mark.only_emulator("it is about the emulator")

STATEMENTS = (
    "INSERT INTO \"{}\" VALUE {{'Store': 'Stream', 'Item': 'a', 'Count': 1}}",
    "UPDATE \"{}\" SET \"Count\" = 2 WHERE Store = 'Stream' AND Item = 'a'",
    "DELETE FROM \"{}\" WHERE Store = 'Stream' AND Item = 'a'",
)


def changes(aws: Aws, table: str) -> list[tuple[str, str | None, str | None]]:
    """Kind, old count and new count of the records in a table's stream that are about the store Stream."""
    arn = aws.dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    shards = aws.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    found: list[tuple[str, str | None, str | None]] = []
    for shard in shards:
        iterator = aws.streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while records := (page := aws.streams.get_records(ShardIterator=iterator))["Records"]:
            for record in records:
                change: Any = record["dynamodb"]
                if change["Keys"]["Store"] == {"S": "Stream"}:
                    old, new = (change.get(image, {}).get("Count", {}).get("N") for image in ("OldImage", "NewImage"))
                    found.append((record["eventName"], old, new))
            iterator = page["NextShardIterator"]
    return found


def test_each_partiql_write_is_one_stream_record(stack: Stack) -> None:
    table = stack.outputs.InventoryTable
    for statement in STATEMENTS:
        stack.dynamodb.execute_statement(Statement=statement.format(table))
    assert changes(stack, table) == [("INSERT", None, "1"), ("MODIFY", "1", "2"), ("REMOVE", "2", None)]


def test_ministack_alone_still_lacks_them(tmp_path: Path) -> None:
    """If this fails, MiniStack has learnt it: onhand/emulator.py can go."""
    port = free_port()
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "ministack"],
            env={"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"},
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
    try:
        aws = Aws(endpoint=f"http://127.0.0.1:{port}")
        _create_table(aws)
        for statement in STATEMENTS:
            aws.dynamodb.execute_statement(Statement=statement.format("Rows"))
        assert changes(aws, "Rows") == []
    finally:
        process.terminate()
        process.wait()


def _create_table(aws: Aws) -> None:
    for _ in range(100):
        try:
            aws.dynamodb.create_table(
                TableName="Rows",
                KeySchema=[
                    {"AttributeName": "Store", "KeyType": "HASH"},
                    {"AttributeName": "Item", "KeyType": "RANGE"},
                ],
                AttributeDefinitions=[
                    {"AttributeName": "Store", "AttributeType": "S"},
                    {"AttributeName": "Item", "AttributeType": "S"},
                ],
                BillingMode="PAY_PER_REQUEST",
                StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            )
        except EndpointConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("MiniStack did not start")


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="asks Linux who listens")
def test_it_listens_on_this_machine_only(running: Machine) -> None:
    sockets = set()
    for link in Path(f"/proc/{running.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it closes some meanwhile
            sockets.add(link.readlink().name)
    listening = []
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/{running.pid}/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                listening.append(fields[1].split(":")[0])
    assert listening
    assert set(listening) == {"0100007F"}
