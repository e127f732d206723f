"""What is packed for the dashboard, which reads the same packs in its own tests (dashboard/tests)."""

import base64
import json
from pathlib import Path

from keep_catalogue.store_parts import Summary, in_parts
from stock import forecast, history
from stock.packs import unpacked

MADE = json.loads(Path(__file__).with_name("packs.json").read_text("utf-8"))


def test_history() -> None:
    changes = {change for _, packed in MADE["history"]["packs"] for change in history.unpack(base64.b64decode(packed))}
    assert sorted(map(list, changes), key=lambda change: change[:2]) == MADE["history"]["changes"]
    pasts = history.steps(changes, MADE["history"]["withdrawn"])
    assert {item: [past.first, [list(step) for step in past.steps]] for item, past in pasts.items()} == (
        MADE["history"]["pasts"]
    )


def test_forecasts() -> None:
    forecasts = [one for packed in MADE["forecasts"]["packs"] for one in forecast.unpack(base64.b64decode(packed))]
    assert [one._asdict() for one in forecasts] == MADE["forecasts"]["forecasts"]


def test_stores() -> None:
    packs = in_parts(Summary(**store) for store in MADE["stores"]["stores"])
    assert {number: unpacked(pack) for number, pack in packs.items()} == {
        int(part.partition("#")[2]): unpacked(base64.b64decode(packed)) for part, packed in MADE["stores"]["packs"]
    }
