"""The deployed local stack and the browser, as the browser tests and the screenshots use them."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import boto3
from playwright.sync_api import Page, Route

from tests.engines import free_port
from tests.program import onhand

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).parents[2]
AXE = ROOT / "dashboard/node_modules/axe-core/axe.min.js"
PART_ROWS = 2000
"""Rows that an invocation of this stack loads: more than the samples have, and few, so that files are soon split."""

PASSWORD = "Correct-Horse-11"
"""Of everybody whom add_person() adds."""

# The emulator takes the key `test` as root's.
_AWS = boto3.Session(region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")

# In a container there is no sandbox and no graphics card, and nothing but this machine to talk to.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Stack:
    """A running local stack."""

    data: Path
    url: str
    endpoint: str
    bucket: str
    user_pool: str

    def cli(self, *arguments: str) -> str:
        """Runs `onhand` against this stack and returns what it prints."""
        return _onhand(self.data, *arguments)

    @cached_property
    def s3(self) -> "S3Client":
        """S3 of this stack."""
        return _AWS.client("s3", endpoint_url=self.endpoint)

    @cached_property
    def iam(self) -> "IAMClient":
        """IAM of this stack."""
        return _AWS.client("iam", endpoint_url=self.endpoint)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """DynamoDB of this stack."""
        return _AWS.client("dynamodb", endpoint_url=self.endpoint)

    @cached_property
    def cognito(self) -> "CognitoIdentityProviderClient":
        """The user pools of this stack."""
        return _AWS.client("cognito-idp", endpoint_url=self.endpoint)

    def add_person(self, email: str, *rights: str) -> None:
        """Add somebody, if the stack does not know them, who has chosen PASSWORD."""
        if email not in self.cli("user", "list"):
            self.cli("user", "add", email, *rights)
        self.cognito.admin_set_user_password(
            UserPoolId=self.user_pool, Username=email, Password=PASSWORD, Permanent=True
        )

    def other_tables(self, prefix: str) -> dict[str, str]:
        """Empty tables of the same shape that guests may read, as config.json names them: for tests of other data."""
        names = {}
        for name in (
            "Inventory",
            "Stores",
            "ReorderPoints",
            "Uploads",
            "Alerts",
            "Acknowledgements",
            "Groups",
            "History",
            "Forecasts",
            "Catalogue",
        ):
            table = self.dynamodb.describe_table(TableName=name)["Table"]
            names[f"{name[0].lower()}{name[1:]}Table"] = prefix + name
            with suppress(self.dynamodb.exceptions.ResourceNotFoundException):
                self.dynamodb.delete_table(TableName=prefix + name)
            indexes: Any = [
                {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
                for index in table.get("GlobalSecondaryIndexes", [])
            ]
            more: Any = {"GlobalSecondaryIndexes": indexes} if indexes else {}
            self.dynamodb.create_table(
                TableName=prefix + name,
                KeySchema=table["KeySchema"],
                AttributeDefinitions=table["AttributeDefinitions"],
                BillingMode="PAY_PER_REQUEST",
                **more,
            )
        self.iam.put_role_policy(
            RoleName=self.role("GuestRole"),
            PolicyName=f"read-{prefix}",
            PolicyDocument=_policy("Allow", "dynamodb:*", f"arn:aws:dynamodb:*:*:table/{prefix}*"),
        )
        return names

    def role(self, logical_id: str) -> str:
        """The name of a role of the template."""
        roles = self.iam.get_paginator("list_roles").paginate()
        return next(role["RoleName"] for page in roles for role in page["Roles"] if logical_id in role["RoleName"])

    @contextmanager
    def refusing(self, logical_id: str, action: str) -> Iterator[None]:
        """IAM refuses this to a role for a while."""
        name = self.role(logical_id)
        self.iam.put_role_policy(RoleName=name, PolicyName="refuse", PolicyDocument=_policy("Deny", action, "*"))
        try:
            yield
        finally:
            self.iam.delete_role_policy(RoleName=name, PolicyName="refuse")

    def items(self, store: str) -> dict[str, int]:
        """Item and count of a store's rows."""
        rows = self.dynamodb.query(
            TableName="Inventory",
            KeyConditionExpression="#s = :s",
            ExpressionAttributeNames={"#s": "Store"},
            ExpressionAttributeValues={":s": {"S": store}},
            ConsistentRead=True,
        )["Items"]
        return {row["Item"]["S"]: int(row["Count"]["N"]) for row in rows}

    def put(self, name: str, text: str, *, by: str = "till-7") -> None:
        """Uploads a file as a till would, with no dashboard."""
        self.s3.put_object(Bucket=self.bucket, Key=f"uploads/{name}", Body=text.encode(), Metadata={"uploaded-by": by})

    def newest_uploads(self, most: int) -> list[dict[str, Any]]:
        """The records of the newest uploads, the newest first."""
        return self.dynamodb.query(
            TableName="Uploads",
            KeyConditionExpression="#s = :all",
            ExpressionAttributeNames={"#s": "Scope"},
            ExpressionAttributeValues={":all": {"S": "all"}},
            ScanIndexForward=False,
            Limit=most,
        )["Items"]

    def wait_until_loaded(self, name: str) -> float:
        """Wait for the newest upload of a file of this name; return the time (monotonic) when it was seen as done."""
        for _ in range(1200):
            newest = self.newest_uploads(10)
            if any(item["Key"]["S"].endswith(name) and item["State"]["S"] != "loading" for item in newest):
                return time.monotonic()
            time.sleep(0.05)
        raise TimeoutError(name)


