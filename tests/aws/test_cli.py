"""The command line as a person uses it, against the shared stack."""

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from onhand.stack import Stack
from onhand.target import ROOT
from onhand.uploads import get_uploads, newest

from .conftest import Cli, Machine, put, rows, wait_for
from .screen import Screen

NewStore = Callable[[], str]


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_upload_says_what_became_of_every_row(cli: Cli, stack: Stack, new_store: NewStore, tmp_path: Path) -> None:
    store = new_store()
    file = write(tmp_path / "a file.csv", "Store;Item;Count", f"{store};Dot;1", f"{store};Dot;2", f"{store};Tap;many")
    said = cli("upload", file).stdout
    assert "a file.csv loaded: 3 rows of 1 store (1 changed, 1 repeated, 1 rejected)" in said
    assert "Dot (line 2: 1, again in 3: 2)" in said
    assert "many" in said
    assert rows(stack, store) == {"Dot": 2}


def test_a_refused_file_is_an_exit_code(cli: Cli, tmp_path: Path) -> None:
    said = cli("upload", write(tmp_path / "x.csv", "a,b", "1,2"), expect=1).stdout
    assert "x.csv refused" in said


def test_a_store_of_its_own(cli: Cli, stack: Stack, new_store: NewStore, tmp_path: Path) -> None:
    mine, other = new_store(), new_store()
    file = write(tmp_path / "s.csv", "store,item,count", f"{mine},a,1", f"{other},a,1")
    assert "1 changed, 1 rejected" in cli("upload", file, "--store", mine).stdout
    assert rows(stack, other) == {}


def test_a_format_is_learned_once_and_a_replay_knows_it(
    cli: Cli, stack: Stack, new_store: NewStore, tmp_path: Path
) -> None:
    store = new_store()
    till = write(tmp_path / "till.csv", "Article no.;Description;On hand", "001;Tin;1.200")
    assert "Several columns may be the item" in cli("upload", till, "--store", store, expect=1).stdout
    cli("format", "learn", till, "--store", store, "--set", "item=Article no.", "--set", "thousands=.")
    assert "1 changed" in cli("upload", till, "--store", store).stdout
    assert rows(stack, store) == {"001": 1200}
    assert f"{store} item=Article no., count=On hand, thousands=." in " ".join(cli("format", "show").stdout.split())
    cli("format", "remove", "--store", store)
    cli("replay", "--store", store)
    assert rows(stack, store) == {"001": 1200}


def test_a_snapshot_delists(cli: Cli, stack: Stack, new_store: NewStore, tmp_path: Path) -> None:
    store = new_store()
    put(stack, f"{store}/all.csv", f"store,item,count\n{store},a,1\n{store},b,1\n".encode())
    file = write(tmp_path / "snap.csv", "store,item,count", f"{store},a,1")
    assert "refused" in cli("upload", file, "--store", store, "--snapshot", expect=1).stdout
    assert "1 item delisted" in cli("upload", file, "--store", store, "--snapshot", "--force", "--yes").stdout
    assert rows(stack, store) == {"a": 1}


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    cli: Cli, stack: Stack, new_store: NewStore, tmp_path: Path
) -> None:
    store, typo = new_store(), new_store()
    put(stack, f"{store}/all.csv", f"store,item,count\n{store},a,1\n{store},b,20\n{store},c,x\n".encode())
    file = write(tmp_path / "dry.csv", "store,item,count", f"{store},a,0", f"{store},d,many", f"{typo},a,1")
    said = cli("upload", file, "--dry-run").stdout
    assert "! dry.csv would be loaded: 3 rows of 2 stores (2 changed, 1 rejected)" in said
    assert f"New stores: {typo} (1 item)" in said
    assert "many" in said
    assert "runs out" in said
    snapshot = cli("upload", file, "--store", store, "--snapshot", "--dry-run", expect=1).stdout
    assert "would be refused: The snapshot would remove 1 of the 2 items" in snapshot
    assert f"Would remove 1 of the 2 items of {store}." in snapshot
    (answer,) = json.loads(cli("upload", file, "--store", store, "--snapshot", "--force", "--dry-run", "--json").stdout)
    assert (answer["Upload"]["State"], answer["Upload"]["Removed"]) == ("checked", 1)
    assert rows(stack, store) == {"a": 1, "b": 20}
    assert rows(stack, typo) == {}
    assert not [each for each in islice(newest(stack), 20) if each["Key"].endswith("dry.csv")]


