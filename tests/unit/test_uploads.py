"""How the command line shows an upload, and what it does until there is a result."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from onhand import upload
from onhand.items import plain
from onhand.uploads import FINISHED, get_uploads, rejected_rows, repeated_rows, summary
from stock.attributes import item

LOADED: dict[str, Any] = {"Key": "uploads/Berlin/a.csv", "State": "loaded", "Rows": 6, "StoreCount": 1, "Changed": 6}


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (LOADED, "✓ Berlin/a.csv loaded: 6 rows of 1 store (6 changed)"),
        (LOADED | {"Changed": 0, "Rows": 0}, "✓ Berlin/a.csv loaded: 0 rows of 1 store (nothing)"),
        (
            LOADED | {"Rows": 12345, "Changed": 12000, "Repeated": 300, "Rejected": 45, "StoreCount": 20},
            "! Berlin/a.csv loaded: 12,345 rows of 20 stores (12,000 changed, 300 repeated, 45 rejected)",
        ),
        (LOADED | {"Conflicting": 2}, "! Berlin/a.csv loaded: 6 rows of 1 store (6 changed)"),
        (
            LOADED | {"Rows": 3, "Changed": 0, "Rejected": 3},
            "✗ Berlin/a.csv: nothing was loaded, every row was rejected (3)",
        ),
        (LOADED | {"Removed": 1}, "✓ Berlin/a.csv loaded: 6 rows of 1 store (6 changed, 1 item delisted)"),
        (LOADED | {"State": "refused", "Reason": "no [header]"}, "✗ Berlin/a.csv refused: no [header]"),
        (
            LOADED | {"State": "failed", "Reason": "DynamoDB [is] away"},
            "✗ Berlin/a.csv could not be loaded: DynamoDB [is] away (it is kept; `onhand redrive` tries again)",
        ),
        (LOADED | {"State": "loading", "Parts": 4, "PartsDone": 1}, "… Berlin/a.csv is loading, part 1 of 4"),
        (LOADED | {"Key": "uploads/[bold].csv"}, "✓ [bold].csv loaded: 6 rows of 1 store (6 changed)"),
        (LOADED | {"Key": "uploads/\x1b[31mred.csv"}, "✓  [31mred.csv loaded: 6 rows of 1 store (6 changed)"),
    ],
)
def test_a_line_for_each_upload(upload: dict[str, Any], said: str) -> None:
    assert Text.from_markup(summary(upload)).plain == said


def test_rejected_rows_show_what_stands_in_the_file() -> None:
    row = {"Line": 7, "Reason": "the count is missing", "Store": "[red]Berlin", "Item": "=1+1", "Count": ""}
    table = rejected_rows({"FirstRejected": [row]})
    assert table is not None
    console = Console(width=100)
    with console.capture() as shown:
        console.print(table)
    assert "[red]Berlin" in shown.get()
    assert "the count is missing" in shown.get()
    assert rejected_rows({}) is None


def test_repeated_rows_in_words() -> None:
    rows = [{"Line": n, "LastLine": 9, "Item": f"i{n}"} for n in range(2, 6)]
    said = repeated_rows({"FirstRepeated": rows, "Repeated": 28})
    assert said is not None
    assert said.endswith("i4 (line 4, again in 9) and 25 more")
    assert repeated_rows({}) is None
    rows[0] |= {"Count": 40, "LastCount": 0}
    said = repeated_rows({"FirstRepeated": rows, "Repeated": 28, "Conflicting": 1}) or ""
    assert "i2 (line 2: 40, again in 9: 0)" in said
    assert "1 of them with another count" in said


def test_numbers_become_pythons_own() -> None:
    item = {
        "a": {"N": "7"},
        "b": {"N": "0.5"},
        "c": {"L": [{"N": "1"}]},
        "d": {"M": {"e": {"N": "2"}}},
        "f": {"S": "x"},
    }
    assert plain(item) == {"a": 7, "b": 0.5, "c": [1], "d": {"e": 2}, "f": "x"}
    assert not isinstance(plain(item)["a"], Decimal)


class Clock:
    """A monotonic clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


