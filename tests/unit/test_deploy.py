"""A deployment to AWS: unprotected first, protected then; what becomes of one that fails."""

from dataclasses import fields

import pytest

from onhand.stack import Outputs

from .aws_answers import (
    Answer,
    Answers,
    change,
    change_set,
    events,
    json_error,
    no_stack,
    query,
    query_error,
    resources,
    stack,
)
from .conftest import Onhand

OUTPUTS = {field.name: f"its-{field.name}" for field in fields(Outputs)}
NEW = change("Add", "Inventory", "AWS::DynamoDB::Table")
CODE = change("Modify", "LoadInventory", "AWS::Lambda::Function", "Load-Inventory", "False", "Code")


@pytest.fixture
def cloud(answers: Answers, packed: None) -> Answers:
    """An account in which a change set can be made and executed, no name is taken, and the catalogue is counted."""
    answers.say("DescribeTable", json_error("ResourceNotFoundException"))
    answers.say("GetFunctionConfiguration", json_error("ResourceNotFoundException", status=404))
    answers.say("GetTopicAttributes", query_error("NotFound", "Topic does not exist"))
    answers.say("HeadBucket", Answer(status=404))
    answers.say("DescribeLogGroups", Answer('{"logGroups": []}'))
    answers.say("ListStackResources", resources())
    answers.say("CreateChangeSet", query("CreateChangeSet", "<Id>arn:change-set</Id>"))
    answers.say("ExecuteChangeSet", query("ExecuteChangeSet", ""))
    answers.say("DeleteChangeSet", query("DeleteChangeSet", ""))
    answers.say("Query", Answer('{"Items": [{"Counted": {"BOOL": true}}]}'))  # the head of the catalogue
    return answers


def lives(cloud: Answers, *states: Answer) -> None:
    """Every ExecuteChangeSet brings the stack into its next state; until then it is as it was."""
    cloud.say("DescribeStacks", lambda _: states[len(cloud.asked("ExecuteChangeSet"))])


def protection(asked: dict[str, str]) -> str:
    """What a CreateChangeSet asks for."""
    key = next(key for key, value in asked.items() if value == "DeletionProtection")
    return asked.get(key.replace("ParameterKey", "ParameterValue"), "as before")


def test_a_first_deployment_is_protected_in_a_second_step(cloud: Answers, onhand: Onhand) -> None:
    unprotected = {"DeletionProtection": "false", "Language": "de"}
    lives(
        cloud,
        no_stack(),
        stack("CREATE_COMPLETE", OUTPUTS, unprotected),
        stack("UPDATE_COMPLETE", OUTPUTS, unprotected | {"DeletionProtection": "true"}),
    )
    cloud.say("DescribeChangeSet", change_set("CREATE_COMPLETE", NEW))
    said = onhand("deploy", "--no-dashboard", "--parameter", "Language=de", typed="y\n")
    create, protect = cloud.asked("CreateChangeSet")
    assert (create["ChangeSetType"], protection(create)) == ("CREATE", "false")
    assert (protect["ChangeSetType"], protection(protect)) == ("UPDATE", "true")
    assert protect["UsePreviousTemplate"] == "true"
    assert "Protect tables and people from being deleted" in said
    assert "Dashboard   its-DashboardUrl" in said


def test_an_update_keeps_the_protection_and_needs_no_second_step(cloud: Answers, onhand: Onhand) -> None:
    deployed = stack("UPDATE_COMPLETE", OUTPUTS, {"DeletionProtection": "true"})
    lives(cloud, deployed, deployed)
    cloud.say("DescribeChangeSet", change_set("CREATE_COMPLETE", CODE))
    onhand("deploy", "--no-dashboard", "--yes")
    (asked,) = cloud.asked("CreateChangeSet")
    assert protection(asked) == "as before"


def test_who_asks_for_no_protection_is_told_how_to_get_it(cloud: Answers, onhand: Onhand) -> None:
    lives(cloud, no_stack(), stack("CREATE_COMPLETE", OUTPUTS, {"DeletionProtection": "false"}))
    cloud.say("DescribeChangeSet", change_set("CREATE_COMPLETE", NEW))
    said = onhand("deploy", "--no-dashboard", "--yes", "--parameter", "DeletionProtection=false")
    assert "Tables and people are not protected from being deleted. `onhand deploy --parameter DeletionProt" in said
    assert len(cloud.asked("CreateChangeSet")) == 1


def test_a_second_step_that_fails_says_how_to_repeat_it(cloud: Answers, onhand: Onhand) -> None:
    unprotected = {"DeletionProtection": "false"}
    lives(
        cloud,
        no_stack(),
        stack("CREATE_COMPLETE", OUTPUTS, unprotected),
        stack("UPDATE_ROLLBACK_COMPLETE", OUTPUTS, unprotected),
    )
    cloud.say("DescribeChangeSet", change_set("CREATE_COMPLETE", NEW))
    cloud.say(
        "DescribeStackEvents", events(("Stores", "UPDATE_FAILED", "Rate exceeded"), ("", "UPDATE_IN_PROGRESS", ""))
    )
    said = onhand("deploy", "--no-dashboard", "--yes")
    assert "onhand is deployed, but not protected. `onhand deploy --parameter DeletionProtection=true --aws" in said
    assert "Stores: Rate exceeded" in said


def test_what_is_spread_over_shards_stays_so(cloud: Answers, onhand: Onhand) -> None:
    lives(cloud, stack("UPDATE_COMPLETE", OUTPUTS, {"DeletionProtection": "true", "Shards": "16"}))
    said = onhand("deploy", "--no-dashboard", "--yes", "--parameter", "Shards=1")
    assert "--parameter Shards=1: refused, nothing was changed." in said
    assert not cloud.asked("CreateChangeSet")


