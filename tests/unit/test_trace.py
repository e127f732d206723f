"""`onhand trace`: from lines of the functions' logs to steps in words."""

import json
from typing import Any

import pytest

from onhand.trace import Step, line_of, step_of_line
from stock.steps import log_step

TOKEN = "20261122T083652.123Z-0065A1B2C3D4E5F607-1a2b3c4d"


def logged(capsys: pytest.CaptureFixture[str], name: str, **facts: Any) -> str:
    """The line that a function writes for a step."""
    log_step(name, **facts)
    return capsys.readouterr().out


def test_a_step_is_one_line_of_json_with_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    line = logged(capsys, "received", upload=TOKEN, asks="load")
    assert line.count("\n") == 1
    facts = json.loads(line)
    assert (facts["step"], facts["upload"], facts["asks"]) == ("received", TOKEN, "load")
    assert facts["at"].endswith("Z")


@pytest.mark.parametrize(
    ("step", "facts", "words"),
    [
        ("received", {"asks": "load"}, "took the message: load"),
        ("received", {"asks": "part", "part": 2, "phase": "check"}, "took the message: part 2 (check)"),
        ("split", {"parts": 7, "phase": "apply"}, "split into 7 parts, to apply them"),
        ("loaded", {"Changed": 1200, "Unchanged": 0, "Rejected": 1}, "loaded: 1,200 changed, 1 rejected"),
        ("refused", {"Reason": "The file is empty."}, "refused: The file is empty."),
        ("withdrawn", {"Rows": 2, "Superseded": 2}, "withdrawn: 2 superseded"),
        ("not withdrawn", {"reason": "The file was deleted."}, "not withdrawn: The file was deleted."),
        ("failed", {"delivery": 3, "reason": "TimeoutError: busy"}, "delivery 3 failed: TimeoutError: busy"),
        (
            "published",
            {"event": "LOW_STOCK", "store": "Lima", "alerts": 2, "message": "m"},
            "published LOW_STOCK in Lima: 2 items, message m",
        ),
    ],
)
def test_steps_in_words(capsys: pytest.CaptureFixture[str], step: str, facts: dict[str, Any], words: str) -> None:
    line = line_of(logged(capsys, step, upload=TOKEN, **facts), TOKEN)
    assert line
    assert step_of_line(line | {"where": "Load-Inventory"}) == Step(line["at"], "Load-Inventory", words)


def test_a_batch_of_the_stream_names_the_uploads_that_it_has_rows_of(capsys: pytest.CaptureFixture[str]) -> None:
    message = logged(capsys, "recorded", records=9, changes={TOKEN: 4, "another": 5})
    line = line_of(message, TOKEN)
    assert line
    assert (
        step_of_line(line | {"where": "Check-Stock"}).what
        == "read the stream: rows with another level (out, low, in stock, gone): 4"
    )
    assert line_of(message, "a third") is None


@pytest.mark.parametrize("message", ["START RequestId: 1", "[1]", '{"_aws": {}}', '{"step": "loaded", "upload": "x"}'])
def test_other_lines_are_left_out(message: str) -> None:
    assert line_of(message, TOKEN) is None
