"""The events of alerts as people name them, and as the table Alerts and the topic do."""

from enum import StrEnum


class Event(StrEnum):
    """What an alert is about."""

    OUT = "out"
    LOW = "low"
    BACK = "back"
    SOON = "soon"


EVENTS = {
    Event.OUT: "OUT_OF_STOCK",
    Event.LOW: "LOW_STOCK",
    Event.BACK: "BACK_IN_STOCK",
    Event.SOON: "RUNS_OUT_SOON",
}
