"""The really deployed stack, for all tests of this folder: started, used and stopped with the command line."""

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from onhand.items import plain
from onhand.stack import Stack, find_stack
from onhand.target import ROOT, Target
from onhand.uploads import FINISHED, newest
from tests.engines import free_port

Item = dict[str, Any]
Found = TypeVar("Found")
Upload = Callable[[str, str], Item]
Cli = Callable[..., subprocess.CompletedProcess[str]]

_PATIENCE = 60


def wait_for(look: Callable[[], Found | None], what: str, seconds: float = _PATIENCE) -> Found:
    """Look until something is there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds} s")


@dataclass(frozen=True)
class Machine:
    """A folder with an onhand in it, as a person at a keyboard has one."""

    data: Path

    def cli(self, *arguments: str | Path, expect: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `onhand …` and check its exit code."""
        done = subprocess.run(
            [Path(sys.executable).parent / "onhand", *arguments],
            env=self.environment | variables,
            cwd=self.data.parent,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    @property
    def environment(self) -> dict[str, str]:
        """A person's environment: no AWS settings, a terminal of 200 columns, a home folder of its own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ONHAND_"))}
        home = {"HOME": str(self.data.parent / "home"), "ONHAND_DATA": str(self.data)}
        return kept | home | {"COLUMNS": "200", "TERM": "dumb"}

    @property
    def stack(self) -> Stack:
        """Clients and outputs of what runs here."""
        return find_stack(Target(data=self.data))

    @property
    def pid(self) -> int:
        """The process of the emulator."""
        return int(json.loads((self.data / "server.json").read_text())["pid"])


@contextmanager
def machine(folder: Path, *options: str) -> Iterator[Machine]:
    """A started onhand with state in a folder whose path has a space; stopped afterwards."""
    (folder / "home").mkdir(parents=True)
    it = Machine(folder / "my data")
    it.cli("up", "--detach", "--no-samples", "--no-dashboard", "--port", str(free_port()), *options)
    try:
        yield it
    finally:
        it.cli("down")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The stack that the tests share: each keeps to stores of its own (`new_store`).

    It splits files of few rows, and has shards.
    """
    options = ("--parameter", "PartRows=3000", "--parameter", "Shards=16")
    with machine(tmp_path_factory.mktemp("shared stack"), *options) as it:
        yield it


@pytest.fixture(scope="session")
def stack(running: Machine) -> Stack:
    """Clients and outputs of the shared stack."""
    return running.stack


@pytest.fixture(scope="session")
def cli(running: Machine) -> Cli:
    """Run `onhand …` against the shared stack."""
    return running.cli


@pytest.fixture(scope="session")
def upload(stack: Stack) -> Upload:
    """Put a file under uploads/ and wait for its record: `upload("Berlin/today.csv", "store,item,count\\n…")`."""
    return lambda name, text: put(stack, name, text.encode())


@pytest.fixture
def new_store(request: pytest.FixtureRequest, numbers: Iterator[int]) -> Callable[[], str]:
    """Make up a store that no other test has."""
    return lambda: f"{request.node.name} {next(numbers)}"


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Never the same number twice."""
    return itertools.count(1)


def put(stack: Stack, name: str, body: bytes, metadata: dict[str, str] | None = None) -> Item:
    """Put a file under uploads/ and wait for its record."""
    key = f"uploads/{name}"
    bucket = stack.outputs.UploadsBucket
    version = stack.s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata=metadata or {})["VersionId"]

    def look() -> Item | None:
        records = (record for record in itertools.islice(newest(stack), 100) if record["VersionId"] == version)
        return next((record for record in records if record["State"] in FINISHED), None)

    return wait_for(look, f"record of {key}")


def rows(stack: Stack, store: str) -> dict[str, int]:
    """Item and count of a store's rows."""
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.InventoryTable,
        KeyConditionExpression="#s = :s",
        ExpressionAttributeNames={"#s": "Store"},
        ExpressionAttributeValues={":s": {"S": store}},
        ConsistentRead=True,
    )
    return {item["Item"]: item["Count"] for page in pages for item in map(plain, page["Items"])}


def alerts(stack: Stack, store: str) -> list[Item]:
    """Alerts of a store, oldest first."""
    answer = stack.dynamodb.query(
        TableName=stack.outputs.AlertsTable,
        KeyConditionExpression="#s = :s",
        ExpressionAttributeNames={"#s": "Store"},
        ExpressionAttributeValues={":s": {"S": store}},
        ConsistentRead=True,
    )
    return [plain(item) for item in answer["Items"]]


def samples(folder: str) -> dict[str, bytes]:
    """Name and content of the files of samples/."""
    return {path.name: path.read_bytes() for path in sorted((ROOT / "samples" / folder).glob("*.csv"))}
