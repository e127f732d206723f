"""`onhand destroy`: delete an onhand with all its data, in whatever state its stack is."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer
from botocore.exceptions import ClientError

from onhand import local, stack_state
from onhand.channels import forget_all
from onhand.console import UserError, console, step, warn
from onhand.empty_bucket import delete_bucket
from onhand.options import Yes
from onhand.stack import Aws, connect
from onhand.stack_state import ONLY_A_NAME, State, causes, command, resources_of, state_of, wait_until_idle
from onhand.target import target

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import AdminCreateUserConfigTypeTypeDef

_SECONDS = 3600
_TABLE, _POOL, _BUCKET, _QUEUE = (
    "AWS::DynamoDB::Table",
    "AWS::Cognito::UserPool",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
)
_WORDS = {_TABLE: "table", _POOL: "user pool", _BUCKET: "bucket", _QUEUE: "queue"}
# What there is no more: somebody deleted it by hand, or an earlier `destroy` did.
_GONE = (
    "ResourceNotFoundException",
    "NoSuchBucket",
    "404",
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
)


@dataclass(frozen=True)
class Held:
    """A table, bucket, queue or user pool."""

    type: str
    id: str  # name; of a user pool, its id

    def __str__(self) -> str:
        return f"{_WORDS[self.type]} {self.id}"


def destroy(
    yes: Yes = False,
    with_data: Annotated[bool, typer.Option("--with-data", help="What --yes alone does not delete: all data.")] = False,
) -> None:
    """Delete onhand with all its data: files, counts, uploads, alerts, people.

    On AWS whatever state the stack is in, and with what replacements of tables and buckets left behind.
    It asks first. A program that cannot be asked has to say both --yes and --with-data.
    """
    if yes and not with_data:
        raise UserError("This deletes all data, and --yes alone does not say so: add --with-data. Nothing was deleted.")
    if target.aws:
        _destroy_on_aws(connect(), target.name, yes)
        return
    if not (target.data / "state").is_dir():
        raise UserError(f"There is no onhand in {target.data}.")
    if not yes:
        typer.confirm(f"Delete everything in {target.data}?", abort=True)
    with local.locked(target.data):
        local.stop(target.data)
        shutil.rmtree(target.data)
    console.print("[green]✓[/] Deleted")


def _destroy_on_aws(aws: Aws, name: str, yes: bool) -> None:
    state = state_of(aws, name)
    if state and state.status != ONLY_A_NAME and state.tags.get("app") != name:
        raise UserError(f"The stack '{name}' is not an onhand: it lacks the tag app={name}. Nothing was deleted.")
    if state and state.keeps_itself:
        raise UserError(
            f"Somebody switched termination protection of the stack '{name}' on. Nothing was deleted. This switches it "
            "off: `aws cloudformation update-termination-protection --no-enable-termination-protection "
            f"--stack-name {name} --region {aws.region}`"
        )
    held = _held(resources_of(aws, name)) if state else []
    left = [one for one in _left_behind(aws, name) if one not in held]
    if state is None and not left:
        raise UserError(f"There is no onhand named '{name}' on AWS in {aws.region}, and none left anything behind.")
    _ask(aws, name, state, held, left, yes)
    if state:
        delete_stack(aws, name, state)
    if left:
        with step("Delete what was left behind"):
            for one in left:
                _delete(aws, one)


def delete_stack(aws: Aws, name: str, state: State) -> None:
    """Delete a stack, with the rows, objects and people in it. Raises UserError if something of it is left."""
    if state.is_under_way:
        with step(f"Wait until CloudFormation is through with it ({state.status})"):
            if wait_until_idle(aws, name, _SECONDS) is None:
                return
    held = _held(resources_of(aws, name))
    with step("Lift the protection of tables and people"):
        for one in held:
            _unprotect(aws, one)
    with step("Empty and delete the buckets"):
        for one in held:
            if one.type == _BUCKET:
                delete_bucket(aws, one.id)
    _forget_channels(aws, name)
    with step("Delete the stack"):
        aws.cloudformation.delete_stack(StackName=name)
        after = _wait_until_gone(aws, name)
    if after:
        left = "\n".join(f"  {cause}" for cause in causes(aws, name))
        raise UserError(
            f"Some of '{name}' could not be deleted ({after.status}):\n{left}\nMend that, and "
            f"`{command(aws, name, 'destroy')}` goes on."
        )


def _forget_channels(aws: Aws, name: str) -> None:
    """Delete the secrets that the command line made. Who may not is told: the stack goes nevertheless."""
    try:
        forget_all(aws, name)
    except ClientError as error:
        warn(f"The addresses of channels could not be deleted, look at Parameter Store for /{name}/channels/: {error}")


def _wait_until_gone(aws: Aws, name: str) -> State | None:
    """None when the stack is gone; what it is, when CloudFormation gave up, or did not begin within a minute."""
    for _ in range(12):
        state = wait_until_idle(aws, name, _SECONDS)
        if state is None or state.status.endswith("_FAILED"):
            break
    return state


def _ask(aws: Aws, name: str, state: State | None, held: list[Held], left: list[Held], yes: bool) -> None:
    account = aws.sts.get_caller_identity()["Account"]
    console.print(f"In account [bold]{account}[/], region [bold]{aws.region}[/], this will be gone:")
    if state:
        console.print(f"  the stack '{name}' ({state.status}) and everything in it", soft_wrap=True)
    for one in held:
        console.print(f"  {one}", soft_wrap=True, markup=False)
    for one in left:
        console.print(f"  {one}, left behind by an earlier version or deployment", soft_wrap=True, markup=False)
    if not yes and typer.prompt("Type the stack's name to go on") != name:
        raise UserError("That is not its name. Nothing was deleted.")


def _held(resources: list[dict[str, Any]]) -> list[Held]:
    # A queue's physical id is its URL, which ends with its name.
    return [
        Held(one["ResourceType"], one["PhysicalResourceId"].rpartition("/")[2])
        for one in resources
        if one["ResourceType"] in _WORDS
    ]


def _left_behind(aws: Aws, name: str) -> Iterator[Held]:
    """What no stack lists any more: what replacements left (UpdateReplacePolicy: Retain), or a deployment that failed.

    Its tags tell whose it was; a bucket's name does, too.
    """
    account = aws.sts.get_caller_identity()["Account"]
    by_name = [Held(_BUCKET, f"{name}-{what}-{account}-{aws.region}") for what in ("uploads", "dashboard")]
    # The index of tags is late: it still lists what was deleted a while ago.
    yield from (held for held in dict.fromkeys([*by_name, *_tagged(aws, name)]) if _is_there(aws, held))


def _tagged(aws: Aws, name: str) -> Iterator[Held]:
    tags = [{"Key": key, "Values": [name]} for key in ("aws:cloudformation:stack-name", "app")]
    try:
        pages = list(aws.tagging.get_paginator("get_resources").paginate(TagFilters=tags))
    except ClientError as error:
        warn(f"What earlier versions of the stack left behind could not be looked for: {error}")
        return
    for arn in (one["ResourceARN"] for page in pages for one in page["ResourceTagMappingList"]):
        if held := _from_arn(arn):
            yield held


def _from_arn(arn: str) -> Held | None:
    service, _, _, rest = arn.split(":", 5)[2:]
    if service == "dynamodb" and rest.startswith("table/"):
        return Held(_TABLE, rest.removeprefix("table/"))
    if service == "s3":
        return Held(_BUCKET, rest)
    if service == "cognito-idp":
        return Held(_POOL, rest.removeprefix("userpool/"))
    if service == "sqs":
        return Held(_QUEUE, rest)
    return None


def _is_there(aws: Aws, one: Held) -> bool:
    look: dict[str, Callable[[], Any]] = {
        _TABLE: lambda: aws.dynamodb.describe_table(TableName=one.id),
        _BUCKET: lambda: aws.s3.head_bucket(Bucket=one.id),
        _POOL: lambda: aws.cognito.describe_user_pool(UserPoolId=one.id),
        _QUEUE: lambda: aws.sqs.get_queue_url(QueueName=one.id),
    }
    return _unless_gone(look[one.type]) is not None


def _delete(aws: Aws, one: Held) -> None:
    _unprotect(aws, one)
    do: dict[str, Callable[[], Any]] = {
        _TABLE: lambda: aws.dynamodb.delete_table(TableName=one.id),
        _BUCKET: lambda: delete_bucket(aws, one.id),
        _POOL: lambda: aws.cognito.delete_user_pool(UserPoolId=one.id),
        _QUEUE: lambda: aws.sqs.delete_queue(QueueUrl=aws.sqs.get_queue_url(QueueName=one.id)["QueueUrl"]),
    }
    _unless_gone(do[one.type])


def _unprotect(aws: Aws, one: Held) -> None:
    if one.type == _TABLE:
        _unless_gone(lambda: _unprotect_table(aws, one.id))
    elif one.type == _POOL:
        _unless_gone(lambda: _unprotect_pool(aws, one.id))


def _unprotect_table(aws: Aws, table: str) -> None:
    if not aws.dynamodb.describe_table(TableName=table)["Table"].get("DeletionProtectionEnabled"):
        return
    aws.dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    while aws.dynamodb.describe_table(TableName=table)["Table"]["TableStatus"] == "UPDATING":
        time.sleep(0.2 if aws.endpoint else stack_state.POLL_SECONDS)


def _unprotect_pool(aws: Aws, pool_id: str) -> None:
    pool = aws.cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    if pool.get("DeletionProtection") != "ACTIVE":
        return
    # UpdateUserPool resets what it is not given, so give it everything that we set: the deletion may fail after this.
    users: AdminCreateUserConfigTypeTypeDef = {"AllowAdminCreateUserOnly": True}
    if invitation := pool.get("AdminCreateUserConfig", {}).get("InviteMessageTemplate"):
        users["InviteMessageTemplate"] = invitation
    kept = ("Policies", "AutoVerifiedAttributes", "UserAttributeUpdateSettings", "AccountRecoverySetting")
    aws.cognito.update_user_pool(
        UserPoolId=pool_id,
        DeletionProtection="INACTIVE",
        AdminCreateUserConfig=users,
        **{name: pool[name] for name in kept if name in pool},  # type: ignore[literal-required]
    )


def _unless_gone(call: Callable[[], Any]) -> Any:
    """What the call returns; None if AWS says that there is no such thing."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            return None
        raise
