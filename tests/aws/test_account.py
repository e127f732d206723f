"""`make test-aws AWS=1`, with the emulator in the place of AWS: a stack of its own, what is skipped, what is left."""

import os
import subprocess
import sys

import pytest

from onhand import local
from onhand.stack import Stack
from onhand.target import ROOT
from tests.aws.account import OF_TESTS

pytestmark = pytest.mark.only_emulator("it stands for AWS here")

ONE_OF_EACH_KIND = (
    "test_loading.py::test_gzip_is_read",
    "test_cli.py::test_people",
    "test_subscribers.py::test_a_queue_with_awss_own_key_is_refused",  # makes a queue
)


@pytest.mark.long
def test_a_run_leaves_nothing_behind_and_names_what_it_skips(stack: Stack) -> None:
    port = str(stack.endpoint).rpartition(":")[2]
    account = {
        "AWS_ENDPOINT_URL": str(stack.endpoint), "AWS_REGION": stack.region,
        "AWS_ACCESS_KEY_ID": local.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": local.SECRET_KEY,
    }  # fmt: skip
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--aws", "-p", "no:cacheprovider", f"--parameter=EmulatorPort={port}"),
            *(f"tests/aws/{name}" for name in ONE_OF_EACH_KIND),
        ],
        cwd=ROOT,
        env=os.environ | account,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed, 1 skipped" in done.stdout
    assert "only on emulator: Cognito would send mails to people who do not exist" in done.stdout
    assert f"Stack {OF_TESTS}" in done.stdout
    pages = stack.cloudformation.get_paginator("describe_stacks").paginate()
    assert [one["StackName"] for page in pages for one in page["Stacks"] if one["StackName"].startswith(OF_TESTS)] == []
    assert not stack.sqs.list_queues(QueueNamePrefix=OF_TESTS).get("QueueUrls")
    assert [name for name in stack.dynamodb.list_tables()["TableNames"] if name.startswith(OF_TESTS)] == []
    assert [one for one in stack.s3.list_buckets()["Buckets"] if one["Name"].startswith(OF_TESTS)] == []
