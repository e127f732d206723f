"""What `onhand replay` sends, and when it stops waiting."""

import io
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from onhand import replay
from stock.attributes import item
from stock.messages import LoadAgain, Recount, uploads_messages

SEEN = "20261122T090007.123Z-1"
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EVENT = {
    "eventName": "ObjectCreated:Put",
    "eventTime": "2026-11-22T09:00:07.123Z",
    "s3": {
        "bucket": {"name": "bucket"},
        "object": {"key": "uploads/a.csv", "size": 3, "versionId": "v1", "sequencer": "1"},
    },
}


class FakeStack:
    """A bucket with one upload that is logged and one that is not, and a table Uploads with given records."""

    def __init__(self, *records: dict[str, Any]) -> None:
        self.outputs = SimpleNamespace(
            UploadsBucket="bucket", UploadsTable="Uploads", UploadsQueueUrl="queue", StoresTable="Stores"
        )
        self.s3 = self.sqs = self.dynamodb = self
        self.shards = 1
        self.records = list(records)
        self.sent: list[LoadAgain] = []
        self.recounted: list[str] = []

    def get_paginator(self, name: str) -> Any:
        versions = [
            {"Key": "uploads/Berlin/b c.csv", "VersionId": "v2", "Size": 3, "LastModified": AT},
            {"Key": "uploads/a.csv", "VersionId": "v1", "Size": 3, "LastModified": AT},
        ]
        if name == "scan":
            return SimpleNamespace(paginate=lambda **_: [{"Items": [item({"Store": "Berlin"}), item({"Store": "*"})]}])
        page = {"Contents": [{"Key": f"log/{SEEN}/v1.json"}]} if name == "list_objects_v2" else {"Versions": versions}
        return SimpleNamespace(paginate=lambda **_: [page])

    def get_object(self, **_: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(json.dumps({"event": EVENT, "decision": "apply"}).encode())}

    def send_message_batch(self, Entries: list[dict[str, str]], **_: str) -> dict[str, Any]:  # noqa: N803
        for entry in Entries:
            for message in uploads_messages(entry["MessageBody"]):
                match message:
                    case LoadAgain():
                        self.sent.append(message)
                    case Recount(store):
                        self.recounted.append(store)
        return {}

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        keys = [key["Token"]["S"] for key in RequestItems["Uploads"]["Keys"]]
        return {"Responses": {"Uploads": [item(row) for row in self.records if row["Token"] in keys]}}


def test_an_upload_that_may_still_wait_is_left_out() -> None:
    stack: Any = FakeStack({"Token": SEEN, "State": "loaded", "Finished": "then"})
    assert replay.replay(stack) == replay.Replayed({SEEN: ("loaded", "then")}, left_out=1)
    assert stack.sent == [LoadAgain(EVENT, quiet=True, decision="apply", form="")], "the log had no formats then"
    assert stack.recounted == ["Berlin"], "rows may be lost while summaries are not"


def test_a_lost_upload_takes_its_place_by_its_time_and_raises_alerts() -> None:
    stack: Any = FakeStack()
    replayed = replay.replay(stack, lost=True)
    assert list(replayed.before) == sorted(replayed.before)
    assert replayed.left_out == 0
    assert [message.quiet for message in stack.sent] == [True, False]
    assert stack.sent[1].event["eventTime"] == "2026-11-22T09:30:00.000Z"
    assert stack.sent[1].event["s3"]["object"]["key"] == "uploads/Berlin/b+c.csv"


def test_only_what_may_hold_rows_of_a_store_and_came_since() -> None:
    stack: Any = FakeStack()
    assert replay.replay(stack, store="Lima") == replay.Replayed({SEEN: ("", "")}, left_out=0)
    assert replay._may_hold("uploads/ Bu\u0308hl/a.csv", "B\u00fchl")  # as a Mac writes it
    assert replay.replay(stack, since=AT, store="Berlin") == replay.Replayed({}, left_out=1)


@pytest.mark.parametrize(
    ("now", "before", "done"),
    [
        (("loaded", "later"), ("loaded", "then"), True),
        (("loaded", "then"), ("loaded", "then"), False),
        (("loading", "then"), ("failed", "then"), False),
        (("failed", "then"), ("failed", "then"), False),
        (("failed", "later"), ("failed", "then"), True),
        (("refused", "then"), ("refused", "then"), True),
        (("loaded", "later"), ("", ""), True),
    ],
)
def test_an_upload_is_done_when_it_finished_again(now: tuple[str, str], before: tuple[str, str], done: bool) -> None:
    assert replay.is_done(now, before) is done


class Clock:
    """A monotonic clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(replay, "time", clock)
    return clock


def test_waiting_is_for_the_uploads_that_were_sent_alone(clock: Clock) -> None:
    stack: Any = FakeStack({"Token": SEEN, "Key": "k", "State": "loaded", "Finished": "now"})
    assert replay._wait(stack, {SEEN: ("loaded", "then")})


def test_waiting_ends_when_an_upload_fails(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    stack: Any = FakeStack(
        {"Token": SEEN, "Key": "uploads/a.csv", "State": "failed", "Finished": "now", "Reason": "why"}
    )
    assert not replay._wait(stack, {SEEN: ("loaded", "then"), SEEN.replace("-1", "-2"): ("", "")})
    said = capsys.readouterr().err
    assert "a.csv could not be loaded: why" in said
    assert "1 upload left" in said


def test_waiting_ends_when_nothing_comes(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    stack: Any = FakeStack()
    assert not replay._wait(stack, {SEEN: ("", "")})
    assert "1 upload not loaded, and no result for 20 minutes" in capsys.readouterr().err
    assert 1200 < clock.now < 1210


def test_ctrl_c_ends_the_waiting_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)
    assert not replay._wait(FakeStack(), {SEEN: ("", "")})  # type: ignore[arg-type]
    assert "not the loading" in capsys.readouterr().err
