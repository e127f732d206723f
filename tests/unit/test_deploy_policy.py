"""What a deploying role may do, and how a GitHub workflow gets that role."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from samcli.yamlhelper import yaml_parse
from typer.testing import CliRunner

from onhand import deploy_policy
from onhand.deploy_policy import IAM_ACTIONS, policy
from onhand.main import app
from onhand.target import ROOT

POLICY: dict[str, Any] = json.loads((ROOT / "docs" / "deploy-policy.json").read_text())
ROLE: dict[str, Any] = yaml_parse((ROOT / "deploy-role.yaml").read_text())
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / "docs" / "deploy-workflow.yml").read_text())
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["deploy"]["steps"]


def allowed(action: str, resource: str, document: dict[str, Any] = POLICY) -> bool:
    """Does the policy allow this?"""
    return any(
        action in statement["Action"] and any(fnmatch(resource, pattern) for pattern in statement["Resource"])
        for statement in document["Statement"]
    )


def test_the_policy_is_what_the_template_needs_today() -> None:
    assert policy() == POLICY, "`make deploy-policy` writes it anew"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dynamodb:CreateTable", "arn:aws:dynamodb:eu-central-1:1:table/Inventory"),
        ("dynamodb:UpdateContinuousBackups", "arn:aws:dynamodb:eu-central-1:1:table/Alerts"),
        ("lambda:PutFunctionRecursionConfig", "arn:aws:lambda:eu-central-1:1:function:Load-Inventory"),
        ("lambda:GetAccountSettings", "*"),
        ("iam:PassRole", "arn:aws:iam::1:role/onhand-LoadInventoryRole-1A2B"),
        ("iam:PutRolePermissionsBoundary", "arn:aws:iam::1:role/onhand-StaffRole-1A2B"),
        ("s3:PutBucketNotification", "arn:aws:s3:::onhand-uploads-1-eu-central-1"),
        ("s3:PutObject", "arn:aws:s3:::onhand-dashboard-1-eu-central-1/index.html"),
        ("s3:PutObject", "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-1/code"),
        ("sqs:SetQueueAttributes", "arn:aws:sqs:eu-central-1:1:onhand-FailedDeliveriesQueue-1A2B"),
        ("sns:Subscribe", "arn:aws:sns:eu-central-1:1:onhand-Trouble-1A2B"),
        ("cloudformation:CreateChangeSet", "arn:aws:cloudformation:eu-central-1:1:stack/onhand/1"),
        ("cloudformation:CreateChangeSet", "arn:aws:cloudformation:eu-central-1:aws:transform/Serverless-2016-10-31"),
    ],
)
def test_it_allows_what_a_deployment_does(action: str, resource: str) -> None:
    assert allowed(action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::onhand-uploads-1-eu-central-1/uploads/a.csv"),
        ("s3:PutObject", "arn:aws:s3:::onhand-uploads-1-eu-central-1/uploads/a.csv"),
        ("s3:DeleteObject", "arn:aws:s3:::onhand-uploads-1-eu-central-1/uploads/a.csv"),
        ("dynamodb:Query", "arn:aws:dynamodb:eu-central-1:1:table/Inventory"),
        ("dynamodb:CreateTable", "arn:aws:dynamodb:eu-central-1:1:table/Other"),
        ("sns:Publish", "arn:aws:sns:eu-central-1:1:NoStock"),
        ("sqs:ReceiveMessage", "arn:aws:sqs:eu-central-1:1:onhand-UploadsQueue-1A2B"),
        ("lambda:InvokeFunction", "arn:aws:lambda:eu-central-1:1:function:Load-Inventory"),
        ("cognito-idp:AdminCreateUser", "arn:aws:cognito-idp:eu-central-1:1:userpool/x"),
        ("iam:PassRole", "arn:aws:iam::1:role/admin"),
        ("kms:Decrypt", "*"),
        ("ec2:DescribeVpcs", "*"),
    ],
)
def test_it_allows_no_data_and_nothing_of_others(action: str, resource: str) -> None:
    assert not allowed(action, resource)


def test_no_action_is_a_pattern() -> None:
    for statement in POLICY["Statement"]:
        assert not [action for action in statement["Action"] if "*" in action], statement["Sid"]


def test_iam_knows_every_action() -> None:
    named = {action for statement in POLICY["Statement"] for action in statement["Action"]}
    known = {f"{service}:{name}" for service, of in IAM_ACTIONS.items() for name in of["Actions"]}
    # It is in CloudFront's API and in its resource type's schema, and not in the list of actions.
    assert {action for action in named if action.lower() not in known} == {"cloudfront:CreateDistributionWithTags"}


def test_little_is_allowed_anywhere() -> None:
    (anywhere,) = [statement for statement in POLICY["Statement"] if statement["Resource"] == ["*"]]
    takes_one = {
        action
        for service, _, name in (action.partition(":") for action in anywhere["Action"])
        if IAM_ACTIONS[service]["Actions"].get(name.lower(), {}).get("Resources") and (action := f"{service}:{name}")
    }
    assert takes_one == {"cloudformation:GetTemplateSummary", "cloudwatch:DescribeAlarms"}  # asked without one


def with_extra(monkeypatch: pytest.MonkeyPatch, kind: str, **properties: Any) -> None:
    """Let the template have one resource more."""
    resources = deploy_policy.transformed(ROOT / "template.yaml")
    more = resources | {"Extra": {"Type": kind, "Properties": properties}}
    monkeypatch.setattr(deploy_policy, "transformed", lambda _: more)


def test_a_property_brings_the_actions_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not allowed("lambda:PutFunctionConcurrency", "arn:aws:lambda:x:1:function:Load-Inventory")
    with_extra(monkeypatch, "AWS::Lambda::Function", ReservedConcurrentExecutions=1)
    assert allowed("lambda:PutFunctionConcurrency", "arn:aws:lambda:x:1:function:Load-Inventory", policy())


def test_a_type_that_it_does_not_know_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with_extra(monkeypatch, "AWS::Kinesis::Stream")
    with pytest.raises(ValueError, match=r"Extra: .* AWS::Kinesis::Stream"):
        policy()


def test_an_action_on_it_does_not_know_what_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with_extra(monkeypatch, "AWS::Cognito::UserPool", KmsKeyId="x")
    with pytest.raises(ValueError, match=r"kms:Decrypt.* on which resources"):
        policy()


def test_a_second_stack_has_a_policy_of_its_own() -> None:
    second = policy("other", "Other-")
    assert allowed("dynamodb:CreateTable", "arn:aws:dynamodb:x:1:table/Other-Inventory", second)
    assert allowed("iam:CreateRole", "arn:aws:iam::1:role/other-GuestRole-1", second)
    assert not allowed("dynamodb:CreateTable", "arn:aws:dynamodb:x:1:table/Inventory", second)
    assert not allowed("iam:CreateRole", "arn:aws:iam::1:role/onhand-GuestRole-1", second)


def test_the_template_of_the_role_is_clean() -> None:
    command = [str(Path(sys.executable).parent / "cfn-lint"), "deploy-role.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout


def test_the_role_is_for_one_environment_of_one_repository() -> None:
    (statement,) = ROLE["Resources"]["DeployRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": {"Fn::Sub": "repo:${Repository}:environment:${Environment}"},
        }
    }


def test_the_role_cannot_change_itself() -> None:
    name = ROLE["Parameters"]["RoleName"]["Default"]
    assert re.fullmatch(ROLE["Parameters"]["RoleName"]["AllowedPattern"], name)
    assert not re.fullmatch(ROLE["Parameters"]["RoleName"]["AllowedPattern"], "onhand-deploy")
    assert not allowed("iam:PutRolePolicy", f"arn:aws:iam::1:role/{name}")
    assert not allowed("iam:CreatePolicyVersion", f"arn:aws:iam::1:policy/{name}-only-bounded-roles")


def test_nobody_gets_long_lived_keys() -> None:
    kinds = {resource["Type"] for resource in ROLE["Resources"].values()}
    assert kinds == {"AWS::IAM::OIDCProvider", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy"}
    text = (ROOT / "docs" / "deploy-workflow.yml").read_text()
    assert "secrets." not in text
    assert "access-key" not in text.lower().replace("_", "-")


def test_the_workflow_takes_the_role_that_trusts_it() -> None:
    job = WORKFLOW["jobs"]["deploy"]
    assert WORKFLOW["permissions"] == {}
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    assert job["environment"] == ROLE["Parameters"]["Environment"]["Default"]
    (credentials,) = [
        step for step in STEPS if step.get("uses", "").startswith("aws-actions/configure-aws-credentials")
    ]
    assert set(credentials["with"]) == {"role-to-assume", "aws-region"}


def test_the_workflow_runs_what_there_is() -> None:
    setup, deploy = [step["run"].split() for step in STEPS if "run" in step]
    assert setup[0] == "make"
    assert f"\n{setup[1]}: " in (ROOT / "Makefile").read_text()
    assert deploy[:2] == [".venv/bin/onhand", "deploy"]
    shown = CliRunner().invoke(app, ["deploy", "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    assert [option for option in deploy[2:] if option not in (*re.findall(r"--\w+", shown), "--aws")] == []