def test_files_of_one_name_do_not_replace_each_other(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    files = [write(folder / "same.csv", "store,item,count") for folder in (tmp_path, tmp_path / "other")]
    assert "same name" in cli("upload", *files, expect=1).stderr


def test_results_of_uploads_for_programs(cli: Cli, new_store: NewStore, tmp_path: Path) -> None:
    store = new_store()
    file = write(tmp_path / "a.csv", "store,item,count", f"{store},a,1", f"{store},b,x")
    (result,) = json.loads(cli("upload", file, "--json").stdout)
    assert (result["State"], result["Changed"], result["Rejected"]) == ("loaded", 1, 1)
    (result,) = json.loads(cli("upload", write(tmp_path / "b.csv", "a,b"), "--json", expect=1).stdout)
    assert result["State"] == "refused"


def test_a_replay_that_is_only_tried_sends_nothing(cli: Cli, stack: Stack, new_store: NewStore, tmp_path: Path) -> None:
    store = new_store()
    file = write(tmp_path / "a.csv", "store,item,count", f"{store},a,1")
    (before,) = json.loads(cli("upload", file, "--store", store, "--json").stdout)
    tried = json.loads(cli("replay", "--store", store, "--dry-run", "--json").stdout)
    assert tried["uploads"] > 0
    assert tried["loaded"] is None
    (after,) = get_uploads(stack, [before["Token"]])
    assert after["Finished"] == before["Finished"]
    assert json.loads(cli("replay", "--store", store, "--json").stdout)["loaded"] is True
    (after,) = get_uploads(stack, [before["Token"]])
    assert after["Finished"] > before["Finished"]


@pytest.mark.only_emulator("AWS would send SMS to whom the number belongs")
def test_a_subscription_that_is_only_tried_to_be_removed_stays(cli: Cli) -> None:
    cli("subscribe", "sms", "+491701234567", "--event", "out")
    assert "so far out of every store" in cli("unsubscribe", "+491701234567", "--dry-run").stdout
    assert "+491701234567" in cli("subscriptions").stdout
    cli("unsubscribe", "+491701234567")
    assert "+491701234567" not in cli("subscriptions").stdout


def test_status_for_programs(cli: Cli, stack: Stack) -> None:
    report = json.loads(cli("status", "--json").stdout)
    assert report["running"] is True
    assert report["endpoint"] == stack.endpoint
    assert report["outputs"]["InventoryTable"] == stack.outputs.InventoryTable
    waiting = {"uploads", "alerts", "forecasts", "digests", "posts", "dead letters"}
    failed = {"alerts", "history", "forecasts", "digests", "posts", "deliveries"}
    assert set(report["waiting"]) == waiting | {f"failed {what}" for what in failed}


@pytest.mark.only_emulator("Cognito would send mails to people who do not exist")
def test_people(cli: Cli) -> None:
    assert "Temporary password" in cli("user", "add", "eva@example.com", "--store", "Berlin", "--yes").stdout
    cli("user", "add", "max@example.com", "--manager")
    assert "is there already" in cli("user", "add", "eva@example.com", expect=1).stderr
    assert "not both" in cli("user", "add", "x@example.com", "--store", "a", "--manager", expect=1).stderr
    assert "letters, digits" in cli("user", "add", "x@example.com", "--store", "a/b", expect=1).stderr
    said = cli("user", "list").stdout.splitlines()
    assert any("eva@example.com" in line and "Berlin" in line for line in said)
    assert any("max@example.com" in line and "every store" in line for line in said)
    people = {person["email"]: person for person in json.loads(cli("user", "list", "--json").stdout)}
    assert people["eva@example.com"]["store"] == "Berlin"
    assert people["max@example.com"]["manager"] is True
    assert "would be removed" in cli("user", "remove", "eva@example.com", "--dry-run").stdout
    assert "nobody called" in cli("user", "remove", "nobody@example.com", "--dry-run", expect=1).stderr
    assert "eva@example.com" in cli("user", "list").stdout
    cli("user", "remove", "eva@example.com")
    assert "eva@example.com" not in cli("user", "list").stdout
    assert "nobody called" in cli("user", "remove", "eva@example.com", expect=1).stderr


@pytest.mark.only_emulator("Cognito would send mails to people who do not exist")
def test_a_person_without_a_password_gets_a_new_one(cli: Cli, stack: Stack) -> None:
    cli("user", "add", "ida@example.com", "--manager")
    pool = stack.outputs.UserPoolId
    stack.cognito.admin_set_user_password(
        UserPoolId=pool, Username="ida@example.com", Password="Forgotten1234", Permanent=True
    )
    assert "Temporary password: " in cli("user", "reset", "ida@example.com").stdout
    state = stack.cognito.admin_get_user(UserPoolId=pool, Username="ida@example.com")["UserStatus"]
    assert state == "FORCE_CHANGE_PASSWORD"
    assert "nobody called" in cli("user", "reset", "nobody@example.com", expect=1).stderr
    cli("user", "remove", "ida@example.com")


def test_what_nobody_knows_is_refused_unless_one_insists(
    cli: Cli, stack: Stack, new_store: NewStore, tmp_path: Path
) -> None:
    store = new_store()
    typo = store.replace("nobody", "nobdoy")
    dot, nothing = f"Echo Dot {store[-9:]}", f"Nothing Such {store[-9:]}"

    def points() -> list[Any]:
        return [one for one in json.loads(cli("threshold", "list", "--json").stdout) if one["item"] in (dot, nothing)]

    put(stack, f"{store}/a.csv", f"store,item,count\n{store},{dot},1\n".encode())
    meant = f"There is no store '{typo}' with any items. Did you mean '{store}'?"
    for command in (
        ("threshold", "set", "3", "--store", typo),
        ("zone", "set", "Europe/Berlin", "--store", typo),
        ("user", "add", "eva@example.com", "--store", typo),
        ("subscribe", "email", "eva@example.com", "--store", typo),
    ):
        said = cli(*command, expect=1).stderr
        assert meant in said
        assert "Nothing was changed. --yes does it nevertheless" in said
    assert meant in cli("alerts", "--store", typo, expect=1).stderr
    assert meant in cli("alerts", "ack", "--store", typo, expect=1).stderr
    assert typo not in cli("user", "list").stdout + cli("subscriptions").stdout + cli("zone", "list").stdout

    dto = dot.replace("Dot", "Dto")
    said = cli("threshold", "set", "3", "--store", store, "--item", dto, expect=1).stderr
    assert f"{store} has no item '{dto}'. Did you mean '{dot}'?" in said
    unknown = f"No store has an item '{nothing}'"
    assert unknown in cli("threshold", "set", "3", "--item", nothing, expect=1).stderr
    assert points() == []
    assert unknown in cli("threshold", "set", "3", "--item", nothing, "--yes").stderr
    cli("threshold", "set", "3", "--item", dot)
    assert [(one["store"], one["item"]) for one in points()] == [(None, dot), (None, nothing)]
    for item in (dot, nothing):
        cli("threshold", "remove", "--item", item)


def test_the_stores_there_are(cli: Cli, stack: Stack, new_store: NewStore) -> None:
    full, empty = new_store(), new_store()
    put(stack, f"{full}/a.csv", f"store,item,count\n{full},a,1\n{full},b,2\n".encode())
    put(stack, f"{empty}/a.csv", f"store,item,count\n{empty},a,0\n{empty},b,2\n".encode())
    found = {one["store"]: one for one in json.loads(cli("stores", "--json").stdout)}
    assert (found[full]["items"], found[full]["out"], found[empty]["out"]) == (2, 0, 1)
    short = cli("stores", "--short").stdout
    assert empty in short
    assert full not in short


def test_version(cli: Cli) -> None:
    assert f'version = "{cli("--version").stdout.split()[1]}"' in (ROOT / "pyproject.toml").read_text()


def test_nothing_goes_to_aws_by_accident(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    nowhere = Machine(tmp_path / "data")
    for command in (["upload", __file__], ["alerts"], ["deploy", "--yes"], ["user", "list"]):
        assert "onhand does not run here" in nowhere.cli(*command, expect=1).stderr


def test_without_a_region_aws_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    assert "--region" in Machine(tmp_path / "data").cli("status", "--aws", expect=1).stderr


@pytest.mark.parametrize("command", ["", "up", "upload", "alerts", "user", "user add", "deploy", "destroy", "replay"])
def test_help(cli: Cli, command: str) -> None:
    assert "Usage: onhand" in cli(*command.split(), "--help").stdout


@pytest.mark.only_emulator("`onhand up` is for one machine")
def test_the_feed_shows_uploads_and_alerts_until_ctrl_c(running: Machine, new_store: NewStore) -> None:
    store = new_store()
    screen = Screen(running, "up", "--no-dashboard")
    wait_for(lambda: "What happens from now on" in screen.text, "the feed")
    put(running.stack, f"{store}/f.csv", f"store,item,count\n{store},Dot,0\n".encode())
    wait_for(lambda: "f.csv loaded: 1 row of 1 store (1 changed)" in screen.text, "the upload in the feed")
    wait_for(lambda: "Out of stock" in screen.text, "the alert in the feed")
    assert screen.ctrl_c() == 0
    running.cli("status")  # it ran before the feed, and still does
    topic = running.stack.outputs.NoStockTopic
    left = running.stack.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert not [one for one in left if one["Endpoint"].endswith("/onhand-feed")]
