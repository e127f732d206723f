"""A stack that is stuck: each state is told in words, with its causes and the command that helps."""

from dataclasses import fields

import pytest

from onhand.stack import Outputs

from .aws_answers import Answer, Answers, events, no_stack, query, query_error, stack
from .conftest import Onhand

STUCK = {
    "ROLLBACK_COMPLETE": [
        "The first deployment of 'onhand' failed and was taken back (ROLLBACK_COMPLETE).",
        "`onhand destroy --aws --region eu-central-1` removes the name, which is all that is left",
    ],
    "ROLLBACK_FAILED": [
        "not all of it could be taken back",
        "`onhand destroy --aws --region eu-central-1` removes what",
    ],
    "CREATE_FAILED": ["The first deployment of 'onhand' failed (", "`onhand destroy --aws --region eu-central-1`"],
    "DELETE_FAILED": ["some of it could not be (", "`onhand destroy --aws --region eu-central-1` goes on"],
    "UPDATE_ROLLBACK_FAILED": [
        "An update of 'onhand' failed, and not all of it could be taken back",
        "`aws cloudformation continue-update-rollback --stack-name onhand --region eu-central-1` goes on",
        "--resources-to-skip",
    ],
    "UPDATE_FAILED": ["`aws cloudformation rollback-stack --stack-name onhand --region eu-central-1`"],
    "SOMETHING_FAILED": ["in a state that onhand does not know (SOMETHING_FAILED)"],
}
CAUSES = events(
    ("", "ROLLBACK_FAILED", "The following resource(s) failed to delete: [Stores]."),
    ("Stores", "DELETE_FAILED", "Table is protected against deletion"),
    ("Uploads", "CREATE_FAILED", "Resource creation cancelled"),
    ("CheckStock", "CREATE_FAILED", "Function already exists: Check-Stock"),
    ("", "CREATE_IN_PROGRESS", "User Initiated"),
    ("Old", "CREATE_FAILED", "Of an operation before"),
)


@pytest.mark.parametrize("status", STUCK)
@pytest.mark.parametrize("command", [("deploy", "--yes"), ("status",)])
def test_what_is_stuck_says_why_and_what_helps(
    answers: Answers, onhand: Onhand, status: str, command: tuple[str, ...]
) -> None:
    answers.say("DescribeStacks", stack(status))
    answers.say("DescribeStackEvents", CAUSES)
    said = onhand(*command)
    for words in STUCK[status]:
        assert words in said
    assert said.index("CheckStock: Function already exists") < said.index("Stores: Table is protected")
    assert "cancelled" not in said
    assert "Of an operation before" not in said
    assert not answers.asked("CreateChangeSet")


def test_status_warns_of_an_update_that_is_half_taken_back(answers: Answers, onhand: Onhand) -> None:
    """The stack has all its outputs, and works more or less."""
    answers.say("DescribeStacks", stack("UPDATE_ROLLBACK_FAILED", {field.name: "it" for field in fields(Outputs)}))
    answers.say("DescribeStackEvents", CAUSES)
    answers.say(
        "GetQueueAttributes",
        Answer('{"Attributes": {"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0"}}'),
    )
    subscriptions = query("ListSubscriptionsByTopic", "<Subscriptions/>", "sns")
    answers.say("ListSubscriptionsByTopic", subscriptions)
    said = onhand("status")
    assert "not all of it could be taken back" in said
    assert "Dashboard" in said


def test_another_stack_and_region_are_in_the_command(answers: Answers, onhand: Onhand) -> None:
    answers.say("DescribeStacks", stack("ROLLBACK_COMPLETE", name="shop"))
    answers.say("DescribeStackEvents", events())
    assert "`onhand destroy --aws --region us-east-1 --stack shop`" in onhand(
        "status", "--stack", "shop", region="us-east-1"
    )


@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_while_cloudformation_works_on_it_deploy_says_to_wait(answers: Answers, onhand: Onhand, status: str) -> None:
    answers.say("DescribeStacks", stack(status))
    said = onhand("deploy", "--yes")
    assert f"CloudFormation works on 'onhand' ({status}). Wait until it is through" in said
    assert ("cancel-update-stack" in said) == (status == "UPDATE_IN_PROGRESS")


def test_there_is_none(answers: Answers, onhand: Onhand) -> None:
    answers.say("DescribeStacks", no_stack())
    assert "There is no onhand named 'onhand' on AWS in eu-central-1. `onhand deploy --aws` makes one." in onhand(
        "status"
    )


def test_only_a_change_set_is_none_either(answers: Answers, onhand: Onhand) -> None:
    answers.say("DescribeStacks", stack("REVIEW_IN_PROGRESS"))
    assert "There is no onhand named 'onhand'" in onhand("status")


def test_an_older_version_is_not_absent(answers: Answers, onhand: Onhand) -> None:
    answers.say("DescribeStacks", stack("UPDATE_COMPLETE", outputs={"InventoryTable": "Inventory"}))
    said = onhand("status")
    assert "was deployed by an older version of onhand (it lacks UploadsBucket," in said
    assert "everything in it is kept: `onhand deploy --aws --region eu-central-1`" in said


def test_another_programs_stack_is_no_onhand(answers: Answers, onhand: Onhand) -> None:
    answers.say("DescribeStacks", stack("UPDATE_COMPLETE", outputs={"Url": "…"}, name="billing"))
    assert "The stack 'billing' is not an onhand" in onhand("status", "--stack", "billing")


def test_credentials_that_expired(answers: Answers, onhand: Onhand) -> None:
    answers.say(
        "GetCallerIdentity", query_error("ExpiredToken", "The security token included in the request is expired")
    )
    assert "AWS does not let us in, sign in again: " in onhand("deploy", "--yes")


def test_no_credentials(answers: Answers, onhand: Onhand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    said = onhand("deploy", "--yes")
    assert "There are no credentials for AWS. Sign in (`aws sso login`" in said
    assert not answers.calls


def test_aws_that_does_not_answer(answers: Answers, onhand: Onhand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # nobody listens at the port "discard"
    said = onhand("deploy", "--yes")
    assert "AWS does not answer in eu-central-1: Could not connect to the endpoint URL" in said
