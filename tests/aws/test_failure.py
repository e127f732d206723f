"""An upload that fails again and again: what its record says, and that `onhand redrive` takes it up again."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from load_inventory import handler
from load_inventory.clients import Clients, Settings
from onhand import local
from onhand.stack import Stack
from onhand.uploads import get_uploads
from stock.order_token import order_token
from stock.times import iso
from tests.aws.conftest import Cli, put, rows, wait_for

NewStore = Callable[[], str]


@pytest.fixture
def broken(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of Load-Inventory, for a while used by the handler here: with a table that is not there."""
    function = stack.functions.get_function_configuration(FunctionName=stack.outputs.LoadInventoryFunction)
    keys = {"AWS_ACCESS_KEY_ID": local.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": local.SECRET_KEY}
    here = {"AWS_REGION": stack.region, "AWS_DEFAULT_REGION": stack.region, "AWS_ENDPOINT_URL": str(stack.endpoint)}
    for name, value in (function["Environment"]["Variables"] | keys | here).items():
        monkeypatch.setenv(name, value)
    settings = replace(Settings.from_environment(), inventory="Missing")
    clients = Clients(settings)
    monkeypatch.setattr(handler, "_clients", lambda: clients)
    return settings


def deliver(body: str, receives: int) -> list[dict[str, str]]:
    """Handle a message here as Lambda hands it over, for the `receives`th time; return what failed."""
    message = {
        "messageId": "m", "receiptHandle": "r", "body": body, "attributes": {"ApproximateReceiveCount": str(receives)},
    }  # fmt: skip
    context = SimpleNamespace(aws_request_id=f"here {receives}", get_remaining_time_in_millis=lambda: 900_000)
    failed: list[dict[str, str]] = handler.handle({"Records": [message]}, context)["batchItemFailures"]
    return failed


@pytest.mark.only_emulator("runs Load-Inventory here, with the keys of the emulator")
def test_an_upload_whose_last_try_failed_says_so_until_it_is_redriven(
    stack: Stack, broken: Settings, new_store: NewStore, cli: Cli
) -> None:
    store = new_store()
    first = put(stack, f"{store}/a.csv", f"store,item,count\n{store},tea,5\n".encode())
    put(stack, f"{store}/a.csv", f"store,item,count\n{store},tea,7\n".encode())
    key = f"log/{first['Token']}/{first['VersionId']}.json"
    event = json.loads(stack.s3.get_object(Bucket=stack.outputs.UploadsBucket, Key=key)["Body"].read())["event"]
    once_more = event | {"eventName": "ObjectCreated:Put", "eventTime": iso(time.time())}  # the first, but newest
    body = json.dumps({"Records": [once_more]})

    def record() -> dict[str, Any]:
        (found,) = get_uploads(stack, [order_token(once_more)], consistent=True)
        return found

    assert deliver(body, receives=1) == [{"itemIdentifier": "m"}]
    assert record()["State"] == "loading"
    assert deliver(body, receives=broken.max_receives) == [{"itemIdentifier": "m"}]
    assert record()["State"] == "failed"
    assert "ResourceNotFoundException" in record()["Reason"]
    assert rows(stack, store) == {"tea": 7}

    stack.sqs.send_message(QueueUrl=stack.outputs.DeadLetterQueueUrl, MessageBody=body)
    assert "1 uploads" in cli("redrive").stdout

    wait_for(lambda: record()["State"] == "loaded" or None, "the upload, loaded")
    assert rows(stack, store) == {"tea": 5}
    assert "Reason" not in record()


@pytest.mark.parametrize(
    ("queue", "given_up"),
    [
        ("Uploads", "DeadLetter"),
        ("Alerts", "FailedAlerts"),
        ("LookAhead", "FailedLookAheads"),
        ("Digests", "FailedDigests"),
        ("Channels", "FailedPosts"),
    ],
)
def test_what_is_no_message_is_given_up_at_once(stack: Stack, queue: str, given_up: str) -> None:
    urls = [getattr(stack.outputs, f"{name}QueueUrl") for name in (queue, given_up)]
    stack.sqs.send_message(QueueUrl=urls[0], MessageBody="no message")
    wait_for(lambda: stack.depth(urls[1]), "the dead letter")
    stack.sqs.purge_queue(QueueUrl=urls[1])
