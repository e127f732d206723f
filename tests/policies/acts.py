"""Who asks, and for what, in words."""

from typing import Any

from onhand.target import ROOT
from tests.policies.iam import EVERYTHING, Act, Policy, Who
from tests.policies.rendered import ACCOUNT, Template

# With everything that there can be on AWS.
TEMPLATE = Template(
    ROOT / "template.yaml", GuestAccess="true", StoreSilentHours="24", Tracing="true", DigestSender="onhand@example.com"
)
RESOURCES = TEMPLATE.resources()

# What Cognito begins a guest's session with: developer guide, "IAM roles", "Access policies for unauthenticated
# identities". Of its inline policy only what the stack has; the managed one beside it names nothing that the stack has.
_GUESTS: Policy = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["cognito-identity:*", "dynamodb:*", "lambda:*", "logs:*", "s3:*", "sns:*", "sqs:*"],
            "Resource": "*",
        }
    ],
}
_ADMINISTRATOR: Policy = {"Version": "2012-10-17", "Statement": [EVERYTHING]}

GUEST = Who("a guest", "GuestRole", session=_GUESTS)
CLERK = Who("a clerk of Berlin", "StaffRole", context={"aws:PrincipalTag/store": "Berlin"})
CLERK_OF_ALL = Who("a clerk of a store called *", "StaffRole", context={"aws:PrincipalTag/store": "*"})
READER = Who("who has no store", "StaffRole")
MANAGER = Who("a manager", "ManagerRole")
NOBODY = Who("who has no credentials", principal={"type": "Anonymous"})
STRANGER = Who(
    "an administrator of another account",
    principal="arn:aws:iam::999988887777:role/Administrator",
    policies=(_ADMINISTRATOR,),
)
ADMINISTRATOR = Who(
    "an administrator", principal=f"arn:aws:iam::{ACCOUNT}:role/Administrator", policies=(_ADMINISTRATOR,)
)


def of_type(kind: str) -> list[str]:
    """The names of the resources of a type."""
    return [name for name, one in RESOURCES.items() if one["Type"] == kind]


TABLES = of_type("AWS::DynamoDB::Table")


def role(name: str) -> Who:
    """Who has a role."""
    people = {who.role: who for who in (GUEST, CLERK, MANAGER)}
    return people.get(name, Who(name, name))


def indexes(table: str) -> dict[str, Any]:
    """The indexes of a table, by name."""
    return {one["IndexName"]: one for one in RESOURCES[table]["Properties"].get("GlobalSecondaryIndexes", [])}


def keys(table: str, index: str = "") -> list[str]:
    """The names of the key of a table or an index."""
    schema = (indexes(table)[index] if index else RESOURCES[table]["Properties"])["KeySchema"]
    return [key["AttributeName"] for key in schema]


def query(table: str, *only: str, index: str = "") -> Act:
    """A query for some attributes, or for all."""
    return _read("Query", table, only, index)


def scan(table: str, *only: str) -> Act:
    """A scan for some attributes, or for all."""
    return _read("Scan", table, only)


def get(table: str, *only: str) -> Act:
    """Several items at once, some attributes or all."""
    return _read("BatchGetItem", table, only)


def count(table: str) -> Act:
    """A query that only counts."""
    return Act(f"count {table}", "dynamodb:Query", table, context={"dynamodb:Select": "COUNT"})


def write(table: str, *attributes: str) -> Act:
    """An update of attributes."""
    named = {"dynamodb:Attributes": [*keys(table), *attributes]}
    return Act(f"write {', '.join(attributes)} to {table}", "dynamodb:UpdateItem", table, context=named)


def put(key: str) -> Act:
    """A file for the bucket of uploads."""
    return Act(f"put {key}", "s3:PutObject", "UploadsBucket", f"/{key}")


def read(key: str) -> Act:
    """A file of the bucket of uploads."""
    return Act(f"read {key}", "s3:GetObject", "UploadsBucket", f"/{key}")


def _read(call: str, table: str, only: tuple[str, ...], index: str = "") -> Act:
    """DynamoDB's developer guide, "Using IAM policy conditions": what a request names is in Attributes, its key too."""
    words = f"{call} {table}{f' by {index}' if index else ''} for {', '.join(only) or 'everything'}"
    context = {
        "dynamodb:Select": "SPECIFIC_ATTRIBUTES" if only else "ALL_ATTRIBUTES",
        "dynamodb:Attributes": [*keys(table, index)[: call != "Scan"], *only] if only else [],
    }
    path = f"/index/{index}" if index else ""
    return Act(words, f"dynamodb:{call}", table, path, {name: value for name, value in context.items() if value})
