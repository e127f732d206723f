"""A person without a password, on AWS: which mail she gets."""

import json

import pytest

from .aws_answers import Answer, Answers, deployed, json_error
from .conftest import Onhand


@pytest.mark.parametrize(
    ("state", "call", "said"),
    [
        ("FORCE_CHANGE_PASSWORD", "AdminCreateUser", "is invited again"),
        ("CONFIRMED", "AdminResetUserPassword", "gets a mail with a code"),
        ("RESET_REQUIRED", "AdminResetUserPassword", "gets a mail with a code"),
    ],
)
def test_a_person_is_invited_again_or_gets_a_code(
    answers: Answers, onhand: Onhand, state: str, call: str, said: str
) -> None:
    answers.say("DescribeStacks", deployed())
    answers.say("AdminGetUser", Answer(json.dumps({"Username": "ann", "UserStatus": state})))
    for one in ("AdminCreateUser", "AdminResetUserPassword"):
        answers.say(one, Answer("{}"))
    assert said in onhand("user", "reset", "ann@example.com")
    asked = [name for name, _ in answers.calls if name.startswith("Admin")]
    assert asked == ["AdminGetUser", call]
    assert [values["MessageAction"] for values in answers.asked("AdminCreateUser")] == ["RESEND"] * asked.count(
        "AdminCreateUser"
    )


def test_too_many_mails_in_a_day_are_said(answers: Answers, onhand: Onhand) -> None:
    answers.say("DescribeStacks", deployed())
    answers.say("AdminGetUser", Answer(json.dumps({"Username": "ann", "UserStatus": "CONFIRMED"})))
    answers.say("AdminResetUserPassword", json_error("LimitExceededException"))
    assert "50 mails a day" in onhand("user", "reset", "ann@example.com")


def test_a_person_gets_a_group_of_stores_to_begin_with(answers: Answers, onhand: Onhand) -> None:
    answers.say("DescribeStacks", deployed())
    answers.say("Query", Answer(json.dumps({"Items": [{"Group": {"S": "north"}, "Store": {"S": "Lima"}}]})))
    answers.say("Scan", Answer(json.dumps({"Items": []})))
    answers.say("AdminCreateUser", Answer("{}"))
    assert "✓" in onhand("user", "add", "ann@example.com", "--group", "north")
    (asked,) = answers.asked("AdminCreateUser")
    assert {"Name": "custom:group", "Value": "north"} in asked["UserAttributes"]
