"""What can be known of a deployment to AWS before it begins: a name that fits, a region, credentials, free names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError, UnknownRegionError

from onhand.console import UserError, warn
from onhand.stack import Aws
from onhand.stack_state import command, resources_of, state_of

# ap-southeast-1, ap-northeast-1: a stack's name shall do for every region.
LONGEST_REGION = 14
_BUCKET_NAME = 63
# Credentials that refresh themselves do so when they have 15 minutes left. A first deployment takes about ten.
_SOON = timedelta(minutes=15)


@dataclass(frozen=True)
class Named:
    """A resource to which template.yaml gives a name of its own, so that there may be one already."""

    logical: str
    kind: str
    name: str


def check(aws: Aws, stack: str, template: dict[str, Any], parameters: dict[str, str], account: str) -> None:
    """Look at all that would make a deployment fail half way.

    Raises UserError that lists everything that is wrong; warns of what may be.
    """
    wrong = [text for text in (wrong_name(stack, template), wrong_region(aws)) if text]
    if not wrong:  # what follows asks services that such a region may lack
        _check_credentials(aws)
        wrong = list(_taken(aws, stack, named(template, stack, _all_parameters(aws, stack, parameters), account, aws)))
    if wrong:
        raise UserError("This would fail, and nothing was changed:\n" + "\n".join(f"  {text}" for text in wrong))


def wrong_name(stack: str, template: dict[str, Any]) -> str | None:
    """Why the stack cannot have this name, in words: it is part of the names of buckets."""
    longest = max(
        len(_fill(name, {"AWS::StackName": "", "AWS::AccountId": "0" * 12, "AWS::Region": "x" * LONGEST_REGION}))
        for kind, _, name in _names(template)
        if kind == "bucket"
    )
    most = _BUCKET_NAME - longest
    if not re.fullmatch(r"[a-z][a-z0-9-]*", stack):
        return (
            f"--stack {stack}: a stack's name begins with a letter and has only small letters, digits and hyphens, "
            "since the names of its buckets begin with it."
        )
    if len(stack) > most:
        return (
            f"--stack {stack}: {len(stack)} characters are too many. With {most} the names of its buckets stay within "
            f"the {_BUCKET_NAME} that S3 allows, in every region."
        )
    return None


def wrong_region(aws: Aws) -> str | None:
    """Why the region cannot be used, in words; warns of one in which Cognito is not known to be."""
    try:
        partition = aws.session.get_partition_for_region(aws.region)
    except UnknownRegionError:
        return f"--region {aws.region}: there is no such region."
    if partition != "aws":
        return (
            f"--region {aws.region}: onhand needs CloudFront and Cognito's user and identity pools together, and the "
            f"regions of {_PARTITIONS.get(partition, partition)} do not have them. Choose another region, such as "
            "eu-central-1."
        )
    lacking = [what for what in ("cognito-idp", "cognito-identity") if aws.region not in _regions(aws, what)]
    if lacking:
        warn(
            f"In {aws.region}, {' and '.join(lacking)} are not known to exist, and onhand needs them. If AWS has not "
            "begun to offer them there, the deployment fails and is taken back."
        )
    return None


_PARTITIONS = {"aws-cn": "China", "aws-us-gov": "GovCloud"}


def _regions(aws: Aws, service: str) -> list[str]:
    return aws.session.get_available_regions(service)


def _check_credentials(aws: Aws) -> None:
    credentials = aws.session.get_credentials()
    if credentials is None:
        return
    credentials.get_frozen_credentials()  # refreshes those that can be, if they are about to expire
    expiry: datetime | None = getattr(credentials, "_expiry_time", None)
    if expiry and expiry < datetime.now(UTC) + _SOON:
        minutes = max(0, round((expiry - datetime.now(UTC)).total_seconds() / 60))
        warn(
            f"Your credentials expire in {minutes} minutes. A first deployment takes about ten, and the dashboard is "
            "published after it. Better sign in again first; deploying once more ends what was cut off."
        )


def _all_parameters(aws: Aws, stack: str, given: dict[str, str]) -> dict[str, str]:
    state = state_of(aws, stack)
    return {**(state.parameters if state else {}), **given}


def named(template: dict[str, Any], stack: str, parameters: dict[str, str], account: str, aws: Aws) -> list[Named]:
    """What would have which name."""
    values = {name: str(one.get("Default", "")) for name, one in template["Parameters"].items()} | parameters
    values |= {"AWS::StackName": stack, "AWS::AccountId": account, "AWS::Region": aws.region}
    return [Named(logical, kind, _fill(name, values)) for kind, logical, name in _names(template)]


_NAMES = {
    "AWS::DynamoDB::Table": ("table", "TableName"),
    "AWS::Serverless::Function": ("function", "FunctionName"),
    "AWS::SNS::Topic": ("topic", "TopicName"),
    "AWS::Logs::LogGroup": ("log group", "LogGroupName"),
    "AWS::S3::Bucket": ("bucket", "BucketName"),
}


def _names(template: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Kind, logical name, and name with its `${…}`, of each resource whose name template.yaml chooses.

    What is made only on a condition is left out.
    """
    for logical, resource in template["Resources"].items():
        if "Condition" in resource:
            continue
        kind, key = _NAMES.get(resource["Type"], ("", ""))
        name = resource.get("Properties", {}).get(key)
        if name is not None:
            yield kind, logical, name["Fn::Sub"] if isinstance(name, dict) else name


