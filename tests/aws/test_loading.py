"""Loading on the deployed stack: snapshots, files that are split, gzip, replay."""

import gzip
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from onhand.stack import Stack
from onhand.uploads import FINISHED, newest
from tests.aws.conftest import Machine, alerts, put, rows, wait_for
from tests.aws.screen import Screen

NewStore = Callable[[], str]


def csv(store: str, **counts: int) -> bytes:
    return ("store,item,count\n" + "".join(f"{store},{item},{count}\n" for item, count in counts.items())).encode()


def numbered(store: str, number: int) -> bytes:
    return csv(store, **{f"item{n:03}": n + 1 for n in range(number)})


def test_a_snapshot_delists_what_it_does_not_mention(stack: Stack, new_store: NewStore) -> None:
    store = new_store()
    put(stack, f"{store}/a.csv", numbered(store, 10))
    record = put(stack, f"{store}/a.csv", numbered(store, 8), {"mode": "snapshot"})
    assert (record["State"], record["Removed"], record["Unchanged"]) == ("loaded", 2, 8)
    assert len(rows(stack, store)) == 8


def test_a_snapshot_that_removes_more_than_a_fifth_is_refused_unless_forced(stack: Stack, new_store: NewStore) -> None:
    store = new_store()
    put(stack, f"{store}/a.csv", numbered(store, 10))
    record = put(stack, f"{store}/a.csv", numbered(store, 7), {"mode": "snapshot"})
    assert record["State"] == "refused"
    assert "would remove 3 of the 10 items" in record["Reason"]
    assert len(rows(stack, store)) == 10
    record = put(stack, f"{store}/a.csv", numbered(store, 7), {"mode": "snapshot", "force": "true"})
    assert (record["State"], len(rows(stack, store))) == ("loaded", 7)


def test_a_snapshot_keeps_the_items_of_rows_that_it_rejects(stack: Stack, new_store: NewStore) -> None:
    store = new_store()
    put(stack, f"{store}/a.csv", csv(store, tea=1, milk=2))
    text = csv(store, tea=1) + f"{store},milk,two\n".encode()
    record = put(stack, f"{store}/a.csv", text, {"mode": "snapshot"})
    assert (record["Removed"], record["Rejected"]) == (0, 1)
    assert rows(stack, store) == {"tea": 1, "milk": 2}


def test_a_snapshot_with_a_row_that_cannot_be_read_is_refused(stack: Stack, new_store: NewStore) -> None:
    store = new_store()
    put(stack, f"{store}/a.csv", csv(store, tea=1, milk=2))
    record = put(stack, f"{store}/a.csv", csv(store, tea=1) + f'{store},"milk,2\n'.encode(), {"mode": "snapshot"})
    assert record["State"] == "refused"
    assert "line 3" in record["Reason"]
    assert rows(stack, store) == {"tea": 1, "milk": 2}


def test_the_command_line_uploads_snapshots(running: Machine, new_store: NewStore) -> None:
    store, stack = new_store(), running.stack
    put(stack, f"{store}/a.csv", numbered(store, 10))
    file = running.data.parent / "whole stock.csv"
    file.write_bytes(numbered(store, 5))
    told = running.cli("upload", file, "--store", store, "--snapshot", expect=1)
    assert "confirm that it may remove as many" in told.stdout
    asked = running.cli("upload", file, "--store", store, "--snapshot", "--force", expect=1)
    assert "Would remove 5 of the 10 items" in asked.stderr
    assert "Remove 5 items?" in asked.stderr
    assert len(rows(stack, store)) == 10
    forced = running.cli("upload", file, "--store", store, "--snapshot", "--force", "--yes")
    assert "! " in forced.stdout
    assert "5 items delisted" in forced.stdout
    assert len(rows(stack, store)) == 5


def test_gzip_is_read(stack: Stack, new_store: NewStore) -> None:
    store = new_store()
    assert put(stack, f"{store}/a.csv.gz", gzip.compress(numbered(store, 30)))["Changed"] == 30


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"StorageClass": "GLACIER"}, "archive"),
        pytest.param(
            {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "0123456789abcdef" * 2},
            "SSE-C",
            marks=pytest.mark.only_emulator("buckets of AWS take no SSE-C any more, unless they are told to"),
        ),
    ],
)
def test_a_file_that_s3_does_not_give_out_is_refused(
    stack: Stack, new_store: NewStore, how: dict[str, Any], told: str
) -> None:
    key, bucket = f"uploads/{new_store()}/a.csv", stack.outputs.UploadsBucket
    stack.s3.put_object(Bucket=bucket, Key=key, Body=b"store,item,count\n", **how)
    record = wait_for(
        lambda: next((one for one in newest(stack) if one["Key"] == key and one["State"] in FINISHED), None), key
    )
    assert record["State"] == "refused"
    assert told in record["Reason"]


def test_a_sender_whose_name_is_not_ascii_is_known_by_it(stack: Stack, new_store: NewStore) -> None:
    store = new_store()
    record = put(stack, f"{store}/a.csv", csv(store, Dot=1), {"uploaded-by": "=?UTF-8?B?SsO2cmc=?="})
    assert record["By"] == "Jörg"


