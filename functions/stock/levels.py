"""How much there is of an item, and what people are told when that changes. No AWS in here."""

from enum import StrEnum


class Level(StrEnum):
    """How much there is of an item. `gone`: it has no row, it was delisted or never known."""

    OK = "ok"
    LOW = "low"
    OUT = "out"
    GONE = "gone"


class Event(StrEnum):
    """What people are told."""

    OUT_OF_STOCK = "OUT_OF_STOCK"
    LOW_STOCK = "LOW_STOCK"
    BACK_IN_STOCK = "BACK_IN_STOCK"
    RUNS_OUT_SOON = "RUNS_OUT_SOON"  # by its forecast: no change of a level leads to it


def event_of(before: Level, now: Level) -> Event | None:
    """Return what people must be told when an item goes from one level to another; None: nothing."""
    if now in (before, Level.GONE):
        return None
    if now == Level.OUT:
        return Event.OUT_OF_STOCK
    if before == Level.OUT:
        return Event.BACK_IN_STOCK
    return Event.LOW_STOCK if now == Level.LOW else None