def test_a_first_deployment_that_fails_names_the_cause_and_the_way_out(cloud: Answers, onhand: Onhand) -> None:
    lives(cloud, no_stack(), stack("ROLLBACK_COMPLETE"))
    cloud.say("DescribeChangeSet", change_set("CREATE_COMPLETE", NEW))
    cloud.say(
        "DescribeStackEvents",
        events(
            ("", "ROLLBACK_COMPLETE", ""),
            ("Distribution", "CREATE_FAILED", "Your account must be verified before you can add CloudFront resources"),
            ("", "CREATE_IN_PROGRESS", "User Initiated"),
        ),
    )
    said = onhand("deploy", "--no-dashboard", "--yes")
    assert "The first deployment of 'onhand' failed and was taken back" in said
    assert "Distribution: Your account must be verified" in said
    assert "`onhand destroy --aws --region eu-central-1`" in said


def test_an_update_that_fails_is_taken_back(cloud: Answers, onhand: Onhand) -> None:
    lives(cloud, stack("UPDATE_COMPLETE", OUTPUTS), stack("UPDATE_ROLLBACK_COMPLETE", OUTPUTS))
    cloud.say("DescribeChangeSet", change_set("CREATE_COMPLETE", CODE))
    cloud.say(
        "DescribeStackEvents",
        events(
            ("", "UPDATE_ROLLBACK_COMPLETE", ""),
            ("CheckStock", "UPDATE_FAILED", "Resource update cancelled"),
            ("LoadInventory", "UPDATE_FAILED", "Could not unzip uploaded file"),
            ("", "UPDATE_IN_PROGRESS", "User Initiated"),
        ),
    )
    said = onhand("deploy", "--no-dashboard", "--yes")
    assert "The update of 'onhand' failed and was taken back: the version before runs." in said
    assert "LoadInventory: Could not unzip uploaded file" in said
    assert "cancelled" not in said
    assert "its-DashboardUrl" not in said


def test_an_alarm_that_takes_it_back_is_named(cloud: Answers, onhand: Onhand) -> None:
    """Nothing failed but the deployment: the reason stands with the stack itself."""
    lives(cloud, stack("UPDATE_COMPLETE", OUTPUTS), stack("UPDATE_ROLLBACK_COMPLETE", OUTPUTS))
    cloud.say("DescribeChangeSet", change_set("CREATE_COMPLETE", CODE))
    reason = "Alarm onhand-LoadInventoryErrorsAlarm-1 went to ALARM"
    cloud.say(
        "DescribeStackEvents",
        events(
            ("", "UPDATE_ROLLBACK_COMPLETE", ""),
            ("", "UPDATE_ROLLBACK_IN_PROGRESS", reason),
            ("", "UPDATE_IN_PROGRESS", ""),
        ),
    )
    assert reason in onhand("deploy", "--no-dashboard", "--yes")


def test_an_update_that_cannot_be_taken_back(cloud: Answers, onhand: Onhand) -> None:
    lives(cloud, stack("UPDATE_COMPLETE", OUTPUTS), stack("UPDATE_ROLLBACK_FAILED", OUTPUTS))
    cloud.say("DescribeChangeSet", change_set("CREATE_COMPLETE", CODE))
    cloud.say("DescribeStackEvents", events(("UserPool", "UPDATE_FAILED", "No"), ("", "UPDATE_IN_PROGRESS", "")))
    said = onhand("deploy", "--no-dashboard", "--yes")
    assert "UserPool: No" in said
    assert "`aws cloudformation continue-update-rollback --stack-name onhand --region eu-central-1`" in said


def test_a_parameter_that_there_is_not_is_refused_before_anything_is_asked(cloud: Answers, onhand: Onhand) -> None:
    said = onhand("deploy", "--parameter", "Shard=16")
    assert "--parameter Shard: template.yaml has no such parameter. Did you mean 'Shards'?" in said
    assert "It has BudgetOf, " in (said := onhand("deploy", "--parameter", "Nope=1"))
    assert "EmulatorPort" not in said
    assert not cloud.asked("CreateChangeSet") + cloud.asked("DescribeStacks")


def test_it_asks_before_anything_happens(cloud: Answers, onhand: Onhand) -> None:
    cloud.say("DescribeStacks", no_stack())
    said = onhand("deploy", "--parameter", "OperatorEmail=ops@example.com", typed="n\n")
    assert "Deploy 'onhand' to account 123456789012, region eu-central-1" in said
    assert "as arn:aws:iam::123456789012:user/ann" in said
    assert "OperatorEmail = ops@example.com" in said
    read = {"GetCallerIdentity", "DescribeStacks", "GetAccountSettings"}
    assert {call for call, _ in cloud.calls} == read


def test_a_first_dry_run_leaves_no_empty_stack_behind(cloud: Answers, onhand: Onhand) -> None:
    cloud.say(
        "DescribeStacks",
        lambda _: stack("REVIEW_IN_PROGRESS") if cloud.asked("CreateChangeSet") else no_stack(),
    )
    cloud.say("DescribeChangeSet", change_set("CREATE_COMPLETE", NEW))
    cloud.say("DeleteStack", query("DeleteStack", ""))
    assert "A new stack of 1 resources" in onhand("deploy", "--dry-run", "--yes")
    assert cloud.asked("DeleteChangeSet")
    assert cloud.asked("DeleteStack")
