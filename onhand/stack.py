"""A deployed onhand: its outputs, and clients to speak to it."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from onhand import local
from onhand.console import UserError
from onhand.stack_state import ONLY_A_NAME, State, command, state_of, trouble
from onhand.target import Target, target

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient


@dataclass(frozen=True)
class Outputs:
    """Outputs of template.yaml."""

    UploadsBucket: str
    UploadsQueueUrl: str
    DeadLetterQueueUrl: str
    InventoryTable: str
    StoresTable: str
    ReorderPointsTable: str
    UploadsTable: str
    AlertsTable: str
    HistoryTable: str
    AcknowledgementsTable: str
    GroupsTable: str
    ForecastsTable: str
    CatalogueTable: str
    DigestsTable: str
    ChannelsTable: str
    NoStockTopic: str
    AlertsQueueUrl: str
    FailedAlertsQueueUrl: str
    FailedDeliveriesQueueUrl: str
    FailedHistoryQueueUrl: str
    LookAheadQueueUrl: str
    FailedLookAheadsQueueUrl: str
    MorningTopic: str
    DigestsQueueUrl: str
    FailedDigestsQueueUrl: str
    ChannelsQueueUrl: str
    FailedPostsQueueUrl: str
    DigestSender: str
    TroubleTopic: str
    LoadInventoryFunction: str
    CheckStockFunction: str
    KeepHistoryFunction: str
    LookAheadFunction: str
    SendDigestFunction: str
    PostToChannelFunction: str
    UserPoolId: str
    UserPoolClientId: str
    IdentityPoolId: str
    GuestAccess: str
    Shards: str
    DashboardBucket: str
    DistributionId: str
    DashboardUrl: str


class Aws:
    """Clients of one account and region: AWS's own, or the emulator's (`endpoint`)."""

    def __init__(self, region: str | None = None, endpoint: str | None = None) -> None:
        import boto3  # takes longer to load than all else, and what the shell completes does without

        self.endpoint = endpoint
        if endpoint:
            self.session = boto3.Session(
                aws_access_key_id=local.ACCESS_KEY, aws_secret_access_key=local.SECRET_KEY, region_name=local.REGION
            )
        else:
            # AWS_REGION is what all other SDKs and the AWS CLI read; boto3 only reads AWS_DEFAULT_REGION.
            self.session = boto3.Session(region_name=region or os.environ.get("AWS_REGION"))
        if self.session.region_name is None:
            raise UserError("Which region? Give --region, or set AWS_REGION or a profile with a region.")
        self.region = self.session.region_name

    def _client(self, service: Any) -> Any:
        from botocore.config import Config

        retries = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5)
        return self.session.client(service, endpoint_url=self.endpoint, config=retries)

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        return self._client("cloudformation")  # type: ignore[no-any-return]

    @cached_property
    def cloudfront(self) -> CloudFrontClient:
        return self._client("cloudfront")  # type: ignore[no-any-return]

    @cached_property
    def cloudwatch(self) -> CloudWatchClient:
        return self._client("cloudwatch")  # type: ignore[no-any-return]

    @cached_property
    def cognito(self) -> CognitoIdentityProviderClient:
        return self._client("cognito-idp")  # type: ignore[no-any-return]

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return self._client("dynamodb")  # type: ignore[no-any-return]

    @cached_property
    def streams(self) -> DynamoDBStreamsClient:
        return self._client("dynamodbstreams")  # type: ignore[no-any-return]

    @cached_property
    def functions(self) -> LambdaClient:
        return self._client("lambda")  # type: ignore[no-any-return]

    @cached_property
    def kms(self) -> Any:
        return self._client("kms")

    @cached_property
    def logs(self) -> CloudWatchLogsClient:
        return self._client("logs")  # type: ignore[no-any-return]

    @cached_property
    def s3(self) -> S3Client:
        return self._client("s3")  # type: ignore[no-any-return]

    @cached_property
    def sns(self) -> SNSClient:
        return self._client("sns")  # type: ignore[no-any-return]

    @cached_property
    def sqs(self) -> SQSClient:
        return self._client("sqs")  # type: ignore[no-any-return]

    @cached_property
    def tagging(self) -> Any:
        """The Resource Groups Tagging API, which finds what has a tag."""
        return self._client("resourcegroupstaggingapi")

    @cached_property
    def ssm(self) -> Any:
        return self._client("ssm")

    @cached_property
    def sts(self) -> STSClient:
        return self._client("sts")  # type: ignore[no-any-return]


class Stack(Aws):
    """A deployed onhand."""

    def __init__(self, name: str, outputs: Outputs, region: str | None = None, endpoint: str | None = None) -> None:
        super().__init__(region, endpoint)
        self.name = name
        self.outputs = outputs

    @property
    def is_local(self) -> bool:
        return self.endpoint is not None

    @property
    def shards(self) -> int:
        """Over how many keys what belongs to all stores is spread."""
        return int(self.outputs.Shards)

    def depth(self, queue: str) -> int:
        """How many messages of a queue wait or are worked on."""
        attributes = self.sqs.get_queue_attributes(
            QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        )["Attributes"]
        waiting = attributes["ApproximateNumberOfMessages"]
        return int(waiting) + int(attributes["ApproximateNumberOfMessagesNotVisible"])


def outputs_of(aws: Aws, name: str) -> Outputs | None:
    """The outputs of the stack; None if there is none, it never came up, or an older version of onhand made it."""
    state = state_of(aws, name)
    return None if state is None or _missing(state) else _outputs(state)


def _missing(state: State) -> list[str]:
    return [field.name for field in fields(Outputs) if field.name not in state.outputs]


def _outputs(state: State) -> Outputs:
    return Outputs(**{field.name: state.outputs[field.name] for field in fields(Outputs)})


def connect(which: Target = target) -> Aws:
    """Clients of the place that the options name, whether onhand is deployed there or not."""
    if which.aws:
        aws = Aws(region=which.region)
        try:
            aws.sts.get_caller_identity()
        except NoCredentialsError:
            raise UserError(
                "There are no credentials for AWS. Sign in (`aws sso login`, then AWS_PROFILE=…), or set "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            ) from None
        except ClientError as error:
            raise UserError(f"AWS does not let us in, sign in again: {error}") from None
        except BotoCoreError as error:
            raise UserError(f"AWS does not answer in {aws.region}: {error}") from None
        return aws
    server = local.running(which.data)
    if server is None:
        raise UserError("onhand does not run here. Start it with `make up`, or give --aws for the one on AWS.")
    return Aws(endpoint=server.endpoint)


def find_stack(which: Target = target) -> Stack:
    """The deployed onhand that the options name: local unless --aws was given.

    Raises UserError, with what helps, if there is none or if it cannot be used as it is.
    """
    aws = connect(which)
    state = state_of(aws, which.name)
    if state is None or state.status == ONLY_A_NAME:
        where, how = (f"on AWS in {aws.region}", "deploy --aws") if which.aws else ("here", "up")
        raise UserError(f"There is no onhand named '{which.name}' {where}. `onhand {how}` makes one.")
    if missing := _missing(state):
        raise UserError(trouble(aws, which.name, state) or _why_outputs_lack(aws, which, missing))
    return Stack(which.name, _outputs(state), region=aws.region, endpoint=aws.endpoint)


def _why_outputs_lack(aws: Aws, which: Target, missing: list[str]) -> str:
    if "InventoryTable" in missing:
        return f"The stack '{which.name}' is not an onhand: it has no output InventoryTable. --stack names another."
    again = command(aws, which.name, "deploy") if which.aws else "onhand down, then onhand up"
    return (
        f"The stack '{which.name}' was deployed by an older version of onhand (it lacks {', '.join(missing)}). "
        f"Deploy it again, everything in it is kept: `{again}`"
    )
