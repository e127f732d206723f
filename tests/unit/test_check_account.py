"""What is found before a first deployment to AWS, each with what to do."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

from onhand.check_account import wrong_name
from onhand.target import ROOT

from .aws_answers import ACCOUNT, Answer, Answers, json_error, no_stack, query, query_error, resources, s3_error, stack
from .conftest import Onhand

TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())


@pytest.fixture
def empty(answers: Answers) -> Answers:
    """An account with nothing in it that a first deployment would meet; it ends where the functions would be packed."""
    answers.say("DescribeStacks", no_stack())
    answers.say("DescribeTable", json_error("ResourceNotFoundException"))
    answers.say("GetFunctionConfiguration", json_error("ResourceNotFoundException", status=404))
    answers.say("GetTopicAttributes", query_error("NotFound", "Topic does not exist"))
    answers.say("HeadBucket", Answer(status=404))
    answers.say("DescribeLogGroups", Answer('{"logGroups": []}'))
    answers.say("DescribeStackResources", query_error("ValidationError", "Stack for … does not exist"))
    answers.say("CreateChangeSet", query_error("AllChecked", "the account is fine"))
    return answers


@pytest.fixture
def try_it(empty: Answers, packed: None, onhand: Onhand) -> Callable[..., str]:
    """`onhand deploy --aws --yes …`: what it says up to where a change set would be made."""

    def run(*options: str, region: str = "eu-central-1") -> str:
        try:
            return onhand("deploy", "--yes", *options, region=region)
        except Exception as error:
            assert "AllChecked" in str(error)  # noqa: PT017 - a check that passes is as good a result
            return "fine"

    return run


def test_an_empty_account_is_fine(try_it: Callable[..., str]) -> None:
    assert try_it() == "fine"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Shop", "only small letters, digits and hyphens"),
        ("my_shop", "only small letters, digits and hyphens"),
        ("1shop", "begins with a letter"),
        ("s" * 26, "26 characters are too many. With 25 the names of its buckets stay within the 63 that S3 allows"),
    ],
)
def test_a_name_that_no_bucket_can_begin_with(try_it: Callable[..., str], empty: Answers, name: str, why: str) -> None:
    said = try_it("--stack", name)
    assert f"--stack {name}: " in said
    assert why in said
    assert not empty.asked("CreateChangeSet")


def test_the_longest_name_fits_in_the_longest_region() -> None:
    assert wrong_name("s" * 25, TEMPLATE) is None
    assert len(f"{'s' * 25}-dashboard-{ACCOUNT}-ap-southeast-1") == 63


@pytest.mark.parametrize(
    ("region", "why"),
    [
        ("cn-north-1", "the regions of China do not have them"),
        ("us-gov-west-1", "the regions of GovCloud do not have them"),
        ("atlantis-1", "there is no such region"),
    ],
)
def test_a_region_where_onhand_cannot_be(try_it: Callable[..., str], region: str, why: str) -> None:
    assert why in try_it(region=region)


def test_a_table_of_another_stack_and_one_of_none(try_it: Callable[..., str], empty: Answers) -> None:
    def table(asked: dict[str, Any]) -> Answer:
        there = asked["TableName"] in ("Stores", "Alerts")
        return Answer('{"Table": {"TableStatus": "ACTIVE"}}') if there else json_error("ResourceNotFoundException")

    def owner(asked: dict[str, Any]) -> Answer:
        # AWS tells of a stack that was deleted, too, for 90 days.
        status = "CREATE_COMPLETE" if asked["PhysicalResourceId"] == "Stores" else "DELETE_SKIPPED"
        return query(
            "DescribeStackResources",
            "<StackResources><member><StackName>shop</StackName><LogicalResourceId>Stores</LogicalResourceId>"
            "<ResourceType>AWS::DynamoDB::Table</ResourceType><Timestamp>2026-11-25T08:00:00Z</Timestamp>"
            f"<ResourceStatus>{status}</ResourceStatus></member></StackResources>",
        )

    empty.say("DescribeTable", table)
    empty.say("DescribeStackResources", owner)
    said = try_it()
    assert "This would fail, and nothing was changed:" in said
    assert "This exists already: table Stores. The stack 'shop' has it. --parameter NamePrefix=… gives" in said
    assert "This exists already: table Alerts. No stack has it: it is another program's, or was left behind" in said


@pytest.mark.parametrize(
    ("call", "answer", "said"),
    [
        (
            "GetFunctionConfiguration",
            Answer("{}"),
            "These exist already: function Load-Inventory, function Check-Stock, function Keep-History, function Look-",
        ),
        (
            "GetTopicAttributes",
            query("GetTopicAttributes", "", "sns"),
            "These exist already: topic NoStock, topic Morning.",
        ),
        (
            "DescribeLogGroups",
            Answer(json.dumps({"logGroups": [{"logGroupName": "/aws/lambda/Check-Stock"}]})),
            "This exists already: log group /aws/lambda/Check-Stock.",
        ),
        ("HeadBucket", Answer(), f"These exist already: bucket onhand-uploads-{ACCOUNT}-eu-central-1, bucket onhand-d"),
        ("HeadBucket", Answer(status=403), "Another --stack gives this one a name of its own."),
    ],
)
def test_what_exists_already(try_it: Callable[..., str], empty: Answers, call: str, answer: Answer, said: str) -> None:
    empty.say(call, answer)
    assert said in try_it()


def test_another_prefix_asks_for_other_names(try_it: Callable[..., str], empty: Answers) -> None:
    assert try_it("--parameter", "NamePrefix=shop-") == "fine"
    assert {asked["TableName"] for asked in empty.asked("DescribeTable")} >= {"shop-Inventory", "shop-Alerts"}


def test_its_own_names_are_no_obstacle_to_an_update(try_it: Callable[..., str], empty: Answers) -> None:
    empty.say("DescribeStacks", stack("CREATE_COMPLETE", parameters={"NamePrefix": "shop-"}))
    topic = f"arn:aws:sns:eu-central-1:{ACCOUNT}:shop-NoStock"
    own = [("Inventory", "AWS::DynamoDB::Table", "shop-Inventory"), ("NoStock", "AWS::SNS::Topic", topic)]
    empty.say("ListStackResources", resources(*((*one, "CREATE_COMPLETE") for one in own)))
    assert try_it() == "fine"
    assert "shop-Inventory" not in {asked["TableName"] for asked in empty.asked("DescribeTable")}
    assert "shop-Stores" in {asked["TableName"] for asked in empty.asked("DescribeTable")}
    assert topic not in {asked["TopicArn"] for asked in empty.asked("GetTopicAttributes")}


def test_what_may_not_be_seen_is_a_warning(
    try_it: Callable[..., str], empty: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    empty.say("DescribeLogGroups", json_error("AccessDeniedException", "not authorized to perform logs:Describe"))
    assert try_it() == "fine"


@pytest.mark.parametrize(("minutes", "warned"), [(5, True), (55, False)])
def test_credentials_that_expire_soon(
    onhand: Onhand, empty: Answers, monkeypatch: pytest.MonkeyPatch, minutes: int, warned: bool
) -> None:
    """As `aws configure export-credentials --format env` sets them."""
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat())
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    empty.say("HeadBucket", s3_error("InvalidRequest", 400), Answer())  # ends before anything is packed
    said = onhand("deploy", "--yes")
    assert ("Your credentials expire in 5 minutes." in said) == warned
    assert "Whether there is a bucket onhand-uploads-" in said
