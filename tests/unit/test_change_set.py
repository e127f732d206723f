"""What a deployment would change, in words; what loses data is refused unless it is named."""

import pytest

from .aws_answers import Answers, alarms, change, change_set, query, query_error, resources, stack
from .conftest import Onhand

ALL = {"NamePrefix": "", "DeletionProtection": "true", "OperatorEmail": "", "Removed": "in the new version"}
REPLACED = (
    change("Add", "Shelves", "AWS::DynamoDB::Table"),
    change("Modify", "LoadInventory", "AWS::Lambda::Function", "Load-Inventory", "False", "Code"),
    change("Modify", "CheckStockLog", "AWS::Logs::LogGroup", "/aws/lambda/Check-Stock", "Conditional", "LogGroupName"),
    change("Remove", "UploadsBucket", "AWS::S3::Bucket", "onhand-uploads"),
    change("Modify", "UserPool", "AWS::Cognito::UserPool", "eu_1", "Conditional", "UsernameAttributes"),
    change("Modify", "Inventory", "AWS::DynamoDB::Table", "Inventory", "True", "TableName", "TableName", "KeySchema"),
)


@pytest.fixture
def deployed(answers: Answers, packed: None) -> Answers:
    """A stack that stands, and a change set that replaces and deletes."""
    answers.say("DescribeStacks", stack("UPDATE_COMPLETE", parameters=ALL))
    answers.say("ListStackResources", resources())
    for call in ("DescribeTable", "DescribeLogGroups", "GetFunctionConfiguration", "GetTopicAttributes", "HeadBucket"):
        answers.say(call, query_error("ResourceNotFoundException", "none"))
    answers.say("CreateChangeSet", query("CreateChangeSet", "<Id>arn:change-set</Id>"))
    answers.say("DeleteChangeSet", query("DeleteChangeSet", ""))
    answers.say("DescribeChangeSet", change_set("CREATE_IN_PROGRESS"), change_set("CREATE_COMPLETE", *REPLACED))
    return answers


def test_dry_run_shows_replacements_first_and_changes_nothing(deployed: Answers, onhand: Onhand) -> None:
    said = onhand("deploy", "--dry-run", "--yes")
    lines = [line.strip() for line in said.splitlines() if line.startswith("  ")]
    assert lines[-6:] == [
        "REPLACES    table Inventory (Inventory): TableName, KeySchema",
        "MAY REPLACE user pool UserPool (eu_1): UsernameAttributes",
        "MAY REPLACE Logs LogGroup CheckStockLog (/aws/lambda/Check-Stock): LogGroupName",
        "DELETES     bucket UploadsBucket (onhand-uploads)",
        "changes     Lambda Function LoadInventory (Load-Inventory): Code",
        "adds        table Shelves",
    ]
    assert deployed.asked("DeleteChangeSet")
    assert not deployed.asked("ExecuteChangeSet")


def test_it_asks_before_even_a_dry_run(deployed: Answers, onhand: Onhand) -> None:
    said = onhand("deploy", "--dry-run", typed="n\n")
    assert "Ask what it would change to deploy 'onhand' to account 123456789012, region eu-central-1" in said
    assert not deployed.asked("CreateChangeSet")


def test_what_loses_data_is_refused_without_a_word(deployed: Answers, onhand: Onhand) -> None:
    said = onhand("deploy", "--yes")
    assert "This replaces or deletes what holds data (Inventory UserPool UploadsBucket)" in said
    assert "Refused, nothing was changed." in said
    assert "add to this command: --replace Inventory --replace UserPool --replace UploadsBucket" in said
    assert deployed.asked("DeleteChangeSet")
    assert not deployed.asked("ExecuteChangeSet")


@pytest.mark.parametrize("typed", ["y\ny\n", "y\nInventory\n", "y\n\n"])
def test_a_yes_is_not_enough_for_it(deployed: Answers, onhand: Onhand, typed: str) -> None:
    said = onhand("deploy", typed=typed)
    assert "type their names to go on" in said
    assert not deployed.asked("ExecuteChangeSet")


