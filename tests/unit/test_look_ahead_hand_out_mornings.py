"""Every quarter of an hour: messages for the stores whose morning has come, and one a day to gather."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from look_ahead.mornings import hand_out_mornings
from look_ahead.services import Services
from stock.attributes import item
from stock.messages import Gather, LookAhead
from stock.times import iso

STORES = [
    item({"Store": "Berlin", "Items": 9, "TimeZone": "Europe/Berlin"}),
    item({"Store": "Lima", "Items": 0}),  # it had items: what was said of them is to go
    item({"Store": "#1"}),  # it never had any
    item({"Store": "*", "TimeZone": "America/Lima"}),
]


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def handed_out(last: str, now: str, stores: list[Any] = STORES) -> list[Gather | LookAhead]:
    """Return the messages that are sent now, if it was done up to then (`last`; "": never)."""
    sent: list[Gather | LookAhead] = []
    services = SimpleNamespace(
        clock=lambda: at(now),
        settings=SimpleNamespace(stores="Stores", forecasts="Forecasts", hour=6),
        dynamodb=SimpleNamespace(
            get=lambda *_: item({"At": iso(at(last))}) if last else None,
            pages=lambda *_: [stores[:2], stores[2:]],
            call=lambda *_: None,
        ),
        send=sent.extend,
    )
    told = hand_out_mornings(cast("Services", services))
    assert told == sum(isinstance(message, LookAhead) for message in sent)
    return sent


@pytest.mark.parametrize(
    ("last", "now", "messages"),
    [
        ("2026-11-28T04:45", "2026-11-28T05:00", [LookAhead("Berlin")]),
        ("2026-11-28T05:00", "2026-11-28T05:15", []),
        ("2026-11-28T10:45", "2026-11-28T11:00", [LookAhead("Lima")]),  # by the zone of all stores
        ("2026-11-27T23:45", "2026-11-28T00:00", [Gather()]),
        ("2026-11-27T23:45", "2026-11-27T23:59:59", []),
        ("2026-11-28T00:00", "2026-11-28T00:15", []),
        ("2026-11-27T23:00", "2026-11-28T12:00", [Gather(), LookAhead("Berlin"), LookAhead("Lima")]),
    ],
)
def test_what_has_become_due_since_the_last_time_is_sent(
    last: str, now: str, messages: list[Gather | LookAhead]
) -> None:
    assert handed_out(last, now) == messages


def test_without_a_zone_for_all_stores_it_is_utc() -> None:
    assert handed_out("2026-11-28T05:45", "2026-11-28T06:00", STORES[:3]) == [LookAhead("Lima")]


@pytest.mark.parametrize("last", ["", "2026-11-01T00:00"])
def test_the_first_time_and_after_a_long_time_the_last_day_is_made_up_for(last: str) -> None:
    assert handed_out(last, "2026-11-28T05:00") == [Gather(), LookAhead("Berlin"), LookAhead("Lima")]
    assert handed_out(last, "2026-11-28T05:00", [STORES[0]]) == [Gather(), LookAhead("Berlin")]
