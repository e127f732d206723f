"""The rules that the other tests rest on, by the examples and sentences of AWS's own pages.

They are the simulator's, not ours; who takes a newer version of it sees here whether it still has them.
"""

from typing import Any

import pytest

from tests.policies.iam import Iam

ROLE = "arn:aws:sts::111122223333:assumed-role/r/s"
TABLE = "arn:aws:dynamodb:eu-central-1:111122223333:table/Books"
ITEM = "arn:aws:s3:::books/shelf/a"


def answer(iam: Iam, action: str, resource: str, *statements: dict[str, Any], **request: Any) -> bool:
    """What the simulator says of an identity policy."""
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*"} | one for one in statements]}
    session = request.pop("session", None)
    return iam.answer(
        {
            "request": {
                "principal": ROLE,
                "action": action,
                "resource": {"resource": resource, "accountId": "111122223333"},
                "contextVariables": request,
            },
            "identityPolicies": [{"name": "p", "policy": policy}],
            **({"sessionPolicy": session} if session else {}),
        }
    )


def test_an_explicit_deny_overrides_any_allow(iam: Iam) -> None:
    # IAM user guide, "Policy evaluation logic"
    get = {"Action": "s3:GetObject"}
    assert answer(iam, "s3:GetObject", ITEM, get)
    assert not answer(iam, "s3:GetObject", ITEM, get, get | {"Effect": "Deny"})


def test_a_not_action_allows_all_but_that(iam: Iam) -> None:
    # IAM user guide, "NotAction"
    not_delete = {"NotAction": "s3:DeleteObject"}
    assert answer(iam, "s3:GetObject", ITEM, not_delete)
    assert not answer(iam, "s3:DeleteObject", ITEM, not_delete)


@pytest.mark.parametrize(
    ("operator", "named", "allowed"),
    [
        ("ForAllValues:StringEquals", ["Title", "Author"], True),
        ("ForAllValues:StringEquals", ["Title", "Price"], False),
        ("ForAllValues:StringEquals", None, True),  # "also returns true if there are no context keys in the request"
        ("ForAnyValue:StringEquals", ["Title", "Price"], True),
        ("ForAnyValue:StringEquals", ["Price"], False),
        ("ForAnyValue:StringEquals", None, False),
    ],
)
def test_sets_of_values(iam: Iam, operator: str, named: list[str] | None, allowed: bool) -> None:
    # IAM user guide, "Set operators for multivalued context keys"
    only = {"Action": "dynamodb:Query", "Condition": {operator: {"dynamodb:Attributes": ["Title", "Author"]}}}
    request = {} if named is None else {"dynamodb:Attributes": named}
    assert answer(iam, "dynamodb:Query", TABLE, only, **request) is allowed


@pytest.mark.parametrize(
    ("tag", "allowed"), [("shelf", True), ("shel", False), ("*", False), ("she?f", False), (None, False)]
)
def test_a_variable_is_taken_literally_and_matches_nothing_without_a_value(
    iam: Iam, tag: str | None, allowed: bool
) -> None:
    # IAM user guide, "IAM policy elements: Variables and tags", "Policy variables with no value"
    own = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::books/${aws:PrincipalTag/store}/*"}
    request = {} if tag is None else {"aws:PrincipalTag/store": tag}
    assert answer(iam, "s3:GetObject", ITEM, own, **request) is allowed


def test_leading_keys(iam: Iam) -> None:
    # DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control"
    own = {"Action": "dynamodb:Query", "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["Berlin"]}}}
    assert answer(iam, "dynamodb:Query", TABLE, own, **{"dynamodb:LeadingKeys": ["Berlin"]})
    assert not answer(iam, "dynamodb:Query", TABLE, own, **{"dynamodb:LeadingKeys": ["Bern"]})


def test_a_session_policy_only_takes_away(iam: Iam) -> None:
    # IAM user guide, "Session policies"
    def session(action: str) -> dict[str, Any]:
        return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}

    granted = {"Action": "s3:GetObject"}
    assert answer(iam, "s3:GetObject", ITEM, granted, session=session("s3:*"))
    assert not answer(iam, "s3:GetObject", ITEM, granted, session=session("dynamodb:*"))
    assert not answer(iam, "s3:PutObject", ITEM, granted, session=session("s3:*"))


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("s3:PutFile", ITEM, {}),
        ("s3:PutObject", TABLE, {}),
        ("s3:PutObject", ITEM, {"dynamodb:Select": "COUNT"}),
    ],
)
def test_what_aws_does_not_know_is_no_request(iam: Iam, action: str, resource: str, context: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=action):
        answer(iam, action, resource, {"Action": "*"}, **context)
