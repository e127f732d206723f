"""What the counts were: asked for, at a date, exported, and made again from the bucket."""

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from onhand import history, list_stock, replay
from onhand.console import UserError
from onhand.history_table import History
from onhand.main import app
from onhand.moments import stamp
from onhand.rebuild_history import rebuild_history
from onhand.stack import Stack
from stock.history import Change, by_hand, kept

from .conftest import Cli, put, rows, wait_for

NewStore = Callable[[], str]
Ask = Callable[..., str]


def keep(stack: Stack, store: str, since: str, *changes: Change) -> None:
    """Put changes into the history, as Keep-History does at the moment `since`."""
    for item in kept(store, since, changes, days=400):
        item["Changes"] = {"B": base64.b64decode(item["Changes"]["B"])}
        stack.dynamodb.put_item(TableName=stack.outputs.HistoryTable, Item=item)


def empty(stack: Stack, store: str) -> None:
    """Lose the history of a store."""
    for key in [key for key, _ in History(stack).packs(store)]:
        stack.dynamodb.delete_item(
            TableName=stack.outputs.HistoryTable, Key={"Store": {"S": store}, "Pack": {"S": key}}
        )


def ago(days: float) -> str:
    """The order token of an upload that came so many days ago."""
    return f"{stamp(datetime.now(UTC) - timedelta(days=days))}-000000000000000001-0a0b0c0d"


def second(days: float) -> str:
    """When the stream brought what came so many days ago."""
    return stamp(datetime.now(UTC) - timedelta(days=days))[:15] + ".000Z"