def test_a_row_written_by_hand_is_loaded_over(stack: Stack, new_store: NewStore) -> None:
    store = new_store()
    item = {"Store": {"S": store}, "Item": {"S": "tea"}, "Count": {"N": "9"}}
    stack.dynamodb.put_item(TableName=stack.outputs.InventoryTable, Item=item)
    put(stack, f"{store}/a.csv", csv(store, tea=4))
    assert rows(stack, store) == {"tea": 4}


def test_a_large_file_is_loaded_in_parts(stack: Stack, new_store: NewStore) -> None:
    """One more row than an invocation loads; items repeated 2,000 lines apart; a broken row in the middle."""
    store = new_store()
    number = _part_rows(stack)
    lines = [
        f'{store},"item\t{n}",1' if n == 500 else f"{store},item {n % (number - 999)},{n}" for n in range(number + 1)
    ]
    record = put(stack, f"{store}/a.csv", ("store,item,count\n" + "\n".join([*lines, f"{store},last,7"])).encode())
    assert (record["State"], record["Rows"], record["Rejected"], record["Repeated"]) == ("loaded", number + 2, 1, 999)
    assert record["Parts"] == record["PartsDone"] > 1
    counts = rows(stack, store)
    assert len(counts) == number + 2 - 1 - 999
    assert (counts["item 0"], counts["item 997"], counts["last"]) == (number - 999, number - 2, 7)
    summary = wait_for(lambda: _summary(stack, store, len(counts)), "summary")
    assert summary["Units"]["N"] == str(sum(counts.values()))
    put(stack, f"{store}/b.csv", csv(store, last=8))  # so little of so much is read by its key
    assert rows(stack, store) == counts | {"last": 8}


def test_a_format_that_is_put_into_the_bucket_counts(stack: Stack, new_store: NewStore) -> None:
    store = new_store()
    body = json.dumps({"count": ["Left"]})
    stack.s3.put_object(Bucket=stack.outputs.UploadsBucket, Key=f"formats/{store}/format.json", Body=body)

    def reads_it() -> bool:
        record = put(stack, f"{store}/a.csv", f"store,item,Left\n{store},tea,5\n".encode())
        return bool(record["State"] == "loaded")

    wait_for(reads_it, "a file that is read so")
    assert rows(stack, store) == {"tea": 5}


def test_the_command_line_shows_how_far_a_large_file_is(running: Machine, new_store: NewStore) -> None:
    store, number = new_store(), 6 * _part_rows(running.stack)
    file = running.data.parent / "large file.csv"
    file.write_text("store,item,count\n" + "".join(f"{store},item {n},1\n" for n in range(number)))
    screen = Screen(running, "upload", file, TERM="xterm-256color")
    assert screen.wait(300) == 0, screen.text
    so_far = {int(rows.replace(",", "")) for rows in re.findall(r"loading, ([\d,]+) rows", screen.text)}
    assert any(0 < rows < number for rows in so_far), screen.text
    assert f"{number:,} changed" in screen.text


def test_replay_rebuilds_the_counts_from_the_bucket(running: Machine, new_store: NewStore) -> None:
    store, stack = new_store(), running.stack
    for counts in ({"tea": 5, "milk": 2, "salt": 1}, {"tea": 3}, {"tea": 3, "milk": 0, "rice": 4}):
        put(stack, f"{store}/a.csv", csv(store, **counts))
    put(stack, f"{store}/a.csv", csv(store, tea=3, milk=0, rice=4, salt=1), {"mode": "snapshot"})
    before = rows(stack, store)
    wait_for(lambda: [alert for alert in alerts(stack, store) if alert["State"] == "sent"], "alert for milk")
    told = len(alerts(stack, store))
    for item in before:
        key = {"Store": {"S": store}, "Item": {"S": item}}
        stack.dynamodb.delete_item(TableName=stack.outputs.InventoryTable, Key=key)
    stack.dynamodb.delete_item(TableName=stack.outputs.StoresTable, Key={"Store": {"S": store}})
    assert "uploads delivered again" in running.cli("replay", "--store", store).stdout
    wait_for(lambda: rows(stack, store) == before, "the same counts")
    assert _summary(stack, store, len(before)) is not None
    put(stack, f"{store}/marker.csv", csv(store, marker=0))  # whatever the rows raised is in the log before this
    still_open = ["milk", "marker"]
    wait_for(lambda: [alert["Item"] for alert in alerts(stack, store) if "Open" in alert] == still_open, "open alerts")
    # The newest of the files that say 0 may be loaded first: then that one has the alert in the log, as a quiet one.
    assert len([alert for alert in alerts(stack, store) if alert["State"] != "quiet"]) == told + 1


def test_a_replay_from_a_day_that_is_yet_to_come_is_refused(running: Machine) -> None:
    assert "yet to come" in running.cli("replay", "--since", "2099-01-01", expect=1).stderr


def _summary(stack: Stack, store: str, items: int) -> dict[str, dict[str, str]] | None:
    summary = stack.dynamodb.get_item(TableName=stack.outputs.StoresTable, Key={"Store": {"S": store}}).get("Item", {})
    return summary if summary.get("Items", {}).get("N") == str(items) else None  # type: ignore[return-value]


def _part_rows(stack: Stack) -> int:
    function = stack.functions.get_function_configuration(FunctionName=stack.outputs.LoadInventoryFunction)
    return int(json.loads(json.dumps(function["Environment"]["Variables"]))["PART_ROWS"])
