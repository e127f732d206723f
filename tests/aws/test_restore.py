"""`onhand restore`, then what docs/runbook.md says is to be done: with the deployed functions."""

import json
from collections.abc import Callable

import pytest

from onhand.stack import Stack
from tests.aws.conftest import Cli, Upload, alerts, wait_for

pytestmark = pytest.mark.only_emulator("it lets a table that other tests use be as it was")


def test_alerts_go_back_to_before_what_people_were_told_since(
    stack: Stack, cli: Cli, upload: Upload, new_store: Callable[[], str]
) -> None:
    store = new_store()
    upload(f"{store}/1.csv", "item,count\nDot,0\nPlus,4\n")
    wait_for(lambda: sent(stack, store) == 1 or None, "the first alert, sent")
    copy = f"Copy of {store}".replace(" ", "-")
    copy_table(stack, stack.outputs.AlertsTable, copy)
    upload(f"{store}/2.csv", "item,count\nDot,4\nPlus,0\n")
    # That Dot is back is held back for ten minutes.
    told = ["held", "sent", "sent"]
    wait_for(lambda: sorted(one["State"] for one in alerts(stack, store)) == told, "one more, sent; and one held back")

    assert "items to be put back" in cli("restore", "Alerts", "--from", copy, "--dry-run").stdout
    assert "There is no table Nowhere" in cli("restore", "Alerts", "--from", "Nowhere", expect=1).stderr
    assert "Stores is no copy of Alerts" in cli("restore", "Alerts", "--from", "Stores", expect=1).stderr
    cli("restore", "Alerts", "--from", copy, "--yes")
    assert [one["Event"] for one in alerts(stack, store)] == ["OUT_OF_STOCK"]
    cli("replay", "--store", store)
    only = ("--store", store)
    said = cli("doctor", *only, "--repair", "--no-alerts", "--yes").stdout
    assert "the alerts of 2 items compared again, and nobody told" in said
    assert json.loads(cli("doctor", *only, "--json").stdout)["differences"] == []

    states = {(one["Item"], one["Event"]): (one["State"], "Open" in one) for one in alerts(stack, store)}
    assert states == {
        ("Dot", "OUT_OF_STOCK"): ("sent", False),
        ("Dot", "BACK_IN_STOCK"): ("quiet", False),
        ("Plus", "OUT_OF_STOCK"): ("quiet", True),
    }
    upload(f"{store}/3.csv", "item,count\nDot,0\nPlus,4\n")
    wait_for(lambda: sent(stack, store) == 3 or None, "what is new, sent")


def sent(stack: Stack, store: str) -> int:
    """How many alerts of a store were published."""
    return [one["State"] for one in alerts(stack, store)].count("sent")


def copy_table(stack: Stack, table: str, name: str) -> None:
    """Make a table with the same keys and items: the copy that AWS would restore."""
    described = stack.dynamodb.describe_table(TableName=table)["Table"]
    keys = {key["AttributeName"] for key in described["KeySchema"]}
    stack.dynamodb.create_table(
        TableName=name,
        KeySchema=described["KeySchema"],
        AttributeDefinitions=[one for one in described["AttributeDefinitions"] if one["AttributeName"] in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    for page in stack.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        for item in page["Items"]:
            stack.dynamodb.put_item(TableName=name, Item=item)
