"""What the emulator asks a role for in a batch, and that each grant of the template has a test that misses it."""

import json
import re
from fnmatch import fnmatchcase
from itertools import permutations

import pytest

from onhand.emulator import statement_checks
from onhand.target import ROOT
from stock import partiql
from tests.policies.grants import MISSED_BY, granted

GRANTED = granted()


@pytest.mark.parametrize("holder", GRANTED)
def test_each_grant_has_a_test_that_misses_it(holder: str) -> None:
    assert sorted(MISSED_BY[holder]) == sorted(map(str, GRANTED[holder])), "see tests/least_privilege.py"


def test_nobody_else_is_granted_anything() -> None:
    assert set(MISSED_BY) == set(GRANTED)


def test_the_tests_are_there() -> None:
    named = {test for tests in MISSED_BY.values() for test in tests.values() if test.startswith("tests/")}
    for path, name in (test.split("::") for test in named):
        assert re.search(rf"^def {re.escape(name.split('[')[0])}\(", (ROOT / path).read_text(), re.MULTILINE), name


@pytest.mark.parametrize("holder", GRANTED)
def test_no_grant_is_within_another_one(holder: str) -> None:
    for one, other in permutations(GRANTED[holder], 2):
        assert not (one.action == other.action and fnmatchcase(one.arn, other.arn)), one


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