def _policy(effect: str, action: str, resource: str) -> str:
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _onhand(data: Path, *arguments: str) -> str:
    environment = {**os.environ, "ONHAND_DATA": str(data), "ONHAND_AWS": "0", "NO_COLOR": "1", "COLUMNS": "200"}
    done = onhand(*arguments, folder=ROOT, environment=environment, seconds=600)
    if done.returncode:
        raise RuntimeError(f"onhand {' '.join(arguments)}: {done.stdout}\n{done.stderr}")
    return done.stdout


@contextmanager
def running_stack(*, samples: bool = True) -> Iterator[Stack]:
    """A local stack of its own; or the one whose data folder ONHAND_TEST_DATA names, which stays up."""
    given = os.environ.get("ONHAND_TEST_DATA")
    data = Path(given) if given else Path(tempfile.mkdtemp(prefix="onhand-browser-"))
    if not given:
        options = ["--port", str(free_port()), "--parameter", f"PartRows={PART_ROWS}"]
        _onhand(data, "up", "--detach", *options, *([] if samples else ["--no-samples"]))
    try:
        status = json.loads(_onhand(data, "status", "--json"))
        outputs = status["outputs"]
        yield Stack(data, status["dashboard"], status["endpoint"], outputs["UploadsBucket"], outputs["UserPoolId"])
    finally:
        if not given:
            _onhand(data, "down")
            shutil.rmtree(data, ignore_errors=True)


def chromium() -> str:
    """Where the browser is: CHROMIUM, or the system's."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise RuntimeError("Chromium was not found: install it (Debian: apt-get install chromium) or set CHROMIUM.")
    return found


def show_configuration(page: Page, stack: Stack, changes: Mapping[str, str | bool | int]) -> None:
    """Changes what config.json says to this page, such as the names of the tables; all else in it stays."""
    host = urlsplit(stack.url).netloc
    with urlopen(Request(f"{stack.endpoint}/config.json", headers={"Host": host})) as reply:
        configuration = {**json.load(reply), **changes}
    page.route("**/config.json", lambda route: route.fulfill(json=configuration))


def sign_in(page: Page, email: str) -> None:
    """Sign somebody in on the page Account, in any language."""
    page.goto("/account")
    form = page.locator("main form")
    form.locator("input[type=email]").fill(email)
    form.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("main").get_by_text(email).first.wait_for()


def begin_search(page: Page) -> None:
    """Press the key that leads to the search, which comes after the page."""
    page.locator("search input").wait_for()
    page.keyboard.press("/")


def allowed(ms: float) -> float:
    """Return more, where other work has the machine: each of its jobs gets a share of the time only."""
    return ms * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def ask_engine(page: Page, address: str) -> None:
    """What this page asks DynamoDB it asks another engine, and the local stack all else.

    The engine sends no CORS headers: the browser needs `--disable-web-security`.
    """

    def lead(route: Route) -> None:
        if route.request.headers.get("x-amz-target", "").startswith("DynamoDB"):
            route.continue_(url=f"{address}/")
        else:
            route.fallback()

    page.route("http://127.0.0.1:*/", lead)


def wait_for_all(page: Page) -> None:
    """Wait until all of a page is there, also what is fetched only when somebody scrolls to it; go back to its top."""
    page.locator("h1").wait_for()
    # The search and an item's past have nothing in their place until their code is there.
    page.wait_for_function(
        """() => {
            const waits = document.querySelector('.lines, search:empty, .past:empty');
            waits?.scrollIntoView();
            return !waits;
        }"""
    )
    page.evaluate("scrollTo(0, 0)")
