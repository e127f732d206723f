"""The past of a store, as the deployed functions keep it."""

import json
from collections.abc import Callable

from onhand.stack import Stack
from stock.history import Change, unpack
from tests.aws.conftest import Cli, Upload, wait_for
from tests.aws.test_alerts import place_in_stream

NewStore = Callable[[], str]


def packs(stack: Stack, store: str) -> dict[str, list[Change]]:
    """What is kept of a store, by the key of the pack."""
    found = stack.dynamodb.query(
        TableName=stack.outputs.HistoryTable,
        KeyConditionExpression="#s = :s",
        ExpressionAttributeNames={"#s": "Store"},
        ExpressionAttributeValues={":s": {"S": store}},
        ConsistentRead=True,
    )["Items"]
    return {pack["Pack"]["S"]: unpack(pack["Changes"]["B"]) for pack in found}


def kept(stack: Stack, store: str) -> list[Change]:
    return sorted(change for pack in packs(stack, store).values() for change in pack)


def test_what_uploads_change_is_in_the_history_soon(stack: Stack, upload: Upload, new_store: NewStore) -> None:
    store = new_store()
    first = upload(f"{store}/a.csv", f"store,item,count\n{store},coffee,3\n{store},tea,5\n")["Token"]
    second = upload(f"{store}/a.csv", f"store,item,count\n{store},coffee,3\n{store},tea,0\n")["Token"]
    wanted = [Change("coffee", first, None, 3), Change("tea", first, None, 5), Change("tea", second, 5, 0)]
    wait_for(lambda: kept(stack, store) == wanted, "the history", seconds=120)


def test_what_keep_history_gave_up_is_redriven(stack: Stack, new_store: NewStore, cli: Cli) -> None:
    store = new_store()
    row = {"Store": {"S": store}, "Item": {"S": "tea"}, "Count": {"N": "5"}}
    stack.dynamodb.put_item(TableName=stack.outputs.InventoryTable, Item=row)
    before = wait_for(lambda: packs(stack, store), "the history", seconds=120)
    for pack in before:
        stack.dynamodb.delete_item(
            TableName=stack.outputs.HistoryTable, Key={"Store": {"S": store}, "Pack": {"S": pack}}
        )
    body = json.dumps({"DDBStreamBatchInfo": place_in_stream(stack, store)})
    stack.sqs.send_message(QueueUrl=stack.outputs.FailedHistoryQueueUrl, MessageBody=body)
    assert json.loads(cli("redrive", "--json").stdout)["history"] == 1
    assert packs(stack, store) == before

    forgotten = place_in_stream(stack, store)
    forgotten["streamArn"] = forgotten["streamArn"].rpartition("/")[0] + "/2020-01-01T00:00:00.000"
    body = json.dumps({"DDBStreamBatchInfo": forgotten})
    stack.sqs.send_message(QueueUrl=stack.outputs.FailedHistoryQueueUrl, MessageBody=body)
    assert "The stream has forgotten changes older than a day" in cli("redrive").stderr
    assert stack.depth(stack.outputs.FailedHistoryQueueUrl) == 0
