"""Where a command goes to, and where not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from onhand.main import app
from onhand.target import clean_environment, target

from .typed import commands, understood


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = dict(vars(target))
    yield
    vars(target).update(before)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["alerts"], {"aws": False, "name": "onhand", "region": None}),
        (["alerts", "--aws"], {"aws": True}),
        (["--aws", "alerts"], {"aws": True}),
        (["alerts", "--aws", "ack", "0a1b"], {"aws": True}),
        (["--aws", "alerts", "--local"], {"aws": False}),
        (["up", "--data", "/my data", "--port", "4570"], {"data": Path("/my data")}),
        (["up", "--data=/x", "--detach"], {"data": Path("/x")}),
        (
            ["deploy", "--aws", "--region", "eu-central-1", "--stack", "test"],
            {"region": "eu-central-1", "name": "test"},
        ),
        (["--stack", "one", "status", "--stack", "two"], {"name": "two"}),
        (["--stack", "one", "status"], {"name": "one"}),
    ],
)
def test_options_for_every_command_may_stand_anywhere(typed: list[str], said: dict[str, object]) -> None:
    understood(typed)
    assert vars(target) == vars(target) | said


@pytest.mark.parametrize("note", ["--aws", "--local"])
def test_what_an_option_takes_is_no_option(note: str) -> None:
    assert understood(["alerts", "ack", "0a1b", "--note", note]).params["note"] == note
    assert target.aws is False


def test_what_a_command_calls_as_an_option_of_all_is_its_own() -> None:
    assert understood(["store", "rename", "Ulm", "Ulm East", "--stack", "test"]).params["name"] == "Ulm East"
    assert target.name == "test"


@pytest.mark.parametrize("command", [get_command(app), *commands()], ids=lambda command: command.name)
def test_no_two_parameters_of_a_command_are_called_the_same(command: Any) -> None:
    names = [parameter.name for parameter in command.params]
    options = [option for parameter in command.params for option in parameter.opts if option.startswith("-")]
    assert sorted(names) == sorted(set(names))
    assert sorted(options) == sorted(set(options))


def test_what_a_command_does_not_get_to_see_does_not_reach_it() -> None:
    assert "aws" not in understood(["alerts", "ack", "0a1b", "--aws"]).params


def test_local_programs_get_no_aws_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("SAM_CLI_POLL_DELAY", "1")
    monkeypatch.setenv("LANG", "C")
    environment = clean_environment()
    assert not any(name.startswith(("AWS_", "SAM_")) for name in environment)
    assert environment["LANG"] == "C"
