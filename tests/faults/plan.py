"""Which call of a function goes wrong, and how."""

import threading
from enum import StrEnum
from typing import NamedTuple


class Fault(StrEnum):
    """What happens to a call, as the matrix says it. `before` and `after`: before it has an effect, and after that."""

    THROTTLED = "throttled"
    ERROR = "500"
    TIME_OUT_BEFORE = "time-out before"
    TIME_OUT_AFTER = "time-out after"
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    HALF = "half an answer"
    UNPROCESSED = "unprocessed"
    SLOW = "slow"
    EXPIRED = "expired token"
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"

    @property
    def has_effect(self) -> bool:
        """Whether what was called for is done all the same, all of it."""
        return self in (Fault.TIME_OUT_AFTER, Fault.RESET_AFTER, Fault.HALF, Fault.SLOW, Fault.KILLED_AFTER)


class Place(NamedTuple):
    """A call of a function: in which step of the story, what it calls, and for the how many-th time in that step."""

    step: str
    call: str
    number: int

    def can(self, fault: Fault) -> bool:
        """Whether a call can go wrong in that way."""
        if fault == Fault.UNPROCESSED:
            return self.call.startswith(("BatchGetItem", "BatchExecuteStatement", "SendMessageBatch"))
        return not (fault == Fault.EXPIRED and self.call.startswith("POST /"))  # a webhook knows no token


class Plan:
    """Which call of a function is to go wrong, and how: once. `calls`: those of the `watched` function in each `step`.

    `caller`: the function that is running, in the process `pid`. `struck`: it has gone wrong.
    """

    def __init__(self) -> None:
        self.caller, self.pid = "", 0
        self._lock = threading.Lock()
        self.begin("")

    def begin(self, watched: str, place: Place | None = None, fault: Fault | None = None) -> None:
        """Begin anew. Nothing goes wrong as long as no step is said."""
        self.watched, self.step = watched, ""
        self.calls: list[Place] = []
        self.struck = False
        self._place, self._fault = place, fault

    def next(self, call: str) -> Fault | None:
        """Note a call; return how it is to go wrong, None: it is not."""
        with self._lock:
            if self.caller != self.watched or not self.step:
                return None
            number = 1 + sum((made.step, made.call) == (self.step, call) for made in self.calls)
            place = Place(self.step, call, number)
            self.calls.append(place)
            if self.struck or place != self._place:
                return None
            self.struck = True
            return self._fault
