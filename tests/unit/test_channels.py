"""Channels of Slack and Teams by the command line: addresses, and who is told of a group that goes."""

import json
from pathlib import Path
from typing import Any

import pytest

from telling.channel import Channel, Kind
from telling.digest import Digest, How

from .aws_answers import ACCOUNT, REGION, Answer, Answers, deployed, query, query_error
from .conftest import Onhand, one_line

CHANNEL = Channel("3f9c0a1b", Kind.SLACK, "hooks.slack.com", "wxyz", alerts=True, groups=("north",))
DIGEST = Digest("a1b2c3", How.EMAIL, "ann@example.com", "07:30", "mon-fri", "", "en", group="north")


@pytest.fixture
def account(answers: Answers) -> Answers:
    """An account with nobody subscribed, a channel and a digest of the group north, and a store in it."""
    answers.say("DescribeStacks", deployed())
    answers.say("ListSubscriptionsByTopic", query("ListSubscriptionsByTopic", "<Subscriptions/>"))
    queue = {"Attributes": {"QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:a"}}
    answers.say("GetQueueAttributes", Answer(json.dumps(queue)))
    answers.say("PutParameter", Answer('{"Version": 1}'))
    answers.say("PutItem", Answer("{}"))
    rows = {"ChannelsTable": CHANNEL.item(), "DigestsTable": DIGEST.item()}

    def scan(asked: dict[str, Any]) -> Answer:
        found = [rows[asked["TableName"]]] if asked["TableName"] in rows else []
        return Answer(json.dumps({"Items": found}))

    answers.say("Scan", scan)
    answers.say("Query", Answer(json.dumps({"Items": [{"Group": {"S": "north"}, "Store": {"S": "Ulm"}}]})))
    return answers


@pytest.mark.parametrize("how", ["slack", "https", "sqs"])
def test_what_is_no_address_is_refused_in_words(onhand: Onhand, account: Answers, how: str) -> None:
    said = one_line(onhand("subscribe", how, "https://[oops"))
    assert "✗" in said
    assert "begins with https://" in said or "does not begin with https://" in said or "is not the URL" in said


def test_a_channel_is_said_to_get_alerts_when_the_topic_sends_them(onhand: Onhand, account: Answers) -> None:
    account.say("Subscribe", query_error("Throttled", "later"))
    with pytest.raises(Exception, match="later"):
        onhand("subscribe", "teams", "https://example.com/hook")
    assert [asked["Item"]["Alerts"]["BOOL"] for asked in account.asked("PutItem")] == [False]


def test_who_gets_alerts_or_digests_of_a_group_is_told_when_it_goes(onhand: Onhand, account: Answers) -> None:
    said = one_line(onhand("group", "delete", "north", "--dry-run"))
    assert "3f9c0a1b (hooks.slack.com, …wxyz) receives alerts of the group north: `onhand subscribe` changes" in said
    assert "Digest a1b2c3, to ann@example.com, is of the group north: `onhand digest` changes that." in said


def test_groups_are_read_from_a_file_and_not_from_a_folder(onhand: Onhand, tmp_path: Path) -> None:
    assert "directory" in onhand("group", "import", str(tmp_path))
