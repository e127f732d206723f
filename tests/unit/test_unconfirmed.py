"""`onhand status` and `onhand user add` in a real account: who has to confirm, and how many mails Cognito sends."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from onhand.console import UserError
from onhand.main import app
from onhand.stack import Stack, find_stack
from onhand.target import target
from onhand.unconfirmed import unconfirmed
from tests.unit.account_answers import Answer, Answers, answering, json_error, one_line, result, stack_outputs

ACCOUNT, REGION = "111122223333", "eu-central-1"


class Topics:
    """Who is subscribed to the two topics: endpoint and subscription ARN."""

    def __init__(self) -> None:
        self.NoStockTopic: list[tuple[str, str]] = []
        self.TroubleTopic: list[tuple[str, str]] = []

    def answer(self, values: dict[str, Any]) -> Answer:
        found: list[tuple[str, str]] = getattr(self, values["TopicArn"].rpartition(":")[2])
        members = "".join(
            f"<member><SubscriptionArn>{arn}</SubscriptionArn><Protocol>email</Protocol><Endpoint>{endpoint}</Endpoint>"
            "</member>"
            for endpoint, arn in found
        )
        return result("ListSubscriptionsByTopic", f"<Subscriptions>{members}</Subscriptions>")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """What AWS answers, as far as this test is concerned."""
    with answering(monkeypatch) as it:
        yield it


@pytest.fixture
def topics(answers: Answers) -> Topics:
    it = Topics()
    answers.by_action |= {
        "GetCallerIdentity": result("GetCallerIdentity", "<Account>1</Account>", "sts", "2011-06-15"),
        "DescribeStacks": stack_outputs(ACCOUNT, REGION, {"OperatorEmail": "ops@example.com"}),
        "ListSubscriptionsByTopic": it.answer,
        "GetQueueAttributes": (
            200,
            json.dumps(
                {"Attributes": {"ApproximateNumberOfMessages": "2", "ApproximateNumberOfMessagesNotVisible": "0"}}
            ),
        ),
    }
    return it


@pytest.fixture
def stack(topics: Topics) -> Stack:
    return find_stack(target)


def test_who_has_not_opened_the_link_must_confirm(stack: Stack, topics: Topics) -> None:
    topics.NoStockTopic = [("ann@example.com", "PendingConfirmation"), ("ben@example.com", "arn:aws:sns:x:1:t:1")]
    topics.TroubleTopic = [("ops@example.com", "PendingConfirmation")]
    assert [(one.address, one.receives) for one in unconfirmed(stack)] == [
        ("ann@example.com", "alerts"),
        ("ops@example.com", "alarms"),
    ]


def test_an_operator_whom_sns_has_forgotten_is_missed(stack: Stack, topics: Topics) -> None:
    (one,) = unconfirmed(stack)
    assert one.address == "ops@example.com"
    assert f"aws sns subscribe --region {REGION} --topic-arn arn:aws:sns:{REGION}:{ACCOUNT}:TroubleTopic" in one.help


def test_when_everybody_confirmed_there_is_nothing_to_say(stack: Stack, topics: Topics) -> None:
    topics.TroubleTopic = [("ops@example.com", "arn:aws:sns:x:1:t:1")]
    assert unconfirmed(stack) == []


def test_status_shows_the_unconfirmed_and_what_sns_could_not_deliver(topics: Topics) -> None:
    said = one_line(CliRunner().invoke(app, ["--aws", "--region", REGION, "status"]).output)
    assert "Failed deliveries 2 (docs/alerts.md" in said
    assert "Unconfirmed ops@example.com" in said
    report = json.loads(CliRunner().invoke(app, ["--aws", "--region", REGION, "status", "--json"]).output)
    assert report["waiting"]["failed deliveries"] == 2
    assert [one["address"] for one in report["unconfirmed"]] == ["ops@example.com"]


def test_an_invitation_names_the_limit_of_mails(topics: Topics, answers: Answers) -> None:
    answers.by_action["AdminCreateUser"] = (200, json.dumps({"User": {"Username": "1"}}))
    said = one_line(CliRunner().invoke(app, ["--aws", "--region", REGION, "user", "add", "eva@example.com"]).output)
    assert "Cognito mails a temporary password" in said
    assert "50 mails a day" in said


def test_an_invitation_over_the_limit_says_what_to_do(
    topics: Topics, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)  # botocore takes this answer for a passing one
    answers.by_action["AdminCreateUser"] = json_error(
        "LimitExceededException",
        "Exceeded daily email limit for the operation or the account. If a higher limit is required, please configure "
        "your user pool to use your own Amazon SES configuration for sending email.",
    )
    run = CliRunner().invoke(app, ["--aws", "--region", REGION, "user", "add", "eva@example.com"])
    assert isinstance(run.exception, UserError)
    assert "Exceeded daily email limit" in str(run.exception)
    assert "add again tomorrow" in str(run.exception)
