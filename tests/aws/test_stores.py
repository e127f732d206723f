"""Undoing uploads, and stores that come, are renamed and go, by the command line, against the shared stack."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from onhand.stack import Stack

from .conftest import Cli, rows

NewStore = Callable[[], str]


def send(cli: Cli, folder: Path, store: str, *options: str, **counts: int) -> str:
    """Upload counts of a store; return the upload's token."""
    file = folder / f"{store}.csv"
    file.write_text("store,item,count\n" + "".join(f"{store},{item},{count}\n" for item, count in counts.items()))
    (record,) = json.loads(cli("upload", file, "--json", *options).stdout)
    return str(record["Token"])


def known(cli: Cli) -> set[str]:
    return {one["store"] for one in json.loads(cli("stores", "--json").stdout)}


def test_an_upload_is_withdrawn_and_that_taken_back(
    cli: Cli, stack: Stack, new_store: NewStore, tmp_path: Path
) -> None:
    store = new_store()
    send(cli, tmp_path, store, tea=5)
    wrong = send(cli, tmp_path, store, tea=0, milk=3)
    cli("withdraw", wrong, "--dry-run")
    assert rows(stack, store) == {"tea": 0, "milk": 3}
    said = cli("withdraw", wrong, "--reason", "of another day", "--by", "Jörg").stdout
    assert "was withdrawn by Jörg" in said
    assert "of another day" in said
    assert rows(stack, store) == {"tea": 5}
    assert "is withdrawn already" in cli("withdraw", wrong, expect=1).stderr
    cli("replay", "--store", store)
    assert rows(stack, store) == {"tea": 5}
    cli("withdraw", wrong, "--take-back")
    assert rows(stack, store) == {"tea": 0, "milk": 3}


def test_what_a_withdrawn_list_had_delisted_is_back(
    cli: Cli, stack: Stack, new_store: NewStore, tmp_path: Path
) -> None:
    store, four = new_store(), {"tea": 5, "jam": 1, "rice": 2, "salt": 3}
    send(cli, tmp_path, store, **four, oil=4)
    wrong = send(cli, tmp_path, store, "--snapshot", **four)
    assert rows(stack, store) == four
    cli("withdraw", wrong)
    assert rows(stack, store) == four | {"oil": 4}


@pytest.mark.long
def test_a_renamed_store_takes_its_settings_along_and_does_not_come_back(
    cli: Cli, stack: Stack, new_store: NewStore, tmp_path: Path
) -> None:
    store, name = new_store(), new_store()
    send(cli, tmp_path, store, tea=5, milk=2)
    cli("threshold", "set", "3", "--store", store, "--item", "milk")
    cli("format", "set", "item=Article", "--store", store)
    cli("format", "set", "count=left over from another store", "--store", name)
    cli("store", "rename", store, name, "--yes")
    formats = {one["store"]: one["format"] for one in json.loads(cli("format", "show", "--json").stdout)}
    assert formats[name] == {"item": ["Article"]}
    assert (rows(stack, store), rows(stack, name)) == ({}, {"tea": 5, "milk": 2})
    cli("replay", "--store", store)
    assert {store, name} & known(cli) == {name}
    cli("store", "remove", name, "--dry-run")
    assert name in known(cli)
    cli("store", "remove", name, "--yes")
    assert name not in known(cli)
    assert "There is no store" in cli("store", "remove", store, "--yes", expect=1).stderr


def test_a_new_store_is_said_with_the_one_that_it_is_like(cli: Cli, new_store: NewStore, tmp_path: Path) -> None:
    store = new_store()
    send(cli, tmp_path, store, tea=5)
    file = tmp_path / "like.csv"
    file.write_text(f"store,item,count\n{store.upper()}  ,tea,5\n")
    said = cli("upload", file).stdout
    assert f"new store {store.upper()}, like {store}" in said.replace("\n", " ")


def test_stores_that_came_with_a_file_about_many_are_listed(cli: Cli, new_store: NewStore, tmp_path: Path) -> None:
    stores = [new_store() for _ in range(21)]
    file = tmp_path / "chain.csv"
    file.write_text("store,item,count\n" + "".join(f"{store},tea,1\n" for store in stores))
    cli("upload", file)
    assert set(stores) <= known(cli)
    assert stores[0] in cli("stores").stdout
