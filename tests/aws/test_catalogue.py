"""The catalogue of items in the deployed stack: kept, listed, compared, repaired, counted."""

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from keep_catalogue.read import DELTAS, HEAD
from onhand import catalogue
from onhand.stack import Stack
from stock.catalogue import Entry, pack
from tests.aws.conftest import Cli, Upload, wait_for

NewStore = Callable[[], str]


@pytest.fixture
def item(cli: Cli, upload: Upload, new_store: NewStore) -> Iterator[str]:
    """An item that two stores carry, and one is out of."""
    first, second = new_store(), new_store()
    name = f"Écran {first}"
    for store, count in ((first, 7), (second, 0)):
        upload(f"{store}/a.csv", f"store,item,count,reorder_point\n{store},{name},{count},2\n")
    wait_for(lambda: [one["stores"] for one in listed(cli, "--find", name)] == [2], "the item in the catalogue")
    yield name
    for store in (first, second):
        cli("store", "remove", store, "--yes")


def listed(cli: Cli, *choice: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(cli("items", "--json", *choice).stdout)
    return found


def test_an_item_of_two_stores(cli: Cli, item: str) -> None:
    told = {"item": item, "stores": 2, "out": 1, "low": 0, "units": 7}
    words = item.replace("É", "e").upper()
    assert listed(cli, "--find", words) == [told]
    assert told in listed(cli, "--short")
    assert f"{item},2,1,0,7" in cli("items", "--csv", "--find", item).stdout
    assert "1 item: 2 rows in stores, 1 out, 0 low, 7 units" in cli("items", "--find", item).stdout


def test_what_is_on_hand_of_it(cli: Cli, item: str) -> None:
    rows = json.loads(cli("stock", "--item", item, "--json").stdout)
    assert [(row["count"], row["short"]) for row in rows] == [(7, None), (0, "out")]
    wait_for(lambda: item in cli("stock", "--short", "--csv").stdout, "the row in the index")
    (short,) = json.loads(cli("stock", "--item", item, "--short", "--json").stdout)
    assert short == rows[1]
    assert short["since"]
    assert "No store has an item" in cli("stock", "--item", f"{item} too").stdout


def test_what_is_wrong_is_found_and_put_right(cli: Cli, stack: Stack, item: str) -> None:
    lost = Entry(item, 1, 0, 0, 7)
    assert catalogue.what_it_lacks(stack) == []
    wrong: Any = {"Catalogue": {"S": DELTAS}, "Part": {"S": "2026-11-22T00:00:00.000Z#wrong"}}
    damage = {"Changes": {"B": pack([Entry(item, -1, 0, 0, -7)])[0]}}
    stack.dynamodb.put_item(TableName=stack.outputs.CatalogueTable, Item=wrong | damage)
    assert catalogue.what_it_lacks(stack) == [lost]
    told = next(line for line in cli("doctor", expect=1).stdout.splitlines() if item in line)
    assert re.search("all +catalogue .* wrong by -1 stores, -7 units", told)
    catalogue.repair(stack, [lost])
    assert catalogue.what_it_lacks(stack) == []


def test_what_was_there_before_is_counted_once(cli: Cli, stack: Stack, item: str) -> None:
    key: Any = {"Catalogue": {"S": HEAD}, "Part": {"S": HEAD}}
    table = stack.outputs.CatalogueTable
    stack.dynamodb.update_item(TableName=table, Key=key, UpdateExpression="REMOVE Counted")
    catalogue.repair(stack, [Entry(item, -2, -1, 0, -7)])  # as if the stream had begun later
    assert "never counted" in cli("items", expect=1).stderr
    catalogue.count_once(stack)
    assert [one["stores"] for one in listed(cli, "--find", item)] == [2]


def test_what_comes_again_counts_once(cli: Cli, stack: Stack, item: str) -> None:
    key: Any = {
        "Store": {"S": json.loads(cli("stock", "--item", item, "--json").stdout)[0]["store"]},
        "Item": {"S": item},
    }
    row = stack.dynamodb.get_item(TableName=stack.outputs.InventoryTable, Key=key)["Item"]
    stream = stack.dynamodb.describe_table(TableName=stack.outputs.InventoryTable)["Table"]["LatestStreamArn"]
    body = {"Keys": key, "NewImage": row, "SequenceNumber": "1", "ApproximateCreationDateTime": time.time()}
    keep_history(stack, {"Records": [{"eventSourceARN": stream, "dynamodb": body}]})
    assert [one["stores"] for one in listed(cli, "--find", item)] == [2]


def test_the_function_folds_it_when_it_is_asked_to(cli: Cli, stack: Stack, item: str) -> None:
    before, table = listed(cli), stack.outputs.CatalogueTable
    for _ in range(2):  # what the first one wrote, the second one deletes
        for number in range(90):  # so many that they are folded, however long the base is
            packed = pack([Entry(item, units=1 if number % 2 else -1)])[0]
            key: Any = {"Catalogue": {"S": DELTAS}, "Part": {"S": f"2026-11-01T00:00:00.000Z#{number}"}}
            stack.dynamodb.put_item(TableName=table, Item=key | {"Changes": {"B": packed}})
        keep_history(stack, {"fold": {}})
    deltas = stack.dynamodb.query(
        TableName=table,
        KeyConditionExpression="#name = :deltas AND Part < :later",
        ExpressionAttributeNames={"#name": "Catalogue"},
        ExpressionAttributeValues={":deltas": {"S": DELTAS}, ":later": {"S": "2026-11-02"}},
        ConsistentRead=True,
    )
    assert deltas["Count"] == 0
    assert listed(cli) == before
    keep_history(stack, {"pack_stores": {}})  # which of a small chain changes nothing


def keep_history(stack: Stack, event: dict[str, Any]) -> None:
    """Have the function take an event."""
    answer = stack.functions.invoke(FunctionName=stack.outputs.KeepHistoryFunction, Payload=json.dumps(event))
    assert "FunctionError" not in answer, answer["Payload"].read()
