"""What template.yaml must keep to, whoever changes it. What its policies allow: tests/policies."""

import json
from dataclasses import fields
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

from load_inventory.handler import pause_after
from onhand import account_limits
from onhand.rollback_alarms import ALARMS
from onhand.stack import Outputs
from onhand.target import ROOT
from tests.shown_metrics import shown_metrics

TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]

# Actions that know no resources.
WITHOUT_RESOURCE = {"dynamodb:ListStreams", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}


def of_type(name: str) -> dict[str, Any]:
    return {key: value.get("Properties", {}) for key, value in RESOURCES.items() if value["Type"] == name}


def statements() -> list[Any]:
    """Every statement of every role and managed policy, with those that only the emulator needs."""
    documents = [policy["PolicyDocument"] for policy in of_type("AWS::IAM::ManagedPolicy").values()]
    for role in of_type("AWS::IAM::Role").values():
        documents += [policy["PolicyDocument"] for policy in role.get("Policies", [])]
    found = [statement for document in documents for statement in document["Statement"]]
    return [statement["Fn::If"][1] if "Fn::If" in statement else statement for statement in found]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_the_command_line_knows_all_outputs() -> None:
    assert set(TEMPLATE["Outputs"]) == {field.name for field in fields(Outputs)}


def test_no_statement_allows_a_whole_service_or_all_resources() -> None:
    assert statements()
    for statement in statements():
        actions = listed(statement["Action"])
        assert not [action for action in actions if "*" in action], statement
        if "*" in listed(statement["Resource"]):
            assert set(actions) <= WITHOUT_RESOURCE, statement


@pytest.mark.parametrize("name", of_type("AWS::SQS::Queue"))
def test_queues_are_encrypted(name: str) -> None:
    assert RESOURCES[name]["Properties"]["SqsManagedSseEnabled"] is True


def test_what_expires_in_the_uploads_bucket_is_gone() -> None:
    rules = {rule["Id"]: rule for rule in RESOURCES["UploadsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]}
    for rule in rules.values():
        # Expiring only puts a delete marker over the last version: that has to expire, too, and soon.
        if "ExpirationInDays" in rule:
            assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
            assert "ExpiredObjectDeleteMarker" not in rule  # S3 takes only one of the two in a rule
    assert rules["rejected-rows"]["ExpirationInDays"] == {"Ref": "KeepUploadsDays"}
    whole_bucket = rules["replaced-files"]
    assert "Prefix" not in whole_bucket
    assert whole_bucket["ExpiredObjectDeleteMarker"] is True


@pytest.mark.parametrize("name", of_type("AWS::S3::Bucket"))
def test_buckets_are_encrypted_and_closed(name: str) -> None:
    bucket = RESOURCES[name]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]


@pytest.mark.parametrize("name", of_type("AWS::DynamoDB::Table"))
def test_tables_can_be_restored_and_are_protected(name: str) -> None:
    table = RESOURCES[name]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["Protected", True, False]}


@pytest.mark.parametrize("name", of_type("AWS::CloudWatch::Alarm"))
def test_alarms_reach_somebody(name: str) -> None:
    assert RESOURCES[name]["Properties"]["AlarmActions"] == [{"Ref": "Trouble"}]


def test_alarms_that_take_a_deployment_back_exist() -> None:
    assert set(ALARMS) <= set(of_type("AWS::CloudWatch::Alarm"))
    assert len(ALARMS) <= 5  # CloudFormation takes no more


def test_guests_and_protection_by_default() -> None:
    parameters = TEMPLATE["Parameters"]
    assert parameters["GuestAccess"]["Default"] == "false"
    # `onhand deploy` switches it on in a second step: CloudFormation could not take a first one back that fails.
    assert parameters["DeletionProtection"]["Default"] == "false"
    assert parameters["EmulatorPort"]["Default"] == ""


def test_the_dashboards_policy_lets_nothing_inline_in() -> None:
    headers = str(RESOURCES["Headers"])
    assert "default-src 'none'" in headers
    assert "unsafe-inline" not in headers
    assert "unsafe-eval" not in headers


