"""Groups of stores, by the command line, against the shared stack."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from onhand.stack import Stack

from .conftest import Cli, Upload, alerts, wait_for

NewStore = Callable[[], str]


@pytest.fixture
def pair(upload: Upload, new_store: NewStore) -> list[str]:
    """Two stores, in each of which something is out."""
    stores = [new_store(), new_store()]
    for store in stores:
        upload(f"{store}/a.csv", f"store,item,count\n{store},tea,0\n{store},milk,3\n")
    return stores


def groups_of(stack: Stack, store: str) -> set[str]:
    """The groups that a store knows."""
    found = stack.dynamodb.get_item(TableName=stack.outputs.StoresTable, Key={"Store": {"S": store}})["Item"]
    return set(found.get("Groups", {}).get("SS", []))


def test_a_group_is_made_asked_for_renamed_and_deleted(cli: Cli, stack: Stack, pair: list[str]) -> None:
    north, other = pair
    assert "north has 1 store" in cli("group", "add", "north", north).stdout
    assert cli("group", "show", "north").stdout.splitlines() == [north]
    assert {"group": "north", "stores": 1} in json.loads(cli("group", "list", "--json").stdout)
    of_group = json.loads(cli("stores", "--group", "north", "--json").stdout)
    assert [(one["store"], one["groups"], one["out"]) for one in of_group] == [(north, ["north"], 1)]
    listed = json.loads(cli("stock", "--group", "north", "--short", "--json").stdout)
    assert [(one["store"], one["item"]) for one in listed] == [(north, "tea")]

    def open_there() -> list[str]:
        found = json.loads(cli("alerts", "--open", "--group", "north", "--json").stdout)
        return [alert["Store"] for alert in found]

    assert wait_for(open_there, "the alert") == [north]
    assert "tea in" in cli("alerts", "ack", "--group", "north", "--dry-run").stdout
    assert "Did you mean 'north'?" in cli("stores", "--group", "norht", expect=1).stderr
    assert "Did you mean" in cli("group", "add", "north", other.upper(), expect=1).stderr
    cli("group", "rename", "north", "Nord")
    assert groups_of(stack, north) == {"Nord"}
    assert "There is no group 'north'" in cli("group", "show", "north", expect=1).stderr
    cli("group", "delete", "Nord", "--dry-run")
    cli("group", "delete", "Nord", "--yes")
    assert groups_of(stack, north) == set()
    assert "Nord" not in cli("group", "list").stdout


def test_a_file_says_in_which_groups_stores_are(cli: Cli, stack: Stack, pair: list[str], tmp_path: Path) -> None:
    one, other = pair
    cli("group", "add", "old", one, other)
    file = tmp_path / "groups.csv"
    file.write_text(f"store,group\n{one},north\n{one},airport\nNowhere at all,south\n")
    said = cli("group", "import", file, expect=1).stderr
    assert "Nothing was changed" in said
    assert "Line 4: there is no store 'Nowhere at all'" in said
    assert groups_of(stack, one) == {"old"}
    file.write_text(f"store,group\n{one},north\n{one},airport\n")
    assert f"{one}: old → airport, north" in cli("group", "import", file, "--dry-run").stdout
    assert groups_of(stack, one) == {"old"}
    assert "1 of 1 store" in cli("group", "import", file).stdout
    assert groups_of(stack, one) == {"north", "airport"}
    assert cli("group", "show", "old").stdout.splitlines() == [other]
    cli("store", "rename", other, f"{other} renamed", "--yes")
    assert cli("group", "show", "old").stdout.splitlines() == [f"{other} renamed"]
    assert "0 of 1 store" in cli("group", "import", file).stdout


def test_the_doctor_says_where_both_tables_differ_and_mends_it(cli: Cli, stack: Stack, pair: list[str]) -> None:
    one, _ = pair
    wait_for(lambda: alerts(stack, one), "the alert")  # while it is on its way, the doctor finds that, too
    cli("group", "add", "west", one)
    key = {"Group": {"S": "west"}, "Store": {"S": one}}
    stack.dynamodb.delete_item(TableName=stack.outputs.GroupsTable, Key=key)
    said = cli("doctor", "--store", one, expect=1).stdout
    assert "the group does not have it" in said
    cli("doctor", "--store", one, "--repair", "--yes")
    assert cli("group", "show", "west").stdout.splitlines() == [one]


def test_who_subscribes_to_a_group_has_one_filter(cli: Cli, stack: Stack, pair: list[str]) -> None:
    cli("group", "add", "east", *pair)
    assert "There is no group 'esat'" in cli("subscribe", "email", "e@example.com", "--group", "esat", expect=1).stderr
    said = cli("subscribe", "email", "e@example.com", "--group", "east", "--event", "out").stdout
    assert "of what ran out in the stores of east" in said
    (found,) = [one for one in json.loads(cli("subscriptions", "--json").stdout) if one["address"] == "e@example.com"]
    assert (found["stores"], found["groups"], found["events"]) == ([], ["east"], ["out"])
    assert "group east" in cli("subscriptions").stdout
    assert "e@example.com receives alerts of the group east" in cli("group", "rename", "east", "Ost").stderr
    cli("unsubscribe", "e@example.com")
