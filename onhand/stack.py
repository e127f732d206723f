"""A deployed onhand: its outputs, and clients to speak to it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from onhand import local
from onhand.console import UserError
from onhand.target import Target, target

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_lambda import LambdaClient
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
    AcknowledgementsTable: str
    NoStockTopic: str
    AlertsQueueUrl: str
    FailedAlertsQueueUrl: str
    TroubleTopic: str
    LoadInventoryFunction: str
    CheckStockFunction: str
    UserPoolId: str
    UserPoolClientId: str
    IdentityPoolId: str
    GuestAccess: str
    DashboardBucket: str
    DistributionId: str
    DashboardUrl: str


class Aws:
    """Clients of one account and region: AWS's own, or the emulator's (`endpoint`)."""

    def __init__(self, region: str | None = None, endpoint: str | None = None) -> None:
        self.endpoint = endpoint
        if endpoint:
            self.session = boto3.Session(
                aws_access_key_id=local.ACCESS_KEY, aws_secret_access_key=local.SECRET_KEY, region_name=local.REGION
            )
        else:
            self.session = boto3.Session(region_name=region)
        if self.session.region_name is None:
            raise UserError("Which region? Give --region, or set AWS_REGION or a profile with a region.")
        self.region = self.session.region_name

    def _client(self, service: Any) -> Any:
        retries = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=5)
        return self.session.client(service, endpoint_url=self.endpoint, config=retries)

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        return self._client("cloudformation")  # type: ignore[no-any-return]

    @cached_property
    def cloudfront(self) -> CloudFrontClient:
        return self._client("cloudfront")  # type: ignore[no-any-return]

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
    def s3(self) -> S3Client:
        return self._client("s3")  # type: ignore[no-any-return]

    @cached_property
    def sns(self) -> SNSClient:
        return self._client("sns")  # type: ignore[no-any-return]

    @cached_property
    def sqs(self) -> SQSClient:
        return self._client("sqs")  # type: ignore[no-any-return]

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

    def depth(self, queue: str) -> int:
        """How many messages of a queue wait or are worked on."""
        attributes = self.sqs.get_queue_attributes(
            QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        )["Attributes"]
        waiting = attributes["ApproximateNumberOfMessages"]
        return int(waiting) + int(attributes["ApproximateNumberOfMessagesNotVisible"])


def outputs_of(aws: Aws, name: str) -> Outputs | None:
    """The outputs of the stack, or None if there is none (or one that never came up)."""
    try:
        stacks = aws.cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    values = {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
    wanted = [field.name for field in fields(Outputs)]
    return Outputs(**{key: values[key] for key in wanted}) if values.keys() >= set(wanted) else None


def connect(which: Target = target) -> Aws:
    """Clients of the place that the options name, whether onhand is deployed there or not."""
    if which.aws:
        aws = Aws(region=which.region)
        try:
            aws.sts.get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            raise UserError(f"AWS does not let us in: {error}") from None
        return aws
    server = local.running(which.data)
    if server is None:
        raise UserError("onhand does not run here. Start it with `make up`, or give --aws for the one on AWS.")
    return Aws(endpoint=server.endpoint)


def find_stack(which: Target = target) -> Stack:
    """The deployed onhand that the options name: local unless --aws was given."""
    aws = connect(which)
    outputs = outputs_of(aws, which.name)
    if outputs is None:
        where, how = (f"on AWS in {aws.region}", "deploy --aws") if which.aws else ("here", "up")
        raise UserError(f"There is no onhand named '{which.name}' {where}. `onhand {how}` makes one.")
    return Stack(which.name, outputs, region=aws.region, endpoint=aws.endpoint)
