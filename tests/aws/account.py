"""A stack of the tests' own in the account that the environment names: made, used, and removed whatever happens.

Its name and those of all that the tests make besides begin with `onhand-test-`: what a run left that was killed is
found by that, and removed by the next run.
"""

import os
import re
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from onhand import destroy
from onhand.stack import Aws, connect
from onhand.stack_state import state_of
from onhand.target import Target

OF_TESTS = "onhand-test-"
# A run takes less: a stack that is older is nobody's.
LONGEST_RUN = timedelta(hours=3)


def environment(stack: str, data: Path) -> dict[str, str]:
    """A person's environment, with the credentials in it, in which every `onhand` speaks to this stack on AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONHAND_")}
    return kept | {"ONHAND_AWS": "1", "ONHAND_STACK": stack, "ONHAND_DATA": str(data)}


def account() -> Aws:
    """Clients of the account. Raises UserError, in words, if the environment names none."""
    return connect(Target(aws=True))


@contextmanager
def stack_of_its_own(aws: Aws) -> Iterator[str]:
    """The name of a stack that is not there yet; whatever has that name is removed in the end.

    Before that, what earlier runs left behind is removed.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: pytest ends, and cleans up
    for left in leftovers(aws):
        remove(aws, left)
    name = OF_TESTS + secrets.token_hex(3)
    try:
        yield name
    finally:
        remove(aws, name)


def leftovers(aws: Aws) -> list[str]:
    """The stacks of runs that must have been killed, and names of which only queues are left.

    A younger stack may be in use by another run.
    """
    now = datetime.now(UTC)
    pages = aws.cloudformation.get_paginator("describe_stacks").paginate()
    stacks = {one["StackName"]: now - one["CreationTime"] for page in pages for one in page["Stacks"]}
    old = {name for name, age in stacks.items() if name.startswith(OF_TESTS) and age > LONGEST_RUN}
    queues = {found[0] for url in _queues(aws, OF_TESTS) if (found := re.search(OF_TESTS + "[0-9a-f]{6}", url))}
    return sorted(old | (queues - stacks.keys()))


def remove(aws: Aws, name: str) -> None:
    """Remove a stack of the tests with all its data, and the queues that the tests made. Raises UserError."""
    assert name.startswith(OF_TESTS)
    if state := state_of(aws, name):
        destroy.delete_stack(aws, name, state)
    for url in _queues(aws, f"{name}-"):
        aws.sqs.delete_queue(QueueUrl=url)


def _queues(aws: Aws, prefix: str) -> list[str]:
    pages = aws.sqs.get_paginator("list_queues").paginate(QueueNamePrefix=prefix)
    return [url for page in pages for url in page.get("QueueUrls", [])]
