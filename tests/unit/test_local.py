"""What is mended in the emulator's saved state before it starts."""

import json
from pathlib import Path

from onhand.local import _forget_stream_positions, _move_queues


def test_stream_positions_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    state = tmp_path / "lambda.json"
    saved = {
        "__ministack_format__": 2,
        "payload": {
            "functions": {"kept": 1},
            "dynamodb_stream_positions": {"__account_region_scoped__": True, "data": {"esm": {"shard": 5}}},
        },
    }
    state.write_text(json.dumps(saved))
    _forget_stream_positions(state)
    saved["payload"]["dynamodb_stream_positions"]["data"] = {}  # type: ignore[index]
    assert json.loads(state.read_text()) == saved


def test_there_need_be_no_state_yet(tmp_path: Path) -> None:
    _forget_stream_positions(tmp_path / "lambda.json")
    assert list(tmp_path.iterdir()) == []


def test_queues_move_to_another_port(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    state = tmp_path / "state" / "sqs.json"
    state.write_text('{"url": "http://localhost:4566/0/queue", "body": "a:4566/"}')
    _move_queues(tmp_path, 4566)
    _move_queues(tmp_path, 4570)
    assert state.read_text() == '{"url": "http://localhost:4570/0/queue", "body": "a:4566/"}'
