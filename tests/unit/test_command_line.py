"""What every command has: JSON where it lists or reports, a dry run where it deletes or repeats, exit codes."""

from typing import Any

import pytest
from rich.console import Console
from typer.main import get_command

from onhand.alerts import _table
from onhand.main import app
from onhand.read_alerts import short_id

REPORTS = (
    "status", "upload", "replay", "alerts", "subscriptions", "threshold list", "zone list", "user list", "redrive",
    "cost", "stores", "format show", "history", "stock", "items", "group list", "group show",
)  # fmt: skip
DELETES_OR_REPEATS = (
    "replay", "restore", "redrive", "unsubscribe", "threshold remove", "user remove", "withdraw", "store remove",
    "format remove", "alerts ack", "group remove", "group delete", "group import",
)  # fmt: skip


def command(name: str) -> Any:
    found: Any = get_command(app)
    for word in name.split():
        found = found.get_command(None, word)
    return found


def options(name: str) -> set[str]:
    return {option for parameter in command(name).params for option in parameter.opts}


@pytest.mark.parametrize("name", REPORTS)
def test_what_reports_does_so_for_programs_too(name: str) -> None:
    assert "--json" in options(name)


@pytest.mark.parametrize("name", DELETES_OR_REPEATS)
def test_what_deletes_or_repeats_can_be_tried_without(name: str) -> None:
    assert "--dry-run" in options(name)


@pytest.mark.parametrize("name", ["", *REPORTS, *DELETES_OR_REPEATS, "user", "alerts ack"])
def test_help_says_what_exit_codes_mean(name: str) -> None:
    assert "Exit codes: 0 " in command(name).epilog


def alert(item: str, **more: Any) -> dict[str, Any]:
    return {
        "Store": "Calcutta",
        "Alert": f"token#OUT_OF_STOCK#{item}",
        "Item": item,
        "Event": "OUT_OF_STOCK",
        "Count": 0,
        "Previous": 12,
        "At": "2026-11-22T08:36:52.123Z",
        "State": "sent",
    } | more


def shown(*alerts: dict[str, Any]) -> list[str]:
    console = Console(width=80)
    with console.capture() as capture:
        console.print(_table(alerts))
    return [line.rstrip() for line in capture.get().splitlines()][1:]


def test_an_alert_is_a_line_of_80_columns() -> None:
    (line,) = shown(alert("Echo (2nd Gen)"))
    assert line.startswith(short_id(alert("Echo (2nd Gen)")))
    assert line.endswith("out    12→0  Calcutta: Echo (2nd Gen)")


def test_five_alerts_need_few_lines_whatever_there_is_to_say_of_them() -> None:
    items = ("Echo Dot", "Fire TV Stick 4K with Alexa Voice Remote", "Echo Plus (2nd Gen)", "Kindle", "Cable")
    more = {
        "AckAt": "2026-11-22T09:00:00.000Z",
        "AckBy": "Ann",
        "AckNote": "ordered",
        "AckKind": "ack",
        "TakenCareOf": True,
    }
    lines = shown(*(alert(item, **more) for item in items), *(alert(item) for item in items))
    assert len(lines) <= 16
    said = " ".join(line[36:].strip() for line in lines)
    assert "Calcutta: Echo Dot – Ann (as stated) takes care: ordered Calcutta: Fire TV Stick" in said


def test_nothing_of_a_long_item_is_cut() -> None:
    item = "Electra Townie Original 3i EQ Ladies' - 2018 - of a very long name that needs more lines"
    words = " ".join(line[36:].strip() for line in shown(alert(item)))
    assert item in words
