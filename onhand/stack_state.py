"""What CloudFormation says of a stack, and what helps when it is stuck."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from onhand.console import UserError

if TYPE_CHECKING:
    from onhand.stack import Aws

# The stack is as one deployment left it, and can be deployed again.
SOUND = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)
# A change set was made and never executed: there is a name, and nothing else.
ONLY_A_NAME = "REVIEW_IN_PROGRESS"
_STARTS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
_SHOWN_CAUSES = 5
_NO_AWS_CLI = "No `aws` here? CloudShell in AWS's console has it."
POLL_SECONDS = 5.0  # on AWS; the emulator is asked more often


@dataclass(frozen=True)
class State:
    """A stack as DescribeStacks shows it."""

    status: str
    reason: str
    outputs: dict[str, str]
    parameters: dict[str, str]
    tags: dict[str, str]
    keeps_itself: bool  # termination protection, which onhand never sets

    @property
    def is_under_way(self) -> bool:
        """Does CloudFormation work on it at this moment?"""
        return self.status.endswith("_IN_PROGRESS") and self.status != ONLY_A_NAME


def state_of(aws: Aws, name: str) -> State | None:
    """What CloudFormation says of the stack; None if there is none of this name."""
    try:
        stack = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return State(
        status=stack["StackStatus"],
        reason=stack.get("StackStatusReason", ""),
        outputs={one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])},
        parameters={one["ParameterKey"]: one.get("ParameterValue", "") for one in stack.get("Parameters", [])},
        tags={one["Key"]: one["Value"] for one in stack.get("Tags", [])},
        keeps_itself=stack.get("EnableTerminationProtection", False),
    )


def wait_until_idle(aws: Aws, name: str, seconds: float) -> State | None:
    """Wait until CloudFormation is through with the stack; returns what it is then, None if it is gone.

    Raises UserError if that takes longer than `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        time.sleep(0.2 if aws.endpoint else POLL_SECONDS)  # first: what was begun a moment ago may not show yet
        state = state_of(aws, name)
        if state is None or not state.is_under_way:
            return state
        if time.monotonic() > deadline:
            raise UserError(
                f"CloudFormation still works on '{name}' ({state.status}), which goes on by itself; we wait no longer. "
                f"`{command(aws, name, 'deploy')}` says later how it stands."
            )


def command(aws: Aws, name: str, words: str) -> str:
    """A command of ours for this very stack, to be copied: `onhand deploy --aws --region eu-central-1`."""
    where = "" if aws.endpoint else f" --aws --region {aws.region}"
    return f"onhand {words}{where}" + (f" --stack {name}" if name != "onhand" else "")


def causes(aws: Aws, name: str) -> list[str]:
    """Why the last operation of a stack failed, the first cause first: `Inventory: Table already exists`."""
    found: list[str] = []
    of_the_stack: list[str] = []
    pages = aws.cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
    for event in (event for page in pages for event in page["StackEvents"]):
        status, reason = event.get("ResourceStatus", ""), event.get("ResourceStatusReason", "")
        if event.get("PhysicalResourceId") == event["StackId"]:
            if reason and ("FAILED" in status or "ROLLBACK" in status):
                of_the_stack.insert(0, reason)
            if status in _STARTS:
                break
        elif status.endswith("_FAILED") and "cancelled" not in reason:
            found.insert(0, f"{event.get('LogicalResourceId')}: {reason}")
    return list(dict.fromkeys(found or of_the_stack))[:_SHOWN_CAUSES]


def trouble(aws: Aws, name: str, state: State) -> str | None:
    """Why the stack can neither be used nor deployed as it is, and the command that helps; None if it can."""
    if state.status in (*SOUND, ONLY_A_NAME):
        return None
    if state.is_under_way:
        return _under_way(aws, name, state)
    story, way_out = _story(aws, name, state)
    return "\n".join([f"{story} ({state.status}).", *_listed(causes(aws, name)), way_out])


def _under_way(aws: Aws, name: str, state: State) -> str:
    text = f"CloudFormation works on '{name}' ({state.status}). Wait until it is through, and try again."
    if state.status == "UPDATE_IN_PROGRESS":
        text += f"\n`{_aws_cli(aws, name, 'cancel-update-stack')}` takes that update back instead."
    return text


def _story(aws: Aws, name: str, state: State) -> tuple[str, str]:
    again = f"then `{command(aws, name, 'up' if aws.endpoint else 'deploy')}` again"
    destroy = f"`{command(aws, name, 'destroy')}`"
    go_on = (
        f"`{_aws_cli(aws, name, 'continue-update-rollback')}` goes on taking it back, and with "
        "`--resources-to-skip NAME …` leaves those as they are"
    )
    stories = {
        "ROLLBACK_COMPLETE": (
            f"The first deployment of '{name}' failed and was taken back",
            f"Mend that. {destroy} removes the name, which is all that is left, {again}.",
        ),
        "ROLLBACK_FAILED": (
            f"The first deployment of '{name}' failed, and not all of it could be taken back",
            f"Mend the first. {destroy} removes what is left, {again}.",
        ),
        "CREATE_FAILED": (
            f"The first deployment of '{name}' failed",
            f"Mend that. {destroy} removes what is left, {again}.",
        ),
        "DELETE_FAILED": (
            f"'{name}' was being deleted, and some of it could not be",
            f"{destroy} goes on with it.",
        ),
        "UPDATE_ROLLBACK_FAILED": (
            f"An update of '{name}' failed, and not all of it could be taken back",
            f"What runs may be a mixture of two versions. Mend the causes; {go_on}; {again}. {_NO_AWS_CLI}",
        ),
        "UPDATE_FAILED": (
            f"An update of '{name}' failed and was not taken back",
            f"`{_aws_cli(aws, name, 'rollback-stack')}` takes it back, {again}. {_NO_AWS_CLI}",
        ),
    }
    return stories.get(
        state.status,
        (f"The stack '{name}' is in a state that onhand does not know", "AWS's console, CloudFormation, says more."),
    )


def failure(aws: Aws, name: str, state: State | None) -> str:
    """What became of a deployment that failed, in words."""
    if state is None:
        return f"The stack '{name}' is gone: it was deleted while it was being deployed."
    if state.status == "UPDATE_ROLLBACK_COMPLETE":
        story = f"The update of '{name}' failed and was taken back: the version before runs."
        return "\n".join([story, *_listed(causes(aws, name) or [state.reason])])
    return trouble(aws, name, state) or f"The stack '{name}' ended as {state.status}: {state.reason}"


def _listed(reasons: list[str]) -> list[str]:
    return [f"  {reason}" for reason in reasons if reason]


def _aws_cli(aws: Aws, name: str, verb: str) -> str:
    return f"aws cloudformation {verb} --stack-name {name} --region {aws.region}"


def resources_of(aws: Aws, name: str) -> list[dict[str, Any]]:
    """What belongs to the stack and is not deleted, whatever state the stack is in."""
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    listed = [dict(one) for page in pages for one in page["StackResourceSummaries"]]
    return [one for one in listed if one["ResourceStatus"] != "DELETE_COMPLETE" and one.get("PhysicalResourceId")]
