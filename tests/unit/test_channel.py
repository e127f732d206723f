"""A channel: how it is known again, and which alerts are posted there."""

from typing import Any

import pytest

from telling.channel import Channel, Kind

SLACK = Channel("3f9c0a1b", Kind.SLACK, "hooks.slack.com", "wxyz")
OF_THE_NORTH = Channel(
    "3f9c0a1b",
    Kind.TEAMS,
    "prod.logic.azure.com",
    "wxyz",
    alerts=True,
    stores=("Bonn", "Ulm"),
    groups=("coast", "north"),
    events=("LOW_STOCK", "OUT_OF_STOCK"),
)


@pytest.mark.parametrize("channel", [SLACK, OF_THE_NORTH])
def test_it_is_kept_as_it_is(channel: Channel) -> None:
    assert Channel.of(channel.item()) == channel


def test_it_is_kept_without_sets_that_are_empty() -> None:
    assert SLACK.item() == {
        "Channel": {"S": "3f9c0a1b"},
        "Kind": {"S": "slack"},
        "Host": {"S": "hooks.slack.com"},
        "Tail": {"S": "wxyz"},
        "Alerts": {"BOOL": False},
    }


def test_one_of_which_the_table_does_not_say_it_gets_no_alerts() -> None:
    row = SLACK.item()
    del row["Alerts"]
    assert not Channel.of(row).alerts


def test_the_same_address_is_the_same_channel_and_is_not_told() -> None:
    url = "https://hooks.example.com/services/abcd-wxyz"
    channel = Channel.at(Kind.SLACK, url)
    assert channel == Channel.at(Kind.SLACK, url)
    assert (channel.id, channel.host, channel.tail) == ("e0be5a2f", "hooks.example.com", "wxyz")
    assert not channel.alerts
    assert channel.shown == "e0be5a2f (hooks.example.com, …wxyz)"
    assert channel.id != Channel.at(Kind.SLACK, f"{url}2").id


def test_an_address_without_a_host_is_a_channel_without_one() -> None:
    assert Channel.at(Kind.TEAMS, "nowhere").host == ""


def alert(store: str = "Ulm", event: str = "OUT_OF_STOCK", groups: tuple[str, ...] = ("north",)) -> dict[str, Any]:
    return {"store": store, "event": event, "groups": list(groups)}


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (alert(), True),
        (alert(store="Bonn", event="LOW_STOCK", groups=("south", "coast")), True),
        (alert(store="Aachen"), False),
        (alert(store="Oslo"), False),
        (alert(store="Zürich"), False),
        (alert(event="BACK_IN_STOCK"), False),
        (alert(event="RUNS_OUT_SOON"), False),
        (alert(groups=("south",)), False),
        (alert(groups=()), False),
        ({"store": "Ulm", "event": "OUT_OF_STOCK"}, False),  # of a store that is in no group, by an older version
    ],
)
def test_only_alerts_of_its_stores_groups_and_events_are_posted(told: dict[str, Any], wanted: bool) -> None:
    assert OF_THE_NORTH.wants(told) == wanted


@pytest.mark.parametrize("told", [alert(), alert(groups=()), {"store": "Oslo", "event": "LOW_STOCK"}])
def test_any_alert_is_posted_in_a_channel_of_all_of_them(told: dict[str, Any]) -> None:
    everything = Channel("3f9c0a1b", Kind.SLACK, "hooks.slack.com", "wxyz", alerts=True)
    assert everything.wants(told)
    assert not SLACK.wants(told)
