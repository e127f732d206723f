"""What a deployment would change, asked of CloudFormation before it changes anything, and told in words."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from onhand import stack_state
from onhand.console import UserError
from onhand.stack import Aws

# What holds data, or people's subscriptions: a new one in its place is empty.
HOLDS_DATA = {
    "AWS::DynamoDB::Table": "table",
    "AWS::Cognito::UserPool": "user pool",
    "AWS::S3::Bucket": "bucket",
    "AWS::SQS::Queue": "queue",
    "AWS::SNS::Topic": "topic",
}
_SECONDS = 600
_NOTHING = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Change:
    """What happens to one resource."""

    action: str  # Add, Modify, Remove, Import, Dynamic
    name: str  # in template.yaml
    type: str
    id: str  # on AWS; empty for what is new
    replacement: str  # True, Conditional, False, or empty
    because: tuple[str, ...]  # properties that change

    @property
    def loses_data(self) -> bool:
        """Is, or might, something that holds data be replaced by an empty one, or be deleted?"""
        return self.type in HOLDS_DATA and _rank(self) < _RANKS.index("changes")

    @property
    def kind(self) -> str:
        """The type in a word."""
        return HOLDS_DATA.get(self.type) or self.type.removeprefix("AWS::").replace("::", " ")


@dataclass(frozen=True)
class ChangeSet:
    """A change set that waits to be executed, or to be deleted."""

    arn: str
    stack: str
    creates: bool  # the stack is new
    changes: tuple[Change, ...]


_RANKS = ("REPLACES", "MAY REPLACE", "DELETES", "changes", "adds")


def create(aws: Aws, stack: str, creates: bool, **request: Any) -> ChangeSet | None:
    """Ask CloudFormation what it would do, and wait for the answer; None if nothing is to be done.

    `request` is what CreateChangeSet takes besides: template, Parameters, RollbackConfiguration.
    Raises UserError if CloudFormation refuses.
    """
    arn = aws.cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=f"onhand-{uuid.uuid4().hex[:12]}",
        ChangeSetType="CREATE" if creates else "UPDATE",
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "app", "Value": stack}],
        **request,
    )["Id"]
    answer = _answer(aws, arn, stack)
    if answer["Status"] == "FAILED":
        reason = answer.get("StatusReason", "")
        discard(aws, ChangeSet(arn, stack, creates, ()))
        if any(words in reason for words in _NOTHING):
            return None
        raise UserError(f"CloudFormation refuses this deployment, nothing was changed: {reason}")
    return ChangeSet(arn, stack, creates, _changes(aws, arn, stack))


def _answer(aws: Aws, arn: str, stack: str) -> dict[str, Any]:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        answer = dict(aws.cloudformation.describe_change_set(ChangeSetName=arn, StackName=stack))
        if answer["Status"] in ("CREATE_COMPLETE", "FAILED"):
            return answer
        time.sleep(0.2 if aws.endpoint else stack_state.POLL_SECONDS)
    raise UserError(f"CloudFormation did not say within {_SECONDS // 60} minutes what would change. Try again.")


def _changes(aws: Aws, arn: str, stack: str) -> tuple[Change, ...]:
    pages = aws.cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=arn, StackName=stack)
    found = [_change(dict(one["ResourceChange"])) for page in pages for one in page.get("Changes", [])]
    return tuple(sorted(found, key=lambda change: (_rank(change), change.type not in HOLDS_DATA, change.name)))


def _change(said: dict[str, Any]) -> Change:
    targets = [detail.get("Target", {}) for detail in said.get("Details", [])]
    names = [target.get("Name") or target.get("Attribute", "") for target in targets]
    return Change(
        action=said["Action"],
        name=said["LogicalResourceId"],
        type=said["ResourceType"],
        id=said.get("PhysicalResourceId", ""),
        replacement=said.get("Replacement", ""),
        because=tuple(dict.fromkeys(name for name in names if name)),
    )


def _rank(change: Change) -> int:
    if change.action in ("Add", "Import"):
        return _RANKS.index("adds")
    if change.action == "Remove":
        return _RANKS.index("DELETES")
    if change.replacement == "True":
        return _RANKS.index("REPLACES")
    if change.replacement == "Conditional" or change.action == "Dynamic":
        return _RANKS.index("MAY REPLACE")
    return _RANKS.index("changes")


def in_words(changes: Iterable[Change]) -> list[str]:
    """A line for each change, replacements first: `REPLACES    table Inventory (Inventory): TableName`."""
    return [_line(change) for change in changes]


def _line(change: Change) -> str:
    called = f" ({change.id})" if change.id else ""
    because = f": {', '.join(change.because)}" if change.because else ""
    return f"{_RANKS[_rank(change)]:<11} {change.kind} {change.name}{called}{because}"


def losing_data(changes: Iterable[Change]) -> list[Change]:
    """The changes that nobody wants by accident."""
    return [change for change in changes if change.loses_data]


def execute(aws: Aws, change_set: ChangeSet) -> None:
    """Let CloudFormation do it; does not wait."""
    aws.cloudformation.execute_change_set(ChangeSetName=change_set.arn, StackName=change_set.stack)


def discard(aws: Aws, change_set: ChangeSet) -> None:
    """Delete a change set that is not executed, and the empty stack that CloudFormation makes for a first one."""
    aws.cloudformation.delete_change_set(ChangeSetName=change_set.arn, StackName=change_set.stack)
    if not change_set.creates:
        return
    state = stack_state.state_of(aws, change_set.stack)
    if state and state.status == stack_state.ONLY_A_NAME:
        aws.cloudformation.delete_stack(StackName=change_set.stack)
