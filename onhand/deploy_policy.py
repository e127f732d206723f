"""What a role needs that deploys onhand to AWS, and no more: docs/deploy-policy.json, written by `make deploy-policy`.

For every resource of template.yaml, as SAM transforms it, AWS says in the resource type's schema which actions
creating, reading, updating and deleting take (cfn-lint brings the schemas). Left out is what changes only a property
that the template does not use. What IAM knows no resource for is allowed anywhere. Needs what `make setup` installs.
"""

import argparse
import json
import re
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import boto3
import cfnlint
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from onhand.target import ROOT

Resource = dict[str, Any]

MOST_CHARACTERS = 10_240
"""Of a role's inline policies together, without white space: IAM's quota. (A managed policy takes 6,144.)"""

# Which actions there are, and what for: AWS's Service Authorization Reference, as cfn-lint brings it.
IAM_ACTIONS: dict[str, Any] = json.loads(
    (Path(cfnlint.__file__).parent / "data/AdditionalSpecs/Policies.json").read_text()
)

_REGION = "us-east-1"  # they are the same in every region that has all services

# Actions that a resource takes only if one of its properties is called so, or begins so.
_ONLY_WITH = {
    "AbacStatus": ["s3:PutBucketAbac"],
    "AccelerateConfiguration": ["s3:PutAccelerateConfiguration"],
    "AccessControl": ["s3:PutObjectAcl", "s3:PutBucketAcl"],
    "AnalyticsConfiguration": ["s3:PutAnalyticsConfiguration", "s3:DeleteBucketAnalyticsConfiguration"],
    "BearerTokenAuthenticationEnabled": ["logs:PutBearerTokenAuthentication"],
    "CapacityProviderConfig": ["lambda:PassCapacityProvider", "lambda:PublishVersion"],
    "CodeSigningConfigArn": ["lambda:GetCodeSigningConfig", "lambda:PutFunctionCodeSigningConfig",
                             "lambda:DeleteFunctionCodeSigningConfig"],
    "CognitoEvents": ["cognito-sync:SetCognitoEvents"],
    "CognitoStreams": ["cognito-sync:SetIdentityPoolConfiguration"],
    "ContributorInsightsSpecification": ["dynamodb:UpdateContributorInsights"],
    "DataProtectionPolicy": ["*:PutDataProtectionPolicy", "*:DeleteDataProtectionPolicy", "logs:CreateLogDelivery",
                             "firehose:*", "s3:REST.PUT.OBJECT"],
    "DeletionProtectionEnabled": ["logs:PutLogGroupDeletionProtection"],
    "EmailConfiguration": ["iam:CreateServiceLinkedRole"],
    "FieldIndexPolicies": ["logs:PutIndexPolicy", "logs:DeleteIndexPolicy"],
    "FileSystemConfigs": ["elasticfilesystem:*", "s3files:*"],
    "FunctionScalingConfig": ["lambda:PutFunctionScalingConfig"],
    'Groups":': ["iam:*GroupPolicy"],  # a property: there is a table called so, too
    "ImportSourceSpecification": ["dynamodb:ImportTable", "dynamodb:DescribeImport"],
    "IntelligentTieringConfigurations": ["s3:PutIntelligentTieringConfiguration"],
    "InventoryConfigurations": ["s3:PutInventoryConfiguration"],
    "KinesisStreamSpecification": ["kinesis:*", "dynamodb:EnableKinesis*", "dynamodb:DisableKinesis*",
                                   "dynamodb:UpdateKinesis*"],
    "Kms": ["kms:*", "logs:*KmsKey"],
    "Layers": ["lambda:GetLayerVersion"],
    "LoggingConfiguration": ["s3:PutBucketLogging"],
    "Metadata": ["s3tables:*", "s3:CreateBucketMetadata*", "s3:UpdateBucketMetadata*", "s3:DeleteBucketMetadata*",
                 "s3:DeleteObject"],
    "MetricsConfigurations": ["s3:PutMetricsConfiguration", "s3:DeleteBucketMetricsConfiguration"],
    "ObjectLockConfiguration": ["s3:Put*ObjectLockConfiguration"],
    "Replica": ["dynamodb:*TableReplica", "dynamodb:Scan", "dynamodb:Query", "dynamodb:*Item",
                "dynamodb:BatchWriteItem", "iam:CreateServiceLinkedRole"],
    "ReplicationConfiguration": ["s3:PutReplicationConfiguration"],
    "ReservedConcurrentExecutions": ["lambda:*FunctionConcurrency"],
    "ResourcePolicy": ["dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy", "logs:*ResourcePolicy"],
    "RuntimeManagementConfig": ["lambda:PutRuntimeManagementConfig"],
    "Staging": ["cloudfront:UpdateDistributionWithStagingConfig"],
    "Tenant": ["cloudfront:*ConnectionGroup"],
    "Users": ["iam:*UserPolicy"],
    "VpcConfig": ["ec2:*"],
    "VpcOrigin": ["cloudfront:GetVpcOrigin"],
    "WebsiteConfiguration": ["s3:PutBucketWebsite"],
}  # fmt: skip

