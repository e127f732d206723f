"""A template's resources as CloudFormation would make them, with an account, names and identifiers that are made up."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse

Resources = dict[str, Any]

ACCOUNT, REGION, STACK = "111122223333", "eu-central-1", "onhand"

_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}

# The property that names a resource (else its logical name does), and what its ARN looks like: the service's page in
# AWS's Service Authorization Reference, for log groups CloudFormation's (`Arn` ends in `:*`).
_ARNS = {
    "AWS::Cognito::UserPool": ("", f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{{}}"),
    "AWS::DynamoDB::Table": ("TableName", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{}}"),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", f"arn:aws:iam::{ACCOUNT}:policy/{{}}"),
    "AWS::IAM::OIDCProvider": ("", f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"),
    "AWS::IAM::Role": ("RoleName", f"arn:aws:iam::{ACCOUNT}:role/{{}}"),
    "AWS::Logs::LogGroup": ("LogGroupName", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}:*"),
    "AWS::S3::Bucket": ("BucketName", "arn:aws:s3:::{}"),
    "AWS::SNS::Topic": ("TopicName", f"arn:aws:sns:{REGION}:{ACCOUNT}:{{}}"),
    "AWS::SQS::Queue": ("QueueName", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}"),
    "AWS::Serverless::Function": ("FunctionName", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{}}"),
}
_REF_IS_ARN = {"AWS::IAM::ManagedPolicy", "AWS::IAM::OIDCProvider", "AWS::SNS::Topic"}
_NOTHING = object()


class Template:
    """A template with the values of its parameters; those that are not given are the defaults."""

    def __init__(self, path: Path, **parameters: str) -> None:
        self._read: dict[str, Any] = yaml_parse(path.read_text())
        declared = self._read.get("Parameters", {})
        self._parameters = {name: str(one.get("Default", "")) for name, one in declared.items()} | parameters

    def resources(self) -> Resources:
        """Each resource whose condition holds, its properties without intrinsic functions."""
        found = self._read["Resources"].items()
        return {name: self._value(one) for name, one in found if self._holds(one.get("Condition"))}

    def arn(self, name: str) -> str:
        """The ARN of a resource of the template."""
        resource = self._read["Resources"][name]
        key, pattern = _ARNS[resource["Type"]]
        given = resource.get("Properties", {}).get(key)
        return pattern.format(self._value(given) if given else f"{STACK}-{name}")

    def ref(self, name: str) -> Any:
        """What `!Ref` gives."""
        if name == "AWS::NoValue":
            return _NOTHING
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name in self._parameters:
            return self._parameters[name]
        kind = self._read["Resources"][name]["Type"]
        if kind in _REF_IS_ARN:
            return self.arn(name)
        return re.split("[:/]", self.arn(name))[-1] if kind in _ARNS else f"{STACK}-{name}"

    def _value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [value for each in node if (value := self._value(each)) is not _NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, given),) = node.items()
            if function := _FUNCTIONS.get(name):
                return function(self, given)
        values = {key: self._value(each) for key, each in node.items()}
        return {key: value for key, value in values.items() if value is not _NOTHING}

    def _holds(self, condition: str | None) -> bool:
        return condition is None or self._value(self._read["Conditions"][condition]) is True

    def _get_att(self, given: str | list[str]) -> str:
        name, attribute = given.split(".", 1) if isinstance(given, str) else given
        if attribute == "Arn":
            return self.arn(name)
        return f"{self.arn(name)}/stream/1" if attribute == "StreamArn" else f"{name}.{attribute}"

    def _sub(self, given: str | list[Any]) -> str:
        text, own = given if isinstance(given, list) else (given, {})
        values: Mapping[str, Any] = {name: self._value(one) for name, one in own.items()}

        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):  # for IAM, not for CloudFormation
                return f"${{{name[1:]}}}"
            return str(values[name] if name in values else self._get_att(name) if "." in name else self.ref(name))

        return re.sub(r"\$\{([^}]+)\}", value, text)

    def _if(self, given: list[Any]) -> Any:
        condition, then, otherwise = given
        return self._value(then if self._holds(condition) else otherwise)

    def _find_in_map(self, given: list[Any]) -> Any:
        mapping, first, second = self._value(given)
        return self._read["Mappings"][mapping][first][second]


# CloudFormation's template reference, "Intrinsic functions": those that our templates use.
_FUNCTIONS: dict[str, Any] = {
    "Condition": lambda template, given: template._holds(given) if isinstance(given, str) else template._value(given),
    "Fn::And": lambda template, given: all(template._value(given)),
    "Fn::Equals": lambda template, given: len({str(one) for one in template._value(given)}) == 1,
    "Fn::FindInMap": Template._find_in_map,
    "Fn::GetAtt": Template._get_att,
    "Fn::If": Template._if,
    "Fn::Join": lambda template, given: given[0].join(map(str, template._value(given[1]))),
    "Fn::Not": lambda template, given: not template._value(given)[0],
    "Fn::Or": lambda template, given: any(template._value(given)),
    "Fn::Select": lambda template, given: template._value(given[1])[int(given[0])],
    "Fn::Split": lambda template, given: template._value(given[1]).split(given[0]),
    "Fn::Sub": Template._sub,
    "Ref": Template.ref,
}
