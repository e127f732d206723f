"""What the emulator asks a role for in a batch, and how one grant of a policy is taken away."""

import json

from onhand.emulator import statement_checks
from stock import partiql
from tests.aws.least_privilege import grants, without

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Two", "Effect": "Allow", "Action": ["a:Get", "a:Put"], "Resource": ["arn:1", "arn:2"]},
        {"Sid": "One", "Effect": "Allow", "Action": "a:Get", "Resource": "arn:3"},
    ],
}


def test_statements_take_what_aws_asks_for() -> None:
    statements = [
        partiql.insert("Rows", {"Item": "FROM here"}),
        partiql.update("Stores", {"Store": "a"}, {"Count": 1}),
        partiql.delete("Rows", {"Item": "a"}),
        {"Statement": 'SELECT * FROM "Alerts"."ByTime" WHERE Log = ?'},
        {"Statement": 'UPDATE "Rows" SET "From" = \' FROM here\''},
    ]
    found = statement_checks(json.dumps({"Statements": statements}).encode(), "eu-central-1", "1")
    assert {(action.removeprefix("dynamodb:PartiQL"), arn.rpartition("/")[2]) for action, arn in found} == {
        ("Insert", "Rows"), ("Update", "Stores"), ("Delete", "Rows"), ("Select", "Alerts"), ("Update", "Rows"),
    }  # fmt: skip


def test_a_policy_without_a_grant_has_all_the_others() -> None:
    every = list(grants(POLICY))
    assert len(every) == 5
    for gone in every:
        left = sorted(map(str, grants(without(POLICY, gone))))
        assert left == sorted(str(grant) for grant in every if grant != gone)
