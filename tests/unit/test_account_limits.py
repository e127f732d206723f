"""How many uploads are loaded at once in an account that allows few functions at the same time."""

import json

import pytest

from onhand.account_limits import DEFAULT, OTHERS, fit_concurrency
from onhand.console import UserError
from onhand.stack import Aws

from .aws_answers import Answer, Answers, no_stack, stack
from .conftest import Onhand, one_line

SETTINGS = "GetAccountSettings"


def account(concurrent: int, reserved: int = 0) -> Answer:
    """GetAccountSettings, as Lambda answers."""
    limits = {
        "TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": concurrent, "UnreservedConcurrentExecutions": concurrent - reserved,
    }  # fmt: skip
    return Answer(json.dumps({"AccountLimit": limits, "AccountUsage": {"TotalCodeSize": 0, "FunctionCount": 2}}))


def deployed(concurrency: int) -> Answer:
    """DescribeStacks, as CloudFormation answers."""
    return stack("UPDATE_COMPLETE", parameters={"MaximumConcurrency": str(concurrency)})


@pytest.fixture
def aws(answers: Answers) -> Aws:
    answers.say("DescribeStacks", no_stack())
    return Aws(region="eu-central-1")


def test_an_old_account_has_room_for_the_default(aws: Aws, answers: Answers) -> None:
    answers.say(SETTINGS, account(1000))
    assert fit_concurrency(aws, "onhand", {"Language": "de"}) == {"Language": "de"}


def test_a_new_account_gets_what_fits_and_a_word(
    aws: Aws, answers: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.say(SETTINGS, account(10))
    assert fit_concurrency(aws, "onhand", {}) == {"MaximumConcurrency": "3"}
    said = one_line(capsys.readouterr().err)
    assert "set to 3 instead of 20" in said
    assert "allows 10 functions" in said
    assert "L-B99A9384" in said
    assert "deploy again with --parameter MaximumConcurrency=20" in said


def test_what_is_reserved_for_other_functions_does_not_count(aws: Aws, answers: Answers) -> None:
    answers.say(SETTINGS, account(1000, reserved=980))
    assert fit_concurrency(aws, "onhand", {}) == {"MaximumConcurrency": str(20 - OTHERS)}


def test_lambda_takes_no_less_than_two(aws: Aws, answers: Answers, capsys: pytest.CaptureFixture[str]) -> None:
    answers.say(SETTINGS, account(5))
    assert fit_concurrency(aws, "onhand", {}) == {"MaximumConcurrency": "2"}
    assert "will be throttled" in one_line(capsys.readouterr().err)


def test_who_asks_for_too_much_is_told_what_fits(aws: Aws, answers: Answers) -> None:
    answers.say(SETTINGS, account(50))
    assert fit_concurrency(aws, "onhand", {"MaximumConcurrency": "43"}) == {"MaximumConcurrency": "43"}
    with pytest.raises(UserError, match="give 43 at most"):
        fit_concurrency(aws, "onhand", {"MaximumConcurrency": "44"})
    with pytest.raises(UserError, match="whole number"):
        fit_concurrency(aws, "onhand", {"MaximumConcurrency": "many"})


def test_a_stack_keeps_what_it_has_if_it_fits(aws: Aws, answers: Answers, capsys: pytest.CaptureFixture[str]) -> None:
    answers.say(SETTINGS, account(200))
    answers.say("DescribeStacks", deployed(100))
    assert fit_concurrency(aws, "onhand", {}) == {}
    answers.say("DescribeStacks", deployed(300))
    assert fit_concurrency(aws, "onhand", {}) == {"MaximumConcurrency": "193"}
    answers.say("DescribeStacks", deployed(3))
    capsys.readouterr()
    assert fit_concurrency(aws, "onhand", {}) == {}
    assert f"--parameter MaximumConcurrency={DEFAULT} loads more" in one_line(capsys.readouterr().err)


def test_a_role_that_may_not_ask_deploys_all_the_same(
    aws: Aws, answers: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    denied = {"Message": "User: arn:aws:iam::1:user/x is not authorized to perform: lambda:GetAccountSettings"}
    answers.say(SETTINGS, Answer(json.dumps(denied), 403))
    assert fit_concurrency(aws, "onhand", {}) == {}
    assert "not authorized" in one_line(capsys.readouterr().err)


def test_deploy_shows_what_it_fitted_before_it_asks(answers: Answers, aws: Aws, onhand: Onhand) -> None:
    answers.say(SETTINGS, account(10))
    said = onhand("deploy", "--no-dashboard", typed="n\n")
    assert "MaximumConcurrency is set to 3" in one_line(said)
    assert "MaximumConcurrency = 3" in said