# The schemas name them, but IAM does not know them: another action above is what these calls ask for.
_NO_ACTIONS = {
    "s3:DeleteBucketCors", "s3:DeleteBucketEncryption", "s3:DeleteBucketLifecycle", "s3:DeleteBucketReplication",
    "s3:DeleteBucketWebsite", "s3:GetObjectMetadata", "s3:ListTagsForResource", "s3:PutBucketReplication",
}  # fmt: skip

# Types whose schema does not say what they take.
_OLD_TYPES = {"AWS::Budgets::Budget": {"budgets:ModifyBudget", "budgets:TagResource", "budgets:ViewBudget"}}

# Of another resource: the code of the functions lies in the bucket that SAM keeps, and tables have no logs.
_ELSEWHERE = {
    "AWS::Lambda::Function": {"s3:GetObject", "s3:GetObjectVersion"},
    "AWS::DynamoDB::Table": {"logs:*", "s3:*"},
}

# CloudFormation asks for all of them at once.
_ANYWHERE = {"cloudwatch:DescribeAlarms"}

# The property that names a resource, and its ARN. CloudFormation cuts long names of roles, policies and alarms; others
# have names that nobody knows beforehand.
_PLACES = {
    "AWS::Budgets::Budget": ("", "arn:aws:budgets::*:budget/{stack}-*"),
    "AWS::CloudFront::Distribution": ("", "arn:aws:cloudfront::*:distribution/*"),
    "AWS::CloudFront::OriginAccessControl": ("", "arn:aws:cloudfront::*:origin-access-control/*"),
    "AWS::CloudFront::ResponseHeadersPolicy": ("", "arn:aws:cloudfront::*:response-headers-policy/*"),
    "AWS::CloudWatch::Alarm": ("AlarmName", "arn:aws:cloudwatch:*:*:alarm:{stack}-*"),
    "AWS::CloudWatch::Dashboard": ("", "arn:aws:cloudwatch::*:dashboard/{stack}-*"),
    "AWS::Cognito::IdentityPool": ("", "arn:aws:cognito-identity:*:*:identitypool/*"),
    "AWS::Cognito::UserPool": ("", "arn:aws:cognito-idp:*:*:userpool/*"),
    "AWS::DynamoDB::Table": ("TableName", "arn:aws:dynamodb:*:*:table/{name}"),
    "AWS::Events::Rule": ("", "arn:aws:events:*:*:rule/{stack}-*"),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", "arn:aws:iam::*:policy/{stack}-*"),
    "AWS::IAM::Role": ("RoleName", "arn:aws:iam::*:role/{stack}-*"),
    "AWS::Lambda::EventSourceMapping": ("", "arn:aws:lambda:*:*:event-source-mapping:*"),
    "AWS::Lambda::Function": ("FunctionName", "arn:aws:lambda:*:*:function:{name}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "arn:aws:logs:*:*:log-group:{name}*"),
    "AWS::S3::Bucket": ("BucketName", "arn:aws:s3:::{name}"),
    "AWS::Scheduler::Schedule": ("Name", "arn:aws:scheduler:*:*:schedule/default/{stack}-*"),
    "AWS::SNS::Topic": ("TopicName", "arn:aws:sns:*:*:{name}"),
    "AWS::SQS::Queue": ("QueueName", "arn:aws:sqs:*:*:{stack}-*"),
}

# They belong to a resource that has one.
_NO_PLACE = {
    "AWS::Cognito::IdentityPoolPrincipalTag", "AWS::Cognito::IdentityPoolRoleAttachment",
    "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolGroup", "AWS::Lambda::Permission",
    "AWS::S3::BucketPolicy", "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy",
}  # fmt: skip

# What `onhand deploy` and `sam package` call themselves: of the template's resources, and elsewhere. Those of SAM are
# about its own stack and bucket.
_CALLS_OF_RESOURCES = ["cloudfront:CreateInvalidation", "lambda:GetFunctionConfiguration"]
_SAM = "aws-sam-cli-managed-default"
_CALLS = {
    "arn:aws:cloudformation:*:*:stack/{stack}/*": [
        "cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet", "cloudformation:DeleteStack",
        "cloudformation:DescribeChangeSet", "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStackResources", "cloudformation:DescribeStacks", "cloudformation:ExecuteChangeSet",
        "cloudformation:GetTemplate", "cloudformation:ListStackResources",
    ],
    f"arn:aws:cloudformation:*:*:stack/{_SAM}/*": [
        "cloudformation:CreateChangeSet", "cloudformation:DescribeChangeSet", "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStacks", "cloudformation:ExecuteChangeSet",
    ],
    "arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31": ["cloudformation:CreateChangeSet"],
    f"arn:aws:s3:::{_SAM}-*": [
        "s3:CreateBucket", "s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:GetObject", "s3:GetObjectVersion",
        "s3:ListBucket", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging",
        "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutObject",
    ],
    "arn:aws:s3:::{stack}-dashboard-*/*": ["s3:DeleteObject", "s3:PutObject"],
    "arn:aws:ssm:*:*:parameter/{stack}/channels*": ["ssm:DeleteParameters", "ssm:GetParametersByPath"],
    "*": ["cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate", "lambda:GetAccountSettings"],
}  # fmt: skip


def policy(stack: str = "onhand", prefix: str = "") -> dict[str, Any]:
    """The policy for a stack of this name, and this `NamePrefix`.

    Raises ValueError for a resource of a type that is not known here, or if it gets too long for IAM.
    """
    actions: dict[str, set[str]] = defaultdict(set)
    places: dict[str, set[str]] = defaultdict(set)
    for name, resource in transformed(ROOT / "template.yaml").items():
        if place := _place(name, resource, stack, prefix):
            places[place.split(":")[2]].add(place)
        for action in _needed(resource):
            actions[_service(action)].add(action)
    for action in _CALLS_OF_RESOURCES:
        actions[_service(action)].add(action)
    actions["*"].update(_CALLS["*"])
    if lost := sorted(actions.keys() - places.keys() - {"*"}):
        raise ValueError(f"{sorted(actions[lost[0]])}: onhand/deploy_policy.py does not know on which resources.")
    statements = [_statement(service, actions[service], places[service]) for service in sorted(places)]
    for number, (place, calls) in enumerate(_CALLS.items()):
        if place != "*":
            statements.append(_statement(f"deploy{number}", set(calls), {place.format(stack=stack)}))
    statements.append(_statement("anywhere", actions["*"], {"*"}))
    document = {"Version": "2012-10-17", "Statement": statements}
    if (length := len(re.sub(r"\s", "", json.dumps(document)))) > MOST_CHARACTERS:
        raise ValueError(f"The policy has {length} characters without white space; IAM takes {MOST_CHARACTERS}.")
    return document


def _needed(resource: Resource) -> set[str]:
    """The actions for the life of a resource."""
    kind = resource["Type"]
    if kind in _OLD_TYPES:
        return _OLD_TYPES[kind]
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema(_REGION, kind).schema["handlers"]
    wanted = {
        action[0].lower() + action[1:]
        for handler in ("create", "read", "update", "delete")
        for action in handlers.get(handler, {}).get("permissions", [])
    }
    given = json.dumps(resource.get("Properties", {})).lower()
    unused = [
        pattern for word, patterns in _ONLY_WITH.items() if f'"{word.lower()}' not in given for pattern in patterns
    ]
    unused += [*_NO_ACTIONS, *_ELSEWHERE.get(kind, set())]
    return {action for action in wanted if not any(fnmatch(action, pattern) for pattern in unused)}


def _service(action: str) -> str:
    """The service on whose resources the template's an action is allowed; `*` if IAM knows no resource for it."""
    service, _, name = action.partition(":")
    known = IAM_ACTIONS[service]["Actions"].get(name.lower(), {})
    return service if known.get("Resources") and action not in _ANYWHERE else "*"


def _place(name: str, resource: Resource, stack: str, prefix: str) -> str | None:
    """The ARN of a resource as far as it is known before it is there. None: it has none of its own."""
    kind = resource["Type"]
    if kind in _NO_PLACE:
        return None
    if kind not in _PLACES:
        raise ValueError(f"{name}: onhand/deploy_policy.py does not know what the ARN of an {kind} looks like.")
    key, pattern = _PLACES[kind]
    given = resource.get("Properties", {})
    text = given[key]["Fn::Sub"] if key in given else f"{stack}-{name}-*"
    known = {"AWS::StackName": stack, "NamePrefix": prefix}
    called = re.sub(r"\$\{([^}]+)\}", lambda found: known.get(found[1], "*"), text)
    return pattern.format(name=called, stack=stack)


def transformed(path: Path) -> dict[str, Resource]:
    """The resources of a template, as CloudFormation gets them from SAM."""
    template = yaml_parse(path.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"  # where `sam package` brings it
    # No managed policies: every function has a role of the template.
    sam = Translator({}, Parser(), boto_session=boto3.Session(region_name=_REGION))
    resources: dict[str, Resource] = sam.translate(template, {})["Resources"]
    return resources


def _statement(sid: str, actions: set[str], places: set[str]) -> dict[str, Any]:
    return {
        "Sid": sid.replace("-", "").capitalize(),
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": sorted(places),
    }


def main() -> None:
    """Print the policy."""
    parser = argparse.ArgumentParser(prog="python -m onhand.deploy_policy", description=__doc__)
    parser.add_argument("--stack", default="onhand", help="name of the stack [onhand]")
    parser.add_argument("--prefix", default="", help="its parameter NamePrefix")
    options = parser.parse_args()
    print(json.dumps(policy(options.stack, options.prefix), indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
