"""Who does what with each table, folder, queue and topic: every role of the template, by all that its policies grant.

A new table, queue or topic is a line here, and what a new function does with it a word there. That each single grant is
needed is told by `make least-privilege`.
"""

import pytest

from tests.policies.acts import RESOURCES, TABLES, keys, of_type, role
from tests.policies.iam import Act, Change, Context, Iam, anything, anywhere, roles
from tests.policies.rendered import ACCOUNT, REGION, STACK

READ = {"GuestRole": "reads", "StaffRole": "reads", "ManagerRole": "reads"}
SEND = {"StaffRole": "puts", "ManagerRole": "puts"}

WHO = {
    "Inventory": {
        "LoadInventoryRole": "reads writes deletes",
        "CheckStockRole": "reads follows",
        "KeepHistoryRole": "follows",
        "LookAheadRole": "reads",
        "SendDigestRole": "reads",
        **READ,
    },
    "Stores": {
        "LoadInventoryRole": "reads scans writes",
        "CheckStockRole": "reads",
        "KeepHistoryRole": "scans",
        "LookAheadRole": "reads scans",
        "SendDigestRole": "reads scans",
        "WatchStoresRole": "scans",
        "GuestRole": "reads scans",
        "StaffRole": "reads scans",
        "ManagerRole": "reads scans",
    },
    "Groups": {"SendDigestRole": "reads", **READ},
    "Catalogue": {"KeepHistoryRole": "reads writes deletes", **READ},
    "ReorderPoints": {"LoadInventoryRole": "reads writes", **READ},
    "Uploads": {"LoadInventoryRole": "reads writes", "CheckStockRole": "reads", "LookAheadRole": "reads", **READ},
    "Alerts": {
        "CheckStockRole": "reads writes",
        "LookAheadRole": "reads writes",
        "SendDigestRole": "reads",
        **READ,
    },
    "Acknowledgements": {
        "CheckStockRole": "reads",
        "LookAheadRole": "reads",
        "SendDigestRole": "reads",
        "StaffRole": "reads writes",
        "ManagerRole": "reads writes",
    },
    "History": {"LoadInventoryRole": "reads writes", "KeepHistoryRole": "writes", "LookAheadRole": "reads", **READ},
    "Forecasts": {"LookAheadRole": "reads writes deletes", "SendDigestRole": "reads", **READ},
    "Digests": {"SendDigestRole": "reads scans writes deletes"},
    "Channels": {"PostToChannelRole": "reads scans"},
    "UploadsBucket/uploads": {"LoadInventoryRole": "gets", **SEND},
    "UploadsBucket/checks": {"LoadInventoryRole": "gets", **SEND},
    "UploadsBucket/formats": {"LoadInventoryRole": "gets", **SEND},
    "UploadsBucket/points": {"LoadInventoryRole": "gets", **SEND},
    "UploadsBucket/withdrawals": {"LoadInventoryRole": "gets", **SEND},
    "UploadsBucket/checked": {"LoadInventoryRole": "puts", "StaffRole": "gets", "ManagerRole": "gets"},
    "UploadsBucket/rejected": {"LoadInventoryRole": "puts", "StaffRole": "gets", "ManagerRole": "gets"},
    "UploadsBucket/log": {"LoadInventoryRole": "gets puts"},
    "UploadsBucket/parts": {"LoadInventoryRole": "gets puts"},
    "UploadsBucket/others": {},
    "UploadsBucket": {"LoadInventoryRole": "lists"},
    "DashboardBucket": {},
    "DashboardBucket/index.html": {},
    "UploadsQueue": {"LoadInventoryRole": "sends receives"},
    "DeadLetterQueue": {},
    "AlertsQueue": {"CheckStockRole": "sends receives"},
    "FailedAlertsQueue": {"CheckStockRole": "sends"},
    "FailedDeliveriesQueue": {},
    "FailedHistoryQueue": {"KeepHistoryRole": "sends"},
    "LookAheadQueue": {"LookAheadRole": "sends receives"},
    "FailedLookAheadsQueue": {},
    "DigestsQueue": {"SendDigestRole": "sends receives"},
    "FailedDigestsQueue": {},
    "ChannelsQueue": {"SendDigestRole": "sends", "PostToChannelRole": "sends receives"},
    "FailedPostsQueue": {"PostToChannelRole": "sends"},
    "NoStock": {"CheckStockRole": "publishes", "LookAheadRole": "publishes"},
    "Morning": {"SendDigestRole": "publishes"},
    "Trouble": {},
    "LoadInventory": {},
    "CheckStock": {},
    "KeepHistory": {},
    "LookAhead": {"MorningsRole": "invokes"},
    "SendDigest": {"DigestsClockRole": "invokes"},
    "PostToChannel": {},
    "WatchStores": {},
}

