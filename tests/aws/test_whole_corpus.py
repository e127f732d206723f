"""The hostile files, loaded by the deployed stack: every row is accounted for, and no file gets in another's way.

It stands last, as its some hundred files are of any store: whoever replays a store after it loads them all again.
"""

import csv
import itertools
import json
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from load_inventory.rejected import RejectedRows
from onhand.stack import Stack
from onhand.uploads import FINISHED, newest
from read_file.csv_cells import visible
from read_file.file_format import FOUND_OUT
from tests.aws.conftest import Cli, Item, Upload, put, rows, wait_for
from tests.corpus import HOSTILE, Hostile
from tests.corpus.hostile import BERLIN
from tests.unit.rejected_rows import rejected as rejected_row

# Of more rows, the reader is what matters.
SHIPPED = [hostile for hostile in HOSTILE if hostile.rows <= 1000 and hostile.form == FOUND_OUT]
SECONDS = 240


@dataclass(frozen=True)
class Outcome:
    """A hostile file as it was uploaded, for a store of its own, and what its record says."""

    store: str
    content: bytes
    record: Item


@pytest.fixture(scope="module")
def outcomes(stack: Stack) -> dict[str, Outcome]:
    """Upload all files at once, wait for all, and return what became of each."""

    def ship(number: int) -> tuple[str, str, str, bytes]:
        hostile, store = SHIPPED[number], f"H{number:05d}"
        content = hostile.content(store)
        folder = f"{hostile.folder.replace(BERLIN, store)}/" if hostile.folder else ""
        answer = stack.s3.put_object(
            Bucket=stack.outputs.UploadsBucket, Key=f"uploads/{folder}hostile {number}.csv", Body=content
        )
        return hostile.name, store, answer["VersionId"], content

    with ThreadPoolExecutor(8) as pool:
        shipped = list(pool.map(ship, range(len(SHIPPED))))
    versions = {version for _, _, version, _ in shipped}

    def finished() -> dict[str, Item] | None:
        records = {record["VersionId"]: record for record in newest(stack) if record["State"] in FINISHED}
        return records if versions <= records.keys() else None

    records = wait_for(finished, "the records of all hostile files", SECONDS)
    return {name: Outcome(store, content, records[version]) for name, store, version, content in shipped}


@pytest.mark.parametrize("hostile", [h for h in SHIPPED if h.refused], ids=lambda hostile: hostile.name)
def test_a_refused_file_says_why_and_touches_nothing(
    hostile: Hostile, outcomes: dict[str, Outcome], stack: Stack
) -> None:
    outcome = outcomes[hostile.name]

    assert outcome.record["State"] == "refused"
    assert hostile.refused in outcome.record["Reason"]
    assert rows(stack, outcome.store) == {}
    key = {"Store": {"S": outcome.store}}
    assert "Item" not in stack.dynamodb.get_item(TableName=stack.outputs.StoresTable, Key=key)


@pytest.mark.parametrize("hostile", [h for h in SHIPPED if not h.refused], ids=lambda hostile: hostile.name)
def test_every_row_is_accounted_for(hostile: Hostile, outcomes: dict[str, Outcome], stack: Stack) -> None:
    outcome = outcomes[hostile.name]
    record, expected = outcome.record, hostile.expected(outcome.store)

    assert record["State"] == "loaded"
    assert {name: record[name] for name in ("Rows", "Changed", "Unchanged", "Superseded", "Repeated", "Rejected")} == {
        "Rows": hostile.rows,
        "Changed": sum(map(len, expected.values())),
        "Unchanged": 0,
        "Superseded": 0,
        "Repeated": hostile.repeated,
        "Rejected": len(hostile.rejected),
    }
    assert {store: rows(stack, store) for store in expected} == expected
    assert [row["Line"] for row in record.get("FirstRejected", [])] == list(hostile.rejected)[:10]
    if hostile.rejected:
        check_report(hostile, outcome, report(stack, record["RejectedKey"]))