class FakeStack:
    """A bucket that takes files, and a table Uploads that has, at each moment, the records that `table` returns."""

    def __init__(self, clock: Clock, table: Any) -> None:
        self.outputs = SimpleNamespace(UploadsBucket="bucket", UploadsTable="Uploads")
        self.s3 = SimpleNamespace(
            upload_fileobj=lambda *_, **__: None,
            head_object=lambda **_: {"VersionId": "v1", "LastModified": datetime(2026, 11, 22, 9, 0, 7, tzinfo=UTC)},
        )
        self.dynamodb, self.shards = self, 1
        self.clock, self.table = clock, table
        self.queries: list[dict[str, Any]] = []
        self.keys: list[Any] = []

    def get_paginator(self, name: str) -> "FakeStack":
        assert name == "query"
        return self

    def paginate(self, **query: Any) -> Iterator[dict[str, Any]]:
        self.queries.append(query)
        values = query["ExpressionAttributeValues"]
        first, last = values[":first"]["S"], values[":last"]["S"]
        yield {"Items": [item(row) for row in self.table(self.clock.now - 1000) if first <= row["Token"] <= last]}

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - as AWS calls it
        self.keys += (keys := RequestItems["Uploads"]["Keys"])
        rows = [item(row) for row in self.table(self.clock.now - 1000)]
        return {
            "Responses": {"Uploads": [row for row in rows if {"Scope": {"S": "all"}, "Token": row["Token"]} in keys]}
        }


RECORD = {"Token": "20261122T090007.123Z-1", "Key": "uploads/a.csv", "VersionId": "v1", "State": "loading"}
OTHERS = [RECORD | {"Token": f"20261122T1{n:05}.000Z", "VersionId": f"o{n}"} for n in range(2000)]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(upload, "time", clock)
    return clock


def send(stack: Any, tmp_path: Path) -> list[dict[str, Any]]:
    (tmp_path / "a.csv").write_text("store,item,count\n")
    return upload.send(stack, [tmp_path / "a.csv"], None, {}, wait=True)


@pytest.mark.parametrize("state", FINISHED)
def test_an_upload_is_found_among_thousands_that_came_later(clock: Clock, tmp_path: Path, state: str) -> None:
    def table(seconds: float) -> list[dict[str, Any]]:
        mine = [RECORD | {"State": "loading" if seconds < 30 else state}] if seconds > 10 else []
        return [*OTHERS, *mine]

    stack = FakeStack(clock, table)
    assert [result["State"] for result in send(stack, tmp_path)] == [state]
    # It is looked for around the time at which S3 stored it; once it is found, by its key alone.
    assert {query["ExpressionAttributeValues"][":last"]["S"] for query in stack.queries} == {"20261122T090107"}
    assert {key["Token"]["S"] for key in stack.keys} == {RECORD["Token"]}
    assert min(clock.pauses) == 0.2
    assert max(clock.pauses) == 2.0
    assert len(stack.queries) + len(stack.keys) < 40


def test_waiting_ends_with_a_word_if_nothing_comes(
    clock: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert send(FakeStack(clock, lambda _: OTHERS), tmp_path) == []
    assert "not in the list of uploads" in capsys.readouterr().err
    assert send(FakeStack(clock, lambda _: [RECORD]), tmp_path) == []
    assert "without any progress" in capsys.readouterr().err
    assert 2 * 1200 < clock.now - 1000 < 2 * 1220


def test_waiting_goes_on_while_parts_get_done(clock: Clock, tmp_path: Path) -> None:
    def table(seconds: float) -> list[dict[str, Any]]:
        done = int(seconds // 600)
        return [RECORD | {"Parts": 20, "PartsDone": done, "State": "loaded" if done == 20 else "loading"}]

    assert [result["PartsDone"] for result in send(FakeStack(clock, table), tmp_path)] == [20]


def test_keys_that_dynamodb_leaves_unread_are_asked_for_again() -> None:
    class Slow:
        def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
            first, *rest = RequestItems["Uploads"]["Keys"]
            answer: dict[str, Any] = {"Responses": {"Uploads": [first]}}
            return answer | ({"UnprocessedKeys": {"Uploads": {"Keys": rest}}} if rest else {})

    stack: Any = SimpleNamespace(dynamodb=Slow(), outputs=SimpleNamespace(UploadsTable="Uploads"), shards=1)
    assert [found["Token"] for found in get_uploads(stack, ["a", "b", "c"])] == ["a", "b", "c"]