WORDS = {
    "AWS::DynamoDB::Table": {
        "reads": ["BatchGetItem", "GetItem", "PartiQLSelect", "Query"],
        "scans": ["Scan"],
        "writes": ["BatchWriteItem", "PartiQLInsert", "PartiQLUpdate", "PutItem", "UpdateItem"],
        "deletes": ["DeleteItem", "PartiQLDelete"],
        "follows": ["DescribeStream", "GetRecords", "GetShardIterator"],
        "changes": ["DeleteTable", "ExportTableToPointInTime", "PutResourcePolicy", "UpdateTable"],
    },
    "folder": {
        "gets": ["GetObject", "GetObjectVersion"],
        "puts": ["PutObject"],
        "deletes": ["DeleteObject", "DeleteObjectVersion"],
        "opens": ["PutObjectAcl"],
    },
    "AWS::S3::Bucket": {
        "lists": ["ListBucket", "ListBucketVersions"],
        "changes": ["DeleteBucket", "PutBucketPolicy", "PutBucketNotification", "PutLifecycleConfiguration"],
    },
    "AWS::SQS::Queue": {
        "sends": ["SendMessage"],
        "receives": ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"],
        "changes": ["AddPermission", "DeleteQueue", "PurgeQueue", "SetQueueAttributes"],
    },
    "AWS::SNS::Topic": {
        "publishes": ["Publish"],
        "subscribes": ["Subscribe"],
        "changes": ["AddPermission", "DeleteTopic", "SetTopicAttributes"],
    },
    "AWS::Serverless::Function": {
        "invokes": ["InvokeFunction"],
        "changes": ["DeleteFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration"],
    },
}
"""What a word means: any of these actions."""

PLACES = {
    **{action: ["", "/index/ByTime"] for action in ("Query", "Scan", "PartiQLSelect")},
    **{action: ["/stream/1"] for action in WORDS["AWS::DynamoDB::Table"]["follows"]},
}
"""Of a table, the parts that an action is about."""


def what(iam: Iam, name: str, thing: str, change: Change | None = None) -> str:
    """What a role does with a thing, in words."""
    resource, _, folder = thing.partition("/")
    kind = "folder" if folder else RESOURCES[resource]["Type"]
    service = {"folder": "s3", "AWS::Serverless::Function": "lambda"}.get(kind) or kind.split("::")[1].lower()
    path = f"/{folder}/Berlin/a.csv" if folder else ""  # the clerk is one of Berlin

    def may(action: str) -> bool:
        places = PLACES.get(action, [path])
        asked = (Act("", f"{service}:{action}", resource, place, context(resource, action)) for place in places)
        return any(iam.allows(role(name), act, change) for act in asked)

    return " ".join(word for word, actions in WORDS[kind].items() if any(map(may, actions)))


def context(resource: str, action: str) -> Context:
    """What comes with a request that names nothing but the key."""
    named: Context = {"dynamodb:Attributes": keys(resource)} if resource in TABLES else {}
    if action in ("BatchGetItem", "GetItem", "PartiQLSelect", "Query", "Scan"):
        return {**named, "dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
    return named if action.endswith("Item") or action.startswith("PartiQL") else {}


@pytest.mark.parametrize("thing", WHO)
def test_nobody_does_anything_else(iam: Iam, thing: str) -> None:
    found = {name: words for name in roles(RESOURCES) if (words := what(iam, name, thing))}
    assert found == WHO[thing]


@pytest.mark.parametrize("kind", [kind for kind in WORDS if kind != "folder"])
def test_it_is_said_of_everything(kind: str) -> None:
    assert set(of_type(kind)) <= set(WHO)


ADDRESS = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{STACK}/channels/berlin"
IDENTITY = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.com"


@pytest.mark.parametrize(
    ("action", "arn", "request_context", "who"),
    [
        ("ssm:GetParameter", ADDRESS, {}, ["PostToChannelRole"]),
        ("ssm:GetParameter", ADDRESS.replace(STACK, "other"), {}, []),
        ("ssm:PutParameter", ADDRESS, {}, []),
        ("ses:SendEmail", IDENTITY, {"ses:FromAddress": "onhand@example.com"}, ["SendDigestRole"]),
        ("ses:SendEmail", IDENTITY, {"ses:FromAddress": "boss@example.com"}, []),
    ],
)
def test_what_is_not_of_the_template(iam: Iam, action: str, arn: str, request_context: Context, who: list[str]) -> None:
    act = Act("", action, "", arn, request_context)
    assert [name for name in roles(RESOURCES) if iam.allows(role(name), act)] == who
    assert iam.allows(role("CheckStockRole"), act, anything)


@pytest.mark.parametrize(
    ("name", "thing", "more"),
    [
        ("CheckStockRole", "Inventory", "reads writes follows"),
        ("LoadInventoryRole", "Alerts", "reads scans writes deletes"),
        ("LoadInventoryRole", "DashboardBucket/index.html", "gets puts"),
        ("StaffRole", "UploadsBucket/parts", "gets puts"),
        ("KeepHistoryRole", "FailedAlertsQueue", "sends"),
        ("LookAheadRole", "AlertsQueue", "sends receives"),
    ],
)
def test_a_role_with_wider_resources_does_more(iam: Iam, name: str, thing: str, more: str) -> None:
    assert what(iam, name, thing, anywhere) == more