def check_report(hostile: Hostile, outcome: Outcome, found: list[list[str]]) -> None:
    """Check the rejected rows, as downloaded, against the file that was uploaded."""
    lines = re.split("\r\n|\n|\r", outcome.content.decode("utf-8-sig", "replace"))
    assert [int(row[0]) for row in found] == list(hostile.rejected)
    for number, reason, *cells in found:
        assert hostile.rejected[int(number)].replace(BERLIN, outcome.store) in reason
        whole = lines[int(number) - 1]
        line = unicodedata.normalize("NFC", visible(whole + whole.replace('""', '"')))
        for cell in cells:
            own = unicodedata.normalize("NFC", cell.removeprefix("'"))
            assert own.removesuffix("…") in line.removeprefix("'") or own == "(empty)"


def report(stack: Stack, key: str) -> list[list[str]]:
    """Download rejected rows, one on a line, and return their cells."""
    text = stack.s3.get_object(Bucket=stack.outputs.UploadsBucket, Key=key)["Body"].read().decode("utf-8-sig")
    header, *found = csv.reader(text.splitlines(), delimiter=text[len('"line"')], strict=True)
    assert header[:2] == ["line", "reason"]
    return found


@pytest.mark.usefixtures("outcomes")
def test_no_file_made_the_function_fail(cli: Cli) -> None:
    given_up = json.loads(cli("redrive", "--dry-run", "--json").stdout)["letters"]["uploads"]
    assert not [letter for letter in given_up if "hostile" in letter], given_up  # other tests have others given up


def test_a_refused_file_leaves_what_was_loaded(stack: Stack, upload: Upload) -> None:
    upload("Wien.csv", "store,item,count\nWien,Echo Dot,12\nWien,Echo Show,0\n")
    summary = stack.dynamodb.get_item(TableName=stack.outputs.StoresTable, Key={"Store": {"S": "Wien"}})["Item"]

    record = put(stack, "Wien.csv", "store,item,count\nWien,Echo Dot,1\nWien,Käse,2\n".encode("cp1252"))

    assert record["State"] == "refused"
    assert rows(stack, "Wien") == {"Echo Dot": 12, "Echo Show": 0}
    after = stack.dynamodb.get_item(TableName=stack.outputs.StoresTable, Key={"Store": {"S": "Wien"}})["Item"]
    assert after == summary


def test_a_rejected_row_can_be_mended_and_uploaded(stack: Stack, upload: Upload) -> None:
    record = upload("Linz.csv", "store;item;count\nLinz;=Echo;1,5\nLinz;-5 °C box;many\nLinz;+1;\n")
    bucket = stack.outputs.UploadsBucket
    text = stack.s3.get_object(Bucket=bucket, Key=record["RejectedKey"])["Body"].read().decode()

    for wrong, right in (('"\'1,5"', "15"), ('"many"', "7"), (';""', ";3")):
        text = text.replace(wrong, right)
    mended = upload("Linz mended.csv", text)

    assert (mended["State"], mended["Rejected"]) == ("loaded", 0)
    assert rows(stack, "Linz") == {"=Echo": 15, "-5 °C box": 7, "+1": 3}


@pytest.mark.long
def test_a_snapshot_of_very_many_rejected_rows_keeps_what_it_mentions(stack: Stack, upload: Upload) -> None:
    items = {f"Item {number}": number for number in range(1, 31)}
    upload("Graz.csv", "store,item,count\n" + "".join(f"Graz,{item},{count}\n" for item, count in items.items()))
    mentioned = "".join(f"Graz,Item {number},many\n" for number in range(3, 55_000))  # of Items 1 and 2, nothing

    record = put(
        stack, "Graz.csv", f"store,item,count\n{mentioned}Graz,Item 0,7\n".encode(), metadata={"mode": "snapshot"}
    )

    assert (record["State"], record["Rows"], record["Rejected"]) == ("loaded", 54_998, 54_997)
    assert (record["Changed"], record["Removed"]) == (1, 2)
    del items["Item 1"], items["Item 2"]
    assert rows(stack, "Graz") == {"Item 0": 7} | items


@pytest.mark.long
def test_many_rejected_rows_are_written_in_parts(stack: Stack) -> None:
    rejected = RejectedRows(stack.s3, stack.outputs.UploadsBucket, "rejected/many.csv")
    for line in range(60_000):
        rejected.add(rejected_row(line, "Köln", f"Größe {line} " * 10))

    assert rejected.finish() == "rejected/many.csv"
    found = report(stack, "rejected/many.csv")
    assert [int(row[0]) for row in found] == list(range(60_000))
    assert all(row[3] == f"Größe {row[0]} " * 10 for row in itertools.islice(found, 0, None, 1000))
