"""Which call of a function goes wrong, and how."""

import itertools
import random
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

_LONGEST_BURST = 6
"""Calls in a row: fewer than deliveries of a message, as each may end one."""


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


GoesWrong = Callable[[Place], Fault | None]
"""How a call is to go wrong, None: it is not. Asked of each call once."""


def once(place: Place, fault: Fault) -> GoesWrong:
    """Have one call go wrong."""
    return lambda made: fault if made == place else None


def burst(seed: int, calls: int) -> GoesWrong:
    """Have most of some calls in a row go wrong, each in a way of its own. `calls`: so many are made if none does."""
    choose = random.Random(seed)
    begins, length, numbers = choose.randrange(calls), choose.randint(2, _LONGEST_BURST), itertools.count()

    def goes_wrong(place: Place) -> Fault | None:
        if not begins <= next(numbers) < begins + length:
            return None
        return choose.choice([None, None, None, *filter(place.can, Fault)])

    return goes_wrong


class Plan:
    """Which calls of functions are to go wrong, and how. `calls`: those of the `watched` functions in each `step`.

    `caller`: the function that is running, in the process `pid`. `struck`: what has gone wrong.
    """

    def __init__(self) -> None:
        self.caller, self.pid = "", 0
        self._lock = threading.Lock()
        self.begin([])

    def begin(self, watched: list[str], goes_wrong: GoesWrong = lambda _: None) -> None:
        """Begin anew. Nothing goes wrong as long as no step is said."""
        self.watched, self.step = watched, ""
        self.calls: list[Place] = []
        self.struck: list[tuple[Place, Fault]] = []
        self._goes_wrong = goes_wrong

    def next(self, call: str) -> Fault | None:
        """Note a call; return how it is to go wrong, None: it is not."""
        with self._lock:
            if self.caller not in self.watched or not self.step:
                return None
            number = 1 + sum((made.step, made.call) == (self.step, call) for made in self.calls)
            place = Place(self.step, call, number)
            self.calls.append(place)
            fault = self._goes_wrong(place)
            if fault:
                self.struck.append((place, fault))
            return fault
