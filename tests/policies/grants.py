"""What template.yaml grants, each grant as one action on one resource, and the test that misses it.

A stack on this machine has the same policies in the same order, with names of its own and a little more at the end.
"""

import tomllib
from collections.abc import Iterable
from typing import NamedTuple

from onhand.target import ROOT
from tests.policies.iam import Policy
from tests.policies.rendered import ACCOUNT, REGION, Template

PARAMETERS = {"GuestAccess": "true", "StoreSilentHours": "24", "Tracing": "true"}
"""Parameters with which a stack has all of its roles."""

MISSED_BY: dict[str, dict[str, str]] = tomllib.loads((ROOT / "tests/least_privilege.toml").read_text())
"""Role or managed policy → grant → the test that fails without it, or why none can on this machine."""

_RESOURCES = Template(ROOT / "template.yaml", **PARAMETERS).resources()


class Grant(NamedTuple):
    """One action on one resource, or on all whose names begin so."""

    action: str
    arn: str

    def __str__(self) -> str:
        """Such as `dynamodb:Query table/Inventory/index/*`."""
        return f"{self.action} {self.arn.split(':', 5)[-1].replace(f'-{ACCOUNT}-{REGION}', '')}"


def grants(policies: Iterable[Policy]) -> list[Grant]:
    """All grants of policies, in their order."""
    return [
        Grant(action, arn)
        for policy in policies
        for statement in policy["Statement"]
        for action in _listed(statement["Action"])
        for arn in _listed(statement["Resource"])
    ]


def granted() -> dict[str, list[Grant]]:
    """Role or managed policy of the template → what it grants."""
    found = {}
    for name, one in _RESOURCES.items():
        if one["Type"] == "AWS::IAM::Role":
            found[name] = grants(own["PolicyDocument"] for own in one["Properties"].get("Policies", []))
        elif one["Type"] == "AWS::IAM::ManagedPolicy":
            found[name] = grants([one["Properties"]["PolicyDocument"]])
    return found


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
