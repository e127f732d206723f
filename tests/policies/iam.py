"""What IAM would answer to a request, by the roles and policies of a template.

The rules are those of `@cloud-copilot/iam-simulate` (docs/decisions/1301-whose-rules.md), which follows AWS's IAM user
guide, "Policy evaluation logic", and knows from AWS's Service Authorization Reference which resources and condition
keys each action has: a request that AWS could not get is an error here, not a denial.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.policies.rendered import ACCOUNT, STACK, Resources, Template

Statement = dict[str, Any]
Policy = dict[str, Any]
Context = Mapping[str, str | Sequence[str]]
Change = Callable[[Statement], list[Statement]]
"""What becomes of a statement."""

EVERYTHING: Statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Who:
    """Who asks: a role of the template, or (`principal`) somebody else, with policies of her own.

    `principal` is an ARN, a service, or the simulator's word for a request without a signature. Of a role, `session` is
    the policy that the session was begun with.
    """

    words: str
    role: str = ""
    principal: Any = ""
    policies: tuple[Policy, ...] = ()
    session: Policy | None = None
    context: Context = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Act:
    """What is asked for: an action on a resource of the template, or on a part of it.

    `path` is what the part's ARN has besides; without a resource of the template, the whole ARN.
    """

    words: str
    action: str
    resource: str
    path: str = ""
    context: Context = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words


class Iam:
    """IAM in an account that has the template's stack. `close` ends it."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self.resources = template.resources()
        self._node = subprocess.Popen(
            [Path(sys.executable).parent / "node", _HERE / "evaluate.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """End the simulator."""
        self._node.communicate()

    def allows(self, who: Who, act: Act, change: Change | None = None, *, blocked: bool = True) -> bool:
        """Would IAM allow it, with the policies as they are, or each statement of them changed?

        Not `blocked`: as if buckets that block public access did not.
        """
        identity = self.policies(who.role) if who.role else who.policies
        of_resource = self._resource_policy(act.resource)
        simulation = {
            "request": {
                "principal": who.principal or f"arn:aws:sts::{ACCOUNT}:assumed-role/{STACK}-{who.role}/session",
                "action": act.action,
                "resource": {"resource": self._arn(act.resource) + act.path, "accountId": ACCOUNT},
                "contextVariables": {"aws:SecureTransport": "true", **who.context, **act.context},
            },
            "identityPolicies": [{"name": f"{n}", "policy": _changed(one, change)} for n, one in enumerate(identity)],
            "additionalSettings": {"s3": {"blockPublicAccess": blocked and self._is_closed(act.resource)}},
        }
        if of_resource:
            simulation["resourcePolicy"] = _changed(of_resource, change)
        if who.session:
            simulation["sessionPolicy"] = who.session
        return self.answer(simulation)

    def answer(self, simulation: dict[str, Any]) -> bool:
        """Ask the simulator. Raises ValueError if AWS could get no such request, or the policy is none."""
        organization: dict[str, Any] = {"serviceControlPolicies": [], "resourceControlPolicies": []}
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps(organization | simulation) + "\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        if not line:
            raise FileNotFoundError("The simulator ended, see above. `make setup` installs it.")
        answer = json.loads(line)
        if answer.get("error") or answer["unknown"]:
            raise ValueError(f"{simulation['request']}: {answer}")
        return bool(answer["answer"] == "Allowed")

    def policies(self, role: str) -> list[Policy]:
        """A role's own policies, and the managed ones."""
        properties = self.resources[role]["Properties"]
        managed = {
            self._template.arn(name): one["Properties"]["PolicyDocument"]
            for name, one in self.resources.items()
            if one["Type"] == "AWS::IAM::ManagedPolicy"
        }
        own = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        return own + [managed[arn] for arn in properties.get("ManagedPolicyArns", [])]

    def _resource_policy(self, name: str) -> Policy | None:
        """The policy of a bucket, queue or topic; of a role, who may take it."""
        found: Policy | None = self._properties(name).get("AssumeRolePolicyDocument")
        for one in self.resources.values() if name else ():
            properties = one["Properties"]
            of = [properties.get("Bucket"), *properties.get("Queues", []), *properties.get("Topics", [])]
            if "PolicyDocument" in properties and self._template.ref(name) in of:
                found = properties["PolicyDocument"]
        return found

    def _is_closed(self, name: str) -> bool:
        blocked = self._properties(name).get("PublicAccessBlockConfiguration", {})
        return bool(blocked.get("RestrictPublicBuckets"))

    def _properties(self, name: str) -> dict[str, Any]:
        properties: dict[str, Any] = self.resources[name]["Properties"] if name else {}
        return properties

    def _arn(self, name: str) -> str:
        return self._template.arn(name) if name else ""


def roles(resources: Resources) -> list[str]:
    """The roles of a template."""
    return [name for name, one in resources.items() if one["Type"] == "AWS::IAM::Role"]


def _changed(policy: Policy, change: Change | None) -> Policy:
    if change is None:
        return policy
    return policy | {"Statement": [one for each in policy["Statement"] for one in change(each)]}


# ---- What keeps somebody out, taken away: with it, a denial that is one for this reason becomes a permission.


def anywhere(statement: Statement) -> list[Statement]:
    """The resource is none of those that are named."""
    return [statement | {"Resource": "*"} if statement["Effect"] == "Allow" else statement]


def anything(statement: Statement) -> list[Statement]:
    """Nothing of the kind is granted to her."""
    return [statement] if "Principal" in statement else [statement, EVERYTHING]


def to_anybody(statement: Statement) -> list[Statement]:
    """Nothing of the kind is granted by the resource's policy."""
    return [statement, EVERYTHING | {"Principal": "*"}] if "Principal" in statement else [statement]


def unless_refused(statement: Statement) -> list[Statement]:
    """It is refused, whoever grants it."""
    return [] if statement["Effect"] == "Deny" else [statement]


def without(key: str) -> Change:
    """A condition does not hold."""

    def change(statement: Statement) -> list[Statement]:
        kept = {
            operator: {name: value for name, value in of.items() if name != key}
            for operator, of in statement.get("Condition", {}).items()
        }
        return [statement | {"Condition": {operator: of for operator, of in kept.items() if of}}]

    return change
