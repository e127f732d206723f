"""Take each grant of each function's role away in turn, and say which test fails: `make least-privilege`.

A grant that no test misses goes, or gets a test. For each grant the role's policy is put without it, only the tests
that concern the function run, up to the first failure, and the policy is put back. Of a statement with two actions on
three resources each of the six is a grant. Such tests wait a lot, so several stacks are deployed, and share the grants.

What the emulator does not ask a role for cannot be tried here, and is named with the reason.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Queue
from typing import Any

import boto3

from onhand.local import ACCESS_KEY, SECRET_KEY
from onhand.stack import Stack
from onhand.target import ROOT
from tests.aws.conftest import PARAMETERS, Machine, machine
from tests.borrowed import borrowed

Policy = dict[str, Any]

CONCERNS = {
    "LoadInventory": [
        "tests/aws/test_loading.py",
        "tests/aws/test_stores.py",
        "tests/aws/test_cli.py",
        "tests/aws/test_failure.py",
        "tests/aws/test_whole_corpus.py",
    ],
    "CheckStock": ["tests/aws/test_alerts.py"],
    "KeepHistory": ["tests/aws/test_history.py", "tests/aws/test_catalogue.py::test_an_item_of_two_stores"],
    "LookAhead": ["tests/aws/test_look_ahead.py", "tests/aws/test_foresight.py"],
    "SendDigest": ["tests/aws/test_digest.py"],
    "PostToChannel": ["tests/aws/test_channels.py"],
}
"""The tests that a function has to do its work for. Not test_roles.py, which tries grants whether needed or not, and
none that looks at all stores: what a missing grant damaged stays so in some of them."""

_POLLS = "Lambda itself takes messages and records, and tells what failed; the emulator does so without asking"
NOT_ASKED = {
    "dynamodb:DescribeStream": _POLLS,
    "dynamodb:GetRecords": _POLLS,
    "dynamodb:GetShardIterator": _POLLS,
    "dynamodb:ListStreams": _POLLS,
    "sqs:DeleteMessage": _POLLS,
    "sqs:GetQueueAttributes": _POLLS,
    "sqs:ReceiveMessage": _POLLS,
    "sqs:SendMessage on onhand-FailedAlertsQueue": _POLLS,
    "sqs:SendMessage on onhand-FailedHistoryQueue": _POLLS,
    "logs:CreateLogStream": "the emulator writes the log itself",
    "logs:PutLogEvents": "the emulator writes the log itself",
    "xray:PutTelemetryRecords": "the emulator has no X-Ray",
    "xray:PutTraceSegments": "the emulator has no X-Ray",
}
"""Lambda's developer guide wants these: "Using Lambda with Amazon SQS", "… with DynamoDB", and the execution role's."""

_JOBS = 4

_SECONDS_A_TEST = 120
"""A test that takes longer without a grant misses it: with all grants none takes half of it."""


@dataclass(frozen=True)
class Grant:
    """One action on one resource."""

    statement: int
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.action} on {self.resource.split(':', 5)[-1]}"


def grants(policy: Policy) -> Iterator[Grant]:
    """All grants of a policy."""
    for number, statement in enumerate(policy["Statement"]):
        for action in _listed(statement["Action"]):
            for resource in _listed(statement["Resource"]):
                yield Grant(number, action, resource)


def without(policy: Policy, grant: Grant) -> Policy:
    """The policy with all grants but one."""
    statements = []
    for number, statement in enumerate(policy["Statement"]):
        if number != grant.statement:
            statements.append(statement)
            continue
        actions, resources = _listed(statement["Action"]), _listed(statement["Resource"])
        rest = {key: value for key, value in statement.items() if key != "Sid"}
        if others := [one for one in actions if one != grant.action]:
            statements.append(rest | {"Action": others, "Resource": resources})
        if others := [one for one in resources if one != grant.resource]:
            statements.append(rest | {"Action": grant.action, "Resource": others})
    return policy | {"Statement": statements}


class Role:
    """A function's role in a stack, with one policy of its own."""

    def __init__(self, stack: Stack, function: str) -> None:
        self._iam = boto3.client(
            "iam",
            endpoint_url=stack.endpoint,
            region_name=stack.region,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
        )
        name = getattr(stack.outputs, f"{function}Function")
        self._role = stack.functions.get_function(FunctionName=name)["Configuration"]["Role"].rpartition("/")[2]
        (self._policy,) = self._iam.list_role_policies(RoleName=self._role)["PolicyNames"]
        document: Any = self._iam.get_role_policy(RoleName=self._role, PolicyName=self._policy)["PolicyDocument"]
        self.policy: Policy = json.loads(document) if isinstance(document, str) else document

    def put(self, policy: Policy) -> None:
        """Let the role have this policy."""
        self._iam.put_role_policy(RoleName=self._role, PolicyName=self._policy, PolicyDocument=json.dumps(policy))


