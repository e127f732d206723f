"""`onhand --aws deploy` and `destroy`, with the emulator in the place of AWS: it makes real change sets."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from onhand.stack import Stack

from .conftest import Machine

Onhand = Callable[..., str]
pytestmark = pytest.mark.only_emulator("on AWS the tests deploy and remove a stack of their own anyway")


@pytest.fixture
def on_aws(running: Machine, stack: Stack) -> Onhand:
    """Run `onhand --aws --stack deployed …`, and return what a person sees."""
    variables = {"AWS_ENDPOINT_URL": str(stack.endpoint), "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

    def run(*arguments: str, expect: int = 0) -> str:
        where = ("--aws", "--region", stack.region, "--stack", "deployed")
        done = running.cli(*arguments, *where, "--yes", expect=expect, **variables)
        return done.stdout + done.stderr

    return run


def deploy(on_aws: Onhand, stack: Stack, *options: str, expect: int = 0) -> str:
    port = str(stack.endpoint).rpartition(":")[2]
    return on_aws("deploy", "--no-dashboard", "--parameter", f"EmulatorPort={port}", *options, expect=expect)


def is_protected(stack: Stack, table: str) -> bool:
    return stack.dynamodb.describe_table(TableName=table)["Table"]["DeletionProtectionEnabled"]


@pytest.mark.long
def test_from_the_first_deployment_to_the_last_retained_table(on_aws: Onhand, stack: Stack) -> None:
    said = deploy(on_aws, stack, expect=1)
    assert "These exist already: " in said
    assert "table Inventory" in said

    assert "A new stack of " in deploy(on_aws, stack, "--dry-run", "--parameter", "NamePrefix=a-")
    assert "There is no onhand named 'deployed'" in on_aws("destroy", "--with-data", expect=1)

    assert "Protect tables and people" in deploy(on_aws, stack, "--parameter", "NamePrefix=a-")
    assert is_protected(stack, "a-Inventory")
    assert "Nothing would change" in deploy(on_aws, stack, "--dry-run")

    assert "changes     Lambda Function CheckStock" in deploy(on_aws, stack, "--parameter", "Language=de")
    assert is_protected(stack, "a-Inventory")

    said = deploy(on_aws, stack, "--parameter", "NamePrefix=b-", expect=1)
    assert "REPLACES    table Inventory (a-Inventory): TableName" in said
    assert "Refused, nothing was changed" in said
    tables = (
        "Acknowledgements", "Alerts", "Catalogue", "Channels", "Digests", "Forecasts", "Groups", "History", "Inventory",
        "ReorderPoints", "Stores", "Uploads",
    )  # fmt: skip
    replaced = (*tables, "NoStock", "Morning")
    deploy(on_aws, stack, "--parameter", "NamePrefix=b-", *(f"--replace={name}" for name in replaced))
    assert is_protected(stack, "b-Inventory")

    bucket = f"deployed-uploads-000000000000-{stack.region}"
    stack.s3.put_object(Bucket=bucket, Key="uploads/Lima/a.csv", Body=b"store,item,count\nLima,Echo Dot,3\n")
    stack.s3.delete_object(Bucket=bucket, Key="uploads/Lima/a.csv")  # a version and a marker stay
    said = on_aws("destroy", "--with-data")
    assert "table b-Inventory" in said
    assert "table a-Inventory, left behind by an earlier version or deployment" in said
    for table in ("a-Inventory", "b-Inventory"):
        with pytest.raises(ClientError, match="not found"):
            is_protected(stack, table)
    with pytest.raises(ClientError, match="404"):
        stack.s3.head_bucket(Bucket=bucket)
    assert "none left anything behind" in on_aws("destroy", "--with-data", expect=1)


def test_a_dry_run_on_this_machine(running: Machine) -> None:
    assert "Nothing would change" in running.cli("deploy", "--dry-run").stdout
