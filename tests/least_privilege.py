"""Take each grant of each role away in turn: a test must fail, and pass when it is there again. `make least-privilege`.

least_privilege.toml names the test that misses a grant, or says why none can on this machine; a unit test sees to it
that it names all of them. A grant that no test misses goes, or gets a test. It is taken away by a policy of the role
that denies it. As such tests wait a lot, several stacks are deployed and share the grants.
"""
# ruff: noqa: T201

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from queue import Queue
from typing import Any, NamedTuple

from onhand.target import ROOT
from tests import engines
from tests.aws.conftest import PARAMETERS as OF_THE_TESTS
from tests.aws.conftest import machine
from tests.borrowed import borrowed
from tests.browser.support import running_stack
from tests.policies.grants import MISSED_BY, PARAMETERS, Grant, granted, grants

_BROWSER = "tests/browser/"
_JOBS = 4
_SECONDS_A_TEST = 150
_PATIENCE = "25"  # seconds that a test waits for what must come; on four busy stacks, too
_TRIES = 3  # what was jammed without a grant may take a while


class Case(NamedTuple):
    """A grant of a role or managed policy, its place among those, and the test that is to miss it."""

    holder: str
    number: int
    grant: Grant
    test: str


class Place(NamedTuple):
    """A stack on this machine."""

    data: Path
    iam: Any

    def passes(self, test: str) -> bool:
        """Does a test pass in this stack? Raises RuntimeError if it cannot be run."""
        command = [sys.executable, "-m", "pytest", "-q", "--tb=no", f"--timeout={_SECONDS_A_TEST}", test]
        if not test.startswith(_BROWSER):
            command += ["--stack-in", str(self.data)]
        settings = {"ONHAND_TEST_DATA": str(self.data), "ONHAND_TEST_PATIENCE": _PATIENCE}
        done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)
        if done.returncode > 1 or " skipped" in done.stdout:
            raise RuntimeError(f"{test} was not run:\n{done.stdout}\n{done.stderr}")
        return done.returncode == 0

    @contextmanager
    def without(self, case: Case) -> Iterator[None]:
        """Deny a grant to who has it."""
        holders, policies = self._holders(case.holder)
        grant = grants(policies)[case.number]
        assert grant.action == case.grant.action, "a stack's policies are in the template's order"
        denial = {"Effect": "Deny", "Action": grant.action, "Resource": grant.arn}
        text = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
        for role in holders:
            self.iam.put_role_policy(RoleName=role, PolicyName="taken-away", PolicyDocument=text)
        try:
            yield
        finally:
            for role in holders:
                self.iam.delete_role_policy(RoleName=role, PolicyName="taken-away")

    def _holders(self, name: str) -> tuple[list[str], list[Any]]:
        """The roles that have what a role or a managed policy of the template grants, and its documents."""
        for page in self.iam.get_paginator("list_roles").paginate():
            for role in (one["RoleName"] for one in page["Roles"] if f"-{name}-" in one["RoleName"]):
                own = self.iam.list_role_policies(RoleName=role)["PolicyNames"]
                asked = (self.iam.get_role_policy(RoleName=role, PolicyName=each) for each in own)
                return [role], [_read(each["PolicyDocument"]) for each in asked]
        for page in self.iam.get_paginator("list_policies").paginate(Scope="Local"):
            for one in (one for one in page["Policies"] if f"-{name}-" in one["PolicyName"]):
                arn, version = one["Arn"], one["DefaultVersionId"]
                found = self.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
                holders = self.iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]
                return [each["RoleName"] for each in holders], [_read(found)]
        raise LookupError(f"the stack has no {name}")


def main() -> None:
    """Try the grants of the roles that the command line names, or all."""
    parser = argparse.ArgumentParser(prog="make least-privilege ARGS=…", description=__doc__)
    parser.add_argument("roles", nargs="*", help="such as CheckStockRole, or DashboardRead")
    parser.add_argument("--only", default="", help="only grants with this text, as 'Query table/A'")
    parser.add_argument("--jobs", type=int, default=_JOBS, help=f"stacks at a time ({_JOBS})")
    options = parser.parse_args()
    cases = [
        Case(holder, number, grant, MISSED_BY[holder][str(grant)])
        for holder, held in granted().items()
        for number, grant in enumerate(held)
        if (not options.roles or holder in options.roles) and options.only in str(grant)
    ]
    began = time.monotonic()
    tried = [case for case in cases if case.test.startswith("tests/")]
    in_browser = [case for case in tried if case.test.startswith(_BROWSER)]
    wrong = _try(_machine, [case for case in tried if case not in in_browser], options.jobs)
    wrong += _try(_with_dashboard, in_browser, options.jobs)
    print(f"{len(tried)} grants taken away in {time.monotonic() - began:.0f} s; not tried:")
    for case in (case for case in cases if case not in tried):
        print(f"  {case.holder:<18}{case.grant!s:<70}{case.test}")
    if wrong:
        sys.exit(f"{len(wrong)} are not missed by the test that is named")


def _try(place: Callable[[Path], AbstractContextManager[Place]], cases: list[Case], jobs: int) -> list[Case]:
    """Try grants on so many stacks; return those that their test does not miss."""
    if not cases:
        return []
    wrong = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ends, ThreadPoolExecutor(jobs) as pool:
        stacks: Queue[Place] = Queue()
        for job in range(min(jobs, len(cases))):
            stacks.put(ends.enter_context(place(Path(folder) / f"stack {job}")))
        for case, (said, seconds) in zip(cases, pool.map(lambda case: _outcome(stacks, case), cases), strict=True):
            told = f"{'✗' if said else '✓'} {case.holder:<18}{case.grant!s:<70}{case.test}{said}"
            print(f"{told} ({seconds:.0f} s)", flush=True)
            wrong += [case] if said else []
    return wrong


def _outcome(stacks: "Queue[Place]", case: Case) -> tuple[str, float]:
    """Return what is wrong with a grant or its test, or nothing; and the seconds that it took."""
    with borrowed(stacks) as place:
        began = time.monotonic()
        with place.without(case):
            passed = place.passes(case.test)
        said = " passes without it" if passed else ""
        if not passed and not any(place.passes(case.test) for _ in range(_TRIES)):
            said = " fails with it, too"
        return said, time.monotonic() - began


@contextmanager
def _machine(folder: Path) -> Iterator[Place]:
    """A stack as tests/aws have it, with all roles."""
    given = (*OF_THE_TESTS, *(f"{name}={value}" for name, value in PARAMETERS.items()))
    with machine(folder, *(f"--parameter={one}" for one in given)) as it:
        yield Place(it.data, engines.client("iam", it.stack.endpoint or ""))


@contextmanager
def _with_dashboard(_folder: Path) -> Iterator[Place]:
    """A stack as tests/browser have it."""
    with running_stack() as it:
        yield Place(it.data, it.iam)


def _read(document: str | dict[str, Any]) -> Any:
    return json.loads(document) if isinstance(document, str) else document


if __name__ == "__main__":
    main()
