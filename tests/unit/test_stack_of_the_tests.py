"""`make test-aws AWS=1` leaves nothing behind in the account: what a killed run left, and what a run must not touch."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from onhand.stack import Aws
from tests.aws import account

from .aws_answers import Answer, Answers, no_stack, query, query_error, resources, stack

OLD, YOUNG, WITHOUT_STACK = "onhand-test-aaaaaa", "onhand-test-bbbbbb", "onhand-test-cccccc"


def ago(**since: float) -> str:
    return (datetime.now(UTC) - timedelta(**since)).isoformat()


@pytest.fixture
def cloud(answers: Answers) -> Answers:
    """An account with the stack of a killed run, one that may be in use, the operator's own, and four queues."""
    listed = [
        stack("CREATE_COMPLETE", name=OLD, created=ago(hours=4)),
        stack("CREATE_COMPLETE", name=YOUNG, created=ago(hours=2)),
        stack("CREATE_COMPLETE", name="onhand", created=ago(days=4)),
    ]
    members = "".join(re.search(r"<member>.*</member>", one.body.decode())[0] for one in listed)  # type: ignore[index]
    all_of_them = query("DescribeStacks", f"<Stacks>{members}</Stacks>")

    def described(asked: dict[str, str]) -> Answer:
        name = asked.get("StackName")
        if name is None:
            return all_of_them
        gone = name in [one["StackName"] for one in answers.asked("DeleteStack")]
        return no_stack(name) if gone or name == WITHOUT_STACK else stack("CREATE_COMPLETE", name=name)

    answers.say("DescribeStacks", described)
    answers.say("ListStackResources", resources())
    answers.say("DeleteStack", query("DeleteStack", ""))
    names = (f"{OLD}-hers", f"{YOUNG}-hers", f"{WITHOUT_STACK}-hers", "onhand-AlertsQueue")
    urls = [f"https://sqs.eu-central-1.amazonaws.com/1/{name}" for name in names]
    answers.say(
        "ListQueues",
        lambda asked: Answer(json.dumps({"QueueUrls": [u for u in urls if f"/{asked['QueueNamePrefix']}" in u]})),
    )
    answers.say("DeleteQueue", Answer("{}"))
    return answers


def deleted(cloud: Answers) -> tuple[list[str], list[str]]:
    """Names of stacks, and of queues."""
    queues = [one["QueueUrl"].rpartition("/")[2] for one in cloud.asked("DeleteQueue")]
    return [one["StackName"] for one in cloud.asked("DeleteStack")], queues


def test_what_a_killed_run_left_is_removed_and_nothing_else(cloud: Answers) -> None:
    aws = Aws(region="eu-central-1")
    with account.stack_of_its_own(aws) as name:
        assert re.fullmatch("onhand-test-[0-9a-f]{6}", name)
        assert deleted(cloud) == ([OLD], [f"{OLD}-hers", f"{WITHOUT_STACK}-hers"])
    stacks, _ = deleted(cloud)
    assert stacks == [OLD, name]


@pytest.mark.parametrize("ended", [RuntimeError, KeyboardInterrupt])
def test_it_is_removed_however_the_tests_end(cloud: Answers, ended: type[BaseException]) -> None:
    with pytest.raises(ended), account.stack_of_its_own(Aws(region="eu-central-1")) as name:
        raise ended
    assert deleted(cloud)[0] == [OLD, name]


def test_the_region_is_where_every_tool_of_aws_looks(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", "ap-southeast-1")
    assert account.account().region == "ap-southeast-1"


def test_an_account_that_lets_nobody_in_is_told_in_words(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-southeast-1")
    answers.say("GetCallerIdentity", query_error("ExpiredToken", "The security token is expired"))
    with pytest.raises(Exception, match="sign in again"):
        account.account()
