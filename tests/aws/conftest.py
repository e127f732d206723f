"""The really deployed stack, for all tests of this folder: started, used and stopped with the command line.

It runs on the local AWS, or with `--aws` in the account that the environment names (`make test-aws AWS=1`).
"""

import itertools
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from botocore.exceptions import BotoCoreError

from onhand.console import UserError
from onhand.items import plain
from onhand.stack import Stack, find_stack
from onhand.target import ROOT, Target
from onhand.uploads import FINISHED, newest
from tests.aws import account
from tests.engines import free_port
from tests.program import onhand

Item = dict[str, Any]
Found = TypeVar("Found")
Upload = Callable[[str, str], Item]
Cli = Callable[..., subprocess.CompletedProcess[str]]

_PATIENCE = float(os.environ.get("ONHAND_TEST_PATIENCE", "60"))  # seconds
_ON_AWS = "--aws"
_STACK_IN = "--stack-in"
PARAMETERS = ("PartRows=3000", "Shards=16", "CloudWatchDashboard=true", "Tracing=true")
"""Of the stack that the tests share: it splits files of few rows, and has shards."""
# A large one takes minutes; a first deployment to AWS, or its end, may take most of an hour on a bad day.
_SECONDS, _SECONDS_ON_AWS = 300, 3600
MARKS = {
    "only_emulator(reason)": "skipped with --aws, for this reason",
    "only_aws(reason)": "skipped without --aws, for this reason",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `pytest tests/aws`."""
    parser.addoption(_ON_AWS, action="store_true", help="in the AWS account that the environment names")
    parser.addoption(_STACK_IN, type=Path, help="on this machine, in the stack of this data folder, which stays")
    parser.addoption("--parameter", action="append", default=[], help="NAME=VALUE, for the stack there. Repeatable.")


def pytest_configure(config: pytest.Config) -> None:
    """Say which marks there are."""
    for name, what in MARKS.items():
        config.addinivalue_line("markers", f"{name}: {what}")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Without an account, end at once and in words."""
    if is_on_aws(session.config):
        try:
            account.account()
        except (UserError, BotoCoreError) as error:
            pytest.exit(f"{error}", returncode=1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what is not for the place where the stack runs."""
    name, where = ("only_emulator", "emulator") if is_on_aws(config) else ("only_aws", "AWS")
    for item in items:
        for mark in item.iter_markers(name):
            item.add_marker(pytest.mark.skip(f"only on {where}: {mark.args[0]}"))
        if is_on_aws(config):  # the time limit is the test's: deploying and removing take longer
            item.add_marker(pytest.mark.timeout(900, func_only=True))


def is_on_aws(config: pytest.Config) -> bool:
    """Do the tests run in an account of AWS?"""
    return bool(config.getoption(_ON_AWS, default=False))


def wait_for(look: Callable[[], Found | None], what: str, seconds: float = _PATIENCE) -> Found:
    """Look until something is there; less and less often, as looks take the time of what is waited for."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < seconds:
        if found := look():
            return found
        time.sleep(0.1 + waited / 10)
    raise AssertionError(f"{what}: not within {seconds} s")


@dataclass(frozen=True)
class Machine:
    """A folder with an onhand in it, as a person at a keyboard has one.

    With `on_aws`, the name of a stack, the onhand is there, and the folder has only the command line's notes.
    """

    data: Path
    on_aws: str = ""

    def cli(self, *arguments: str | Path, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """Run `onhand …` and check its exit code."""
        seconds = _SECONDS_ON_AWS if self.on_aws else _SECONDS
        done = onhand(*map(str, arguments), folder=self.data.parent, environment=self.environment, seconds=seconds)
        assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    @property
    def environment(self) -> dict[str, str]:
        """A person's environment: a terminal of 200 columns; on this machine no AWS settings, and a home of its own."""
        if self.on_aws:
            return account.environment(self.on_aws, self.data) | {"COLUMNS": "200", "TERM": "dumb"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ONHAND_"))}
        home = {"HOME": str(self.data.parent / "home"), "ONHAND_DATA": str(self.data)}
        return kept | home | {"COLUMNS": "200", "TERM": "dumb"}

    @property
    def stack(self) -> Stack:
        """Clients and outputs of the onhand."""
        return find_stack(Target(aws=bool(self.on_aws), data=self.data, name=self.on_aws or "onhand"))

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


@contextmanager
def in_the_account(folder: Path, tell: Callable[[str], None], *parameters: str) -> Iterator[Machine]:
    """An onhand in a stack of its own on AWS, which is removed afterwards, whatever happens."""
    aws = account.account()
    with account.stack_of_its_own(aws) as name:
        number = aws.sts.get_caller_identity()["Account"]
        by_hand = f"onhand destroy --aws --stack {name} --region {aws.region}"
        tell(f"Stack {name} in account {number}, region {aws.region}. Is this killed: `{by_hand}`")
        it = Machine(folder / "my data", name)
        given = ("GuestAccess=true", "DeletionProtection=false", f"NamePrefix={name}-", *parameters)
        it.cli("deploy", "--yes", "--no-dashboard", *(f"--parameter={one}" for one in given))
        yield it


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Machine]:
    """The stack that the tests share: each keeps to stores of its own (`new_store`)."""
    if data := pytestconfig.getoption(_STACK_IN):
        yield Machine(data)
        return
    folder = tmp_path_factory.mktemp("shared stack")
    if not is_on_aws(pytestconfig):
        with machine(folder, *(f"--parameter={one}" for one in PARAMETERS)) as it:
            yield it
        return

    def tell(text: str) -> None:
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\n{text}")  # noqa: T201 - for who watches the tests

    with in_the_account(folder, tell, *PARAMETERS, *pytestconfig.getoption("--parameter")) as it:
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
def numbers(pytestconfig: pytest.Config) -> Iterator[int]:
    """Never the same number twice, not in a later run on the same stack either."""
    return itertools.count(int(time.time()) if pytestconfig.getoption(_STACK_IN) else 1)


def new_queue(stack: Stack, name: str, **attributes: str) -> str:
    """Make a queue, whose name says whose it is, and return its URL: on AWS it is removed by that."""
    made = stack.sqs.create_queue(QueueName=f"{stack.name}-{name}", Attributes=attributes)  # type: ignore[arg-type]
    return made["QueueUrl"]


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
