"""Whom of what will be out people are told. No AWS in here."""

from dataclasses import dataclass

from look_ahead.outlook import Likely
from stock.alert_log import State


@dataclass(frozen=True)
class Told:
    """An alert of an item that people were told of lately, or are to be: `key` is its sort key."""

    key: str
    item: str
    state: State


@dataclass(frozen=True)
class ToTell:
    """What follows: alerts to record; those to publish that were recorded by an invocation that crashed; and those of
    them that are not true any more."""

    new: list[Likely]
    waiting: list[tuple[Told, Likely]]
    over: list[Told]


def what_to_tell(likely: list[Likely], lately: list[Told]) -> ToTell:
    """Return what people are to be told. `lately`: the alerts of the last days; what is among them is not news."""
    by_item = {one.forecast.item: one for one in likely}
    claimed = [told for told in lately if told.state == State.CLAIMED]
    known = {told.item for told in lately if told.state != State.HELD}  # of those nobody heard
    return ToTell(
        new=[one for one in likely if one.forecast.item not in known],
        waiting=[(told, by_item[told.item]) for told in claimed if told.item in by_item],
        over=[told for told in claimed if told.item not in by_item],
    )