def _fill(name: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{([^}]+)\}", lambda match: values[match.group(1)], name)


def _taken(aws: Aws, stack: str, wanted: list[Named]) -> Iterator[str]:
    """What exists already, a line for each owner."""
    own = _own(aws, stack)
    by_owner: dict[str, list[str]] = {}
    for one in wanted:
        if one.name in own:
            continue
        try:
            if _exists(aws, one):
                by_owner.setdefault(_whose(aws, one), []).append(f"{one.kind} {one.name}")
        except ClientError as error:
            warn(f"Whether there is a {one.kind} {one.name} already could not be seen: {error}")
    for whose, names in by_owner.items():
        yield f"{'These exist' if len(names) > 1 else 'This exists'} already: {', '.join(names)}. {whose}"


def _own(aws: Aws, stack: str) -> set[str]:
    if state_of(aws, stack) is None:
        return set()
    return {one["PhysicalResourceId"].rpartition(":")[2] for one in resources_of(aws, stack)}


def _exists(aws: Aws, one: Named) -> bool:
    if one.kind == "log group":
        groups = aws.logs.describe_log_groups(logGroupNamePrefix=one.name)["logGroups"]
        return any(group["logGroupName"] == one.name for group in groups)
    ask: dict[str, Callable[[], Any]] = {
        "table": lambda: aws.dynamodb.describe_table(TableName=one.name),
        "function": lambda: aws.functions.get_function_configuration(FunctionName=one.name),
        "topic": lambda: aws.sns.get_topic_attributes(TopicArn=_topic(aws, one.name)),
        "bucket": lambda: aws.s3.head_bucket(Bucket=one.name),
    }
    try:
        ask[one.kind]()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if error.response["Error"]["Code"] in ("ResourceNotFoundException", "NotFound", "404"):
            return False
        # All accounts of the world share the names of buckets: it is somebody else's, or in another region.
        if one.kind == "bucket" and status in (301, 403):
            return True
        raise
    return True


def _topic(aws: Aws, name: str) -> str:
    return f"arn:aws:sns:{aws.region}:{aws.sts.get_caller_identity()['Account']}:{name}"


def _whose(aws: Aws, one: Named) -> str:
    """Which stack it belongs to, and what to do."""
    identity = _topic(aws, one.name) if one.kind == "topic" else one.name
    try:
        found = aws.cloudformation.describe_stack_resources(PhysicalResourceId=identity)["StackResources"]
    except ClientError:  # that is how it says that none has it
        found = []
    # A stack that was deleted is told of for 90 days.
    owners = [one["StackName"] for one in found if not one["ResourceStatus"].startswith("DELETE_")]
    owner = (
        f"The stack '{owners[0]}' has it"
        if owners
        else "No stack has it: it is another program's, or was left behind by an onhand that was deleted "
        f"(`{command(aws, 'NAME', 'destroy')}` finds that)"
    )
    other_name = "Another --stack" if one.kind == "bucket" else "--parameter NamePrefix=…"
    return f"{owner}. {other_name} gives this one a name of its own."
