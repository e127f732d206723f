"""`onhand doctor`: each thing is broken on purpose, named, repaired, and then nothing differs."""

import json
import time
import unicodedata
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from onhand import doctor as command
from onhand.stack import Stack
from stock.shards import name_of
from tests.aws.conftest import Cli, Item, Upload, alerts, put, rows, wait_for

NewStore = Callable[[], str]
Doctor = Callable[..., dict[str, Any]]


@pytest.fixture
def doctor(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """What `onhand doctor` does, without starting a program for it; returns what --json prints."""
    monkeypatch.setattr(command, "_SECOND_LOOK", 1)
    monkeypatch.setattr(command, "_SHORT_PATIENCE", 120)  # on a busy machine

    def run(*stores: str, repair: bool = False, by_hand: bool = False) -> dict[str, Any]:
        found = command.look_twice(stack, set(stores))
        if repair:
            wanted = command.to_repair(found, by_hand)
            command.send_repair(stack, found, wanted)
            found = command.look_until_right(stack, found, wanted)
        return asdict(found)

    return run


class Shop:
    """A store with two uploads (a.csv, b.csv), and ways to break what is stored of it."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.stack, self.name = stack, name
        self.tables = stack.outputs
        text = "store,item,count,reorder_point\n" + "".join(
            f"{name},{row}\n" for row in ("Dot,5,2", "Plus,3,", "Tap,0,")
        )
        self.first = put(stack, f"{name}/a.csv", text.encode())
        self.second = put(stack, f"{name}/b.csv", f"store,item,count\n{name},Dot,7\n".encode())
        wait_for(lambda: [each for each in alerts(stack, name) if each["State"] == "sent"], "the alert")

    def key(self, item: str) -> dict[str, Any]:
        return {"Store": {"S": self.name}, "Item": {"S": item}}

    def delete_row(self, item: str) -> None:
        self.stack.dynamodb.delete_item(TableName=self.tables.InventoryTable, Key=self.key(item))

    def change(self, table: str, key: dict[str, Any], **attributes: Any) -> None:
        """Set attributes of an item; None: remove it."""
        sets = {name: value for name, value in attributes.items() if value is not None}
        removes = [name for name, value in attributes.items() if value is None]
        expression = ("SET " + ", ".join(f"#{name}=:{name}" for name in sets) if sets else "") + (
            " REMOVE " + ", ".join(f"#{name}" for name in removes) if removes else ""
        )
        values = {
            f":{name}": {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in sets.items()
        }
        self.stack.dynamodb.update_item(
            TableName=table,
            Key=key,
            UpdateExpression=expression,
            ExpressionAttributeNames={f"#{name}": name for name in attributes},
            **({"ExpressionAttributeValues": values} if values else {}),  # type: ignore[arg-type]
        )

    def change_row(self, item: str, **attributes: Any) -> None:
        self.change(self.tables.InventoryTable, self.key(item), **attributes)

    def alert_of(self, item: str) -> Item:
        """The newest alert of an item."""
        return next(alert for alert in reversed(alerts(self.stack, self.name)) if alert["Item"] == item)

    def alert_key(self, item: str) -> dict[str, Any]:
        return {"Store": {"S": self.name}, "Alert": {"S": self.alert_of(item)["Alert"]}}

    @property
    def summary(self) -> Item:
        found = self.stack.dynamodb.get_item(TableName=self.tables.StoresTable, Key={"Store": {"S": self.name}})["Item"]
        return {name: int(found[name]["N"]) for name in ("Items", "Units", "Out", "Low")}


@pytest.fixture
def shop(stack: Stack, new_store: NewStore) -> Shop:
    return Shop(stack, new_store())


def differences(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Kind, item and words of each difference."""
    return [(one["kind"], one["item"], one["says"]) for one in report["differences"]]


def about(report: dict[str, Any], kind: str) -> dict[str, str]:
    """The words about the items of one kind of difference."""
    return {item: says for each, item, says in differences(report) if each == kind}


def test_a_folder_whose_name_is_written_otherwise_is_the_same_store(
    stack: Stack, doctor: Doctor, new_store: NewStore
) -> None:
    store = new_store() + " Köln"
    put(stack, f"{store}/a.csv", f"store,item,count\n{store},tea,5\n{store},milk,5\n{store},salt,5\n".encode())
    other = unicodedata.normalize("NFD", store)  # so a Mac writes it
    put(stack, f"{other}/b.csv", f"store,item,count\n{store},tea,7\n{store},milk,5\n".encode())
    forced = {"mode": "snapshot", "force": "true"}
    put(stack, f"{other}/c.csv", f"store,item,count\n{store},tea,7\n".encode(), forced)
    assert rows(stack, store) == {"tea": 7}
    found = doctor(store)
    assert (found["differences"], found["unchecked"]) == ([], 0)


def test_a_healthy_store(shop: Shop, doctor: Doctor, cli: Cli) -> None:
    report = doctor(shop.name)
    assert (report["differences"], report["unchecked"], report["stores"]) == ([], 0, 1)
    assert "1 store: the tables are what the files in the bucket say" in cli("doctor", "--store", shop.name).stdout


def test_rows(shop: Shop, doctor: Doctor) -> None:
    shop.delete_row("Plus")
    shop.change_row("Dot", Count=5, AsOf=shop.first["Token"], ReorderPoint=None, PointAsOf=None)
    shop.change_row("Tap", Count=4, Short=None)
    report = doctor(shop.name)
    told = about(report, "row")
    first, second = (f"{shop.name}/{name}.csv ({at['Token']})" for name, at in (("a", shop.first), ("b", shop.second)))
    assert told["Plus"] == f"row missing: {first} says 3"
    assert told["Tap"] == f"count changed by hand to 4: {first} says 0"
    assert any(says == f"older value: 5 from {first}; {second} says 7" for _, item, says in differences(report))
    assert told["Dot"] == f"reorder point missing: {first} says 2"
    assert "there are 2" in about(report, "summary")[""]
    assert rows(shop.stack, shop.name) == {"Dot": 5, "Tap": 4}, "only --repair changes anything"
    assert doctor(shop.name, repair=True)["differences"] == []
    assert rows(shop.stack, shop.name) == {"Dot": 7, "Plus": 3, "Tap": 0}
    assert shop.summary == {"Items": 3, "Units": 10, "Out": 1, "Low": 0}


@pytest.mark.long  # the rules are tested in tests/doctor
def test_rows_that_no_upload_has(shop: Shop, doctor: Doctor, cli: Cli) -> None:
    shop.change_row("Odd", Count=1, AsOf=shop.second["Token"])
    shop.change_row("Mine", Count=2)
    report = doctor(shop.name)
    assert about(report, "row") == {
        "Mine": "written by hand, count 2: no upload has it",
        "Odd": f"no upload has it: {shop.name}/b.csv ({shop.second['Token']}) does not mention it",
    }
    report = doctor(shop.name, repair=True)
    assert about(report, "row").keys() == {"Mine"}
    assert rows(shop.stack, shop.name) == {"Dot": 7, "Plus": 3, "Tap": 0, "Mine": 2}
    assert "--by-hand deletes it" in cli("doctor", "--store", shop.name, "--repair", "--yes", expect=1).stderr
    assert doctor(shop.name, repair=True, by_hand=True)["differences"] == []
    assert "Mine" not in rows(shop.stack, shop.name)


@pytest.mark.long  # the rules are tested in tests/doctor
def test_a_snapshot(shop: Shop, doctor: Doctor, stack: Stack) -> None:
    text = f"store,item,count\n{shop.name},Dot,7\n{shop.name},Tap,0\n".encode()
    snapshot = put(stack, f"{shop.name}/c.csv", text, {"mode": "snapshot", "force": "true"})
    wait_for(lambda: "Plus" not in rows(stack, shop.name), "the snapshot")
    assert doctor(shop.name)["differences"] == []
    shop.change_row("Plus", Count=3, AsOf=shop.first["Token"])
    report = doctor(shop.name)
    name = f"{shop.name}/c.csv ({snapshot['Token']})"
    assert about(report, "row") == {"Plus": f"row is there, though {name} delisted the item"}
    shop.change_row("Mine", Count=2)
    doctor(shop.name, repair=True)
    assert rows(stack, shop.name)["Mine"] == 2, "loading the snapshot again would have deleted it"
    assert doctor(shop.name, repair=True, by_hand=True)["differences"] == []
    assert rows(stack, shop.name) == {"Dot": 7, "Tap": 0}


@pytest.mark.long  # the rules are tested in tests/doctor
def test_marks_and_summary(shop: Shop, doctor: Doctor, cli: Cli) -> None:
    cli("threshold", "set", "--store", shop.name, "--item", "Plus", "4")
    wait_for(lambda: shop.summary["Low"] == 1, "the mark")
    wait_for(lambda: shop.alert_of("Plus") or None, "the alert")
    shop.change_row("Plus", Short=None)
    shop.change(shop.tables.StoresTable, {"Store": {"S": shop.name}}, Items=12)
    report = doctor(shop.name)
    assert about(report, "mark") == {"Plus": "marked as neither out nor low, must be low (count 3)"}
    assert about(report, "summary")[""].startswith("summary says 12 for items, there are 3")
    assert doctor(shop.name, repair=True)["differences"] == []
    assert shop.summary["Low"] == 1


@pytest.mark.long  # the rules are tested in tests/doctor
def test_a_summary_that_is_gone(shop: Shop, doctor: Doctor, stack: Stack) -> None:
    stack.dynamodb.delete_item(TableName=shop.tables.StoresTable, Key={"Store": {"S": shop.name}})
    report = doctor(shop.name)
    assert "nothing for items, there are 3" in about(report, "summary")[""]
    assert "names an older one as the newest" in about(report, "ledger")[""]
    assert doctor(shop.name, repair=True)["differences"] == []
    assert shop.summary == {"Items": 3, "Units": 10, "Out": 1, "Low": 0}


def test_alerts_that_are_open_though_they_should_not(shop: Shop, doctor: Doctor, upload: Upload) -> None:
    upload(f"{shop.name}/c.csv", f"store,item,count\n{shop.name},Tap,4\n")
    held = ("BACK_IN_STOCK", "held")  # so soon after the other; from then on nobody writes about it
    wait_for(lambda: (shop.alert_of("Tap")["Event"], shop.alert_of("Tap")["State"]) == held, "back in stock")
    shop.change(shop.tables.AlertsTable, shop.alert_key("Tap"), Open="out")
    report = doctor(shop.name)
    assert about(report, "alert") == {"Tap": "alert open as out, though in stock"}
    assert doctor(shop.name, repair=True)["differences"] == []
    assert "Open" not in shop.alert_of("Tap")


@pytest.mark.parametrize("lost", ["mark", "alert", "alert and state"])
def test_an_alert_that_was_lost(shop: Shop, doctor: Doctor, stack: Stack, lost: str) -> None:
    if lost == "mark":
        shop.change(shop.tables.AlertsTable, shop.alert_key("Tap"), Open=None, ClosedAt="2026-11-22T08:36:52.123Z")
    else:
        stack.dynamodb.delete_item(TableName=shop.tables.AlertsTable, Key=shop.alert_key("Tap"))
    if lost == "alert and state":
        state = {"Store": {"S": f"\n{shop.name}"}, "Alert": {"S": "Tap"}}
        stack.dynamodb.delete_item(TableName=shop.tables.AlertsTable, Key=state)
    report = doctor(shop.name)
    assert about(report, "alert") == {"Tap": "out, but no alert is open"}
    assert doctor(shop.name, repair=True)["differences"] == []
    assert name_of(shop.alert_of("Tap")["Open"]) == "out"
    wait_for(lambda: shop.alert_of("Tap")["State"] == "sent" or None, "the alert, sent")


def test_the_ledger(shop: Shop, doctor: Doctor, stack: Stack) -> None:
    key = {"Scope": {"S": f"store:{shop.name}"}, "Token": {"S": shop.second["Token"]}}
    stack.dynamodb.delete_item(TableName=shop.tables.UploadsTable, Key=key)
    report = doctor(shop.name)
    assert about(report, "ledger")[""].startswith("the ledger does not know")
    assert doctor(shop.name, repair=True)["differences"] == []


def test_a_file_that_is_gone_says_nothing_and_is_named(shop: Shop, doctor: Doctor, stack: Stack) -> None:
    stack.s3.delete_object(Bucket=shop.tables.UploadsBucket, Key=shop.second["Key"], VersionId=shop.second["VersionId"])
    report = doctor(shop.name)
    assert report["unchecked"] == 1
    assert any("b.csv: its file is gone" in note for note in report["notes"])


def test_refused_uploads_say_nothing_and_what_is_under_way_is_not_compared(
    shop: Shop, doctor: Doctor, stack: Stack
) -> None:
    text = f"store,item,count\n{shop.name},Dot,1\n".encode()
    assert put(stack, f"{shop.name}/c.csv", text, {"mode": "snapshot"})["State"] == "refused"
    assert doctor(shop.name)["differences"] == []
    key = {"Scope": {"S": shop.second["Scope"]}, "Token": {"S": shop.second["Token"]}}
    shop.change(shop.tables.UploadsTable, key, State="loading")
    shop.change_row("Dot", Count=99)
    report = doctor(shop.name)  # the summary
    assert about(report, "row") == {}
    assert any("b.csv is being loaded" in note for note in report["notes"])
    shop.change(shop.tables.UploadsTable, key, State="loaded")
    assert doctor(shop.name, repair=True)["differences"] == []
    assert rows(stack, shop.name)["Dot"] == 7


@pytest.mark.long  # the rules are tested in tests/doctor
def test_a_file_of_many_stores_and_the_whole_chain(
    doctor: Doctor, stack: Stack, new_store: NewStore, upload: Upload, cli: Cli
) -> None:
    names = [new_store() for _ in range(25)]
    upload(f"{names[0]}.csv", "store,item,count\n" + "".join(f"{name},Dot,{n}\n" for n, name in enumerate(names, 1)))
    for name in names[3:5]:
        key = {"Store": {"S": name}, "Item": {"S": "Dot"}}
        stack.dynamodb.delete_item(TableName=stack.outputs.InventoryTable, Key=key)
    assert doctor(names[0])["differences"] == []
    report = json.loads(cli("doctor", "--json", expect=1).stdout)
    assert set(names[3:5]) <= {one["store"] for one in report["differences"]}
    assert report["stores"] >= 25
    both = ("--store", names[3], "--store", names[4])
    said = cli("doctor", *both, "--repair", "--yes").stdout
    assert "1 upload loaded again, without alerts; 2 stores recounted" in said
    assert "2 stores: the tables are what the files in the bucket say" in said
    assert [rows(stack, name) for name in names[3:5]] == [{"Dot": 4}, {"Dot": 5}]


def test_mistakes_of_people(cli: Cli, shop: Shop) -> None:
    assert "There is no store 'Nowhere'" in cli("doctor", "--store", "Nowhere", expect=1).stderr
    assert "Give both" in cli("doctor", "--by-hand", expect=1).stderr
    shop.change_row("Mine", Count=2)
    said = cli("doctor", "--store", shop.name, "--repair", "--by-hand", expect=1)  # nobody answers
    assert "1 row deleted" in said.stdout
    time.sleep(0.5)
    assert rows(shop.stack, shop.name)["Mine"] == 2