@pytest.fixture
def ask(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What a command prints, without starting a program for it."""
    for module in (history, list_stock, replay):
        monkeypatch.setattr(module, "find_stack", lambda: stack)

    def run(*arguments: str) -> str:
        done = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def shop(stack: Stack, new_store: NewStore) -> str:
    """A store that has tea now, and had it for twenty days, but for two. Milk is delisted."""
    store = new_store()
    put(stack, f"{store}/today.csv", f"store,item,count\n{store},tea,7\n{store},Café,1\n".encode())
    empty(stack, store)
    day_20, day_12, day_10, day_8 = (ago(days) for days in (20, 12, 10, 8))
    keep(stack, store, second(20), Change("tea", day_20, None, 5), Change("milk", day_20, None, 1))
    keep(stack, store, second(11.9), Change("tea", day_12, 5, 0))  # two hours after its upload
    keep(stack, store, second(10), Change("tea", day_10, 0, 6))
    keep(stack, store, day_8, Change("milk", day_8, 1, None))
    keep(stack, store, second(2), Change("tea", by_hand(second(2)[:15], "17"), 6, 7))
    return store


def test_an_item_in_a_store(ask: Ask, shop: str) -> None:
    found = json.loads(ask("history", "tea", "--store", shop, "--json"))
    (of_store,) = found["stores"]
    told = [(one["before"], one["after"], one["late"], one["by_hand"]) for one in of_store["changes"]]
    assert told == [(None, 5, False, False), (5, 0, True, False), (0, 6, False, False), (6, 7, False, True)]
    assert found["available"] == of_store["available"]
    shares = [(days, one["share"], round(one["days"])) for days, one in found["available"].items()]
    assert shares == [("7", 1.0, 7), ("30", 0.9, 20), ("90", 0.9, 20)]
    assert of_store["count"] == 7
    said = ask("history", "tea", "--store", shop, "--since", "11d")
    assert "90.0%" in said
    assert "5 → 0" not in said, "older"
    assert "0 → 6" in said
    assert "written by hand" in said


def test_an_item_in_all_stores_with_who_changed_it(ask: Ask, stack: Stack, new_store: NewStore) -> None:
    item, first, second_store = new_store(), new_store(), new_store()
    for store, count in ((first, 4), (second_store, 0)):
        body = f"store,item,count\n{store},{item},{count}\n".encode()
        token = put(stack, f"{store}/a.csv", body, {"uploaded-by": "Ann"})["Token"]
        keep(stack, store, token, Change(item, token, None, count))
    (line, other) = read(ask("history", item, "--csv"))
    assert [(one["store"], one["after"], one["file"], one["by"]) for one in (line, other)] == [
        (first, "4", f"{first}/a.csv", "Ann"),
        (second_store, "0", f"{second_store}/a.csv", "Ann"),
    ]
    said = ask("history", item)
    assert "all 2 stores" in said
    assert f"{first}/a.csv by Ann" in said
    found = json.loads(ask("history", item, "--store", first, "--json"))
    assert found["stores"][0]["changes"][0]["link"].endswith(f"/uploads?token={line['upload']}")


def test_what_a_store_had(ask: Ask, shop: str) -> None:
    def at(days: float) -> dict[str, str]:
        moment = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        return {one["item"]: one["count"] for one in read(ask("stock", "--store", shop, "--at", moment, "--csv"))}

    assert at(15) == {"tea": "5", "milk": "1"}
    assert at(11) == {"tea": "0", "milk": "1"}
    assert at(5) == {"tea": "6"}
    assert read(ask("stock", "--store", shop, "--csv")) == [
        {"store": shop, "item": "Café", "count": "1", "short": "", "since": ""},
        {"store": shop, "item": "tea", "count": "7", "short": "", "since": ""},
    ]
    assert "2 items, 8 units, 0 out of stock" in ask("stock", "--store", shop)
    with pytest.raises(UserError, match=f"What {shop} had at 2020-02-02 23:59 UTC is not known: its history begins"):
        ask("stock", "--store", shop, "--at", "2020-02-02")


def test_a_lost_history_is_the_same_again(ask: Ask, cli: Cli, stack: Stack, new_store: NewStore) -> None:
    store = new_store()

    def send(name: str, *lines: str, **metadata: str) -> str:
        body = "store,item,count\n" + "".join(f"{store},{line}\n" for line in lines)
        return str(put(stack, f"{store}/{name}", body.encode(), metadata)["Token"])

    first = send("a.csv", "tea,5", "milk,1", "salt,x")
    second = send("b.csv", "tea,0", "milk,1")
    withdrawn = send("c.csv", "tea,99")
    third = send("a.csv", "tea,4", mode="snapshot", force="true")
    cli("withdraw", withdrawn)
    expected = [
        ("milk", "", "1", first), ("milk", "1", "", third),
        ("tea", "", "5", first), ("tea", "5", "0", second), ("tea", "0", "4", third),
    ]  # fmt: skip

    def told() -> list[tuple[str, ...]]:
        lines = read(ask("history", "--all", "--csv", "--store", store))
        return [(one["item"], one["before"], one["after"], one["upload"]) for one in lines]

    assert wait_for(lambda: told() if [one[1:] for one in told()] == [one[1:] for one in expected] else None, "history")
    empty(stack, store)
    assert told() == []
    assert "5 changes of 1 store added" in ask("replay", "--only", "history", "--store", store)
    assert told() == expected
    again = json.loads(ask("replay", "--only", "history", "--store", store, "--json"))
    assert again == {"dry_run": False, "history": 0}
    assert rows(stack, store) == {"tea": 4}


def test_what_the_history_knows_longer_than_the_files_is_not_forgotten(stack: Stack, new_store: NewStore) -> None:
    """The oldest file that is left has no row before it; the history has."""
    store = new_store()
    put(stack, f"{store}/a.csv", f"store,item,count\n{store},tea,5\n".encode())
    wait_for(lambda: list(History(stack).packs(store)), "what the stream brings")
    empty(stack, store)
    keep(stack, store, second(20), Change("tea", ago(20), None, 5))
    assert rebuild_history(stack, store, None).changes == 0


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("history", "Tea", "--store", "{}"), "Did you mean 'tea'"),
        (("history", "tea", "--store", "{}x"), "has sent a file yet. Did you mean '{}'"),
        (("history", "ea", "--store", "{}"), "Did you mean 'tea'"),
        (("history",), "Give an item, or --all"),
        (("history", "--all"), "give --csv, too"),
        (("history", "tea", "--since", "last waek"), "90d"),
        (("stock", "--store", "{}", "--at", "2999-01-01"), "still to come"),
    ],
    ids=range(7),
)
def test_mistakes_of_people(
    ask: Ask, stack: Stack, new_store: NewStore, arguments: tuple[str, ...], answer: str
) -> None:
    store = new_store()
    put(stack, f"{store}/a.csv", f"store,item,count\n{store},tea,1\n".encode())
    with pytest.raises(UserError, match=answer.format(re.escape(store))):
        ask(*(argument.format(store) for argument in arguments))