def test_nobody_gives_herself_a_store() -> None:
    assert RESOURCES["UserPoolClient"]["Properties"]["WriteAttributes"] == ["email"]
    assert RESOURCES["UserPool"]["Properties"]["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


def test_an_invitation_says_where_to_sign_in() -> None:
    template = RESOURCES["UserPool"]["Properties"]["AdminCreateUserConfig"]["InviteMessageTemplate"]
    mail = template["EmailMessage"]["Fn::Sub"]
    assert "https://${Distribution.DomainName}/account" in mail
    assert "{username}" in mail  # Cognito refuses a template without these two
    assert "{####}" in mail


@pytest.mark.parametrize("name", of_type("AWS::Serverless::Function"))
def test_a_function_that_calls_itself_without_end_is_stopped(name: str) -> None:
    assert RESOURCES[name]["Properties"]["RecursiveLoop"] == "Terminate"


@pytest.mark.parametrize("name", ["LoadInventory", "CheckStock", "LookAhead", "SendDigest", "PostToChannel"])
def test_a_throttled_message_has_time_to_be_invoked_again(name: str) -> None:
    # AWS's rule: six times the function's time limit; SQS lets no message be invisible for more than 12 hours.
    function = RESOURCES[name]["Properties"]
    sources = [one["Properties"] for one in function["Events"].values() if one["Type"] == "SQS"]
    assert sources
    for source in sources:
        queue = RESOURCES[source["Queue"]["Fn::GetAtt"][0]]["Properties"]
        assert 6 * function["Timeout"] <= queue["VisibilityTimeout"] <= 12 * 3600
        assert source["ScalingConfig"]


def test_a_message_can_wait_for_the_longest_pause() -> None:
    # Both functions let messages come again later, and SQS lets none be invisible for more than 12 hours.
    longest = TEMPLATE["Parameters"]["FlapMinutes"]["MaxValue"] * 60 + RESOURCES["CheckStock"]["Properties"]["Timeout"]
    assert longest < 12 * 3600
    receives = int(TEMPLATE["Mappings"]["UploadsQueue"]["Redrive"]["MaxReceives"])
    assert pause_after(receives) + RESOURCES["LoadInventory"]["Properties"]["Timeout"] < 12 * 3600


def test_account_limits_and_the_template_speak_of_the_same_numbers() -> None:
    assert TEMPLATE["Parameters"]["MaximumConcurrency"]["Default"] == account_limits.DEFAULT
    assert TEMPLATE["Parameters"]["MaximumConcurrency"]["MinValue"] == account_limits.LEAST
    alerts = RESOURCES["CheckStock"]["Properties"]["Events"]["Alerts"]["Properties"]["ScalingConfig"]
    assert alerts["MaximumConcurrency"] + 2 == account_limits.OTHERS  # two shards of the stream


@pytest.mark.parametrize("name", [name for name, one in TEMPLATE["Parameters"].items() if one["Type"] == "Number"])
def test_numbers_have_a_least_and_a_most(name: str) -> None:
    parameter = TEMPLATE["Parameters"][name]
    assert "AllowedValues" in parameter or {"MinValue", "MaxValue"} <= set(parameter)


@pytest.mark.parametrize("name", of_type("AWS::IAM::Role"))
def test_a_boundary_holds_for_every_role(name: str) -> None:
    wanted = {"Fn::If": ["Bounded", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
    assert RESOURCES[name]["Properties"]["PermissionsBoundary"] == wanted


@pytest.mark.parametrize("name", of_type("AWS::Serverless::Function"))
def test_sam_makes_no_role_of_its_own(name: str) -> None:
    assert RESOURCES[name]["Properties"]["Role"]  # the boundary would not hold for it


@pytest.mark.parametrize("name", of_type("AWS::SQS::Queue"))
def test_messages_that_nobody_takes_are_alarmed_about(name: str) -> None:
    alarms = [alarm for alarm in of_type("AWS::CloudWatch::Alarm").values() if alarm["Namespace"] == "AWS/SQS"]
    watched = {alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0] for alarm in alarms}
    assert name in watched or "RedrivePolicy" in RESOURCES[name]["Properties"]


def test_load_inventory_knows_the_last_delivery_of_a_message() -> None:
    variables = RESOURCES["LoadInventory"]["Properties"]["Environment"]["Variables"]
    policy = RESOURCES["UploadsQueue"]["Properties"]["RedrivePolicy"]
    assert variables["MAX_RECEIVES"] == policy["maxReceiveCount"]
    # A text: the emulator hands a number to the function as it is.
    assert TEMPLATE["Mappings"]["UploadsQueue"]["Redrive"]["MaxReceives"] == "12"


def test_check_stock_gets_every_removal_with_no_more_filters_than_aws_takes() -> None:
    rows = RESOURCES["CheckStock"]["Properties"]["Events"]["Rows"]["Properties"]
    patterns = [json.loads(one["Pattern"]) for one in rows["FilterCriteria"]["Filters"]]
    assert {"eventName": ["INSERT", "REMOVE"]} in patterns
    assert len(patterns) <= 5


@pytest.mark.parametrize("function", ["LoadInventory", "CheckStock", "LookAhead", "SendDigest", "PostToChannel"])
def test_every_delivery_that_fails_is_alarmed_about(function: str) -> None:
    alarms = [alarm for alarm in of_type("AWS::CloudWatch::Alarm").values() if alarm["Namespace"] == "onhand"]
    dimensions = [alarm["Dimensions"] for alarm in alarms if alarm["MetricName"] == "MessagesFailed"]
    assert [{"Name": "Function", "Value": {"Ref": function}}] in dimensions


def test_the_cloudwatch_dashboard_shows_awss_metrics_by_the_names_that_the_alarms_have() -> None:
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    known = {(alarm["Namespace"], alarm["MetricName"], alarm["Dimensions"][0]["Name"]) for alarm in alarms}
    shown = list(shown_metrics(RESOURCES["OperationsDashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]))
    awss = {(one.namespace, one.name, one.dimension) for one in shown if one.namespace != "onhand"}
    assert len(awss) == 5
    assert awss <= known
    assert {one.stat for one in shown if one.name in ("SecondsToRow", "SecondsToAlert")} == {"p50", "p95", "p99"}


@pytest.mark.parametrize("function", of_type("AWS::Serverless::Function"))
def test_a_function_is_traced_only_if_its_role_may_be(function: str) -> None:
    assert TEMPLATE["Parameters"]["Tracing"]["Default"] == "false"
    assert RESOURCES[function]["Properties"]["Tracing"] == {"Fn::If": ["Traced", "Active", "PassThrough"]}
    (policy,) = RESOURCES[f"{function}Role"]["Properties"]["Policies"]
    (traces,) = [one for one in policy["PolicyDocument"]["Statement"] if "xray:PutTraceSegments" in str(one)]
    assert traces["Fn::If"][0] == "Traced"


def test_records_outlive_dead_letters() -> None:
    keep = TEMPLATE["Parameters"]["KeepUploadsDays"]["MinValue"] * 86_400
    assert keep > RESOURCES["DeadLetterQueue"]["Properties"]["MessageRetentionPeriod"]
    assert keep > RESOURCES["UploadsQueue"]["Properties"]["MessageRetentionPeriod"]


def test_a_budget_is_off_by_default_and_mails_those_who_get_the_alarms() -> None:
    budget = RESOURCES["Budget"]
    assert TEMPLATE["Parameters"]["MonthlyBudget"]["Default"] == 0
    assert budget["Condition"] == "HasBudget"
    assert {"Condition": "OnAws"} in TEMPLATE["Conditions"]["HasBudget"]["Fn::And"]
    subscribers = [each["Subscribers"] for each in budget["Properties"]["NotificationsWithSubscribers"]]
    assert subscribers == [[{"SubscriptionType": "SNS", "Address": {"Ref": "Trouble"}}]] * 2
    publishers = RESOURCES["TroublePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert {"Service": "budgets.amazonaws.com"} in [statement.get("Principal") for statement in publishers]


def test_every_table_and_every_index_takes_the_maxima() -> None:
    tables = of_type("AWS::DynamoDB::Table")
    every = [
        *tables.values(),
        *(index for table in tables.values() for index in table.get("GlobalSecondaryIndexes", [])),
    ]
    assert len(every) == len(tables) + 7
    for one in every:
        condition, maxima, otherwise = one["OnDemandThroughput"]["Fn::If"]
        assert (condition, otherwise) == ("LimitsTables", {"Ref": "AWS::NoValue"})
        names = {name: value["Fn::If"][1]["Ref"] for name, value in maxima.items()}
        assert names == {"MaxReadRequestUnits": "MaxReadUnits", "MaxWriteRequestUnits": "MaxWriteUnits"}
