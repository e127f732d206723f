"""The events of alerts as people name them, as the table Alerts and the topic do, and how they are shown."""

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

SHOWN = {
    "OUT_OF_STOCK": "[red]out of stock[/]",
    "LOW_STOCK": "[yellow]low stock[/]",
    "BACK_IN_STOCK": "[green]back in stock[/]",
    "RUNS_OUT_SOON": "[magenta]will run out[/]",
}

SHOWN_SHORT = {
    "OUT_OF_STOCK": "[red]out[/]",
    "LOW_STOCK": "[yellow]low[/]",
    "BACK_IN_STOCK": "[green]back[/]",
    "RUNS_OUT_SOON": "[magenta]soon[/]",
}
