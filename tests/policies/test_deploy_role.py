"""Roles that the deploying role makes are bounded, and stay so (deploy-role.yaml with docs/deploy-policy.json).

Who takes it, and which actions a deployment needs, is told by tests/unit/test_deploy_policy.py: AWS's list of condition
keys has `sub` and `aud` of some identity providers only, so the simulator does not know GitHub's.
"""

import json
from collections.abc import Iterator

import pytest

from onhand.target import ROOT
from tests.policies.iam import Act, Iam, Policy, Who, unless_refused
from tests.policies.rendered import ACCOUNT, Template

BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/bound"
TEMPLATE = Template(ROOT / "deploy-role.yaml", Repository="us/onhand", PermissionsBoundary=BOUNDARY)
POLICY: Policy = json.loads((ROOT / "docs" / "deploy-policy.json").read_text())
ONLY_BOUNDED: Policy = TEMPLATE.resources()["OnlyBoundedRoles"]["Properties"]["PolicyDocument"]


@pytest.fixture(scope="module")
def account() -> Iterator[Iam]:
    """An account that has the role, and a boundary."""
    it = Iam(TEMPLATE)
    yield it
    it.close()


def make_role(boundary: str | None) -> Act:
    """Make a role of the stack, bounded or not."""
    context = {"iam:PermissionsBoundary": boundary} if boundary else {}
    return Act("make a role", "iam:CreateRole", "", f"arn:aws:iam::{ACCOUNT}:role/onhand-GuestRole-1", context)


DEPLOYS = Who("the role", principal=f"arn:aws:iam::{ACCOUNT}:role/deploy-onhand", policies=(POLICY, ONLY_BOUNDED))


@pytest.mark.parametrize("boundary", [None, f"arn:aws:iam::{ACCOUNT}:policy/other"])
def test_roles_that_it_makes_are_bounded(account: Iam, boundary: str | None) -> None:
    assert account.allows(DEPLOYS, make_role(BOUNDARY))
    assert not account.allows(DEPLOYS, make_role(boundary))
    assert account.allows(DEPLOYS, make_role(boundary), unless_refused)


def test_roles_stay_bounded(account: Iam) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/onhand-GuestRole-1"
    unbind = Act("unbind a role", "iam:DeleteRolePermissionsBoundary", "", role)
    assert not account.allows(DEPLOYS, unbind)
    assert account.allows(DEPLOYS, unbind, unless_refused)
