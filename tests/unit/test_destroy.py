"""`onhand destroy --aws` in whatever state the stack is: what AWS answers then, and what a person reads."""

import json
from typing import Any

import pytest

from .aws_answers import (
    ACCOUNT,
    Answer,
    Answers,
    events,
    json_error,
    keys_in,
    no_stack,
    query,
    query_error,
    resources,
    s3_error,
    stack,
    versions,
)
from .conftest import Onhand

UPLOADS = f"onhand-uploads-{ACCOUNT}-eu-central-1"
PARTS = resources(
    ("Inventory", "AWS::DynamoDB::Table", "Inventory", "DELETE_FAILED"),
    ("Stores", "AWS::DynamoDB::Table", "Stores", "DELETE_COMPLETE"),
    ("UserPool", "AWS::Cognito::UserPool", "eu-central-1_pool", "CREATE_COMPLETE"),
    ("UploadsBucket", "AWS::S3::Bucket", UPLOADS, "CREATE_COMPLETE"),
    (
        "AlertsQueue",
        "AWS::SQS::Queue",
        f"https://sqs.eu-central-1.amazonaws.com/{ACCOUNT}/onhand-Alerts",
        "CREATE_FAILED",
    ),
    ("Trouble", "AWS::SNS::Topic", "", "CREATE_FAILED"),
)


def table(protected: bool) -> Answer:
    return Answer(json.dumps({"Table": {"TableStatus": "ACTIVE", "DeletionProtectionEnabled": protected}}))


def pool(protection: str) -> Answer:
    policies = {"PasswordPolicy": {"MinimumLength": 12}}
    return Answer(json.dumps({"UserPool": {"Id": "pool", "DeletionProtection": protection, "Policies": policies}}))


@pytest.fixture
def cloud(answers: Answers) -> Answers:
    """A first deployment whose rollback failed: a protected table and user pool, a bucket with two objects."""
    answers.say("DescribeStacks", lambda _: no_stack() if answers.asked("DeleteStack") else stack("ROLLBACK_FAILED"))
    answers.say("ListStackResources", PARTS)
    answers.say("GetResources", Answer('{"ResourceTagMappingList": []}'))
    answers.say("HeadBucket", Answer(status=404))
    answers.say("DescribeTable", table(protected=True), table(protected=False))
    answers.say("UpdateTable", Answer("{}"))
    answers.say("DescribeUserPool", pool("ACTIVE"))
    answers.say("UpdateUserPool", Answer("{}"))
    answers.say("ListObjectVersions", versions("a.csv", "b.csv"))
    answers.say("DeleteObjects", Answer("<DeleteResult></DeleteResult>"))
    answers.say("DeleteBucket", Answer(status=204))
    answers.say("GetParametersByPath", Answer('{"Parameters": [{"Name": "/onhand/channels/a1"}]}'))
    answers.say("DeleteParameters", Answer("{}"))
    answers.say("DeleteStack", query("DeleteStack", ""))
    return answers


def test_it_works_without_any_output(cloud: Answers, onhand: Onhand) -> None:
    said = onhand("destroy", typed="onhand\n")
    assert "the stack 'onhand' (ROLLBACK_FAILED) and everything in it" in said
    listed = [line.strip() for line in said.splitlines() if line.startswith("  ")]
    assert listed[1:] == [
        "table Inventory",
        "user pool eu-central-1_pool",
        f"bucket {UPLOADS}",
        "queue onhand-Alerts",
    ]
    order = [call for call, _ in cloud.calls]
    assert order.index("UpdateTable") < order.index("DeleteObjects") < order.index("DeleteBucket")
    assert order.index("DeleteBucket") < order.index("DeleteStack")
    assert cloud.asked("UpdateTable") == [{"TableName": "Inventory", "DeletionProtectionEnabled": False}]
    (update,) = cloud.asked("UpdateUserPool")
    assert update["DeletionProtection"] == "INACTIVE"
    assert update["Policies"] == {"PasswordPolicy": {"MinimumLength": 12}}


@pytest.mark.parametrize("typed", ["y\n", "Onhand\n", "\n"])
def test_another_name_deletes_nothing(cloud: Answers, onhand: Onhand, typed: str) -> None:
    onhand("destroy", typed=typed)
    assert not {"UpdateTable", "DeleteObjects", "DeleteBucket", "DeleteStack"} & {call for call, _ in cloud.calls}


