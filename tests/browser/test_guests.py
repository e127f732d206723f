"""Guests see counts, not people: what the dashboard asks for them is what their role allows, and no more."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Response, Route, expect
from samcli.yamlhelper import yaml_parse

from .support import ROOT, Stack, sign_in, wait_for_all

Visit = Callable[..., Page]

NORA = "nora@example.com"
PAGES = [
    "/",
    "/store?name={store}",
    "/store?name={store}&show=out",
    "/store?name={store}&show=low&find=Ke",
    "/store?name={store}&order=za",
    "/store?name={store}&show=soon",
    "/store?name={store}&view=history",
    "/store?name={store}&view=plan",
    "/items",
    "/item?name=Kettle",
    "/uploads",
    "/uploads?token={token}",
    "/alerts",
    "/alerts?show=all",
    "/alerts?show=log",
    "/alerts?show=log&store={store}",
    "/alerts?show=log&event=RUNS_OUT_SOON",
]


@cache
def guests_may() -> dict[tuple[str, str], set[str]]:
    """What the guest's role allows: (action, table) → attributes to name. A table is named by its logical id here."""
    role = yaml_parse((ROOT / "template.yaml").read_text())["Resources"]["GuestRole"]["Properties"]
    (policy,) = role["Policies"]
    may: dict[tuple[str, str], set[str]] = {}
    for statement in policy["PolicyDocument"]["Statement"]:
        if "Fn::If" in statement:  # for the emulator only
            continue
        actions = statement["Action"]
        assert statement["Condition"]["StringEquals"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
        (table,) = set(re.findall(r"(\w+)(?:\.|', ')Arn", str(statement["Resource"])))  # or its index
        names = set(statement["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"])
        may |= {(action, table): names for action in ([actions] if isinstance(actions, str) else actions)}
    return may


def check(operation: str, body: dict[str, Any]) -> None:
    """Fail, if AWS would refuse this request to a guest."""
    requests = body["RequestItems"] if operation == "BatchGetItem" else {body["TableName"]: body}
    for table, request in requests.items():
        allowed = guests_may()[f"dynamodb:{operation}", table]
        keys = {name for key in request.get("Keys", []) for name in key}
        assert set(request["ExpressionAttributeNames"].values()) | keys <= allowed
        assert request["ProjectionExpression"]
        if operation != "BatchGetItem":  # which has no such parameter: AWS takes it from the projection
            assert request["Select"] == "SPECIFIC_ATTRIBUTES"


def watch(page: Page, asked: list[tuple[str, dict[str, Any]]], answers: list[str]) -> None:
    """Collect what the page asks of DynamoDB, and the answers."""

    def ask(request: Request) -> None:
        target = request.headers.get("x-amz-target", "")
        if target.startswith("DynamoDB") and request.post_data:
            asked.append((target.partition(".")[2], json.loads(request.post_data)))

    def answer(response: Response) -> None:
        if response.request.headers.get("x-amz-target", "").startswith("DynamoDB"):
            answers.append(response.text())

    page.on("request", ask)
    page.on("response", answer)


def test_a_guest_is_told_no_names(visit: Visit, stack: Stack, fresh: str) -> None:
    store, rejected = f"Guests {fresh}", f"Nora Example, born {fresh}"
    stack.put(f"{fresh}.csv", f'store,item,count\n{store},Kettle,0\n{store},"{rejected}",secret\n', by=NORA)
    asked: list[tuple[str, dict[str, Any]]] = []
    answers: list[str] = []
    page = visit("/uploads", prepare=lambda page: watch(page, asked, answers))
    page.get_by_role("link", name=f"{fresh}.csv").click()
    expect(page.get_by_role("button", name="Sign in to see the rejected rows")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=f"{fresh}.csv").first).to_contain_text("1 rejected")
    token = page.url.partition("token=")[2]
    for path in PAGES:
        page.goto(path.format(store=store.replace(" ", "+"), token=token))
        expect(page.locator("header .sign")).to_contain_text("Live")
        wait_for_all(page)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.goto("/")
    expect(page.locator("header .sign")).to_contain_text("Live")
    page.get_by_role("combobox", name="Find an item or a store").fill("Ke")
    expect(page.get_by_role("listbox").get_by_role("option", name="Kettle").first).to_be_visible()
    for operation, body in asked:
        check(operation, body)
    assert {operation for operation, _ in asked} == {"Query", "Scan", "BatchGetItem"}
    told = "\n".join(answers)
    assert f"{fresh}.csv" in told
    assert NORA not in told
    assert rejected not in told


@pytest.mark.parametrize("fail", [Route.abort, lambda route: route.fulfill(status=500)], ids=["no answer", "500"])
def test_credentials_are_asked_for_again_if_the_first_ask_fails(visit: Visit, fail: Callable[[Route], None]) -> None:
    """They are asked for before the page's code is there."""
    failed: list[str] = []

    def fail_once(route: Route) -> None:
        operation = route.request.headers.get("x-amz-target", "")
        if operation.startswith("AWSCognitoIdentityService") and not failed:
            failed.append(operation)
            fail(route)
        else:
            route.fallback()

    page = visit("/", quiet=True, prepare=lambda page: page.route("**/*", fail_once))
    expect(page.locator("header .sign")).to_contain_text("Live")
    expect(page.get_by_role("region", name="All stores").locator("tbody tr").first).to_be_visible()
    assert failed == ["AWSCognitoIdentityService.GetId"]


def test_who_signed_in_is_told(visit: Visit, stack: Stack, people: dict[str, str], fresh: str) -> None:
    stack.put(f"{fresh}.csv", f"store,item,count\nNames {fresh},Kettle,0\nNames {fresh},Lid,a dozen\n", by=NORA)
    page = visit("/")
    sign_in(page, people["reader"])
    page.goto("/uploads")
    row = page.get_by_role("row").filter(has_text=f"{fresh}.csv").first
    expect(row).to_contain_text(NORA)
    row.get_by_role("link").click()
    expect(page.get_by_role("cell", name="a dozen", exact=True)).to_be_visible()
    # An alert knows the sender by the name that AWS gives, if it was raised before the upload's record was complete.
    names = re.compile(f"{NORA}|EXAMPLE")
    page.goto(f"/alerts?show=log&store=Names+{fresh}")
    expect(page.get_by_role("row").filter(has_text="Kettle")).to_contain_text(names)
    page.goto("/account")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are looking as a guest.")).to_be_visible()
    page.goto(f"/alerts?show=log&store=Names+{fresh}")
    expect(page.get_by_role("row").filter(has_text="Kettle")).to_be_visible()
    expect(page.get_by_text(names)).to_have_count(0)
