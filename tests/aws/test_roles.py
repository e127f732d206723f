"""What the roles may do, and what not: tried with their own credentials, the people's as the dashboard gets them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from onhand.stack import Stack
from stock.partiql import delete

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.literals import ExplicitAuthFlowsTypeType

PASSWORD = "Correct-Horse-1"
ROW = {"Store": {"S": "Roles"}, "Item": {"S": "a"}}
ALERT = {"Store": {"S": "Roles"}, "Alert": {"S": "a"}}
FORECAST = {"Store": {"S": "Roles"}, "Part": {"S": "0"}}
DELTA = {"Catalogue": {"S": "Roles"}, "Part": {"S": "0"}}
PACK = {"Store": {"S": "Roles"}, "Pack": {"S": "a"}}

NOTHING = json.dumps({"Event": "s3:TestEvent"})
"""A message that asks Load-Inventory for nothing."""

DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError")

Act = Callable[["Role"], Any]


class Role:
    """Clients with the credentials of a role."""

    def __init__(self, stack: Stack, credentials: dict[str, str]) -> None:
        self.out = stack.outputs
        session = boto3.Session(
            credentials["AccessKeyId"], credentials["Secret"], credentials["SessionToken"], region_name=stack.region
        )

        def client(service: str) -> Any:
            return session.client(service, endpoint_url=stack.endpoint)  # type: ignore[call-overload]

        self.dynamodb, self.s3, self.sqs, self.sns, self.ssm = map(client, ("dynamodb", "s3", "sqs", "sns", "ssm"))
        self.secret = f"/{stack.name}/channels/roles"

    def put(self, key: str) -> None:
        self.s3.put_object(Bucket=self.out.UploadsBucket, Key=key, Body=b"")

    def get(self, key: str) -> None:
        self.s3.get_object(Bucket=self.out.UploadsBucket, Key=key)

    def query(self, table: str, key: str, index: str | None = None, only: tuple[str, ...] = ()) -> None:
        """Query a table or an index; only some attributes, or (none) all."""
        names = {f"#{name}": name for name in only}
        projection = {"ProjectionExpression": ", ".join(names), "Select": "SPECIFIC_ATTRIBUTES"} if only else {}
        self.dynamodb.query(
            TableName=table,
            KeyConditionExpression="#k = :v",
            ExpressionAttributeNames={"#k": key, **names},
            ExpressionAttributeValues={":v": {"S": "Roles"}},
            **({"IndexName": index} if index else {}),
            **projection,
        )

    def scan(self, table: str, only: str) -> None:
        """Scan a table for one attribute."""
        self.dynamodb.scan(
            TableName=table,
            ProjectionExpression="#a",
            ExpressionAttributeNames={"#a": only},
            Select="SPECIFIC_ATTRIBUTES",
        )


def identity(stack: Stack, logins: dict[str, str]) -> Role:
    """Somebody, as the identity pool sees her."""
    cognito = boto3.client(
        "cognito-identity",
        endpoint_url=stack.endpoint,
        region_name=stack.region,
        config=Config(signature_version=UNSIGNED),
    )
    name = cognito.get_id(IdentityPoolId=stack.outputs.IdentityPoolId, Logins=logins)["IdentityId"]
    given = cognito.get_credentials_for_identity(IdentityId=name, Logins=logins)["Credentials"]
    return Role(stack, {**given, "Secret": given["SecretKey"]})  # type: ignore[dict-item]


def function(stack: Stack, name: str) -> Role:
    """A function, as its role."""
    arn = stack.functions.get_function(FunctionName=name)["Configuration"]["Role"]
    given = stack.sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return Role(stack, {**given, "Secret": given["SecretAccessKey"]})  # type: ignore[dict-item]


@contextmanager
def passwords_allowed(stack: Stack) -> Iterator[None]:
    """Let an administrator sign people in by password: SRP, which the client wants, is for the browser tests."""
    pool, name = stack.outputs.UserPoolId, stack.outputs.UserPoolClientId
    client = stack.cognito.describe_user_pool_client(UserPoolId=pool, ClientId=name)["UserPoolClient"]
    flows = client["ExplicitAuthFlows"]

    def allow(flows: "list[ExplicitAuthFlowsTypeType]") -> None:
        stack.cognito.update_user_pool_client(
            UserPoolId=pool,
            ClientId=name,
            ReadAttributes=client["ReadAttributes"],
            WriteAttributes=client["WriteAttributes"],
            ExplicitAuthFlows=flows,
        )

    allow([*flows, "ALLOW_ADMIN_USER_PASSWORD_AUTH"])
    try:
        yield
    finally:
        allow(flows)


@pytest.fixture(scope="module")
def roles(stack: Stack) -> dict[str, Role]:
    """Somebody of each kind."""
    pool, client, email = stack.outputs.UserPoolId, stack.outputs.UserPoolClientId, "clerk@example.com"
    attributes: Any = [{"Name": "email", "Value": email}, {"Name": "custom:store", "Value": "Berlin"}]
    stack.cognito.admin_create_user(
        UserPoolId=pool, Username=email, UserAttributes=attributes, MessageAction="SUPPRESS"
    )
    stack.cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
    with passwords_allowed(stack):
        answer = stack.cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
        )
    login = {f"cognito-idp.{stack.region}.amazonaws.com/{pool}": answer["AuthenticationResult"]["IdToken"]}
    for key in ("rejected/roles.csv", "checked/roles.json", "log/roles/none.json"):
        stack.s3.put_object(Bucket=stack.outputs.UploadsBucket, Key=key, Body=b"")
    secret = f"/{stack.name}/channels/roles"
    stack.ssm.put_parameter(Name=secret, Value="https://example.com", Type="SecureString", Overwrite=True)
    people = {"guest": identity(stack, {}), "clerk": identity(stack, login)}
    if not stack.is_local:
        return people
    functions = {
        "Load-Inventory": stack.outputs.LoadInventoryFunction,
        "Check-Stock": stack.outputs.CheckStockFunction,
        "Keep-History": stack.outputs.KeepHistoryFunction,
        "Look-Ahead": stack.outputs.LookAheadFunction,
        "Send-Digest": stack.outputs.SendDigestFunction,
        "Post-To-Channel": stack.outputs.PostToChannelFunction,
    }
    return people | {name: function(stack, called) for name, called in functions.items()}


ACTS: dict[str, Act] = {
    "query inventory": lambda role: role.query(role.out.InventoryTable, "Store"),
    "query short items": lambda role: role.query(role.out.InventoryTable, "Short", "ShortItems"),
    "query alerts": lambda role: role.query(role.out.AlertsTable, "Log", "ByTime"),
    "query uploads": lambda role: role.query(role.out.UploadsTable, "Scope"),
    "query counts": lambda role: role.query(role.out.InventoryTable, "Store", only=("Item", "Count")),
    "query counts of short items": lambda role: role.query(
        role.out.InventoryTable, "Short", "ShortItems", only=("Store", "Item", "Since")
    ),
    "query counts of what is short in a store": lambda role: role.query(
        role.out.InventoryTable, "Store", "ShortOfStore", only=("Store", "Item", "Since")
    ),
    "query what ran out": lambda role: role.query(
        role.out.AlertsTable, "Log", "ByTime", only=("Store", "Item", "Event", "At")
    ),
    "query what became of uploads": lambda role: role.query(role.out.UploadsTable, "Scope", only=("Key", "State")),
    "query who uploaded": lambda role: role.query(role.out.UploadsTable, "Scope", only=("Key", "By")),
    "query rejected rows": lambda role: role.query(role.out.UploadsTable, "Scope", only=("FirstRejected",)),
    "query whose upload raised an alert": lambda role: role.query(
        role.out.AlertsTable, "Log", "ByTime", only=("Item", "UploadedBy")
    ),
    "query groups": lambda role: role.query(role.out.GroupsTable, "Group", only=("Store",)),
    "query acknowledgements": lambda role: role.query(role.out.AcknowledgementsTable, "Log", "ByTime"),
    "get acknowledgements": lambda role: role.dynamodb.batch_get_item(
        RequestItems={role.out.AcknowledgementsTable: {"Keys": [ALERT]}}
    ),
    "query history": lambda role: role.query(role.out.HistoryTable, "Store"),
    "query changes": lambda role: role.query(role.out.HistoryTable, "Store", only=("Pack", "Changes")),
    "write history": lambda role: role.dynamodb.put_item(TableName=role.out.HistoryTable, Item=PACK),
    "query forecasts": lambda role: role.query(role.out.ForecastsTable, "Store"),
    "query what runs out": lambda role: role.query(role.out.ForecastsTable, "All", "BySoon", only=("Store", "Top")),
    "query the catalogue": lambda role: role.query(role.out.CatalogueTable, "Catalogue"),
    "query items": lambda role: role.query(role.out.CatalogueTable, "Catalogue", only=("Part", "Entries")),
    "write a delta": lambda role: role.dynamodb.put_item(TableName=role.out.CatalogueTable, Item=DELTA),
    "write a forecast": lambda role: role.dynamodb.put_item(TableName=role.out.ForecastsTable, Item=FORECAST),
    "list digests": lambda role: role.dynamodb.scan(TableName=role.out.DigestsTable),
    "list channels": lambda role: role.dynamodb.scan(TableName=role.out.ChannelsTable),
    "read the address of a channel": lambda role: role.ssm.get_parameter(Name=role.secret, WithDecryption=True),
    "send a digest": lambda role: role.sns.publish(TopicArn=role.out.MorningTopic, Message="no one gets it"),
    "get counts": lambda role: role.dynamodb.batch_get_item(
        RequestItems={role.out.InventoryTable: {"Keys": [ROW], "ProjectionExpression": "Item"}}
    ),
    "get a row": lambda role: role.dynamodb.get_item(TableName=role.out.InventoryTable, Key=ROW),
    "scan counts of stores": lambda role: role.scan(role.out.StoresTable, "Out"),
    "scan stores": lambda role: role.dynamodb.scan(TableName=role.out.StoresTable),
    "scan inventory": lambda role: role.dynamodb.scan(TableName=role.out.InventoryTable),
    "scan uploads": lambda role: role.dynamodb.scan(TableName=role.out.UploadsTable),
    "write a row": lambda role: role.dynamodb.put_item(TableName=role.out.InventoryTable, Item=ROW),
    "delete a row": lambda role: role.dynamodb.execute_statement(
        **delete(role.out.InventoryTable, {"Store": "Roles", "Item": "none"})
    ),
    "write a store": lambda role: role.dynamodb.put_item(TableName=role.out.StoresTable, Item={"Store": ROW["Store"]}),
    "write an alert": lambda role: role.dynamodb.put_item(TableName=role.out.AlertsTable, Item=ALERT),
    "change an alert": lambda role: role.dynamodb.update_item(
        TableName=role.out.AlertsTable,
        Key=ALERT,
        UpdateExpression="SET AckBy = :by",
        ExpressionAttributeValues={":by": {"S": "me"}},
    ),
    "acknowledge": lambda role: role.dynamodb.update_item(
        TableName=role.out.AcknowledgementsTable,
        Key=ALERT,
        UpdateExpression="SET AckBy = :by",
        ExpressionAttributeValues={":by": {"S": "me"}},
    ),
    "upload": lambda role: role.put("uploads/Berlin/roles.txt"),
    "check": lambda role: role.put("checks/Berlin/roles.txt"),
    "say how files are read": lambda role: role.put("formats/Berlin/roles.json"),
    "set reorder points": lambda role: role.put("points/Berlin/roles.csv"),
    "query who set a reorder point": lambda role: role.query(role.out.ReorderPointsTable, "Store", only=("SetBy",)),
    "write a reorder point": lambda role: role.dynamodb.put_item(TableName=role.out.ReorderPointsTable, Item=ROW),
    "read an answer to a check": lambda role: role.get("checked/roles.json"),
    "answer a check": lambda role: role.put("checked/other.json"),
    "ask for a withdrawal": lambda role: role.put("withdrawals/Berlin/roles"),
    "write rejected rows": lambda role: role.put("rejected/other.csv"),
    "write the log": lambda role: role.put("log/roles/other.json"),
    "read rejected rows": lambda role: role.get("rejected/roles.csv"),
    "read the log": lambda role: role.get("log/roles/none.json"),
    "send to the queue": lambda role: role.sqs.send_message(QueueUrl=role.out.UploadsQueueUrl, MessageBody=NOTHING),
    "send a batch to the queue": lambda role: role.sqs.send_message_batch(
        QueueUrl=role.out.UploadsQueueUrl, Entries=[{"Id": "0", "MessageBody": NOTHING}]
    ),
    "publish": lambda role: role.sns.publish(TopicArn=role.out.NoStockTopic, Message=json.dumps({})),
    "list the bucket": lambda role: role.s3.list_objects_v2(Bucket=role.out.UploadsBucket),
}
COUNTS = {
    "query counts",
    "query counts of short items",
    "query counts of what is short in a store",
    "query groups",
    "query what ran out",
    "query what became of uploads",
    "query changes",
    "query what runs out",
    "query items",
    "get counts",
    "scan counts of stores",
}
PEOPLE = {
    "query who set a reorder point",
    "query who uploaded",
    "query rejected rows",
    "query whose upload raised an alert",
    "query acknowledgements",
    "get acknowledgements",
}
EVERYTHING = {
    "query inventory",
    "query short items",
    "query alerts",
    "query uploads",
    "query history",
    "query forecasts",
    "query the catalogue",
    "scan stores",
}
ALLOWED = {
    "guest": COUNTS,
    "clerk": COUNTS
    | PEOPLE
    | EVERYTHING
    | {
        "acknowledge",
        "upload",
        "read rejected rows",
        "check",
        "read an answer to a check",
        "say how files are read",
        "set reorder points",
        "ask for a withdrawal",
    },
    "Load-Inventory": {
        "query inventory",
        "query counts",
        "query uploads",
        "query what became of uploads",
        "query who uploaded",
        "query rejected rows",
        "get counts",
        "query history",
        "query changes",
        "write history",
        "write rejected rows",
        "answer a check",
        "write the log",
        "read the log",
        "list the bucket",
        "query who set a reorder point",
        "scan counts of stores",
        "scan stores",
        "delete a row",
        "send to the queue",
        "send a batch to the queue",
    },
    "Check-Stock": {
        "get acknowledgements",
        "get counts",
        "publish",
    },
    "Keep-History": {
        "write history",
        "query the catalogue",
        "query items",
        "write a delta",
        "scan stores",
        "scan counts of stores",
    },
    "Look-Ahead": {
        "get acknowledgements",
        "query inventory",
        "query counts",
        "query uploads",
        "query what became of uploads",
        "query who uploaded",
        "query rejected rows",
        "query history",
        "query changes",
        "query forecasts",
        "query what runs out",
        "write a forecast",
        "scan stores",
        "scan counts of stores",
        "publish",
    },
    "Send-Digest": {
        "list digests",
        "scan stores",
        "scan counts of stores",
        "query groups",
        "query alerts",
        "query what ran out",
        "query whose upload raised an alert",
        "query what runs out",
        "get acknowledgements",
        "get counts",
        "send a digest",
    },
    "Post-To-Channel": {"list channels", "read the address of a channel"},
}


AS_A_FUNCTION = pytest.mark.only_emulator("AWS lets nobody but Lambda take the role of a function")


@pytest.mark.parametrize(
    "who", [who if who in ("guest", "clerk") else pytest.param(who, marks=AS_A_FUNCTION) for who in ALLOWED]
)
def test_each_role_may_do_its_work_and_nothing_else(roles: dict[str, Role], who: str) -> None:
    allowed = set()
    for name, act in ACTS.items():
        try:
            act(roles[who])
        except ClientError as error:
            if error.response["Error"]["Code"] not in DENIED:
                raise
        else:
            allowed.add(name)
    assert allowed == ALLOWED[who]


@pytest.mark.only_aws("the emulator knows no principal tags: there she may upload for every store")
@pytest.mark.parametrize("key", ["uploads/Bern/a.txt", "uploads/a.txt", "uploads/Berlin2/a.txt"])
def test_a_clerk_uploads_for_her_store_only(roles: dict[str, Role], key: str) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        roles["clerk"].put(key)
