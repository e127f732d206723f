"""`onhand status` and `onhand user add` in a real account: who has to confirm, and how many mails Cognito sends."""

import json
from typing import Any

import pytest

from onhand.stack import Stack, find_stack
from onhand.target import Target
from onhand.unconfirmed import unconfirmed

from .aws_answers import ACCOUNT, REGION, Answer, Answers, deployed, json_error, query
from .conftest import Onhand, one_line


class Topics:
    """Who is subscribed to the three topics: endpoint and subscription ARN."""

    def __init__(self) -> None:
        self.NoStockTopic: list[tuple[str, str]] = []
        self.MorningTopic: list[tuple[str, str]] = []
        self.TroubleTopic: list[tuple[str, str]] = []

    def answer(self, values: dict[str, Any]) -> Answer:
        found: list[tuple[str, str]] = getattr(self, values["TopicArn"].rpartition(":")[2])
        members = "".join(
            f"<member><SubscriptionArn>{arn}</SubscriptionArn><Protocol>email</Protocol><Endpoint>{endpoint}</Endpoint>"
            "</member>"
            for endpoint, arn in found
        )
        return query("ListSubscriptionsByTopic", f"<Subscriptions>{members}</Subscriptions>")


@pytest.fixture
def topics(answers: Answers) -> Topics:
    it = Topics()
    answers.say("DescribeStacks", deployed({"OperatorEmail": "ops@example.com"}))
    answers.say("ListSubscriptionsByTopic", it.answer)
    depth = {"ApproximateNumberOfMessages": "2", "ApproximateNumberOfMessagesNotVisible": "0"}
    answers.say("GetQueueAttributes", Answer(json.dumps({"Attributes": depth})))
    return it


@pytest.fixture
def stack(topics: Topics) -> Stack:
    return find_stack(Target(aws=True, region=REGION))


def test_who_has_not_opened_the_link_must_confirm(stack: Stack, topics: Topics) -> None:
    topics.NoStockTopic = [("ann@example.com", "PendingConfirmation"), ("ben@example.com", "arn:aws:sns:x:1:t:1")]
    topics.MorningTopic = [("eva@example.com", "PendingConfirmation")]
    topics.TroubleTopic = [("ops@example.com", "PendingConfirmation")]
    assert [(one.address, one.receives) for one in unconfirmed(stack)] == [
        ("ann@example.com", "alerts"),
        ("eva@example.com", "digests"),
        ("ops@example.com", "alarms"),
    ]


def test_an_operator_whom_sns_has_forgotten_is_missed(stack: Stack, topics: Topics) -> None:
    (one,) = unconfirmed(stack)
    assert one.address == "ops@example.com"
    assert f"aws sns subscribe --region {REGION} --topic-arn arn:aws:sns:{REGION}:{ACCOUNT}:TroubleTopic" in one.help


def test_when_everybody_confirmed_there_is_nothing_to_say(stack: Stack, topics: Topics) -> None:
    topics.TroubleTopic = [("ops@example.com", "arn:aws:sns:x:1:t:1")]
    assert unconfirmed(stack) == []


def test_status_shows_the_unconfirmed_and_what_sns_could_not_deliver(topics: Topics, onhand: Onhand) -> None:
    said = one_line(onhand("status"))
    assert "Messages SNS did not deliver 2 (docs/subscribers.md" in said
    assert "Unconfirmed ops@example.com" in said
    report = json.loads(onhand("status", "--json"))
    assert report["waiting"]["failed deliveries"] == 2
    assert [one["address"] for one in report["unconfirmed"]] == ["ops@example.com"]


def test_an_invitation_names_the_limit_of_mails(topics: Topics, answers: Answers, onhand: Onhand) -> None:
    answers.say("AdminCreateUser", Answer(json.dumps({"User": {"Username": "1"}})))
    said = one_line(onhand("user", "add", "eva@example.com"))
    assert "Cognito mails a temporary password" in said
    assert "50 mails a day" in said


def test_an_invitation_over_the_limit_says_what_to_do(
    topics: Topics, answers: Answers, onhand: Onhand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)  # botocore takes this answer for a passing one
    answers.say(
        "AdminCreateUser",
        json_error(
            "LimitExceededException",
            "Exceeded daily email limit for the operation or the account. If a higher limit is required, please "
            "configure your user pool to use your own Amazon SES configuration for sending email.",
        ),
    )
    said = onhand("user", "add", "eva@example.com")
    assert "✗ eva@example.com: Exceeded daily email limit" in said
    assert "add again tomorrow" in said
