"""What a shell completes, and that it does not take long."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = "import sys; sys.argv[0] = 'onhand'; from onhand.program import run\ntry: run()\nfinally: print(*sys.modules)"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "completion").mkdir()
    kept = tmp_path / "completion" / "onhand.json"
    kept.write_text(json.dumps(["Karachi", "Krung Thep", "K$(reboot)", "Kyoto'; reboot", "Łódź"]))
    return tmp_path


def complete(typed: str, data: Path, shell: str = "bash") -> tuple[list[str], set[str]]:
    """What is completed, and which modules that takes."""
    words = typed.split(" ")
    environment = {"_ONHAND_COMPLETE": f"complete_{shell}", "ONHAND_DATA": str(data)} | {
        "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1), "_TYPER_COMPLETE_ARGS": typed,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    *completed, modules = filter(None, done.stdout.splitlines())
    return completed, set(modules.split())


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("onhand al", ["alerts"]),
        ("onhand alerts ac", ["ack"]),
        ("onhand alerts --st", ["--store"]),
        ("onhand alerts --store K", ["Karachi", r"Krung\ Thep"]),
        ("onhand history --store Ka", ["Karachi"]),
        ("onhand threshold set 5 --store Ka", ["Karachi"]),
    ],
)
def test_commands_options_and_stores_are_completed_without_what_takes_long_to_load(
    typed: str, completed: list[str], data: Path
) -> None:
    found, modules = complete(typed, data)
    assert found == completed
    assert not modules & {"boto3", "botocore.session", "samcli", "dateparser"}


def test_every_command_is_completed(data: Path) -> None:
    found, modules = complete("onhand ", data)
    assert {"up", "stores", "alerts", "destroy"} <= set(found)
    assert "onhand.alerts" not in modules


def test_other_shells_quote_by_themselves(data: Path) -> None:
    assert complete("onhand alerts --store K", data, "fish")[0] == ["Karachi", "Krung Thep"]


def test_where_nothing_runs_nothing_is_completed_and_nothing_is_said(tmp_path: Path) -> None:
    assert complete("onhand alerts --store K", tmp_path)[0] == []