def test_what_is_gone_already_is_no_obstacle(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DescribeTable", json_error("ResourceNotFoundException"))
    cloud.say("DescribeUserPool", json_error("ResourceNotFoundException"))
    cloud.say("ListObjectVersions", s3_error("NoSuchBucket", 404))
    onhand("destroy", "--yes", "--with-data")
    assert cloud.asked("DeleteStack")


def test_whoever_writes_meanwhile_does_not_stop_it(cloud: Answers, onhand: Onhand) -> None:
    """S3 refuses to delete a bucket that has something in it again."""
    cloud.say("ListObjectVersions", versions("a.csv"), versions("late.csv"), versions("later.csv"), versions())
    cloud.say("DeleteBucket", s3_error("BucketNotEmpty", 409), s3_error("BucketNotEmpty", 409), Answer(status=204))
    onhand("destroy", "--yes", "--with-data")
    assert [keys_in(asked["Body"]) for asked in cloud.asked("DeleteObjects")] == [
        ["a.csv"],
        ["late.csv"],
        ["later.csv"],
    ]
    assert cloud.asked("DeleteStack")


def test_a_bucket_that_is_written_to_for_ever(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DeleteBucket", s3_error("BucketNotEmpty", 409))
    said = onhand("destroy", "--yes", "--with-data")
    assert f"The bucket {UPLOADS} was emptied 50 times and is still written to. Stop who writes, and try again." in said
    assert not cloud.asked("DeleteStack")


def refused(*errors: tuple[str, str]) -> Answer:
    """DeleteObjects: a call that succeeds, and what of it did not."""
    listed = "".join(
        f"<Error><Key>{key}</Key><VersionId>v</VersionId><Code>{code}</Code><Message>For {code}</Message></Error>"
        for key, code in errors
    )
    return Answer(f"<DeleteResult>{listed}</DeleteResult>")


def test_objects_that_s3_does_not_delete_end_it_in_words(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DeleteObjects", refused(("a.csv", "AccessDenied"), ("b.csv", "AccessDenied"), ("c.csv", "SlowDown")))
    said = onhand("destroy", "--yes", "--with-data")
    assert f"S3 does not delete 2 of the objects in {UPLOADS} (2 × AccessDenied), first a.csv: For Access" in said
    assert not cloud.asked("DeleteBucket")
    assert not cloud.asked("DeleteStack")


def test_objects_that_s3_wants_to_be_asked_about_again(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DeleteObjects", refused(("a.csv", "InternalError")), Answer("<DeleteResult></DeleteResult>"))
    cloud.say("DeleteBucket", s3_error("BucketNotEmpty", 409), Answer(status=204))
    onhand("destroy", "--yes", "--with-data")
    assert len(cloud.asked("DeleteObjects")) == 2
    assert cloud.asked("DeleteStack")


def test_what_cloudformation_cannot_delete(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DescribeStacks", lambda _: stack("DELETE_FAILED" if cloud.asked("DeleteStack") else "UPDATE_COMPLETE"))
    cloud.say(
        "DescribeStackEvents",
        events(
            ("ManagerRole", "DELETE_FAILED", "Cannot delete entity, must detach all policies first"),
            ("", "DELETE_IN_PROGRESS", ""),
        ),
    )
    said = onhand("destroy", "--yes", "--with-data")
    assert "Some of 'onhand' could not be deleted (DELETE_FAILED):" in said
    assert "ManagerRole: Cannot delete entity" in said
    assert "`onhand destroy --aws --region eu-central-1` goes on." in said


def test_a_stack_that_does_not_go_is_not_waited_for_for_ever(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DescribeStacks", stack("UPDATE_COMPLETE"))
    cloud.say("DescribeStackEvents", events())
    assert "Some of 'onhand' could not be deleted (UPDATE_COMPLETE)" in onhand("destroy", "--yes", "--with-data")


def test_it_waits_for_what_is_under_way(cloud: Answers, onhand: Onhand) -> None:
    states = iter(["UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
    cloud.say(
        "DescribeStacks",
        lambda _: no_stack() if cloud.asked("DeleteStack") else stack(next(states, "UPDATE_ROLLBACK_COMPLETE")),
    )
    said = onhand("destroy", "--yes", "--with-data")
    assert "Wait until CloudFormation is through with it (UPDATE_IN_PROGRESS)" in said
    assert cloud.asked("DeleteStack")


def test_termination_protection_is_somebodys_will(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DescribeStacks", stack("UPDATE_COMPLETE", protected="true"))
    said = onhand("destroy", "--yes", "--with-data")
    assert "Somebody switched termination protection of the stack 'onhand' on. Nothing was deleted." in said
    assert "--no-enable-termination-protection --stack-name onhand --region eu-central-1`" in said


def test_another_programs_stack_is_left_alone(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DescribeStacks", stack("UPDATE_COMPLETE", name="billing", tags="none"))
    said = onhand("destroy", "--yes", "--with-data", "--stack", "billing")
    assert "The stack 'billing' is not an onhand: it lacks the tag app=billing. Nothing was deleted." in said


@pytest.fixture
def left(cloud: Answers) -> Answers:
    """No stack, but what replacements of an earlier version left behind, of which the index lists one that is gone."""
    cloud.say("DescribeStacks", no_stack())
    arns = [
        f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/old-Inventory",
        f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/gone",
        f"arn:aws:s3:::{UPLOADS}",
        f"arn:aws:sqs:eu-central-1:{ACCOUNT}:onhand-Alerts",
        f"arn:aws:cognito-idp:eu-central-1:{ACCOUNT}:userpool/eu-central-1_old",
        f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:Load-Inventory",
    ]
    cloud.say("GetResources", Answer(json.dumps({"ResourceTagMappingList": [{"ResourceARN": arn} for arn in arns]})))

    def describe(asked: dict[str, Any]) -> Answer:
        return json_error("ResourceNotFoundException") if asked["TableName"] == "gone" else table(protected=False)

    cloud.say("DescribeTable", describe)
    cloud.say("HeadBucket", lambda asked: Answer(status=200 if asked["Bucket"] == UPLOADS else 404))
    cloud.say("GetQueueUrl", Answer(json.dumps({"QueueUrl": "https://sqs/onhand-Alerts"})))
    for call in ("DeleteTable", "DeleteQueue", "DeleteUserPool"):
        cloud.say(call, Answer("{}"))
    return cloud


def test_what_was_left_behind_is_found_shown_and_deleted(left: Answers, onhand: Onhand) -> None:
    said = onhand("destroy", typed="onhand\n")
    shown = [line.strip() for line in said.splitlines() if "left behind by" in line]
    ends = ", left behind by an earlier version or deployment"
    assert shown == [
        f"bucket {UPLOADS}{ends}",
        f"table old-Inventory{ends}",
        f"queue onhand-Alerts{ends}",
        f"user pool eu-central-1_old{ends}",
    ]
    assert left.asked("DeleteTable") == [{"TableName": "old-Inventory"}]
    assert left.asked("DeleteQueue") == [{"QueueUrl": "https://sqs/onhand-Alerts"}]
    assert left.asked("DeleteUserPool") == [{"UserPoolId": "eu-central-1_old"}]
    assert left.asked("DeleteBucket")
    (asked,) = left.asked("GetResources")
    assert {"Key": "aws:cloudformation:stack-name", "Values": ["onhand"]} in asked["TagFilters"]


def test_nothing_is_there_at_all(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DescribeStacks", no_stack())
    said = onhand("destroy", "--yes", "--with-data")
    assert "There is no onhand named 'onhand' on AWS in eu-central-1, and none left anything behind." in said


def test_addresses_of_channels_are_deleted(cloud: Answers, onhand: Onhand) -> None:
    onhand("destroy", "--yes", "--with-data")
    assert cloud.asked("GetParametersByPath") == [{"Path": "/onhand/channels/"}]
    assert cloud.asked("DeleteParameters") == [{"Names": ["/onhand/channels/a1"]}]


def test_who_may_not_delete_addresses_of_channels_is_told(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("GetParametersByPath", json_error("AccessDeniedException", "not authorized"))
    assert "look at Parameter Store for /onhand/channels/" in onhand("destroy", "--yes", "--with-data")
    assert cloud.asked("DeleteStack")


def test_who_may_not_look_for_tags_is_told(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("GetResources", json_error("AccessDeniedException", "not authorized to perform tag:GetResources"))
    assert "left behind could not be looked for: " in onhand("destroy", "--yes", "--with-data")
    assert cloud.asked("DeleteStack")


def test_without_rights_to_see_stacks(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DescribeStacks", query_error("AccessDenied", "not authorized to perform cloudformation:DescribeStacks"))
    with pytest.raises(Exception, match="not authorized"):  # program.py shows it in a line
        onhand("destroy", "--yes", "--with-data")