def first_failure(data: Path, tests: list[str]) -> str:
    """Run tests on the stack of a data folder. Returns the name of the first that fails, or nothing.

    Raises RuntimeError if they could not be run.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", f"--timeout={_SECONDS_A_TEST}"]
    done = subprocess.run(
        [*command, "--stack-in", str(data), *tests], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return ""
    for line in done.stdout.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line.split(" - ")[0].partition(" ")[2]
    raise RuntimeError(f"pytest ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")


def passes_again(data: Path, test: str) -> bool:
    """Does a test pass now that the grant is there again? What was jammed meanwhile may take a while."""
    return any(not first_failure(data, [test]) for _ in range(3))


def main() -> None:
    """Try the grants that the command line names, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.aws.least_privilege", description=__doc__)
    parser.add_argument("--function", choices=CONCERNS, action="append", help="only this one's. Repeatable.")
    parser.add_argument(
        "--only", action="append", help="only grants with this text, as 'Query on table/A'. Repeatable."
    )
    parser.add_argument("--list", action="store_true", help="only say which grants there are")
    parser.add_argument("--jobs", type=int, default=_JOBS, help=f"stacks at a time ({_JOBS})")
    options = parser.parse_args()
    functions, jobs = options.function or [*CONCERNS], 1 if options.list else options.jobs
    began = time.monotonic()
    with stacks_of_its_own(jobs) as stacks, ThreadPoolExecutor(jobs) as pool:
        first = stacks.queue[0].stack
        found = [
            (function, *each) for function in functions for each in enumerate(grants(Role(first, function).policy))
        ]
        chosen = [each for each in found if any(text in str(each[2]) for text in options.only or [""])]
        if options.list:
            for function, _, grant in chosen:
                print(f"{function:<15}{grant!s:<75}{why_not(grant)}")  # noqa: T201
            return
        if failed := [name for name in pool.map(partial(fails_with_all, stacks), functions) if name]:
            sys.exit(f"Fails with all grants: {', '.join(failed)}")
        wrong = []
        for (function, _, grant), (said, is_needed) in zip(
            chosen, pool.map(lambda one: tried(stacks, *one), chosen), strict=True
        ):
            print(f"{function:<15}{grant!s:<75}{said}", flush=True)  # noqa: T201
            wrong += [] if is_needed else [str(grant)]
    if wrong:
        sys.exit(f"Missed by no test that passes with it: {', '.join(wrong)}")
    print(f"{len(chosen)} grants in {time.monotonic() - began:.0f} s")  # noqa: T201


@contextmanager
def stacks_of_its_own(number: int) -> Iterator["Queue[Machine]"]:
    """Deploy so many stacks; who takes one out of the queue has it for himself."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
        stacks: Queue[Machine] = Queue()
        for job in range(number):
            given = (f"--parameter={one}" for one in PARAMETERS)
            stacks.put(ends.enter_context(machine(Path(folder) / f"stack {job}", *given)))
        yield stacks


def fails_with_all(stacks: "Queue[Machine]", function: str) -> str:
    """Run the tests of a function with all grants; return the name of the first that fails, or nothing."""
    with borrowed(stacks) as here:
        return first_failure(here.data, CONCERNS[function])


def why_not(grant: Grant) -> str:
    """Return why a grant cannot be tried, or nothing."""
    return next((why for text, why in NOT_ASKED.items() if str(grant).startswith(text)), "")


def tried(stacks: "Queue[Machine]", function: str, number: int, grant: Grant) -> tuple[str, bool]:
    """Take a function's n-th grant away; return what happened, and whether it is needed, or cannot be tried."""
    if reason := why_not(grant):
        return f"not tried: {reason}", True
    with borrowed(stacks) as here:
        began, role = time.monotonic(), Role(here.stack, function)
        role.put(without(role.policy, [*grants(role.policy)][number]))  # names in it may be this stack's own
        try:
            failed = first_failure(here.data, CONCERNS[function])
        finally:
            role.put(role.policy)
        is_needed = bool(failed) and passes_again(here.data, failed)
        return f"{failed or 'NO TEST MISSES IT'} ({time.monotonic() - began:.0f} s)", is_needed


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    main()