@pytest.mark.parametrize(
    ("options", "typed"),
    [
        (("--yes", "--replace", "Inventory", "--replace", "UserPool", "--replace", "UploadsBucket"), ""),
        (("--replace", "UserPool"), "y\nInventory UploadsBucket\n"),
    ],
)
def test_with_its_names_it_goes_on(deployed: Answers, onhand: Onhand, options: tuple[str, ...], typed: str) -> None:
    deployed.say("ExecuteChangeSet", query_error("Stop", "here"))
    with pytest.raises(Exception, match="Stop"):
        onhand("deploy", *options, typed=typed)
    assert deployed.asked("ExecuteChangeSet")


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit different information to create a change set.",
        "No updates are to be performed.",
    ],
)
def test_no_change_is_not_a_failure(deployed: Answers, onhand: Onhand, reason: str) -> None:
    deployed.say("DescribeChangeSet", change_set("FAILED", reason=reason))
    assert "Nothing would change" in onhand("deploy", "--dry-run", "--yes")
    assert deployed.asked("DeleteChangeSet")


def test_what_cloudformation_refuses_is_said(deployed: Answers, onhand: Onhand) -> None:
    deployed.say("DescribeChangeSet", change_set("FAILED", reason="Transform AWS::Serverless-2016-10-31 failed"))
    said = onhand("deploy", "--dry-run", "--yes")
    assert "CloudFormation refuses this deployment, nothing was changed: Transform AWS::Serverless" in said


def test_parameters_that_are_not_named_stay(deployed: Answers, onhand: Onhand) -> None:
    onhand("deploy", "--dry-run", "--yes", "--parameter", "OperatorEmail=ops@example.com")
    (asked,) = deployed.asked("CreateChangeSet")
    listed = {
        value: asked.get(f"{key.rpartition('.')[0]}.ParameterValue") for key, value in asked.items() if "Key" in key
    }
    assert listed | {"app": None} == {
        "OperatorEmail": "ops@example.com",
        "NamePrefix": None,
        "DeletionProtection": None,
        "app": None,
    }


def test_a_parameter_that_there_is_not(deployed: Answers, onhand: Onhand) -> None:
    said = onhand("deploy", "--dry-run", "--yes", "--parameter", "Colour=red")
    assert "--parameter Colour: template.yaml has no such parameter. It has BudgetOf, CloudWatchDashboard," in said


ALARMS = {
    "LoadInventoryErrorsAlarm": "ALARM",
    "LoadInventoryFailuresAlarm": "OK",
    "CheckStockErrorsAlarm": "INSUFFICIENT_DATA",
    "DeadLettersAlarm": "OK",  # tells of uploads, not of a new version
}


@pytest.fixture
def alarmed(deployed: Answers) -> Answers:
    """One alarm goes off already, and one of the five is not in this version of the stack."""
    deployed.say(
        "ListStackResources",
        resources(*((name, "AWS::CloudWatch::Alarm", f"it-{name}", "CREATE_COMPLETE") for name in ALARMS)),
    )
    watched = [(f"it-{name}", state) for name, state in ALARMS.items() if name != "DeadLettersAlarm"]
    deployed.say("DescribeAlarms", alarms(*watched))
    return deployed


def test_alarms_take_an_update_back_but_not_one_that_goes_off_already(alarmed: Answers, onhand: Onhand) -> None:
    said = onhand("deploy", "--dry-run", "--yes")
    assert "LoadInventoryErrorsAlarm went off before this deployment, and will not take it back. 2 other alarms" in said
    (asked,) = alarmed.asked("CreateChangeSet")
    prefix = "RollbackConfiguration.RollbackTriggers.member."
    assert [asked[f"{prefix}{number}.Arn"].rpartition(":")[2] for number in (1, 2)] == [
        "it-LoadInventoryFailuresAlarm",
        "it-CheckStockErrorsAlarm",
    ]
    assert f"{prefix}3.Arn" not in asked
    assert asked["RollbackConfiguration.MonitoringTimeInMinutes"] == "10"
    assert "it-DeadLettersAlarm" not in alarmed.asked("DescribeAlarms")[0]["AlarmNames"]


def test_watch_0_forgets_the_alarms_of_the_deployment_before(alarmed: Answers, onhand: Onhand) -> None:
    onhand("deploy", "--dry-run", "--yes", "--watch", "0")
    (asked,) = alarmed.asked("CreateChangeSet")
    assert (
        asked["RollbackConfiguration.RollbackTriggers"] == ""
    )  # an empty list: CloudFormation keeps what is not given
    assert asked["RollbackConfiguration.MonitoringTimeInMinutes"] == "0"
