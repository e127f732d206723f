"""What Load-Inventory does with a message that fails: try again later, and in the end give up and say so."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from load_inventory import handler
from load_inventory.clients import Settings
from load_inventory.upload import Upload
from stock.messages import LoadAgain, Recount

TRIES = Settings("", "", "", "", "", "").max_receives
HOUR = 3600
RECORD = {
    "eventTime": "2026-11-22T08:36:52.123Z",
    "s3": {"bucket": {"name": "uploads"}, "object": {"key": "uploads/Berlin/a.csv", "size": 3, "sequencer": "01"}},
}


def test_a_message_is_tried_again_after_growing_pauses_for_hours() -> None:
    pauses = [handler.pause_after(receives) for receives in range(1, TRIES)]
    assert pauses[:4] == [10, 30, 90, 270]
    assert all(shorter <= longer for shorter, longer in pairwise(pauses))
    assert sum(pauses) >= 6 * HOUR
    assert handler.pause_after(10_000) == max(pauses) == HOUR  # SQS takes up to 12 hours


class Failing:
    """Load-Inventory, when loading fails, and what it does about that."""

    def __init__(self) -> None:
        self.pauses: list[int] = []
        self.failed: dict[str, str] = {}  # token of the upload → reason
        self.clients: Any = SimpleNamespace(settings=Settings("", "", "", "", "", "a queue"), sqs=self)

    def change_message_visibility(self, **request: Any) -> None:
        assert (request["QueueUrl"], request["ReceiptHandle"]) == ("a queue", "r1")
        self.pauses.append(request["VisibilityTimeout"])

    def fail(self, _clients: Any, upload: Upload, reason: str) -> None:
        self.failed[upload.token] = reason

    def deliver(self, body: str, receives: int) -> dict[str, Any]:
        """Handle a message as Lambda hands it over, for the `receives`th time."""
        message = {
            "messageId": "m1", "receiptHandle": "r1", "body": body,
            "attributes": {"ApproximateReceiveCount": str(receives)},
        }  # fmt: skip
        context = SimpleNamespace(aws_request_id="i1", get_remaining_time_in_millis=lambda: 900_000)
        return handler.handle({"Records": [message]}, context)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    def load_upload(*_: Any) -> None:
        raise TimeoutError("the table is busy")

    it = Failing()
    monkeypatch.setattr(handler, "_clients", lambda: it.clients)
    monkeypatch.setattr(handler, "load_upload", load_upload)
    monkeypatch.setattr("load_inventory.summaries.recount", load_upload)
    monkeypatch.setattr("load_inventory.upload_record.fail", it.fail)
    return it


FAILED = {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def test_a_message_that_fails_comes_again(failing: Failing) -> None:
    body = LoadAgain(RECORD, quiet=False).body()
    assert failing.deliver(body, receives=1) == FAILED
    assert failing.deliver(body, receives=2) == FAILED
    assert failing.pauses == [10, 30]
    assert failing.failed == {}


def test_after_the_last_try_the_upload_has_failed_and_the_message_goes_to_the_dead_letters(failing: Failing) -> None:
    assert failing.deliver(LoadAgain(RECORD, quiet=False).body(), receives=TRIES) == FAILED
    assert failing.failed == {
        Upload.of_event(RECORD).token: f"It could not be loaded in {TRIES} tries: TimeoutError: the table is busy"
    }


@pytest.mark.parametrize("body", [Recount("Berlin").body(), "junk"])
def test_what_is_no_upload_just_fails(failing: Failing, body: str) -> None:
    assert failing.deliver(body, receives=TRIES) == FAILED
    assert failing.failed == {}


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "RequestThrottled", "Message": ""}}, "ChangeMessageVisibility"),
        EndpointConnectionError(endpoint_url="https://sqs.eu-central-1.amazonaws.com/"),
    ],
)
def test_if_the_queue_does_not_take_the_pause_the_message_comes_again_nevertheless(
    failing: Failing, error: Exception
) -> None:
    def refuse(**_: Any) -> None:
        raise error

    failing.clients.sqs = SimpleNamespace(change_message_visibility=refuse)
    assert failing.deliver(LoadAgain(RECORD, quiet=False).body(), receives=TRIES) == FAILED
    assert len(failing.failed) == 1
