"""Who gets which role.

The rules of Cognito's identity pools are in its developer guide, "Using role-based access control": the default roles
are for who signed in and who did not; with a mapping of type Token, the token's preferred role, and if the token names
several roles and prefers none, what AmbiguousRoleResolution says.
"""

from typing import Any

import pytest

from onhand.target import ROOT
from tests.policies.acts import RESOURCES, STRANGER, TEMPLATE, of_type
from tests.policies.iam import Act, Iam, Who, roles, without
from tests.policies.rendered import ACCOUNT, Resources, Template

AUDIENCE, METHOD = "cognito-identity.amazonaws.com:aud", "cognito-identity.amazonaws.com:amr"
ROLES = roles(RESOURCES)


def from_pool(words: str, pool: str, method: str) -> Who:
    """Whom an identity pool sends."""
    context = {AUDIENCE: pool, METHOD: [method]}
    return Who(words, principal="cognito-identity.amazonaws.com", context=context)


SIGNED_IN = from_pool("who signed in", "onhand-IdentityPool", "authenticated")
NOT_SIGNED_IN = from_pool("who did not sign in", "onhand-IdentityPool", "unauthenticated")
ELSEWHERE = from_pool("who signed in elsewhere", "other", "authenticated")
GUEST_ELSEWHERE = from_pool("a guest of others", "other", "unauthenticated")
LAMBDA = Who("Lambda", principal="lambda.amazonaws.com")
SCHEDULER = Who("our schedule", principal="scheduler.amazonaws.com", context={"aws:SourceAccount": ACCOUNT})
SCHEDULE_ELSEWHERE = Who(
    "a schedule of others", principal="scheduler.amazonaws.com", context={"aws:SourceAccount": "999988887777"}
)
TAKERS = [SIGNED_IN, NOT_SIGNED_IN, ELSEWHERE, GUEST_ELSEWHERE, LAMBDA, SCHEDULER, SCHEDULE_ELSEWHERE, STRANGER]

OF_FUNCTIONS = {RESOURCES[name]["Properties"]["Role"] for name in of_type("AWS::Serverless::Function")}
TAKES = {
    "GuestRole": NOT_SIGNED_IN,
    "StaffRole": SIGNED_IN,
    "ManagerRole": SIGNED_IN,
    "MorningsRole": SCHEDULER,
    "DigestsClockRole": SCHEDULER,
    **{name: LAMBDA for name in ROLES if TEMPLATE.arn(name) in OF_FUNCTIONS},
}


def take(role: str, who: Who) -> Act:
    """Take a role."""
    web = who.principal == "cognito-identity.amazonaws.com"
    return Act(f"take {role}", "sts:AssumeRoleWithWebIdentity" if web else "sts:AssumeRole", role)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_taken_by_one_only(iam: Iam, role: str) -> None:
    assert [who for who in TAKERS if iam.allows(who, take(role, who))] == [TAKES[role]]


@pytest.mark.parametrize(
    ("role", "who", "key"),
    [
        ("StaffRole", ELSEWHERE, AUDIENCE),
        ("StaffRole", NOT_SIGNED_IN, METHOD),
        ("ManagerRole", NOT_SIGNED_IN, METHOD),
        ("GuestRole", GUEST_ELSEWHERE, AUDIENCE),
        ("MorningsRole", SCHEDULE_ELSEWHERE, "aws:SourceAccount"),
        ("DigestsClockRole", SCHEDULE_ELSEWHERE, "aws:SourceAccount"),
    ],
)
def test_what_keeps_others_from_a_role(iam: Iam, role: str, who: Who, key: str) -> None:
    assert not iam.allows(who, take(role, who))
    assert iam.allows(who, take(role, who), without(key))


def given(resources: Resources, token: dict[str, Any] | None) -> str | None:
    """The role that the identity pool gives to who comes with a token of our user pool, or with none."""
    attachment = resources["IdentityPoolRoles"]["Properties"]
    if token is None:
        guests = resources["IdentityPool"]["Properties"]["AllowUnauthenticatedIdentities"]
        return attachment["Roles"].get("unauthenticated") if guests else None
    mapping = attachment["RoleMappings"]["people"]
    assert mapping["Type"] == "Token"
    several = mapping["AmbiguousRoleResolution"] == "AuthenticatedRole"
    default = attachment["Roles"]["authenticated"]
    if wanted := token.get("cognito:preferred_role"):
        return wanted if wanted in token["cognito:roles"] else None
    named = token.get("cognito:roles", [])
    return named[0] if len(named) == 1 else default if several or not named else None


def token_of(*groups: str) -> dict[str, Any]:
    """The claims of who is in groups of the user pool; the first group has precedence."""
    named = [RESOURCES[group]["Properties"]["RoleArn"] for group in groups]
    return {"cognito:roles": named, "cognito:preferred_role": named[0]} if named else {}


def test_who_gets_which_role() -> None:
    closed = Template(ROOT / "template.yaml").resources()
    assert given(RESOURCES, None) == TEMPLATE.arn("GuestRole")
    assert given(closed, None) is None
    assert given(RESOURCES, token_of()) == TEMPLATE.arn("StaffRole")
    assert given(RESOURCES, token_of("Managers")) == TEMPLATE.arn("ManagerRole")
    assert "GuestRole" not in closed


def test_no_other_group_has_a_role() -> None:
    assert of_type("AWS::Cognito::UserPoolGroup") == ["Managers"]


def test_a_role_is_not_chosen_freely() -> None:
    # The classic flow lets whoever signed in name a role, and has no session policy for guests.
    assert RESOURCES["IdentityPool"]["Properties"]["AllowClassicFlow"] is False
    assert RESOURCES["IdentityPool"]["Properties"]["CognitoIdentityProviders"][0]["ServerSideTokenCheck"] is True


def test_a_clerks_store_is_what_an_administrator_wrote() -> None:
    tags = RESOURCES["IdentityPoolTags"]["Properties"]
    assert (tags["UseDefaults"], tags["PrincipalTags"]) == (False, {"store": "custom:store"})
    for role in ("StaffRole", "ManagerRole"):
        (trust,) = RESOURCES[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert "sts:TagSession" in trust["Action"]
